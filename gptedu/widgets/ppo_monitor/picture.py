"""The picture of PPOMonitor: the curves of a run, other runs dashed beside it, and its answers.

Takes the ``view`` and ``others`` that the live widget draws from, so that both show the same.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from gptedu.plots.colours import ACCENT, FAINT, LINE
from gptedu.widgets.base.png import Picture, Sheet
from gptedu.widgets.base.strokes import fit, wrap

WIDTH, MARGIN, GAP = 900, 16, 18
INNER = WIDTH - 2 * MARGIN
HEIGHT = 196  # of a panel with its title and its axis
LEFT, TOP, BOTTOM = 44, 40, 34
PALE = (154, 190, 226)  # the accent, for single steps behind a mean
DASHES = ((8, 4), (2, 3), (12, 4, 2, 4), (1, 5))
"""Lengths drawn and left out, in CSS pixels."""
MOST_SAMPLES = 3


def ppo_monitor_picture(view: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> Picture:
    """The widget's state as a PNG: what ``PPOMonitor.view`` and ``PPOMonitor.others`` hold."""
    drawn = [(i, other) for i, other in enumerate(others) if not other["hidden"]]
    panels = view["panels"]
    places = _places(panels)
    rows = max(row for _, row, _ in places) + 1
    samples = _sample_lines(view)
    foot = 30 + sum(18 * (len(lines) + 1) + 10 for lines in samples) if samples else 0
    sheet = Sheet(WIDTH, 50 + rows * (HEIGHT + 8) + foot + MARGIN)
    sheet.text(MARGIN, 14, _heading(view), size=14, bold=True)
    _legend(sheet, view, drawn)
    for panel, (column, row, wide) in zip(panels, places, strict=True):
        x = MARGIN + column * (INNER + GAP) / 6
        width = wide * (INNER + GAP) / 6 - GAP
        _panel(sheet, x, 50 + row * (HEIGHT + 8), width, panel, view, drawn)
    y = 50.0 + rows * (HEIGHT + 8)
    if samples:
        sheet.text(MARGIN, y, f"Answers of step {view['answered']}", size=13, bold=True)
        y += 24
    for lines, sample in zip(samples, view["samples"], strict=False):
        truth = "" if sample["truth"] == "–" else f"   true score {sample['truth']}"
        sheet.box(MARGIN, y, 3, 18 * (len(lines) + 1), fill=ACCENT)
        sheet.text(MARGIN + 12, y + 9, f"reward {sample['reward']}{truth}", bold=True, anchor="lm")
        for line in lines:
            y += 18
            sheet.text(MARGIN + 12, y + 9, line, mono=True, anchor="lm")
        y += 28
    return sheet.picture(_alt(view, [other for _, other in drawn]))


def _heading(view: Mapping[str, Any]) -> str:
    done = f"step {view['step']}" if view["step"] else "not trained yet"
    beta = "" if view["beta"] is None else f", β {view['beta']:g}"
    return f"{view['name']}: {done}{beta}"


