"""RuleBench in a real JupyterLab: mouse, keyboard, and hostile text."""

from __future__ import annotations

import pytest

from harness import check_controls, check_reopened_untrusted, press_on_everything, wait

pytestmark = pytest.mark.browser

CELLS = [
    "from gptedu.widgets import RuleBench\n"
    "from gptedu.widgets.rule_bench.state import some_replies\n"
    "from tiny_bench import bench",
    "(first, _), *rest = some_replies()\n"
    "asked = [(first, ' </script><b>x. <img src=x>'), *rest]\n"
    "one = bench(asked=asked, steps=3)\none",
]
ROOT = ".gptedu-rule_bench"


@pytest.fixture
def live(notebook):
    def start(**options):
        found = notebook(CELLS, **options)
        # With a model to train it opens at the run.
        found.page.locator(f"{ROOT} [role=tab]").first.click()
        found.page.wait_for_selector(f"{ROOT} .rb-reply")
        return found

    return start


def check_rules_by_keyboard(found, shots):
    page = found.page
    root = page.locator(ROOT)
    pattern = root.locator(".rb-pattern").first
    pattern.focus()
    page.keyboard.type(r"\bsorry\b")
    wait(page, "document.querySelector('.rb-score').textContent.includes('precision')")
    assert pattern.input_value() == r"\bsorry\b"
    assert page.evaluate("document.activeElement.className") == "rb-pattern"
    page.keyboard.type("(")
    page.wait_for_selector(f"{ROOT} .gptedu-error:visible")
    page.keyboard.press("Backspace")
    page.wait_for_selector(f"{ROOT} .gptedu-error", state="hidden")
    root.locator(".rb-otherwise").focus()
    page.keyboard.press("ArrowUp")
    wait(page, "document.querySelector('.rb-otherwise').value === 'disallowed'")
    root.locator(".rb-reply").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    wait(page, "document.activeElement.getAttribute('aria-expanded') === 'true'")
    page.wait_for_selector(f"{ROOT} .rb-text")
    found.screenshot("rule_bench", shots, ROOT)
    wrong = root.locator(".rb-filters button").nth(1)
    wrong.press("Enter")
    wait(page, "document.querySelectorAll('.rb-reply .rb-good').length === 0")
    assert root.locator(".rb-differs").count() == root.locator(".rb-reply").count() > 0


def check_a_run(found, shots):
    page = found.page
    root = page.locator(ROOT)
    root.locator("[role=tab][aria-selected=true]").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(f"{ROOT} .rb-plane svg")
    assert "as the policy says" in root.locator(".rb-wants").inner_text()
    root.locator(".rb-presets button").nth(1).click()
    page.wait_for_selector(f"{ROOT} .rb-wants >> text=always refuse")
    field = root.locator(".rb-table input").nth(3)
    field.fill("1.5")
    field.press("Enter")
    wait(page, "document.querySelectorAll('.rb-presets [aria-pressed=true]').length === 0")
    root.locator(".rb-go").click()
    page.wait_for_selector(f"{ROOT} .rb-go >> text=Go on", timeout=120_000)
    assert root.locator(".rb-plane circle").count() == 2
    assert "after step 3" in root.locator(".rb-says").inner_text()
    root.locator(".rb-presets button").first.click()
    page.wait_for_selector(f"{ROOT} .rb-go >> text=Start")
    root.locator(".rb-go").click()
    wait(page, "document.querySelectorAll('.rb-trail').length === 2")
    page.wait_for_selector(f"{ROOT} .rb-go >> text=Go on", timeout=120_000)
    found.screenshot("rule_bench_run", shots, ROOT)


def test_a_session_of_keys_and_mouse(live, open_notebook, request):
    shots = request.config.getoption("--screenshots")
    found = live()
    check_controls(found.page, ROOT)
    assert found.page.locator(".jp-OutputArea img:visible").count() == 0
    assert found.page.locator(f"{ROOT} .rb-said b, {ROOT} .rb-said img").count() == 0
    check_rules_by_keyboard(found, shots)
    press_on_everything(found, ROOT)
    check_a_run(found, shots)
    press_on_everything(found, ROOT)
    found.check_quiet()
    check_reopened_untrusted(found, open_notebook)


def test_narrow_and_dark(live, request):
    shots = request.config.getoption("--screenshots")
    found = live(dark=True, width=760)
    page = found.page
    assert "gptedu-dark" in page.locator(ROOT).get_attribute("class")
    check_controls(page, ROOT)
    for tab in (0, 1):
        page.locator(f"{ROOT} [role=tab]").nth(tab).click()
        shown = page.locator(f"{ROOT} [role=tabpanel]").nth(tab)
        shown.wait_for(state="visible")
        assert page.locator(ROOT).evaluate("e => e.scrollWidth <= e.clientWidth + 1")
        found.screenshot(f"rule_bench_dark_{tab}", shots, ROOT)
    found.check_quiet()


def test_a_finger_opens_replies_turns_and_trains(live):
    found = live(touch=True)
    page = found.page
    root = page.locator(ROOT)
    root.locator(".rb-reply").first.tap()
    page.wait_for_selector(f"{ROOT} .rb-text")
    root.locator(".rb-pattern").first.tap()
    page.keyboard.type("sorry")
    wait(page, "document.querySelector('.rb-score').textContent.includes('precision')")
    root.locator("[role=tab]").nth(1).tap()
    page.wait_for_selector(f"{ROOT} .rb-plane svg")
    root.locator(".rb-presets button").nth(1).tap()
    page.wait_for_selector(f"{ROOT} .rb-wants >> text=always refuse")
    root.locator(".rb-go").tap()
    page.wait_for_selector(f"{ROOT} .rb-go >> text=Go on", timeout=120_000)
    assert root.locator(".rb-plane circle").count() == 2
    found.check_quiet()
