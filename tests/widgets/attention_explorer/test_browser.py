"""AttentionExplorer in a real JupyterLab: heads by mouse and keys, typed text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness import check_controls
from tiny_models import TEXT

pytestmark = pytest.mark.browser

CELLS = [
    "from tiny_models import TEXT, TinyLm\n"
    "from gptedu.widgets import AttentionExplorer\n"
    "lm = TinyLm()",
    "explorer = AttentionExplorer(lm, TEXT, selected=(1, 2))\nexplorer",
]
GRID = ".ga-left .ga-over"


@pytest.fixture(scope="module")
def live(notebook: Callable[..., Any]) -> Any:
    found = notebook(CELLS, "attention", height=2000)
    found.page.wait_for_selector(".gptedu-attention .ga-strip span")
    return found


def settle(page: Any) -> None:
    page.wait_for_function("() => !document.querySelector('.gptedu-busy')")


def bars(page: Any) -> str:
    return page.locator(".gptedu-attention .gptedu-bars").inner_text()


def values(page: Any) -> list[str]:
    """The probabilities alone: the tiny model's tokenizer names tokens as it meets them."""
    return page.locator(".gptedu-attention .gptedu-bar-value").all_inner_texts()


def test_heads_are_drawn(live: Any) -> None:
    """The pixels of a thumbnail follow the model's weights: the diagonal's start is all of it."""
    size = live.page.evaluate(
        """selector => { const c = document.querySelector(selector);
            const data = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
            return new Set(new Uint32Array(data.buffer)).size; }""",
        ".ga-left .ga-base",
    )
    assert size > 40


def test_keyboard_switches_a_head_off(live: Any) -> None:
    page = live.page
    with_all = values(page)
    page.locator(GRID).focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    assert "block 0, head 1" in page.locator(".gptedu-attention [role=status]").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Block 0, head 1")
    page.keyboard.press("x")
    page.wait_for_selector(".ga-off button >> text=0.1")
    settle(page)
    assert "from" in bars(page)
    assert values(page) != with_all
    page.locator("button:text-is('All on')").click()
    page.wait_for_selector(".ga-off button", state="detached")
    settle(page)
    assert values(page) == with_all
    live.check_quiet()


def test_mouse_shows_a_head_large_then_switches_it_off(live: Any) -> None:
    page = live.page
    step = (page.locator(GRID).evaluate("e => e.getBoundingClientRect().width") - 26) / 4
    where = {"x": 26 + 2.4 * step, "y": 18 + 2.4 * step}
    page.locator(GRID).click(position=where)
    page.wait_for_selector("text=Block 2, head 2")
    assert page.locator(".ga-off button").count() == 0
    page.locator(GRID).click(position=where)
    page.wait_for_selector(".ga-off button >> text=2.2")
    page.locator("button:text-is('Switch it on')").click()
    page.wait_for_selector(".ga-off button", state="detached")
    settle(page)


def test_hovering_a_token_shows_where_it_looks(live: Any) -> None:
    page = live.page
    page.locator(".ga-strip span").nth(4).hover()
    page.wait_for_selector("text=Where “·on” looks")
    later = page.locator(".ga-strip span").nth(9)
    assert later.evaluate("n => n.style.background") == "transparent"
    page.locator(".ga-strip").focus()
    page.keyboard.press("Home")
    page.wait_for_selector("text=Where “<|endoftext|>” looks")
    page.keyboard.press("End")
    page.wait_for_selector("text=Where “x” looks")


def test_a_typed_text_is_read_and_a_wrong_one_is_said(live: Any) -> None:
    page = live.page
    page.mouse.move(5, 5)  # away from the tokens, which show where they look when hovered
    text = page.locator(".gptedu-attention textarea")
    text.fill("one two </b> one")
    page.wait_for_selector("text=Where “·one” looks")
    assert (
        page.locator(".ga-strip").inner_text().replace("\n", "").startswith("<|endoftext|>one·two")
    )
    text.fill("")
    page.wait_for_selector(".gptedu-attention [role=alert]:has-text('The text is empty')")
    assert page.locator(".ga-strip span").count() > 3
    text.fill("b " * 400)
    page.wait_for_selector(".gptedu-attention [role=alert]:has-text('shorten')")
    assert text.input_value() == "b " * 400
    text.fill(TEXT)
    page.wait_for_selector("text=Where “x” looks")
    page.wait_for_selector(".gptedu-attention [role=alert]", state="hidden")
    live.check_quiet()


def test_controls(live: Any) -> None:
    check_controls(live.page, ".gptedu-attention")
