"""PromptLab in a real JupyterLab: mouse, keyboard, hostile text, five states."""

from __future__ import annotations

import pytest

from harness import check_controls, check_reopened_untrusted, press_on_everything, wait

pytestmark = pytest.mark.browser

SETUP = "from tiny_family import HOSTILE, load, load_slow\nfrom gptedu.widgets import PromptLab"
LAB = (
    "pl = PromptLab([load('small', 8), load('medium'), load_slow('slow')], 'hot:',\n"
    "    ['tall: short', 'big: small', 'wet: dry', HOSTILE + ': ' + HOSTILE], k=2,\n"
    "    choices=[' cold', ' red house'], max_tokens=8)\npl"
)


@pytest.fixture
def live(notebook):
    """The widget, mounted by one Run All."""

    def start(**options):
        found = notebook([SETUP, LAB], **options)
        found.page.wait_for_selector(".gptedu-prompt_lab .pl-card.pl-done >> nth=2")
        return found

    return start


def check_mounted(found, shots):
    page = found.page
    found.screenshot("prompt_lab", shots, ".gptedu-prompt_lab")
    # Text shows as itself, and nothing of it became an element.
    assert page.locator(".pl-example").nth(3).inner_text().endswith("</script><b>x: </script><b>x")
    assert page.locator(".gptedu b").count() == 0
    # The picture before the view is hidden.
    assert page.locator(".jp-OutputArea img:visible").count() == 0


def check_answers_come_one_by_one_and_mistakes_keep_the_prompt(found, shots):
    page = found.page
    lab = page.locator(".gptedu-prompt_lab")
    area = lab.locator("textarea")
    hold = found.lab.folder / "hold"  # the slow model waits while this file is there
    hold.touch()
    area.fill("wet:")
    area.press("Control+Enter")
    page.wait_for_selector(".pl-card:nth-child(3).pl-running")
    page.wait_for_selector(".pl-card:nth-child(2).pl-done")
    assert lab.locator(".pl-card").nth(2).locator(".pl-state").inner_text() == "running …"
    found.screenshot("prompt_lab_running", shots, ".gptedu-prompt_lab")
    # The kernel is free meanwhile: the preview follows K.
    k = page.get_by_label("K, the number of examples")
    k.focus()
    page.keyboard.press("ArrowRight")
    wait(page, "document.querySelector('.pl-details summary').textContent.includes('3 examples')")
    assert lab.locator(".pl-card").nth(2).locator(".pl-state").inner_text() == "running …"
    hold.unlink()
    page.wait_for_selector(".pl-card:nth-child(3).pl-done")
    assert lab.locator(".pl-old").count() == 3  # K has changed since
    assert "slow" in lab.locator("[aria-live]").inner_text()

    area.fill("  ")
    area.press("Control+Enter")
    page.wait_for_selector(".gptedu-prompt_lab > .gptedu-error:visible")
    assert "The prompt is empty" in lab.locator("> .gptedu-error").inner_text()
    assert area.input_value() == "  "
    long = "The cat saw the dog. " * 40
    area.fill(long)
    lab.get_by_role("button", name="Run").click()
    page.wait_for_selector(".pl-card.pl-error >> nth=2")
    assert "small reads at most 96" in lab.locator(".pl-card").first.inner_text()
    assert area.input_value() == long
    found.check_quiet()


def check_examples_by_mouse(page):
    lab = page.locator(".gptedu-prompt_lab")
    lab.locator("textarea").fill("hot:")
    page.get_by_label("K, the number of examples").focus()
    page.keyboard.press("ArrowLeft")  # 3 before
    lab.locator("summary").click()
    wait(
        page, "document.querySelector('.pl-read').textContent === 'tall: short\\nbig: small\\nhot:'"
    )
    read = lab.locator(".pl-read")
    assert read.inner_text() == "tall: short\nbig: small\nhot:"
    lab.locator(".pl-example input").nth(0).uncheck()
    wait(page, "document.querySelector('.pl-read').textContent.startsWith('big: small\\nwet: dry')")
    lab.locator(".pl-example input").nth(0).check()
    wait(page, "document.querySelector('.pl-read').textContent.startsWith('tall')")
    before = [row.inner_text() for row in lab.locator(".pl-example").all()]
    for _ in range(3):
        lab.get_by_role("button", name="Shuffle").click()
    wait(page, "document.querySelector('.pl-panel').textContent.includes('shuffle number 3')")
    assert [row.inner_text() for row in lab.locator(".pl-example").all()] != before
    lab.get_by_role("button", name="Order as given").click()
    wait(page, "document.querySelector('.pl-read').textContent.startsWith('tall: short\\nbig')")
    choices = page.get_by_label("Choices to be scored, with | between them")
    choices.fill("dry | wet | </script><b>x")
    choices.press("Enter")
    lab.get_by_role("button", name="Run").click()
    page.wait_for_selector(".pl-card:first-child .pl-scores tbody >> nth=2")
    names = lab.locator(".pl-card").first.locator(".pl-scores tbody th").all_inner_texts()
    assert names == ["dry", "wet", "</script><b>x"]


def test_the_dark_theme_is_legible(live, request):
    found = live(dark=True)
    assert "gptedu-dark" in found.page.locator(".gptedu-prompt_lab").get_attribute("class")
    check_controls(found.page, ".gptedu-prompt_lab")
    found.screenshot("prompt_lab_dark", request.config.getoption("--screenshots"))
    found.check_quiet()


def test_a_session_of_mouse_and_keys(live, open_notebook, request):
    """One notebook for all of it: starting a kernel is what takes the time."""
    shots = request.config.getoption("--screenshots")
    found = live()
    check_mounted(found, shots)
    check_answers_come_one_by_one_and_mistakes_keep_the_prompt(found, shots)
    check_examples_by_mouse(found.page)
    press_on_everything(found, ".gptedu-prompt_lab")
    found.check_quiet()
    check_reopened_untrusted(found, open_notebook)
