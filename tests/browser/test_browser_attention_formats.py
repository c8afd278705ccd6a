"""AttentionExplorer, TaskFormats and bertviz's views in a real JupyterLab, cut off the network."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tiny_models import TEXT

pytestmark = pytest.mark.browser

CELLS = [
    "from tiny_models import TEXT, TinyLm\n"
    "from gptedu.widgets import AttentionExplorer, TaskFormats, bertviz_view\n"
    "lm = TinyLm()",
    "explorer = AttentionExplorer(lm, TEXT, selected=(1, 2))\nexplorer",
    "formats = TaskFormats(lm)\nformats",
    "bertviz_view(lm, TEXT)",
    "bertviz_view(lm, TEXT, 'model', layers=[0, 1])",
]
WIDGETS = (".gptedu-attention", ".gptedu-formats", ".gptedu-bertviz")
GRID = ".ga-left .ga-over"
PICTURES = ".jp-OutputArea-child img"


@pytest.fixture(scope="module")
def live(notebook: Callable[..., Any]) -> Any:
    found = notebook(CELLS, "widgets", height=3600)
    for selector in WIDGETS:
        found.page.wait_for_selector(selector, state="attached")
    return found


def settle(page: Any) -> None:
    page.wait_for_function("() => !document.querySelector('.gptedu-busy')")


def bars(page: Any) -> str:
    return page.locator(".gptedu-attention .gptedu-bars").inner_text()


def values(page: Any) -> list[str]:
    """The probabilities alone: the tiny model's tokenizer names tokens as it meets them."""
    return page.locator(".gptedu-attention .gptedu-bar-value").all_inner_texts()


def test_run_all_mounts_every_widget(live: Any, request: pytest.FixtureRequest) -> None:
    page = live.page
    page.wait_for_function("document.querySelectorAll('.gptedu').length === 4")
    # The live view hides the picture before it, and only that one.
    page.wait_for_function(
        f"[...document.querySelectorAll('{PICTURES}')].every(i => i.offsetParent === null)"
    )
    assert page.locator(PICTURES).count() == 4
    assert page.locator(".gptedu-caption:visible").count() == 4
    assert "".join(page.locator(".ga-strip").inner_text().split("\n")).endswith("</script><b>x")
    assert page.locator(".gptedu-attention b:text-is('x')").count() == 0
    live.check_quiet()
    live.screenshot("widgets", request.config.getoption("--screenshots", default=None), "#main")


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
    assert "layer 0, head 1" in page.locator(".gptedu-attention [role=status]").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Layer 0, head 1")
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
    page.wait_for_selector("text=Layer 2, head 2")
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


def test_forms_become_rows(live: Any, request: pytest.FixtureRequest) -> None:
    page = live.page
    root = page.locator(".gptedu-formats")
    assert root.locator(".gf-row").count() == 1
    root.locator("button:text-is('Similarity')").click()
    page.wait_for_function("document.querySelectorAll('.gf-row').length === 2")
    assert root.locator(".gf-extract").count() == 2
    assert root.locator(".gf-row >> nth=1").inner_text().startswith("[Start]")
    first = root.locator("textarea").first
    first.fill("</script><b>x")
    page.wait_for_function(
        "document.querySelector('.gf-row').innerText.replace(/\\s/g, '')"
        ".startsWith('[Start]</script><b>x[Delim]')"
    )
    first.fill("")
    page.wait_for_selector(".gptedu-formats [role=alert]:has-text('is empty')")
    assert root.locator(".gf-row").count() == 2
    root.locator("[aria-selected=true]").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".gptedu-formats >> text=how does the story end")
    page.wait_for_selector(".gptedu-formats [role=alert]", state="hidden")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("document.querySelector('.gptedu-formats textarea').value === ''")
    first.fill("The dog belongs to Mary.")
    page.wait_for_selector(".gptedu-formats [role=alert]", state="hidden")
    live.check_quiet()


