"""The picture of ScalingExplorer: its charts side by side, and what it says below them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gptedu.plots.colours import ACCENT, ACCENT_WASH, ALARM, FAINT, GOOD, INK, LINE, PAPER
from gptedu.widgets.base.png import DENSITY, Picture, Sheet
from gptedu.widgets.base.strokes import wrap

WIDTH, MARGIN, GAP = 860, 16, 24
HEIGHT, LOW = 330, 120
LEFT, RIGHT, TOP, BOTTOM = 66, 12, 12, 46


def scaling_picture(view: Mapping[str, Any]) -> Picture:
    """The widget's state as a PNG: what ``ScalingExplorer.view`` holds."""
    charts, said = view["charts"], view["says"]
    measure = Sheet(1, 1)
    column = max(measure.measure(label, size=12, bold=True) for label, _ in said) + 18
    lines = [wrap(measure, words, WIDTH - 2 * MARGIN - column) for _, words in said]
    height = HEIGHT if view["tab"] != "budget" else LOW
    sheet = Sheet(WIDTH, 44 + height + 14 + sum(20 * len(each) for each in lines) + MARGIN)
    sheet.text(MARGIN, 14, view["tabs"][view["tab"]], size=15, bold=True)
    wide = (WIDTH - 2 * MARGIN - GAP * (len(charts) - 1)) / len(charts)
    for number, chart in enumerate(charts):
        _chart(sheet, chart, MARGIN + number * (wide + GAP), 40, wide, height)
    y = 44.0 + height + 14
    for (label, _), words in zip(said, lines, strict=True):
        sheet.text(MARGIN, y, label, bold=True)
        for each in words:
            sheet.text(MARGIN + column, y, each)
            y += 20
    dots = sum(len(chart["dots"]) for chart in charts)
    alt = "; ".join(f"{label}: {words}" for label, words in said)
    return sheet.picture(f"{view['tabs'][view['tab']]}, a chart of {dots} points. {alt}")


def _chart(
    sheet: Sheet, chart: Mapping[str, Any], x: float, y: float, width: float, height: float
) -> None:
    left, top = x + (LEFT if chart["y_ticks"] else 8), y + TOP
    names = [line["name"] for line in chart["lines"] if line["kind"] != "name"]
    right = RIGHT + max((sheet.measure(name, size=11) for name in names), default=0)
    across, up = x + width - right - left, height - TOP - BOTTOM
    (x0, x1), (y0, y1) = chart["x"], chart["y"]

    def place(point: Sequence[float]) -> tuple[float, float]:
        inside = min(max(point[1], y0), y1)
        return left + across * (point[0] - x0) / (x1 - x0), top + up * (y1 - inside) / (y1 - y0)

    for at, words in chart["y_ticks"]:
        level = place((x0, at))[1]
        sheet.line([(left, level), (left + across, level)], colour=LINE, width=0.5)
        sheet.text(left - 6, level, words, size=11, colour=FAINT, anchor="rm")
    for at, words in chart["x_ticks"]:
        sheet.text(place((at, y0))[0], top + up + 11, words, size=11, colour=FAINT, anchor="mm")
    sheet.text(left + across, top + up + 24, chart["x_title"], size=12, anchor="ra")
    sheet.text(left, y - 4, chart["y_title"], size=12)
    if chart["band"]:
        upper = [place((at, high)) for at, _, high in chart["band"]]
        lower = [place((at, low)) for at, low, _ in reversed(chart["band"])]
        corners = [(a * DENSITY, b * DENSITY) for a, b in (*upper, *lower)]
        sheet.draw.polygon(corners, fill=ACCENT_WASH)
    sheet.line([(left, top + up), (left + across, top + up)], colour=FAINT, width=0.8)
    if chart["mark"] is not None:
        at = place((chart["mark"], y0))[0]
        _dashed(sheet, [(at, top), (at, top + up)], FAINT, 3, 3)
        sheet.text(at - 4, top + 2, "target", size=11, colour=FAINT, anchor="ra")
    for line in chart["lines"]:
        _line(sheet, line, [place(point) for point in line["points"]])
    if chart["hand"]:
        ends = [place((x0, chart["hand"][0])), place((x1, chart["hand"][1]))]
        _dashed(sheet, ends, INK, 8, 5)
        quarter = [0.7 * a + 0.3 * b for a, b in zip(*ends, strict=True)]
        sheet.text(quarter[0], quarter[1] - 6, "your line", size=11, anchor="ls")
    for dot in chart["dots"]:
        draw_dot(sheet, dot["kind"], *place((dot["x"], dot["y"])))


def _line(sheet: Sheet, line: Mapping[str, Any], points: list[tuple[float, float]]) -> None:
    name, (x, y) = line["name"], points[-1]
    if line["kind"] == "name":
        sheet.text(x, y - 14, name, size=11, anchor="ms")
        return
    if line["kind"] == "slope":
        _dashed(sheet, points, FAINT, 2, 4)
    else:
        sheet.line(points, colour=ACCENT, width=1.6 if line["kind"] == "law" else 1)
    if name:
        sheet.text(x + 6, y, name, size=11, colour=FAINT, anchor="lm")


def draw_dot(sheet: Sheet, kind: str, x: float, y: float) -> None:
    """Each kind by its shape, so that none is told by its colour alone."""

    def polygon(points: Sequence[tuple[float, float]], fill: tuple[int, int, int]) -> None:
        sheet.draw.polygon([((x + a) * DENSITY, (y + b) * DENSITY) for a, b in points], fill=fill)

    if kind == "target":
        polygon([(0, -7), (7, 0), (0, 7), (-7, 0)], ALARM)
    elif kind == "vertex":
        polygon([(0, 5), (5, -4), (-5, -4)], GOOD)
    elif kind == "out":
        for step in (-1, 1):
            sheet.line([(x - 4, y - 4 * step), (x + 4, y + 4 * step)], colour=FAINT, width=1.5)
    else:
        fill = ACCENT if kind == "seen" else PAPER
        sheet.box(x - 4, y - 4, 8, 8, fill=fill, outline=ACCENT, line=1.5, radius=4)


def _dashed(
    sheet: Sheet,
    points: Sequence[tuple[float, float]],
    colour: tuple[int, int, int],
    on: float,
    off: float,
) -> None:
    """A straight line from the first point to the last, in pieces."""
    (x0, y0), (x1, y1) = points[0], points[-1]
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    at = 0.0
    while at < length:
        ends = [at / length, min(1.0, (at + on) / length)]
        sheet.line(
            [(x0 + (x1 - x0) * s, y0 + (y1 - y0) * s) for s in ends], colour=colour, width=1.2
        )
        at += on + off
