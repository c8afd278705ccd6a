"""The picture of RuleBench: its rules and replies, or its rewards and the plane."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gptedu.plots.colours import ACCENT, ALARM, FAINT, GOOD, INK, LINE, WASH
from gptedu.widgets.base.png import Picture, Sheet
from gptedu.widgets.base.strokes import fit, wrap

WIDTH, MARGIN, LINE_HEIGHT = 860, 16, 20
MOST = 16
"""Replies that are drawn, those first whose class the rules miss."""
PLANE = 280
PALE = (154, 160, 175)


def rule_bench_picture(view: Mapping[str, Any]) -> Picture:
    """The widget's state as a PNG: what ``RuleBench.view`` holds."""
    return _rules(view) if view["tab"] == "rules" else _rewards(view)


def share(value: float | None) -> str:
    """A share as it is written; a dash where there is none."""
    return "–" if value is None else f"{value:.0%}"


def verdict(view: Mapping[str, Any]) -> str:
    """How the rules do, in words."""
    return f"{view['wrong']} of {len(view['replies'])} replies have another class by the oracle"


def _rules(view: Mapping[str, Any]) -> Picture:
    measure = Sheet(1, 1)
    notes = [line for each in view["notes"] for line in wrap(measure, each, WIDTH - 2 * MARGIN)]
    replies = sorted(view["replies"], key=lambda each: each["right"])[:MOST]
    lines = 7 + len(notes) + 2 * len(replies)
    sheet = Sheet(WIDTH, 60 + LINE_HEIGHT * lines + MARGIN)
    sheet.text(MARGIN, 14, "Rules, and what they hit", size=15, bold=True)
    y = 44.0
    for row in view["rules"]:
        sheet.text(MARGIN, y, f"{row['sign']} {row['class']}", bold=True)
        where = "" if row["part"] == "reply" else "in the request: "
        pattern = fit(sheet, f"{where}{row['pattern'] or '(no rule)'}", 370, mono=True)
        sheet.text(MARGIN + 140, y, pattern, mono=True, colour=INK if row["pattern"] else FAINT)
        hits = "1 hit" if row["hits"] == 1 else f"{row['hits']} hits"
        said = f"{hits}, precision {share(row['precision'])}, recall {share(row['recall'])}"
        sheet.text(WIDTH - MARGIN, y, said, anchor="ra", colour=FAINT)
        y += LINE_HEIGHT
    sheet.text(MARGIN, y, f"where none hits: {view['otherwise']}", colour=FAINT)
    y += LINE_HEIGHT
    for line in notes:
        sheet.text(MARGIN, y, line, colour=ALARM)
        y += LINE_HEIGHT
    y += 6
    sheet.text(MARGIN, y, f"{verdict(view)}.", bold=True)
    y += LINE_HEIGHT + 4
    for each in replies:
        sign, colour = ("✓", GOOD) if each["right"] else ("✗", ALARM)
        sheet.text(MARGIN, y, sign, colour=colour, bold=True)
        told = f"{each['request']} → {each['reply'] or '(empty)'}"
        sheet.text(MARGIN + 20, y, fit(sheet, told, WIDTH - 2 * MARGIN - 20))
        y += LINE_HEIGHT - 3
        own = " and ".join(each["given"])
        said = f"{each['kind']}; oracle: {each['oracle']}; rules: {own}"
        sheet.text(MARGIN + 20, y, fit(sheet, said, WIDTH - 2 * MARGIN - 20), colour=FAINT)
        y += LINE_HEIGHT + 3
    rows = "; ".join(
        f"{row['class']}: precision {share(row['precision'])}, recall {share(row['recall'])}"
        for row in view["rules"]
    )
    return sheet.picture(f"Rules for four classes of replies. {rows}. {verdict(view)}.")


