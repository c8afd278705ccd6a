"""PPOMonitor in a real JupyterLab: a policy that trains, mouse, keyboard, a reload."""

from __future__ import annotations

import itertools
import json
import re

import pytest

from contrast import contrast
from gptedu.rlhf.ppo.record import PPORecord
from gptedu.widgets.ppo_monitor.state import lines_of, panels_of
from harness import check_controls, check_reopened_untrusted, press_on_everything, run_cell, wait

pytestmark = pytest.mark.browser

SETUP = (
    "from tiny_ppo import record, run\n"
    "from gptedu.widgets import PPOMonitor\n"
    "stored = record(0.0, 25)\n"
    "stored.save('stored.json')"
)
MONITOR = (
    "trained = run()\n"
    "monitor = PPOMonitor(trained, others={'beta = 0 </b>': stored}, steps=200)\n"
    "monitor"
)
ANSWERED = "document.querySelector('.gptedu-ppo_monitor').ariaBusy === 'false'"
TRAIN = "monitor.run(count if 'count' in dir() else 3, progress=False)\ncount = 500"
SAVE = "trained.record.save('record.json')"
CELLS = [SETUP, MONITOR, TRAIN, SAVE]


@pytest.fixture
def live(notebook):
    """The widget, mounted by one Run All, in which three steps are taken."""

    def start(**options):
        found = notebook(CELLS, **options)
        found.page.wait_for_selector(".gptedu-ppo_monitor .pm-chart svg >> nth=5")
        return found

    return start


def saved_record(found) -> PPORecord:
    """The run's record as it is now, by way of a cell."""
    path = found.lab.folder / "record.json"
    path.unlink(missing_ok=True)
    tries = itertools.count()

    def answered() -> bool:
        # After an error the kernel drops what was asked meanwhile: ask again.
        if next(tries) % 50 == 0:
            run_cell(found, CELLS.index(SAVE))
        return path.exists()

    found.until(answered, "the record that the kernel saves")
    return PPORecord.load(path)


def state(page) -> str:
    return page.locator(".pm-state").inner_text()


def wait_state(page, words: str) -> None:
    wait(page, f"document.querySelector('.pm-state')?.textContent.includes({words!r})")


def check_mounted(found, shots):
    page = found.page
    found.screenshot("ppo_monitor", shots, ".gptedu-ppo_monitor")
    assert "beta = 0 </b>" in page.locator(".pm-legend").inner_text()
    assert "</script><b>x" in page.locator(".pm-answers").inner_text()
    assert page.locator(".gptedu b").count() == 0
    assert page.locator(".jp-OutputArea img:visible").count() == 0
    assert "stopped after step 3" in state(page)  # a cell of Run All has trained


def check_a_button_under_the_mouse_can_be_read(page):
    page.locator(".pm-go").hover()
    look = page.locator(".pm-go").evaluate(
        "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
    )
    colours = []
    for each in look:
        parts = [float(part) for part in re.findall(r"[\d.]+", each)[:3]]
        colours.append(tuple(round(255 * p) if "srgb" in each else round(p) for p in parts))
    assert contrast(*colours) > 4.5


def take(page, steps):
    """Type how many steps a press takes: at first it is what the last cell took."""
    field = page.get_by_label("steps to take")
    field.fill(str(steps))
    field.press("Enter")
    wait(page, ANSWERED)


