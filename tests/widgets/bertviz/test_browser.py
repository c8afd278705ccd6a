"""bertviz's views in a real JupyterLab, cut off the network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.browser

CELLS = [
    "from tiny_models import TEXT, TinyLm\nfrom gptedu.widgets import bertviz_view\nlm = TinyLm()",
    "bertviz_view(lm, TEXT)",
    "bertviz_view(lm, TEXT, 'model', layers=[0, 1])",
]


@pytest.fixture(scope="module")
def live(notebook: Callable[..., Any]) -> Any:
    found = notebook(CELLS, "bertviz", height=2000)
    found.page.wait_for_selector(".gptedu-bertviz >> nth=1")
    return found


def test_bertviz_draws_offline(live: Any, request: pytest.FixtureRequest) -> None:
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
    for frame in page.locator("iframe").all():
        inside = frame.element_handle().content_frame()
        inside.wait_for_function("document.documentElement.scrollWidth <= innerWidth + 4")
    live.check_quiet()
    live.screenshot("bertviz", request.config.getoption("--screenshots", default=None), "#main")


def test_what_is_drawn_late_fits_as_well(live: Any) -> None:
    inside = live.page.locator("iframe").first.element_handle().content_frame()
    inside.evaluate(
        "document.body.append(Object.assign(document.createElement('div'),"
        " {style: 'width:4000px;height:5px'}))"
    )
    inside.wait_for_function("document.documentElement.scrollWidth <= innerWidth + 4")
