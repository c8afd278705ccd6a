"""TaskFormats in a real JupyterLab: forms become rows as one types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness import check_controls

pytestmark = pytest.mark.browser

CELLS = [
    "from tiny_models import TinyLm\nfrom gptedu.widgets import TaskFormats\nlm = TinyLm()",
    "formats = TaskFormats(lm)\nformats",
]


@pytest.fixture(scope="module")
def live(notebook: Callable[..., Any]) -> Any:
    found = notebook(CELLS, "formats", height=2000)
    found.page.wait_for_selector(".gptedu-formats .gf-row")
    return found


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


def test_controls(live: Any) -> None:
    check_controls(live.page, ".gptedu-formats")
