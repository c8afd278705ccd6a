"""NextToken in a real JupyterLab: mouse, keyboard, hostile text, five states."""

from __future__ import annotations

import pytest

from harness import check_controls, check_reopened_untrusted, press_on_everything, wait

pytestmark = pytest.mark.browser

SETUP = "from tiny_family import HOSTILE, load\nfrom gptedu.widgets import NextToken"
NEXT = "nt = NextToken(load('tiny'), 'The cat saw ' + HOSTILE, temperature=0.9, top_p=0.9)\nnt"


def pieces(page) -> list[str]:
    return page.locator(".nt-token").all_inner_texts()


@pytest.fixture
def live(notebook):
    """The widget, mounted by one Run All."""

    def start(**options):
        found = notebook([SETUP, NEXT], **options)
        found.page.wait_for_selector(".gptedu-next_token .nt-bar")
        return found

    return start


def check_mounted(found, shots):
    page = found.page
    found.screenshot("next_token", shots, ".gptedu-next_token")
    # Text shows as itself, and nothing of it became an element.
    assert page.locator(".nt-read textarea").input_value().endswith("</script><b>x")
    assert "".join(pieces(page)[1:]).replace("·", " ") == "The cat saw </script><b>x"
    assert page.locator(".gptedu b").count() == 0
    assert page.locator(".gptedu-next_token").count() == 1
    # The picture before the view is hidden.
    assert page.locator(".jp-OutputArea img:visible").count() == 0


def check_next_token_by_keyboard_alone(found, shots):
    page = found.page
    strip = page.locator(".nt-strip")
    strip.focus()
    last = len(pieces(page)) - 1
    page.keyboard.press("ArrowLeft")
    wait(page, f"document.querySelectorAll('.nt-token')[{last - 1}].ariaSelected === 'true'")
    page.keyboard.press("Home")
    wait(page, "document.querySelector('.nt-token').ariaSelected === 'true'")
    assert "start of a text" in page.locator(".nt-after").inner_text()
    page.keyboard.press("End")
    wait(page, f"document.querySelectorAll('.nt-token')[{last}].ariaSelected === 'true'")
    said = page.locator(".gptedu-next_token [aria-live]").inner_text()
    assert "tokens can be drawn" in said

    top_k = page.get_by_label("top-k")
    top_k.focus()
    page.keyboard.press("Home")
    wait(page, "document.querySelectorAll('.nt-bar:not(.nt-off)').length === 1")
    cut = page.locator(".nt-off .nt-cut")
    assert cut.count() == 11
    hatching = cut.first.evaluate("e => getComputedStyle(e).backgroundImage")
    assert "repeating-linear-gradient" in hatching
    page.keyboard.press("End")
    wait(page, "document.querySelectorAll('.nt-bar:not(.nt-off)').length > 1")

    # Take the third bar with the keyboard; the focus stays on the bars.
    page.locator(".nt-bar").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    third = page.locator(".nt-bar .nt-label").nth(2).inner_text()
    page.keyboard.press("Enter")
    wait(page, f"document.querySelectorAll('.nt-token').length === {last + 2}")
    assert pieces(page)[-1] == third
    assert page.evaluate("document.activeElement.classList.contains('nt-bar')")

    # Sample, fork at an alternative of the first step, undo.
    page.get_by_text("Sample 10").focus()
    page.keyboard.press("Enter")
    wait(page, f"document.querySelectorAll('.nt-token').length > {last + 2}")
    before = pieces(page)
    page.locator(".nt-spot[aria-current]").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    fork = page.evaluate("document.activeElement.querySelector('.gptedu-token').textContent")
    page.keyboard.press("Enter")
    wait(page, f"document.querySelectorAll('.nt-token').length === {last + 2}")
    assert pieces(page)[-1] == fork
    assert page.evaluate("document.activeElement.classList.contains('nt-spot')")
    found.screenshot("next_token_fork", shots, ".gptedu-next_token")
    page.get_by_text("Undo").focus()
    page.keyboard.press("Enter")
    wait(page, f"document.querySelectorAll('.nt-token').length === {len(before)}")
    assert pieces(page) == before

    # A text too long becomes a sentence, and stays where it was typed.
    area = page.locator(".nt-read textarea")
    area.fill("cat " * 120)
    area.press("Control+Enter")
    page.wait_for_selector(".gptedu-next_token .gptedu-error:visible")
    assert "reads at most 95" in page.locator(".gptedu-next_token .gptedu-error").inner_text()
    assert area.input_value() == "cat " * 120
    area.fill("The dog")
    area.press("Control+Enter")
    page.wait_for_selector(".gptedu-next_token .gptedu-error", state="hidden")
    wait(page, "document.querySelectorAll('.nt-spot').length === 0")
    assert "".join(pieces(page)[1:]) == "The·dog"
    assert found.count_cells() == 2
    found.check_quiet()


def check_a_slider_that_moves_fast_ends_where_it_was_left(page):
    slider = page.get_by_label("temperature").first
    slider.focus()
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    wait(page, "document.querySelectorAll('.gptedu-next_token')[0].ariaBusy === 'false'")
    value = float(slider.input_value())
    assert value == 2.0
    # The bars are those of the last value: flat, so that more tokens can be drawn.
    wait(page, "document.querySelector('.nt-value').innerText === '2.00'")


def test_the_dark_theme_is_legible(live, request):
    found = live(dark=True)
    page = found.page
    assert "gptedu-dark" in page.locator(".gptedu-next_token").get_attribute("class")
    check_controls(page, ".gptedu-next_token")
    page.get_by_text("Sample 10").click()
    page.wait_for_selector(".nt-spot >> nth=8")
    found.screenshot("next_token_dark", request.config.getoption("--screenshots"))
    found.check_quiet()


def test_a_session_of_mouse_and_keys(live, open_notebook, request):
    """One notebook for all of it: starting a kernel is what takes the time."""
    shots = request.config.getoption("--screenshots")
    found = live()
    check_mounted(found, shots)
    check_next_token_by_keyboard_alone(found, shots)
    check_a_slider_that_moves_fast_ends_where_it_was_left(found.page)
    press_on_everything(found, ".gptedu-next_token")
    found.check_quiet()
    check_reopened_untrusted(found, open_notebook)