def check_pause_beta_and_go_on_while_it_trains(found, shots):
    page = found.page
    assert page.get_by_label("steps to take").input_value() == "3"
    take(page, 200)
    page.locator(".pm-go").focus()
    page.keyboard.press("Enter")
    wait_state(page, "to go")
    assert page.locator(".pm-go").inner_text() == "Pause"
    # Enter tells a number; what is none is said; the arrows go along the slider's stops.
    field = page.locator(".pm-beta input[type=number]")
    for keys, value in (("0.3", "0.3"), ("-1", "0.3"), ("1.5", "1.5")):
        field.click()
        page.keyboard.press("Control+a")
        page.keyboard.type(keys)
        page.keyboard.press("Enter")
        wait(page, ANSWERED)
        said = "give 0 (no penalty) or more." if keys == "-1" else ""
        wait(
            page,
            f"document.querySelector('.pm-top > .gptedu-error').textContent.endsWith({said!r})",
        )
        assert field.input_value() == value
    page.keyboard.press("ArrowUp")
    wait(page, "document.querySelector('.pm-beta input[type=range]').value === '11'")
    assert field.input_value() == "2"
    slider = page.locator(".pm-beta input[type=range]")
    slider.focus()
    page.keyboard.press("End")
    wait(page, "document.querySelector('.pm-beta input[type=number]').value === '5'")
    # Cells run meanwhile: the kernel is free.
    before = len(saved_record(found))
    found.screenshot("ppo_monitor_training", shots, ".gptedu-ppo_monitor")
    wait(page, f"Number(document.querySelector('.pm-state').textContent.match(/\\d+/)) > {before}")
    assert "to go" in state(page)
    page.locator(".pm-go").focus()
    page.keyboard.press("Enter")
    wait_state(page, "stopped after step")
    rows = saved_record(found)
    paused = len(rows)
    assert 3 < paused < 203
    betas = [row["beta"] for row in rows]
    assert (betas[0], betas[-1]) == (0.05, 5.0)
    assert betas == sorted(betas)
    page.get_by_role("button", name="Step once").click()
    wait_state(page, f"stopped after step {paused + 1}")
    said = page.locator(".gptedu-ppo_monitor [aria-live]").inner_text()
    assert said.startswith(f"Stopped after step {paused + 1}: Reward")


def check_curves_are_the_record(found):
    """What is drawn, in pixels, against the same computed here from the run's saved record."""
    page = found.page
    record = saved_record(found)
    stored = PPORecord.load(found.lab.folder / "stored.json")
    for against, words in (("kl", "KL"), ("step", "step")):
        page.locator(".pm-axis button").get_by_text(words, exact=True).click()
        wait(page, f"document.querySelector('.pm-axis [data-key={against}]').ariaPressed==='true'")
        runs = {"this run": lines_of(record, against), "beta = 0 </b>": lines_of(stored, against)}
        until = max(len(record), 203)
        panels = {panel["name"]: panel for panel in panels_of([*runs.values()], against, until)}
        drawn = page.evaluate(
            """() => [...document.querySelectorAll('.pm-panel')].flatMap(panel =>
                [...panel.querySelectorAll('path[data-run]:not(.pm-dots)')].map(path => ({
                    panel: panel.dataset.name, run: path.dataset.run, d: path.getAttribute('d'),
                    width: Number(path.ownerSVGElement.getAttribute('width')),
                    ticks: panel.querySelectorAll('svg text').length })))"""
        )
        assert len(drawn) == 2 * 6
        for each in drawn:
            panel, lines = panels[each["panel"]], runs[each["run"]]
            points = [[float(v) for v in p.split()] for p in re.findall(r"[ML]([^ML]+)", each["d"])]
            x, y = lines["x"][panel["axis"]], lines["y"][each["panel"]]
            assert len(points) == len(x)
            x0, x1 = panel["x"]
            if panel["axis"] == "step":  # how many steps were meant to come is the widget's own
                x1 = x0 + (x[-1] - x[0]) * (each["width"] - 54) / (points[-1][0] - points[0][0])
            for (across, up), at, value in zip(points, x, y, strict=True):
                assert abs(44 + (each["width"] - 54) * (at - x0) / (x1 - x0) - across) < 0.02
                share = (value - panel["y"][0]) / (panel["y"][1] - panel["y"][0])
                assert abs(8 + 128 * (1 - share) - up) < 0.02
    shown = page.locator(".pm-panel[data-name=reward] .pm-value").inner_text()
    assert shown.replace("−", "-") == f"{record[-1]['reward']:.2f}"
    assert page.locator(".gptedu-ppo_monitor *").count() <= 500