def test_bertviz_draws_offline(live: Any) -> None:
    page = live.page
    head, model = (page.frame_locator("iframe").nth(i) for i in (0, 1))
    assert page.locator("iframe").count() == 2
    head.locator("svg line").first.wait_for(state="attached")
    model.locator("svg line").first.wait_for(state="attached")
    assert head.locator("text=script").count() > 0
    before = head.locator("svg").inner_html()
    head.locator("select").select_option("2")
    assert head.locator("svg").inner_html() != before
    tall = page.locator("iframe").first.evaluate("n => n.clientHeight")
    assert tall > 300
    live.check_quiet()


def test_keys_do_not_reach_the_notebook(live: Any) -> None:
    page, count = live.page, live.count_cells()
    stops = page.locator(
        ".gptedu button:visible, .gptedu textarea:visible, .gptedu select:visible, "
        ".gptedu [tabindex]:visible"
    )
    assert stops.count() >= 12
    for i in range(stops.count()):
        stop = stops.nth(i)
        assert stop.get_attribute("data-lm-suppress-shortcuts") == "true"
        stop.focus()
        for key in "abxdd":
            page.keyboard.press(key)
        assert live.count_cells() == count
    # A click on what is no control, as one does without thinking.
    for selector in WIDGETS:
        page.locator(selector).first.click(position={"x": 6, "y": 6})
        for key in "abxdd":
            page.keyboard.press(key)
        assert live.count_cells() == count
    assert live.count_cells() == count


def test_every_control_has_a_name(live: Any) -> None:
    nameless = live.page.evaluate(
        """() => [...document.querySelectorAll('.gptedu button, .gptedu textarea, .gptedu iframe, '
              + '.gptedu [tabindex]:not(.gptedu)')]
            .filter(n => !(n.getAttribute('aria-label') || n.title || n.closest('label')
                || n.innerText.trim())).map(n => n.outerHTML.slice(0, 80))"""
    )
    assert not nameless


def test_dark_theme(notebook: Callable[..., Any], request: pytest.FixtureRequest) -> None:
    found = notebook(CELLS[:3], "dark", dark=True, height=2400)
    found.page.wait_for_selector(".gptedu-formats.gptedu-dark")
    found.page.wait_for_selector(".gptedu-attention.gptedu-dark")
    ink, paper = found.page.locator(".gptedu-formats").evaluate(
        "n => [getComputedStyle(n).color, getComputedStyle(n).backgroundColor]"
    )
    light, dark = (sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in (ink, paper))
    assert light > 600
    assert dark < 150
    found.check_quiet()
    found.settle()
    pictures = request.config.getoption("--screenshots", default=None)
    found.screenshot("dark", pictures, "#main")


@pytest.mark.parametrize("trusted", [True, False])
def test_reopened_without_its_kernel(
    live: Any, open_notebook: Callable[..., Any], trusted: bool, request: pytest.FixtureRequest
) -> None:
    """The saved notebook, opened anew: a picture for every widget, trusted or not."""
    live.command("docmanager:save")
    path = live.lab.folder / live.path
    live.page.wait_for_function("!window.jupyterapp.shell.currentWidget.context.model.dirty")
    name = live.path
    if not trusted:
        name = f"copy-{live.path}"
        # Another text, so that the signature of the saved one does not count.
        (path.parent / name).write_text(path.read_text().replace("lm = TinyLm()", "lm = None"))
    live.lab.stop_kernels()
    again = open_notebook(name, height=3600)
    again.page.wait_for_selector(PICTURES)
    seen = again.page.evaluate(
        "() => [...window.jupyterapp.shell.currentWidget.content.model.cells].map(c => c.trusted)"
    )
    assert all(seen) == trusted
    for shown in (PICTURES, ".gptedu-caption"):
        four = again.page.locator(f"{shown}:visible")
        again.until(lambda some=four: some.count() == 4, f"four of {shown}")
    again.check_quiet()
    pictures = request.config.getoption("--screenshots", default=None)
    again.screenshot(f"reopened-{'trusted' if trusted else 'untrusted'}", pictures, "#main")
