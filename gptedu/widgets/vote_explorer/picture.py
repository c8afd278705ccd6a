"""The picture of VoteExplorer: its paths by answer, as a tree, or the bins of all votes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gptedu.plots.colours import ACCENT, ALARM, FAINT, GOOD, INK, LINE, WASH
from gptedu.widgets.base.png import Picture, Sheet
from gptedu.widgets.base.strokes import wrap

WIDTH, MARGIN, LINE_HEIGHT = 860, 16, 19
MOST = 40
"""Rows of paths or of the tree that are drawn."""
WAYS = ((21, 94, 170), (140, 80, 0), (17, 113, 73), (126, 46, 132), (90, 90, 30), (60, 90, 110))
"""A colour for each way of working, beside its shape; the live view has the same."""

Row = tuple[float, list[tuple[str, tuple[int, int, int], bool]]]
"""Indentation, and (words, colour, bold) one after the other."""


def vote_picture(view: Mapping[str, Any]) -> Picture:
    """The widget's state as a PNG: what ``VoteExplorer.view`` holds."""
    measure = Sheet(1, 1)
    told = wrap(measure, view["problem"], WIDTH - 2 * MARGIN)
    ways = [("ways of working:", FAINT, False)]
    for shape, way, colour in view["ways"]:
        ways += [(shape, _colour(colour), True), (f"{way}  ", FAINT, False)]
    rows = {"answers": _groups, "tree": _tree, "confidence": _bins}[view["tab"]](view)
    left_out = len(rows) - MOST
    rows = rows[:MOST]
    column = max(measure.measure(label, bold=True) for label, _ in view["says"]) + 18
    said = [wrap(measure, each, WIDTH - 2 * MARGIN - column) for _, each in view["says"]]
    lines = len(told) + bool(view["ways"]) + len(rows) + (left_out > 0) + sum(map(len, said))
    sheet = Sheet(WIDTH, 62 + LINE_HEIGHT * lines + MARGIN)
    sheet.text(MARGIN, 14, view["tabs"][view["tab"]], size=15, bold=True)
    y = 40.0
    for each in told:
        sheet.text(MARGIN, y, each)
        y += LINE_HEIGHT
    if view["ways"]:
        _write(sheet, MARGIN, y, ways)
        y += LINE_HEIGHT
    y += 8
    for indent, parts in rows:
        _write(sheet, MARGIN + indent, y, parts)
        y += LINE_HEIGHT
    if left_out > 0:
        sheet.text(MARGIN, y, f"and {left_out} rows more", colour=FAINT)
        y += LINE_HEIGHT
    y += 8
    for (label, _), words in zip(view["says"], said, strict=True):
        sheet.text(MARGIN, y, label, bold=True)
        for each in words:
            sheet.text(MARGIN + column, y, each)
            y += LINE_HEIGHT
    alt = "; ".join(f"{label}: {words}" for label, words in view["says"])
    return sheet.picture(f"{view['tabs'][view['tab']]}. {view['problem']} {alt}")


def _write(
    sheet: Sheet, x: float, y: float, parts: Sequence[tuple[str, tuple[int, int, int], bool]]
) -> None:
    """Words one after the other; what does not fit is cut with a sign for more."""
    for words, colour, bold in parts:
        if words.startswith("bar:"):
            wide = 160 * float(words.removeprefix("bar:"))
            sheet.box(x, y + 1, 160, 12, fill=WASH, outline=LINE, line=0.5)
            if wide >= 1:
                sheet.box(x, y + 1, wide, 12, fill=colour)
            x += 168
            continue
        room = WIDTH - MARGIN - x
        while words and sheet.measure(words, bold=bold) > room:
            words = words[:-2].rstrip() + "…" if len(words) > 2 else ""
        sheet.text(x, y, words, colour=colour, bold=bold)
        x += sheet.measure(words, bold=bold) + 6


def _groups(view: Mapping[str, Any]) -> list[Row]:
    rows: list[Row] = []
    for group in view["groups"]:
        sign = {True: "✓ right", False: "✗ wrong", None: ""}[group["right"]]
        colour = GOOD if group["right"] else ALARM
        head = [
            (f"bar:{group['share']}", ACCENT if group["wins"] else FAINT, False),
            (f"{group['answer']}", INK, True),
            (f"{len(group['paths'])} paths", FAINT, False),
            ("wins" if group["wins"] else "", INK, True),
            (sign, colour, True),
        ]
        rows.append((0, head))
        rows += [(20, _path(path)) for path in group["paths"]]
    return rows


def _colour(number: int | None) -> tuple[int, int, int]:
    """Of a way of working; None for none that is known."""
    return FAINT if number is None else WAYS[number]


def _path(path: Mapping[str, Any]) -> list[tuple[str, tuple[int, int, int], bool]]:
    parts = [(path["shape"], _colour(path["colour"]), True)]
    for place, (text, wrong) in enumerate(path["steps"]):
        amiss = place == path["wrong"]
        parts.append((f"{text or '…'}.", ALARM if wrong else INK, amiss))
        if amiss:
            parts.append((f"[✗ {wrong}]", ALARM, False))
    return parts


def _tree(view: Mapping[str, Any]) -> list[Row]:
    rows: list[Row] = []
    for row in view["tree"]:
        parts = [
            (f"{len(row['paths'])}×", FAINT, False),
            *((shape, _colour(colour), True) for shape, _, colour, _ in row["ways"]),
            (f"{row['text'] or '…'}.", ALARM if row["wrong"] else INK, bool(row["wrong"])),
            (f"[✗ {row['wrong']}]" if row["wrong"] else "", ALARM, False),
        ]
        rows.append((18 * row["depth"], parts))
    return rows


def _bins(view: Mapping[str, Any]) -> list[Row]:
    return [
        (
            0,
            [
                (f"bar:{b['accuracy']}", ACCENT, False),
                (f"{b['accuracy']:.0%} right", INK, True),
                (f"where {b['low']:.0%} to {b['high']:.0%} of the paths agree", INK, False),
                (f"{b['count']} problems", FAINT, False),
            ],
        )
        for b in view["bins"]
    ]
