"""NextToken and PromptLab in a real JupyterLab: mouse, keyboard, hostile text, five states."""

from __future__ import annotations

import functools
import json
import time

import pytest

pytestmark = pytest.mark.browser

SETUP = (
    "from tiny_family import HOSTILE, load, load_slow\n"
    "from gptedu.widgets import NextToken, PromptLab"
)
NEXT = "nt = NextToken(load('tiny'), 'The cat saw ' + HOSTILE, temperature=0.9, top_p=0.9)\nnt"
LAB = (
    "pl = PromptLab([load('small', 8), load('medium'), load_slow('slow')], 'hot:',\n"
    "    ['tall: short', 'big: small', 'wet: dry', HOSTILE + ': ' + HOSTILE], k=2,\n"
    "    choices=[' cold', ' red house'], max_tokens=8)\npl"
)


def wait(page, script: str) -> None:
    page.wait_for_function(script)


def pieces(page) -> list[str]:
    return page.locator(".nt-token").all_inner_texts()


@pytest.fixture
def live(notebook):
    """Both widgets, mounted by one Run All."""

    def start(**options):
        found = notebook([SETUP, NEXT, LAB], **options)
        found.page.wait_for_selector(".gptedu-next_token .nt-bar")
        found.page.wait_for_selector(".gptedu-prompt_lab .pl-card.pl-done >> nth=2")
        return found

    return start


def press_on_everything(found, widget: str) -> None:
    """The keys that JupyterLab would take for itself, on every element that can hold the focus."""
    page, cells = found.page, found.count_cells()
    box = page.locator(widget)
    places = box.locator("button, input, textarea, summary, [tabindex]").count()
    assert places > 5
    for i in range(places):
        one = box.locator("button, input, textarea, summary, [tabindex]").nth(i)
        if not one.is_visible() or one.is_disabled():
            continue
        # A card that is just being drawn anew takes the focus a moment later.
        focus = functools.partial(
            one.evaluate, "e => { e.focus(); return document.activeElement === e; }"
        )
        found.until(focus, f"the focus on element {i} of {widget}")
        for key in "abxdd":
            page.keyboard.press(key)
    assert found.count_cells() == cells


def check_mounted(found, shots):
    page = found.page
    found.screenshot("next_token", shots, ".gptedu-next_token")
    found.screenshot("prompt_lab", shots, ".gptedu-prompt_lab")
    # Text shows as itself, and nothing of it became an element.
    assert page.locator(".nt-read textarea").input_value().endswith("</script><b>x")
    assert "".join(pieces(page)[1:]).replace("·", " ") == "The cat saw </script><b>x"
    assert page.locator(".pl-example").nth(3).inner_text().endswith("</script><b>x: </script><b>x")
    assert page.locator(".gptedu b").count() == 0
    assert page.locator(".gptedu-next_token").count() == 1
    # The picture before each view is hidden.
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
    assert found.count_cells() == 3
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


def test_every_control_has_a_name_and_the_dark_theme_is_legible(live, request):
    found = live(dark=True)
    page = found.page
    for widget in (".gptedu-next_token", ".gptedu-prompt_lab"):
        assert "gptedu-dark" in page.locator(widget).get_attribute("class")
        nameless = page.locator(widget).evaluate(
            """root => [...root.querySelectorAll('button, input, textarea')].filter(e =>
                !(e.ariaLabel || e.textContent.trim() || e.labels?.[0]?.textContent.trim()))
                .map(e => e.outerHTML)"""
        )
        assert nameless == []
        unkept = page.locator(widget).evaluate(
            """root => [...root.querySelectorAll('button, input, textarea, summary, [tabindex]')]
                .filter(e => !e.hasAttribute('data-lm-suppress-shortcuts')).map(e => e.outerHTML)"""
        )
        assert unkept == []
    page.get_by_text("Sample 10").click()
    page.wait_for_selector(".nt-spot >> nth=8")
    shots = request.config.getoption("--screenshots")
    found.screenshot("next_token_dark", shots, ".gptedu-next_token")
    found.screenshot("prompt_lab_dark", shots, ".gptedu-prompt_lab")
    found.check_quiet()


def check_reopened_untrusted(found, lab, open_notebook):
    """Saved with its outputs and opened as someone else's file: the pictures, and no blank."""
    path = found.save()
    found.until(lambda: "image/png" in path.read_text(), "pictures in the file")
    stored = json.loads(path.read_text())
    assert "widgets" not in stored["metadata"]
    for cell in stored["cells"][1:]:
        assert any("image/png" in output["data"] for output in cell["outputs"])
        cell["metadata"].pop("trusted", None)
    found.page.close()
    lab.stop_kernels()
    copy = lab.folder / f"untrusted-{time.monotonic_ns()}.ipynb"
    copy.write_text(json.dumps(stored))
    again = open_notebook(copy.name)
    again.page.wait_for_selector(".jp-OutputArea img:visible >> nth=1")
    wait(
        again.page,
        "[...document.querySelectorAll('.jp-OutputArea img')].every(e => e.naturalWidth > 800)",
    )
    again.check_quiet()


def test_a_session_of_mouse_and_keys(live, lab, open_notebook, request):
    """One notebook for all of it: starting a kernel is what takes the time."""
    shots = request.config.getoption("--screenshots")
    found = live()
    check_mounted(found, shots)
    check_next_token_by_keyboard_alone(found, shots)
    check_a_slider_that_moves_fast_ends_where_it_was_left(found.page)
    check_answers_come_one_by_one_and_mistakes_keep_the_prompt(found, shots)
    check_examples_by_mouse(found.page)
    press_on_everything(found, ".gptedu-next_token")
    press_on_everything(found, ".gptedu-prompt_lab")
    found.check_quiet()
    check_reopened_untrusted(found, lab, open_notebook)