def _places(panels: Sequence[Mapping[str, Any]]) -> list[tuple[int, int, int]]:
    """Of each panel (column, row, columns wide) on a grid of six columns: the large ones left."""
    large = small = 0
    places = []
    for panel in panels:
        if panel["large"]:
            places.append((0, large, 2))
            large += 1
        else:
            places.append((2 + small % 2 * 2, small // 2, 2))
            small += 1
    return places


def _legend(
    sheet: Sheet, view: Mapping[str, Any], drawn: Sequence[tuple[int, Mapping[str, Any]]]
) -> None:
    x = float(WIDTH - MARGIN)
    for look, name in [*((i, other["name"]) for i, other in reversed(drawn)), (-1, view["name"])]:
        words = fit(sheet, name, 150, size=12)
        x -= sheet.measure(words, size=12)
        sheet.text(x, 22, words, size=12, colour=FAINT, anchor="lm")
        x -= 36
        _line(sheet, [(x, 22), (x + 30, 22)], look)
        x -= 16


def _panel(
    sheet: Sheet,
    x: float,
    y: float,
    width: float,
    panel: Mapping[str, Any],
    view: Mapping[str, Any],
    drawn: Sequence[tuple[int, Mapping[str, Any]]],
) -> None:
    name = panel["name"]
    value = view["values"][name]
    sheet.text(x, y, panel["title"], size=12, bold=True)
    unit = fit(sheet, panel["unit"], width - sheet.measure(value, size=13, bold=True) - 12, size=12)
    sheet.text(x, y + 17, unit, size=12, colour=FAINT)
    sheet.text(x + width, y, value, size=13, bold=True, anchor="ra")
    left, top = x + LEFT, y + TOP
    across, up = width - LEFT - 6, HEIGHT - TOP - BOTTOM
    (x0, x1), (y0, y1) = panel["x"], panel["y"]

    def place(point: tuple[float, float]) -> tuple[float, float]:
        return (
            left + across * (point[0] - x0) / (x1 - x0),
            top + up * (1 - (point[1] - y0) / (y1 - y0)),
        )

    for at, words in panel["y_ticks"]:
        height = place((x0, at))[1]
        sheet.line([(left, height), (left + across, height)], colour=LINE, width=0.5)
        sheet.text(left - 5, height, words, size=12, colour=FAINT, anchor="rm")
    for at, words in panel["x_ticks"]:
        sheet.text(place((at, y0))[0], top + up + 9, words, size=12, colour=FAINT, anchor="mm")
    sheet.line([(left, top + up), (left + across, top + up)], colour=FAINT, width=0.8)
    axis = fit(sheet, panel["axis_title"], across, size=12)
    sheet.text(left + across / 2, top + up + 22, axis, size=12, colour=FAINT, anchor="mm")
    for look, other in drawn:
        for run in _runs(other["lines"], panel):
            _line(sheet, [place(point) for point in run], look)
            _dots(sheet, [place(point) for point in run], panel, FAINT)
    for raw in view["raw"]:
        for run in _runs(raw, panel):
            sheet.line([place(point) for point in run], colour=PALE, width=1)
    for run in _runs(view["lines"], panel):
        points = [place(point) for point in run]
        if panel["axis"] == "step":
            _line(sheet, points, -1)
        else:
            sheet.line(points, colour=PALE, width=1)
            _dots(sheet, points, panel, ACCENT)
        end_x, end_y = points[-1]
        sheet.box(end_x - 3, end_y - 3, 6, 6, fill=ACCENT, radius=3)


def _dots(
    sheet: Sheet,
    points: Sequence[tuple[float, float]],
    panel: Mapping[str, Any],
    colour: tuple[int, int, int],
) -> None:
    """Against KL a line turns back on itself: the steps are dots, and the line only joins them."""
    for x, y in points if panel["axis"] != "step" else ():
        sheet.box(x - 2, y - 2, 4, 4, fill=colour, radius=2)


def _runs(lines: Mapping[str, Any], panel: Mapping[str, Any]) -> list[list[tuple[float, float]]]:
    """A line's points, broken where one is not known."""
    x, y = lines["x"][panel["axis"]], lines["y"].get(panel["name"], ())
    runs: list[list[tuple[float, float]]] = [[]]
    for point in zip(x, y, strict=False):
        if None in point:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def _line(sheet: Sheet, points: Sequence[tuple[float, float]], look: int) -> None:
    """The run itself (-1) as a thick line, another run dashed in grey."""
    if look < 0:
        sheet.line(list(points), colour=ACCENT, width=2.2)
        return
    pattern = DASHES[look % len(DASHES)]
    part, rest = 0, float(pattern[0])
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
        done = 0.0
        while done < length:
            take = min(rest, length - done)
            if part % 2 == 0:
                ends = [
                    (x0 + (x1 - x0) * share / length, y0 + (y1 - y0) * share / length)
                    for share in (done, done + take)
                ]
                sheet.line(ends, colour=FAINT, width=1.5)
            done, rest = done + take, rest - take
            if rest <= 1e-9:
                part += 1
                rest = float(pattern[part % len(pattern)])


def _sample_lines(view: Mapping[str, Any]) -> list[list[str]]:
    ruler = Sheet(1, 1)
    lines = []
    for sample in view["samples"][:MOST_SAMPLES]:
        prompt = " ".join(sample["prompt"].split())
        prompt = f"…{prompt[-88:]}" if len(prompt) > 90 else prompt
        words = sample["answer"].strip() or "(nothing)"
        answer = wrap(ruler, words, INNER - 24, mono=True)
        lines.append([fit(ruler, prompt, INNER - 24, mono=True), *answer[:2]])
    return lines


def _alt(view: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> str:
    if not view["step"]:
        return f"{view['name']} has not been trained yet."
    said = ", ".join(
        f"{panel['title']} {view['values'][panel['name']]}"
        for panel in view["panels"]
        if view["values"][panel["name"]] != "–"
    )
    beside = f" Beside it: {', '.join(other['name'] for other in others)}." if others else ""
    at = view["at"] if view["look"] is not None else view["step"]
    return f"Curves of {view['name']}, {view['step']} steps. At step {at}: {said}.{beside}"