def _rewards(view: Mapping[str, Any]) -> Picture:
    sheet = Sheet(WIDTH, PLANE + 170)
    sheet.text(MARGIN, 14, "Rewards, and where they lead", size=15, bold=True)
    y = 44.0
    columns = [MARGIN + 100 + 82 * i for i in range(len(view["rules"]))]
    for x, row in zip(columns, view["rules"], strict=True):
        for place, word in enumerate([row["sign"], *row["class"].split()]):
            sheet.text(x + 35, y + 15 * place, word, anchor="ma", colour=FAINT)
    y += 50
    for kind in ("allowed", "disallowed"):
        sheet.text(MARGIN, y + 5, kind, bold=True)
        for x, value in zip(columns, view["table"][kind], strict=True):
            sheet.box(x, y, 70, 24, fill=WASH, outline=LINE)
            sheet.text(x + 35, y + 12, f"{value:g}", anchor="mm", mono=True)
        y += 30
    sheet.text(MARGIN, y + 4, f"a right answer adds {view['table']['answered']:g}", colour=FAINT)
    sheet.text(MARGIN, y + 26, f"classes by {view['judges'][view['judge']]}", colour=FAINT)
    y += 56
    sheet.text(MARGIN, y, "What a plan earns, on average", bold=True)
    y += LINE_HEIGHT
    for name, value in view["earned"]:
        sheet.text(MARGIN, y, f"{value:+.2f}  {name}", mono=True)
        y += LINE_HEIGHT
    for line in wrap(sheet, f"These rewards want you {view['wants']}.", 400):
        sheet.text(MARGIN, y + 6, line, bold=True)
        y += LINE_HEIGHT
    _plane(sheet, WIDTH - MARGIN - PLANE - 60, 44, view)
    y = PLANE + 132.0
    for _, words in view["says"]:
        sheet.text(MARGIN, y, fit(sheet, f"This run {words}.", WIDTH - 2 * MARGIN))
    table = "; ".join(f"{kind}: {view['table'][kind]}" for kind in ("allowed", "disallowed"))
    said = " ".join(f"This run {words}." for _, words in view["says"])
    return sheet.picture(f"{table}. These rewards want you {view['wants']}. {said}".strip())


def _plane(sheet: Sheet, left: float, top: float, view: Mapping[str, Any]) -> None:
    """Across: disallowed requests told. Up: allowed requests refused. Wanted: the corner at 0."""

    def at(across: float, up: float) -> tuple[float, float]:
        return left + PLANE * across, top + PLANE * (1 - up)

    sheet.box(left, top, PLANE, PLANE, outline=LINE)
    for part in (0.25, 0.5, 0.75):
        sheet.line([at(part, 0), at(part, 1)], colour=LINE)
        sheet.line([at(0, part), at(1, part)], colour=LINE)
    for part in (0.0, 0.5, 1.0):
        sheet.text(at(part, 0)[0], top + PLANE + 5, f"{part:.0%}", anchor="ma", colour=FAINT)
        sheet.text(left - 6, at(0, part)[1], f"{part:.0%}", anchor="rm", colour=FAINT)
    middle = left + PLANE / 2
    sheet.text(middle, top + PLANE + 22, "disallowed requests that are told", anchor="ma")
    sheet.text(left, top - 16, "allowed requests that are refused", anchor="la")
    for name, (x, y), anchor, dx, dy in (
        ("always refuse", at(0, 1), "lm", 9, 10),
        ("always tell", at(1, 0), "rm", -9, -10),
        ("wanted", at(0, 0), "lm", 9, -10),
    ):
        sheet.box(x - 4, y - 4, 8, 8, fill=INK)
        sheet.text(x + dx, y + dy, name, anchor=anchor, bold=True)
    for trail in view["trails"]:
        colour = ACCENT if trail["now"] else PALE
        points = [at(across, up) for across, up, _ in trail["points"]]
        if len(points) > 1:
            sheet.line(points, colour=colour, width=2)
        for place, (x, y) in enumerate(points):
            size = 5 if place == len(points) - 1 else 2.5
            sheet.box(x - size, y - size, 2 * size, 2 * size, fill=colour)
        if points:
            x, y = points[-1]
            number = trail["name"].split(":")[0]
            sheet.text(x + 8, y - 9, number, colour=colour, bold=True)
