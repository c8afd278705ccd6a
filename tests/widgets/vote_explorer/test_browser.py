"""VoteExplorer in a real JupyterLab: mouse, keyboard, and hostile text."""

from __future__ import annotations

import re

import pytest

from harness import check_controls, check_reopened_untrusted, press_on_everything, wait

pytestmark = pytest.mark.browser

CELLS = [
    "import dataclasses\nimport gptedu\nfrom gptedu.widgets import VoteExplorer\n"
    "from planted_paths import planted_paths, some_problems",
    "problems = some_problems(6)\npaths = planted_paths(problems, 12)\n"
    "hostile = ' </script><b>x. The answer is <img src=x>'\n"
    "first = (*paths.texts[0][:-1], hostile)\n"
    "paths = dataclasses.replace(paths, texts=(first, *paths.texts[1:]))\n"
    "from gptedu.reasoning.paths import digest\nlm = gptedu.load('mini-s')\n"
    "paths = dataclasses.replace(paths, vocabulary=digest(lm.tokenizer))\n"
    "explorer = VoteExplorer(problems, paths, lm=lm)\nexplorer",
]
ROOT = ".gptedu-vote_explorer"


@pytest.fixture
def live(notebook):
    def start(**options):
        found = notebook(CELLS, **options)
        found.page.wait_for_selector(f"{ROOT} .ve-path")
        return found

    return start


def check_by_keyboard_alone(found, shots):
    page = found.page
    root = page.locator(ROOT)
    slider = root.locator(".ve-count")
    slider.focus()
    page.keyboard.press("Home")
    wait(page, "document.querySelectorAll('.ve-path').length === 1")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    wait(page, "document.querySelectorAll('.ve-path').length === 5")
    page.keyboard.press("End")
    wait(page, "document.querySelectorAll('.ve-path').length === 12")

    root.locator(".ve-path > button").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    wait(page, "document.activeElement.getAttribute('aria-expanded') === 'true'")
    page.keyboard.press("Enter")
    wait(page, "document.activeElement.getAttribute('aria-expanded') === 'false'")

    assert root.locator(".ve-good, .ve-wrong").count() == 0
    root.locator(".ve-reveal").press("Enter")
    page.wait_for_selector(f"{ROOT} >> text=the right answer")
    root.locator(".ve-first").first.wait_for()
    found.screenshot("vote_explorer", shots, ROOT)
    root.locator("[role=tab][aria-selected=true]").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(f"{ROOT} .ve-row")
    assert root.locator(".ve-row").count() == root.locator(".ve-row:has(.ve-shape)").count() > 0
    assert "running" in root.locator(".ve-legend").inner_text()
    names = root.locator(".ve-shape").evaluate_all("all => all.map(e => e.ariaLabel)")
    assert all(re.fullmatch(r".+: \d+", name) for name in names)
    found.screenshot("vote_explorer_tree", shots, ROOT)
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(f"{ROOT} .gptedu-bar-label")
    found.screenshot("vote_explorer_confidence", shots, ROOT)
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(f"{ROOT} .ve-path")


def check_by_mouse(found):
    page = found.page
    root = page.locator(ROOT)
    told = root.locator(".ve-told").inner_text()
    root.locator(".ve-after").click()
    page.wait_for_function(
        "told => document.querySelector('.ve-told').textContent !== told", arg=told
    )
    assert root.locator(".ve-reveal").inner_text().startswith("Uncover the right answer")
    root.locator(".ve-before").click()
    page.wait_for_function(
        "told => document.querySelector('.ve-told').textContent === told", arg=told
    )
    root.locator(".ve-own").fill("How are you?")
    root.locator(".ve-draw").click()
    page.wait_for_selector(f"{ROOT} >> text=has no number")
    root.locator(".ve-own").fill("Tom has 3 coins. He gets 4 more. He loses 2. How many?")
    root.locator(".ve-draw").click()
    page.wait_for_selector(f"{ROOT} >> text=problem 7 of 7", timeout=60_000)
    wait(page, "document.querySelectorAll('.ve-path').length === 16")


def test_a_session_of_keys_and_mouse(live, open_notebook, request):
    shots = request.config.getoption("--screenshots")
    found = live()
    check_controls(found.page, ROOT)
    assert found.page.locator(".jp-OutputArea img:visible").count() == 0
    assert found.page.locator(f"{ROOT} .ve-steps b, {ROOT} .ve-steps img").count() == 0
    check_by_keyboard_alone(found, shots)
    check_by_mouse(found)
    press_on_everything(found, ROOT)
    found.check_quiet()
    check_reopened_untrusted(found, open_notebook)


def test_narrow_and_dark(live, request):
    found = live(dark=True, width=760)
    page = found.page
    assert "gptedu-dark" in page.locator(ROOT).get_attribute("class")
    check_controls(page, ROOT)
    assert page.locator(ROOT).evaluate("e => e.scrollWidth <= e.clientWidth + 1")
    found.screenshot("vote_explorer_dark", request.config.getoption("--screenshots"), ROOT)
    found.check_quiet()
