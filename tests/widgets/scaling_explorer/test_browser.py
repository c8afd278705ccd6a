"""ScalingExplorer in a real JupyterLab: mouse, keyboard, a line drawn by hand."""

from __future__ import annotations

import pytest

from harness import check_controls, check_reopened_untrusted, press_on_everything, wait

pytestmark = pytest.mark.browser

CELLS = [
    "import tiny_runs\nfrom gptedu.widgets import ScalingExplorer",
    "explorer = ScalingExplorer(\n    tiny_runs.ladder(), tiny_runs.target(),"
    " isoflop=tiny_runs.isoflop()\n)\nexplorer",
]
ROOT = ".gptedu-scaling_explorer"


@pytest.fixture
def live(notebook):
    def start(**options):
        found = notebook(CELLS, **options)
        found.page.wait_for_selector(f"{ROOT} .se-dot")
        return found

    return start


def says(page, label):
    """What stands beside a label below the chart."""
    return page.evaluate(
        "label => [...document.querySelectorAll('.se-label')]"
        ".find(e => e.textContent === label)?.nextElementSibling.textContent ?? null",
        label,
    )


def check_a_bet_by_keyboard_alone(found, shots):
    page = found.page
    root = page.locator(ROOT)
    stop = root.locator(".se-stop").first
    stop.focus()
    page.keyboard.press("End")
    wait(page, "document.querySelectorAll('.se-dot-unseen').length === 0")
    page.keyboard.press("Home")
    wait(page, "document.querySelectorAll('.se-dot-seen').length === 3")
    assert "give runs of 3 or more" in says(page, "law")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    wait(page, "document.querySelectorAll('.se-dot-seen').length === 15")

    root.locator(".se-dot[tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    wait(page, "document.querySelectorAll('.se-dot-out').length === 1")
    wait(page, "document.activeElement.dataset.run === '1'")
    assert "width 8" in root.locator(".se-told").inner_text()
    page.keyboard.press("Enter")
    wait(page, "document.querySelectorAll('.se-dot-out').length === 0")

    root.locator(".se-hand").press("Enter")
    wait(page, "document.activeElement.dataset.end === '0'")
    first = says(page, "your line says")
    page.keyboard.press("PageDown")
    page.wait_for_function(
        "first => [...document.querySelectorAll('.se-label')].find(e => e.textContent"
        " === 'your line says').nextElementSibling.textContent !== first",
        arg=first,
    )
    assert page.evaluate("document.activeElement.dataset.end") == "0"
    assert says(page, "the target's loss") is None
    root.locator(".se-reveal").press("Enter")
    page.wait_for_selector(f"{ROOT} .se-dot-target")
    assert page.evaluate("document.activeElement.classList.contains('se-reveal')")
    assert says(page, "your line misses it by").endswith(("too high", "too low"))
    found.screenshot("scaling_explorer", shots, ROOT)


def check_a_line_dragged_by_mouse(found):
    page = found.page
    before = says(page, "your line says")
    knob = page.locator(f"{ROOT} .se-handle[data-end='1'] rect")
    knob.scroll_into_view_if_needed()
    at = knob.bounding_box()
    page.mouse.move(at["x"] + 6, at["y"] + 6)
    page.mouse.down()
    page.mouse.move(at["x"] + 6, at["y"] - 40, steps=5)
    page.mouse.up()
    page.wait_for_function(
        "before => [...document.querySelectorAll('.se-label')].find(e => e.textContent"
        " === 'your line says').nextElementSibling.textContent !== before",
        arg=before,
    )
    assert float(says(page, "your line says").split()[0]) > float(before.split()[0])


def check_the_other_tabs(found, shots):
    page = found.page
    page.locator(f"{ROOT} [role=tab][aria-selected=true]").focus()
    page.keyboard.press("ArrowRight")
    wait(page, "document.querySelectorAll('.se-charts svg').length === 2")
    before = says(page, "the best size")
    assert page.locator(f"{ROOT} .se-handle").count() == 0  # though a line was just dragged
    page.locator(f"{ROOT} button[data-key=blocks]").click()
    wait(page, "document.querySelector('button[data-key=blocks]').ariaPressed === 'true'")
    assert says(page, "the best size") != before
    found.screenshot("scaling_explorer_valleys", shots, ROOT)
    page.locator(f"{ROOT} [data-key=budget]").click()
    page.wait_for_selector(f"{ROOT} >> text=GPT-3 175B")
    page.locator(f"{ROOT} .se-controls:not([hidden]) .se-stop").press("End")
    wait(page, "document.querySelector('.se-words').textContent.startsWith('1e27')")
    found.screenshot("scaling_explorer_budget", shots, ROOT)
    page.locator(f"{ROOT} [data-key=law]").click()
    page.wait_for_selector(f"{ROOT} .se-handle")


def test_a_session_of_keys_and_mouse(live, open_notebook, request):
    shots = request.config.getoption("--screenshots")
    found = live()
    check_controls(found.page, ROOT)
    assert found.page.locator(".jp-OutputArea img:visible").count() == 0
    check_a_bet_by_keyboard_alone(found, shots)
    check_a_line_dragged_by_mouse(found)
    check_the_other_tabs(found, shots)
    press_on_everything(found, ROOT)
    found.check_quiet()
    check_reopened_untrusted(found, open_notebook)


def test_narrow_and_dark(live, request):
    found = live(dark=True, width=760)
    page = found.page
    assert "gptedu-dark" in page.locator(ROOT).get_attribute("class")
    check_controls(page, ROOT)
    assert page.locator(ROOT).evaluate("e => e.scrollWidth <= e.clientWidth + 1")
    found.screenshot("scaling_explorer_dark", request.config.getoption("--screenshots"), ROOT)
    found.check_quiet()