def check_looking_back_by_mouse_and_keys(found, shots):
    page = found.page
    page.locator(".pm-look").focus()
    page.keyboard.press("Home")
    wait(page, "document.querySelector('.pm-looking').textContent.includes('numbers of step 1')")
    assert page.locator(".pm-answers").count() == 1
    assert "Answers of step 1" in page.locator(".gptedu-ppo_monitor").inner_text()
    chart = ".pm-panel[data-name=reward] svg"  # drawn anew now and then: measured in one go
    width = page.evaluate("s => document.querySelector(s).getBoundingClientRect().width", chart)
    page.locator(chart).click(position={"x": width - 12, "y": 60})
    wait(page, "!document.querySelector('.pm-looking').textContent.includes('numbers of step 1,')")
    page.get_by_role("button", name="Follow the newest").click()
    wait(page, "document.querySelector('.pm-looking').textContent.includes('newest')")
    other = page.locator(".pm-legend input")
    other.uncheck()
    wait(page, "document.querySelectorAll('.pm-other[data-run]').length === 0")
    other.check()
    wait(page, "document.querySelectorAll('.pm-other[data-run]').length > 0")
    page.locator(".pm-axis button").nth(2).click()
    wait(page, "document.querySelectorAll('.pm-scatter').length === 2")
    found.screenshot("ppo_monitor_kl", shots, ".gptedu-ppo_monitor")
    page.locator(".pm-axis button").nth(0).click()


def check_a_cell_that_trains_can_be_paused_and_interrupted(found):
    page = found.page
    train = CELLS.index(TRAIN)
    run_cell(found, train)
    wait_state(page, "to go")
    page.locator(".pm-go").click()  # while the cell runs
    wait_state(page, "stopped after step")
    paused = len(saved_record(found))  # the cell has come back, or this one would wait
    assert paused < 503
    run_cell(found, train)
    wait_state(page, "to go")
    wait(page, f"Number(document.querySelector('.pm-state').textContent.match(/\\d+/)) > {paused}")
    found.command("notebook:interrupt-kernel")
    wait_state(page, "stopped after step")
    cell = f"window.jupyterapp.shell.currentWidget.content.model.cells.get({train})"
    wait(page, f"{cell}.outputs.toJSON().at(-1)?.evalue?.includes('nothing is lost')")
    shown = cell.replace(f"({train})", f"({CELLS.index(MONITOR)})")
    rows = saved_record(found)
    assert paused < len(rows) < paused + 500
    assert [row["step"] for row in rows] == list(range(1, len(rows) + 1))
    wait(page, f"JSON.stringify({shown}.outputs.toJSON()).includes('{len(rows)} steps')")
    found.settle()
    assert page.locator(".jp-OutputArea img:visible").count() == 0  # the renewed one too


def check_the_stored_picture_is_of_the_run_as_it_came_to_be(found):
    steps = len(saved_record(found))
    path = found.save()
    found.until(lambda: f"{steps} steps" in path.read_text(), f"the picture of {steps} steps")
    stored = json.loads(path.read_text())
    pictures = [
        output
        for output in stored["cells"][CELLS.index(MONITOR)]["outputs"]
        if "image/png" in output.get("data", {})
    ]
    assert len(pictures) == 1
    alt = pictures[0]["metadata"]["image/png"]["alt"]
    assert alt.startswith(f"Curves of this run, {steps} steps")
    run_cell(found, CELLS.index(TRAIN))  # leaves no error behind in the file
    wait_state(found.page, "to go")
    found.page.locator(".pm-go").click()
    wait_state(found.page, "stopped after step")


