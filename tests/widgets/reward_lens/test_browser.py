"""RewardLens in a real JupyterLab: mouse, keyboard, typed text."""

from __future__ import annotations

import pytest

from harness import check_controls, check_reopened_untrusted, press_on_everything, wait

pytestmark = pytest.mark.browser

SETUP = "from tiny_ppo import ANSWERS, PROMPT, scorer\nfrom gptedu.widgets import RewardLens"
LENS = "lens = RewardLens(scorer(), PROMPT, ANSWERS)\nlens"
CELLS = [SETUP, LENS]


@pytest.fixture
def live(notebook):
    """The widget, mounted by one Run All."""

    def start(**options):
        found = notebook(CELLS, **options)
        found.page.wait_for_selector(".gptedu-reward_lens .rl-word")
        return found

    return start


def check_mounted(found, shots):
    page = found.page
    found.screenshot("reward_lens", shots, ".gptedu-reward_lens")
    assert page.locator(".rl-prompt textarea").input_value().count("</script><b>x") == 1
    assert page.locator(".gptedu b").count() == 0
    assert page.locator(".jp-OutputArea img:visible").count() == 0


def check_lens_by_keyboard_alone(found, shots):
    page = found.page
    lens = page.locator(".gptedu-reward_lens")
    tries = "document.querySelectorAll('.rl-try').length"
    reward = lens.locator(".rl-reward")
    before = reward.inner_text()

    strip = lens.locator(".rl-strip")
    strip.focus()
    page.keyboard.press("ArrowRight")
    wait(page, "document.querySelector('.rl-word').ariaSelected === 'true'")
    page.keyboard.press("ArrowRight")
    wait(page, "document.querySelectorAll('.rl-word')[1].ariaSelected === 'true'")
    assert "cat" in lens.locator("[aria-live]").inner_text()
    would = lens.locator(".rl-would").nth(1).inner_text()  # of repeating it
    page.keyboard.press("r")
    wait(page, f"{tries} === 2")
    assert lens.locator(
        "#" + lens.locator("textarea").nth(1).get_attribute("id")
    ).input_value() == ("The cat cat sat on the mat.")
    assert lens.locator(".rl-change").inner_text() == f"{would} against the last"
    page.keyboard.press("s")  # of two cats, the second goes on
    wait(page, f"{tries} === 3")
    page.keyboard.press("Delete")
    wait(page, f"{tries} === 4")
    assert page.evaluate("document.activeElement.classList.contains('rl-strip')")
    found.screenshot("reward_lens_edited", shots, ".gptedu-reward_lens")

    # Back to the first try, by its button.
    lens.locator(".rl-try[aria-current]").focus()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    wait(page, "document.querySelector('.rl-try[aria-current]').dataset.number === '1'")
    assert reward.inner_text() == before
    assert page.evaluate("document.activeElement.dataset.number") == "1"

    # Typing is scored as it goes, and is one try.
    area = lens.locator("textarea").nth(1)
    area.fill("")
    area.press_sequentially("No </script><b>x", delay=15)
    wait(page, "[...document.querySelectorAll('.rl-word')].at(-1)?.textContent.includes('<')")
    area.press("Control+Enter")
    wait(page, f"{tries} === 5")
    assert area.input_value() == "No </script><b>x"

    # The landscape: the focus tells the answer, Enter takes it.
    lens.locator(".rl-dot[tabindex='0']").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    shown = lens.locator(".rl-shown .gptedu-token").inner_text()
    page.keyboard.press("Enter")
    wait(page, f"{tries} === 6")
    assert area.input_value() == shown
    assert page.evaluate("document.activeElement.classList.contains('rl-dot')")

    # A text too long becomes a sentence, and stays where it was typed.
    area.fill("cat " * 120)
    area.press("Control+Enter")
    page.wait_for_selector(".gptedu-reward_lens > .gptedu-error:visible")
    assert "the context is 96" in lens.locator("> .gptedu-error").inner_text()
    assert area.input_value() == "cat " * 120
    # Nothing is said of it; an answer that is taken instead comes with its text.
    assert reward.inner_text() == "–"
    assert lens.locator(".rl-strip").evaluate("e => e.inert && getComputedStyle(e).opacity < 0.5")
    lens.locator(".rl-dot").first.click()
    page.wait_for_selector(".gptedu-reward_lens > .gptedu-error", state="hidden")
    wait(page, "document.querySelector('.rl-reward').textContent !== '–'")
    assert len(area.input_value()) < 60
    prompt = lens.locator("textarea").first
    kept = prompt.input_value()
    prompt.fill("dog " * 120)
    prompt.press("Control+Enter")
    page.wait_for_selector(".gptedu-reward_lens > .gptedu-error:visible")
    assert prompt.input_value() == "dog " * 120
    prompt.fill(kept)

    # A word below what the strip shows is brought into sight.
    area.fill("The cat sat on the mat. " * 3)
    area.press("Control+Enter")
    wait(page, "document.querySelectorAll('.rl-word').length > 15")
    strip.evaluate("e => { e.style.maxHeight = '110px'; }")
    strip.focus()
    page.keyboard.press("End")
    wait(page, "document.querySelector('.rl-strip').scrollTop > 0")
    area.fill("The dog")
    area.press("Control+Enter")
    page.wait_for_selector(".gptedu-reward_lens > .gptedu-error", state="hidden")
    assert found.count_cells() == len(CELLS)
    found.check_quiet()


def test_the_dark_theme_is_legible(live, request):
    found = live(dark=True)
    page = found.page
    assert "gptedu-dark" in page.locator(".gptedu-reward_lens").get_attribute("class")
    check_controls(page, ".gptedu-reward_lens")
    page.locator(".rl-word").nth(1).click()
    wait(page, "document.querySelector('.rl-would').textContent !== ''")
    found.screenshot("reward_lens_dark", request.config.getoption("--screenshots"))
    found.check_quiet()


def test_a_session_of_mouse_and_keys(live, open_notebook, request):
    """One notebook for all of it: starting a kernel is what takes the time."""
    shots = request.config.getoption("--screenshots")
    found = live()
    check_mounted(found, shots)
    check_lens_by_keyboard_alone(found, shots)
    press_on_everything(found, ".gptedu-reward_lens")
    found.check_quiet()
    check_reopened_untrusted(found, open_notebook)
