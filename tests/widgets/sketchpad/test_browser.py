"""Sketchpad in a real JupyterLab: drawn on by mouse, by keys and with a file; captions changed."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from harness import (
    check_controls,
    check_reopened_untrusted,
    drag_finger,
    press_on_everything,
    wait,
)

pytestmark = pytest.mark.browser

CELLS = [
    "from tiny_vision import tiny_clip, tiny_reader\nfrom gptedu.widgets import Sketchpad",
    "pad = Sketchpad(tiny_clip(), tiny_reader())\npad",
]
ROOT = ".gptedu-sketchpad"
SHEET = f"{ROOT} .sk-sheet"


@pytest.fixture
def live(notebook):
    def start(**options):
        found = notebook(CELLS, **options)
        found.page.wait_for_selector(f"{ROOT} .sk-prompt")
        return found

    return start


def pixel(page, row, column):
    """The colour that the sheet shows there, "r,g,b"."""
    return page.locator(SHEET).evaluate(
        """(sheet, [row, column]) => {
            const at = sheet.width / 24;
            const x = (column + 0.5) * at, y = (row + 0.5) * at;
            return [...sheet.getContext('2d').getImageData(x, y, 1, 1).data.slice(0, 3)].join();
        }""",
        [row, column],
    )


def until_pixel(found, row, column, colour):
    found.until(lambda: pixel(found.page, row, column) == colour, f"{colour} at {row}, {column}")


def middle_of(page, row, column):
    box = page.locator(SHEET).bounding_box()
    return box["x"] + box["width"] * (column + 0.5) / 24, box["y"] + box["height"] * (
        row + 0.5
    ) / 24


def settled(found):
    """Until Python has answered all that was asked."""
    wait(found.page, f"!document.querySelector('{ROOT}').classList.contains('gptedu-busy')")


def steady(found):
    """Until the sheet stays where it is: a finger aims at where it was."""
    found.page.wait_for_function(
        """selector => {
            const box = document.querySelector(selector).getBoundingClientRect();
            const before = window.boxBefore;
            window.boxBefore = [box.x, box.y, box.width, box.height].join();
            return before === window.boxBefore;
        }""",
        arg=SHEET,
        polling=500,
    )


def check_drawing_by_mouse(found):
    page = found.page
    page.locator(SHEET).scroll_into_view_if_needed()
    page.locator(f"{ROOT} [data-colour=blue]").click()
    page.mouse.move(*middle_of(page, 2, 2))
    page.mouse.down()
    page.mouse.move(*middle_of(page, 2, 20), steps=4)
    page.mouse.up()
    settled(found)
    for column in (2, 11, 20):
        until_pixel(found, 2, column, "50,90,235")
    assert pixel(page, 3, 11) == "0,0,0"
    page.locator(f"{ROOT} .sk-undo").click()  # one stroke is one step
    until_pixel(found, 2, 11, "0,0,0")
    assert pixel(page, 2, 2) == "0,0,0"
    page.locator(f"{ROOT} .sk-group [data-key=square]").click()
    page.mouse.click(*middle_of(page, 20, 20))
    until_pixel(found, 20, 20, "50,90,235")
    page.locator(f"{ROOT} .sk-group [data-key=pen]").click()


def check_drawing_by_keys(found):
    page = found.page
    page.locator(f"{ROOT} .sk-clear").press("Enter")
    until_pixel(found, 12, 12, "0,0,0")
    page.locator(SHEET).focus()
    for key in ("Shift+ArrowUp", "Shift+ArrowLeft"):
        for _ in range(3):  # to the upper left corner
            page.keyboard.press(key)
    page.keyboard.press("4")
    page.keyboard.press("Space")
    until_pixel(found, 0, 0, "240,220,50")
    page.keyboard.press("d")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("d")
    page.keyboard.press("ArrowDown")
    settled(found)
    until_pixel(found, 0, 3, "240,220,50")
    assert page.locator(f"{ROOT} .sk-told").inner_text() == "row 2, column 4: empty"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Delete")
    until_pixel(found, 0, 3, "0,0,0")
    page.keyboard.press("Control+z")
    until_pixel(found, 0, 3, "240,220,50")


def check_captions(found):
    page = found.page
    rows = page.locator(f"{ROOT} .sk-prompt")
    before = rows.count()
    first = rows.first.locator(".sk-text")
    first.fill("</script><b>x")
    page.wait_for_selector(f"{ROOT} .gptedu-strange:has-text('script')")
    assert first.evaluate("e => e === document.activeElement")
    fresh = page.locator(f"{ROOT} .sk-fresh")
    fresh.fill("a green cup")
    fresh.press("Enter")
    found.until(lambda: rows.count() == before + 1, "one more caption")
    assert fresh.input_value() == ""
    fresh.fill("a green cup")
    fresh.press("Enter")
    page.wait_for_selector(f"{ROOT} [role=alert]:has-text('is there twice')")
    rows.first.locator(".sk-remove").press("Enter")
    found.until(lambda: rows.count() == before, "one caption less")
    page.wait_for_selector(f"{ROOT} [role=alert]", state="hidden")
    found.until(
        lambda: (shares := [
            float(each.rstrip("%")) for each in rows.locator(".gptedu-bar-value").all_inner_texts()
        ]) == sorted(shares, reverse=True),
        "the likeliest first",
    )  # fmt: skip
    look = rows.nth(1).locator(".sk-look")
    look.click()
    wait(page, f"document.querySelectorAll('{ROOT} .sk-look[aria-pressed=true]').length === 1")
    found.until(lambda: look.get_attribute("aria-pressed") == "true", "the chosen caption")


def check_one_change(found, shots):
    page = found.page
    page.locator(f"{ROOT} .sk-changes [data-to=green]").click()
    page.wait_for_selector(f"{ROOT} .sk-pair >> text=It is green now.")
    until_pixel(found, 0, 0, "40,180,60")
    assert page.locator(f"{ROOT} .sk-pair canvas").count() == 2
    assert page.locator(f"{ROOT} .gptedu-bar-before:visible").count() > 1
    page.locator(f"{ROOT} .sk-place [data-to='top left']").focus()
    page.keyboard.press("End")  # one tab stop for all nine
    page.keyboard.press("Enter")
    until_pixel(found, 19, 20, "40,180,60")
    page.locator(f"{ROOT} .sk-changes [data-to=cup]").press("Enter")
    page.wait_for_selector(f"{ROOT} .sk-pair >> text=It is a cup now.")
    question = page.locator(f"{ROOT} .sk-asking input")
    question.fill("")
    question.press("Enter")
    page.wait_for_selector(f"{ROOT} [role=alert]:has-text('question is empty')")
    question.fill("What is it?")
    question.press("Enter")
    page.wait_for_selector(f"{ROOT} .sk-answer:has-text('tiny-reader:')")
    assert page.locator(f"{ROOT} .sk-asking td").count() == 9
    page.locator(f"{ROOT} .sk-changes [data-to=pink]").press("Enter")
    page.wait_for_selector(f"{ROOT} .sk-answer:has-text('before the change')")
    assert page.locator(ROOT).evaluate("e => e.scrollWidth <= e.clientWidth + 1")
    found.screenshot("sketchpad", shots, ROOT)


def check_files(found):
    page = found.page
    picture = np.zeros((48, 48, 3), dtype=np.uint8)
    picture[:24] = (250, 0, 10)
    for form in ("PNG", "GIF"):
        content = io.BytesIO()
        Image.fromarray(picture).save(content, form)
        sent = {"name": f"mine.{form.lower()}", "mimeType": f"image/{form.lower()}"}
        page.locator(f"{ROOT} .sk-file").set_input_files([sent | {"buffer": content.getvalue()}])
        until_pixel(found, 5, 5, "250,0,10")
        page.locator(f"{ROOT} .sk-clear").click()
        until_pixel(found, 5, 5, "0,0,0")
    for content, words in (
        (b"no picture", "no PNG, JPEG or GIF"),
        (bytes(7_000_001), "give at most"),
    ):
        sent = {"name": "<b>.png", "mimeType": "image/png", "buffer": content}
        page.locator(f"{ROOT} .sk-file").set_input_files([sent])
        page.wait_for_selector(f"{ROOT} [role=alert]:has-text('{words}')")


def test_a_session_of_mouse_keys_and_files(live, open_notebook, request):
    shots = request.config.getoption("--screenshots")
    found = live(height=1700)
    check_controls(found.page, ROOT)
    assert found.page.locator(".jp-OutputArea img:visible").count() == 0
    found.screenshot("sketchpad_first", shots, ROOT)
    check_drawing_by_mouse(found)
    check_drawing_by_keys(found)
    check_captions(found)
    check_one_change(found, shots)
    check_files(found)
    press_on_everything(found, ROOT)
    found.check_quiet()
    check_reopened_untrusted(found, open_notebook)


def test_narrow_and_dark(live, request):
    found = live(dark=True, width=700, height=2200)
    page = found.page
    assert "gptedu-dark" in page.locator(ROOT).get_attribute("class")
    check_controls(page, ROOT)
    assert page.locator(ROOT).evaluate("e => e.scrollWidth <= e.clientWidth + 1")
    found.screenshot("sketchpad_dark", request.config.getoption("--screenshots"), ROOT)
    found.check_quiet()


def test_a_finger_draws_and_does_not_scroll_the_page(live):
    found = live(touch=True)
    page = found.page
    settled(found)
    page.locator(SHEET).scroll_into_view_if_needed()
    blue = page.locator(f"{ROOT} [data-colour=blue]")
    blue.tap()
    found.until(lambda: blue.get_attribute("aria-pressed") == "true", "the colour")
    steady(found)
    drag_finger(page, middle_of(page, 2, 5), middle_of(page, 14, 5))
    settled(found)
    for row in (2, 8, 14):
        until_pixel(found, row, 5, "50,90,235")
    found.check_quiet()