def check_the_notebooks_stop_button_stops_what_a_button_started(found):
    """Also after a cell has run meanwhile, which puts the kernel's own handler back."""
    page = found.page
    take(page, 200)
    for between in (False, True):
        before = len(saved_record(found))
        page.locator(".pm-go").click()
        wait_state(page, "to go")
        if between:
            saved_record(found)
        wait(
            page,
            f"Number(document.querySelector('.pm-state').textContent.match(/\\d+/)) > {before}",
        )
        found.until(lambda: stopped_by_the_button(found), "the end of what was started")
        rows = saved_record(found)
        assert before < len(rows) < before + 200
        assert [row["step"] for row in rows] == list(range(1, len(rows) + 1))
    assert (
        page.locator(".jp-OutputArea [data-mime-type='application/vnd.jupyter.error']").count() == 0
    )


def stopped_by_the_button(found) -> bool:
    """Press ■ where it still trains: between two cells it may go to neither."""
    if "stopped after step" in state(found.page):
        return True
    found.command("notebook:interrupt-kernel")
    found.page.wait_for_timeout(400)
    return False


def check_a_cell_that_is_run_again_keeps_what_it_trained(found, shots):
    page = found.page
    before = saved_record(found)
    run_cell(found, CELLS.index(MONITOR))
    wait_state(page, "not trained yet")
    page.wait_for_selector(".pm-earlier:visible")
    assert f"it has taken {len(before)} steps" in page.locator(".pm-earlier").inner_text()
    found.screenshot("ppo_monitor_again", shots, ".gptedu-ppo_monitor")
    page.get_by_role("button", name="Go on with that one").click()
    wait_state(page, f"stopped after step {len(before)}")
    assert not page.locator(".pm-earlier").is_visible()
    assert saved_record(found) == before  # the notebook's own variable is the old run
    page.get_by_role("button", name="Step once").click()
    wait_state(page, f"stopped after step {len(before) + 1}")


def check_a_reload_while_it_trains(found):
    """The view comes back and goes on; the picture in the file, older by now, stays hidden."""
    page = found.page
    found.save()
    page.locator(".pm-go").click()
    wait_state(page, "to go")
    page.reload()
    page.wait_for_selector(".gptedu-ppo_monitor .pm-chart svg >> nth=5")
    wait_state(page, "to go")
    page.locator(".pm-go").click()
    wait_state(page, "stopped after step")
    page.reload()
    page.wait_for_selector(".gptedu-ppo_monitor .pm-chart svg >> nth=5")
    assert "stopped after step" in state(page)
    wait(page, "[...document.querySelectorAll('.jp-OutputArea img')].every(e => !e.offsetParent)")


def test_the_dark_theme_is_legible(live, request):
    found = live(dark=True)
    page = found.page
    assert "gptedu-dark" in page.locator(".gptedu-ppo_monitor").get_attribute("class")
    check_controls(page, ".gptedu-ppo_monitor")
    check_a_button_under_the_mouse_can_be_read(page)
    found.screenshot("ppo_monitor_dark", request.config.getoption("--screenshots"))
    found.check_quiet()


def test_a_session_of_mouse_and_keys(live, open_notebook, request):
    """One notebook for all of it: starting a kernel is what takes the time."""
    shots = request.config.getoption("--screenshots")
    found = live()
    check_mounted(found, shots)
    check_a_button_under_the_mouse_can_be_read(found.page)
    check_pause_beta_and_go_on_while_it_trains(found, shots)
    check_curves_are_the_record(found)
    check_looking_back_by_mouse_and_keys(found, shots)
    check_a_cell_that_trains_can_be_paused_and_interrupted(found)
    check_the_stored_picture_is_of_the_run_as_it_came_to_be(found)
    check_the_notebooks_stop_button_stops_what_a_button_started(found)
    check_a_cell_that_is_run_again_keeps_what_it_trained(found, shots)
    press_on_everything(found, ".gptedu-ppo_monitor")
    check_a_reload_while_it_trains(found)
    found.check_quiet()
    check_reopened_untrusted(found, open_notebook)
