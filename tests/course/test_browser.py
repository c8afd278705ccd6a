"""Guesses, checkers, stops and plots as a learner meets them in a real JupyterLab."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from contrast import contrast
from gptedu.course.cards import prediction_card
from gptedu.course.show import STYLE
from gptedu.tools import learn
from harness import run_cell, wait, write_notebook

pytestmark = pytest.mark.browser

SETUP = "import os\nos.environ['GPTEDU_STATE'] = ''\nfrom gptedu.course import predict, reveal"
ASK = "predict('gpt1/x', 'How many points?', between=(0, 60), unit='points')"
REVEAL = "reveal('gpt1/x', 21.34)"
FORM, REVEALED = ".gptedu-form", ".gptedu-reveal"


def run_and_wait(found: Any, index: int) -> None:
    """Run a cell, and wait until it has been."""
    cell = f"window.jupyterapp.shell.currentWidget.content.model.cells.get({index})"
    before = found.page.evaluate(f"{cell}.executionCount")
    run_cell(found, index)
    count = f"{cell}.executionCount"
    wait(found.page, f"{count} !== null && {count} !== {json.dumps(before)}")


def outputs(found: Any, index: int) -> str:
    return found.page.evaluate(
        f"""() => JSON.stringify(window.jupyterapp.shell.currentWidget.content.model.cells
            .get({index}).outputs.toJSON())"""
    )


def test_a_guess_is_seen_before_it_is_run_made_kept_and_there_after_a_restart(
    lab: Any, open_notebook: Callable[..., Any], request: pytest.FixtureRequest
) -> None:
    shots = request.config.getoption("--screenshots")
    path = lab.folder / f"guess-{time.monotonic_ns()}.ipynb"
    write_notebook(path, [SETUP, ASK, REVEAL])
    stored = json.loads(path.read_text())
    card = prediction_card("How many points?", "gptedu-asked-gpt1-x", span=(0, 60), unit="points")
    data = {"text/html": STYLE + card, "text/plain": "How many points?"}
    stored["cells"][1]["outputs"] = [
        {"output_type": "display_data", "data": data, "metadata": {}},
        {"output_type": "stream", "name": "stdout", "text": "21.34"},
    ]
    path.write_text(learn.blank(stored))
    found = open_notebook(path.name)
    page = found.page
    asked = page.get_by_role("heading", name="How many points?")
    asked.wait_for()
    assert "press Shift+Enter" in page.locator("#main").inner_text()
    found.screenshot("guess_blank", shots, "#main")
    run_and_wait(found, 0)

    # What it says works: a click on the question, and the keys.
    asked.click()
    page.keyboard.press("Shift+Enter")
    page.wait_for_selector(f"{FORM}:visible")
    wait(page, "document.querySelector('.gptedu-prediction')?.offsetParent === null")
    run_and_wait(found, 2)
    page.wait_for_selector(REVEALED)
    assert not page.get_by_text("21.3 points").is_visible()
    page.locator(REVEALED).get_by_text("Show the result without a guess").click()
    page.get_by_text("21.3 points").wait_for()
    found.screenshot("guess_none", shots, "#main")
    field = page.locator(f"{FORM} input[type=number]")
    field.fill("20")
    field.press("Enter")
    wait(page, f"document.querySelector('{REVEALED}').textContent.includes('Close.')")
    assert page.get_by_text("21.3 points").is_visible()
    found.settle()
    page.wait_for_timeout(1700)  # after the card has been drawn anew, behind the form
    assert not page.locator(".gptedu-prediction").is_visible()
    found.screenshot("guess_made", shots, "#main")
    found.check_quiet()

    found.save()
    found.until(lambda: "Your guess is kept" in path.read_text(), "the guess in the file")
    page.close()
    lab.stop_kernels()
    again = open_notebook(path.name)
    again.page.get_by_text("Your guess is kept").wait_for()
    assert "20.0 points" in again.page.locator("#main").inner_text()
    again.screenshot("guess_reopened", shots, "#main")
    again.check_quiet()


def test_a_stopped_cell_says_one_line_and_a_name_that_is_missing_says_what_to_run(
    notebook: Callable[..., Any], request: pytest.FixtureRequest
) -> None:
    cells = [SETUP, "if 'first' in dir():\n    while True: pass\nfirst = 1", "0", "0"]
    found = notebook(cells)
    page = found.page
    run_cell(found, 1)
    kernel = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
    wait(page, f"{kernel}.status === 'busy'")
    page.wait_for_timeout(300)
    found.command("notebook:interrupt-kernel")
    page.get_by_text("Stopped. Run this cell again").wait_for()
    assert "Traceback" not in page.locator("#main").inner_text()
    page.evaluate(
        """() => window.jupyterapp.shell.currentWidget.content.model.cells.get(2)
            .sharedModel.setSource('monitor.run(20)')"""
    )
    hint = page.get_by_text("Run All Above Selected Cell")

    def said() -> bool:
        run_cell(found, 2)  # after an error the kernel drops what was asked meanwhile: ask again
        page.wait_for_timeout(1000)
        return hint.count() > 0

    found.until(said, "the hint")
    found.screenshot("stopped", request.config.getoption("--screenshots"), "#main")
    found.check_quiet()


LONG = (
    "import time\nfrom gptedu.progress import track\n"
    "for _ in track(range(12), 'reading'): time.sleep(0.2)"
)


def test_a_long_work_shows_a_line_that_goes(notebook: Callable[..., Any]) -> None:
    found = notebook(
        ["0", "if 'again' in dir():\n    " + LONG.replace("\n", "\n    ") + "\nagain=1"]
    )
    page = found.page
    run_cell(found, 1)
    page.get_by_text(re.compile(r"reading: \d+ of 12, about \d+ s left")).wait_for()
    assert page.locator(".jp-OutputArea progress").is_visible()
    assert page.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    wait(page, "document.querySelectorAll('.jp-OutputArea progress').length === 0")
    assert "reading" not in outputs(found, 1)
    found.check_quiet()


PLOT = (
    "from gptedu.plots.accuracy import accuracy_by_size\n"
    "from gptedu.plots.ppo_curves import ppo_curves\n"
    "sizes = {'mini-xs-v2': 5e4, 'mini-s-v2': 2.2e5, 'mini-m-v2': 1.15e6, 'mini-l-v2': 3.2e6}\n"
    "rows = [dict(step=i + 1, reward=i, truth=-i, kl=i, entropy=2, length=9) for i in range(4)]"
)
FIGURES = [
    "accuracy_by_size(list(sizes.values()), {'one': [.1, .2, .3, .4]}, names=list(sizes),\n"
    "    title='A title that is so long that no page of seven hundred pixels has room for it')",
    "ppo_curves({'β = 0.2': rows, 'β = 0': rows}, title='Two runs')",
]
CLAIMS = (
    "from gptedu.chapters.gpt1 import claims\nfrom gptedu.course import claims_table\n"
    "claims.pretraining.recorded()\nclaims.layers.recorded()\nclaims_table()"
)


@pytest.mark.parametrize("dark", [False, True])
def test_plots_and_tables_fit_a_narrow_page_and_can_be_read_on_it(
    notebook: Callable[..., Any], dark: bool, request: pytest.FixtureRequest
) -> None:
    found = notebook([PLOT, *FIGURES, CLAIMS], width=700, height=3200, dark=dark)
    page = found.page
    page.wait_for_selector(f".js-plotly-plot >> nth={len(FIGURES) - 1}")
    page.wait_for_selector(".gptedu-claims table")
    found.command("application:toggle-left-area")
    # Nothing is wider than its cell, and no letter of a plot stands outside of it.
    wide = """() => [...document.querySelectorAll('.jp-OutputArea-output')].filter(e =>
        e.scrollWidth > e.clientWidth + 1).map(e => e.className + e.textContent.slice(0, 60))"""
    found.until(lambda: not page.evaluate(wide), "plots as wide as the page")
    cut = """() => [...document.querySelectorAll('.js-plotly-plot')].flatMap(plot => {
            const frame = plot.getBoundingClientRect();
            const words = [...plot.querySelectorAll('text')].filter(e => e.textContent.trim());
            return words.filter(e => {
                const box = e.getBoundingClientRect();
                return box.left < frame.left - 1 || box.right > frame.right + 1
                    || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
            }).map(e => e.textContent); })"""
    found.until(lambda: not page.evaluate(cut), "letters within their plots")
    # No label of an axis lies on another one, on its title or on the legend; and none is left out.
    clash = """() => [...document.querySelectorAll('.js-plotly-plot')].flatMap(plot => {
            const boxes = [...plot.querySelectorAll('.xtick text, .xtitle, .legendtext')].map(e =>
                [e.textContent, e.getBoundingClientRect()]);
            return boxes.flatMap(([word, a], i) => boxes.slice(i + 1).filter(([_, b]) =>
                a.left < b.right && b.left < a.right && a.top < b.bottom - 1 && b.top < a.bottom - 1
            ).map(([other]) => word + ' on ' + other)); })"""
    found.until(lambda: not page.evaluate(clash), "labels beside each other")
    assert page.locator(".js-plotly-plot").first.locator(".xtick text").count() == 4
    letters, ground = page.evaluate(
        """() => { const text = document.querySelector('.js-plotly-plot .gtitle');
            let at = text; let ground = 'rgba(0, 0, 0, 0)';
            for (; at && /, 0\\)$/.test(ground); at = at.parentElement)
                ground = getComputedStyle(at).backgroundColor;
            return [getComputedStyle(text).fill, ground]; }"""
    )
    colours = [tuple(map(int, re.findall(r"\d+", colour)[:3])) for colour in (letters, ground)]
    assert contrast(*colours) > 4
    assert (sum(colours[1]) < 200) == dark
    # The sentence for those who cannot see it is there, and not seen.
    said = page.locator(".gptedu-alt")
    assert said.count() == len(FIGURES)
    assert "one: 10% at 50k weights" in said.first.text_content()
    assert all(box["width"] <= 1 for box in (each.bounding_box() for each in said.all()))
    # Words are not broken in the middle.
    broken = page.evaluate(
        """() => { const pre = [...document.querySelectorAll('.jp-OutputArea-output pre')]
                .find(e => e.textContent.includes('agrees') || e.textContent.includes('measured'));
            const range = document.createRange(); const node = pre.firstChild; const words = [];
            for (const match of node.data.matchAll(/\\S+/g)) {
                range.setStart(node, match.index);
                range.setEnd(node, match.index + match[0].length);
                if (range.getClientRects().length > 1) words.push(match[0]);
            }
            return words; }"""
    )
    assert broken == []
    found.check_quiet()
    name = "plots_dark" if dark else "plots"
    found.screenshot(name, request.config.getoption("--screenshots"), "#main")
