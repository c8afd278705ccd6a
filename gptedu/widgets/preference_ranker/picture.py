"""The picture of PreferenceRanker: progress, agreement, the prompt, its answers and their rows.

Takes the ``view`` and ``curve`` that the live widget draws from, so that both show the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gptedu.plots.colours import ACCENT, ACCENT_WASH, FAINT, INK, LINE, PAPER, WASH
from gptedu.widgets.base.png import Picture, Sheet
from gptedu.widgets.base.strokes import fit, wrap

WIDTH, MARGIN, GAP = 880, 16, 12
SIDE = 190
MAIN = MARGIN + SIDE + 24
ROOM = WIDTH - MAIN - MARGIN
CARDS = ROOM * 0.6
LADDER = ROOM - CARDS - 20
LINE_HEIGHT, ROW, MOST_LINES = 18, 38, 8


def preference_ranker_picture(view: Mapping[str, Any], curve: Mapping[str, Any]) -> Picture:
    """The widget's state as a PNG: what ``PreferenceRanker.view`` and ``.curve`` hold."""
    ruler = Sheet(1, 1)
    text = wrap(ruler, view["text"], ROOM - 28) if view["text"] else []
    request = wrap(ruler, view["request"], ROOM - 30, size=14) if view["request"] else []
    text, request = (_most(lines, MOST_LINES) for lines in (text, request))
    cards = [_most(wrap(ruler, _plain(a), CARDS - 60), MOST_LINES) for a in view["answers"]]
    prompt_height = LINE_HEIGHT * len(text) + 21 * len(request) + 22
    heights = [max(38, LINE_HEIGHT * len(lines) + 18) for lines in cards]
    ladder = ROW * (len(cards) or 1)
    body = prompt_height + 34 + max(sum(heights) + 8 * len(heights), ladder)
    sheet = Sheet(WIDTH, round(2 * MARGIN + max(body, 236)))
    _side(sheet, view, curve)
    if view["index"] is None:
        words = f"{view['ranked']} of {view['total']} prompts are ranked."
        sheet.text(MAIN, MARGIN + 8, words, size=15, bold=True)
        return sheet.picture(_alt(view, curve))

    y = float(MARGIN)
    sheet.box(MAIN, y, ROOM, prompt_height, fill=WASH, radius=8)
    sheet.box(MAIN, y, 4, prompt_height, fill=ACCENT)
    y += 11
    for line in text:
        sheet.text(MAIN + 16, y, line, colour=FAINT)
        y += LINE_HEIGHT
    for line in request:
        sheet.text(MAIN + 16, y, line, size=14, bold=True)
        y += 21
    y = MARGIN + prompt_height + 14.0
    sheet.text(MAIN, y, "Answers", size=12, colour=FAINT)
    sheet.text(MAIN + CARDS + 20, y, "Your ranking, best first", size=12, colour=FAINT)
    _cards(sheet, y + 20, view, cards, heights)
    _ladder(sheet, y + 20, view)
    return sheet.picture(_alt(view, curve))


def agreement_in_words(curve: Mapping[str, Any]) -> str:
    """As in "73% after 7 rankings"; nothing where nothing was measured."""
    if not curve["points"]:
        return ""
    count, value = curve["points"][-1]
    return f"{100 * value:.0f}% after {count} ranking{'' if count == 1 else 's'}"


def _cards(
    sheet: Sheet,
    y: float,
    view: Mapping[str, Any],
    cards: Sequence[Sequence[str]],
    heights: Sequence[float],
) -> None:
    placed = {place for row in view["rows"] for place in row}
    for place, (lines, height) in enumerate(zip(cards, heights, strict=True)):
        here = place in placed
        sheet.box(MAIN, y, CARDS, height, fill=WASH if here else PAPER, outline=LINE, radius=8)
        _badge(sheet, MAIN + 12, y + 9, place, filled=not here)
        for i, line in enumerate(lines):
            top = y + (height - LINE_HEIGHT * len(lines)) / 2 + LINE_HEIGHT * i
            sheet.text(MAIN + 44, top + 2, line, colour=FAINT if here else INK)
        y += height + 8


def _ladder(sheet: Sheet, y: float, view: Mapping[str, Any]) -> None:
    x, rows = MAIN + CARDS + 20, view["rows"]
    for number in range(len(view["answers"])):
        here = rows[number] if number < len(rows) else []
        fill = ACCENT_WASH if here else PAPER
        sheet.box(x, y, LADDER, ROW - 6, fill=fill, outline=LINE, radius=7)
        sheet.text(x + 10, y + 16, str(number + 1), bold=True, anchor="lm", colour=FAINT)
        if len(here) > 1:
            sheet.text(x + LADDER - 10, y + 16, "tie", size=12, anchor="rm", colour=FAINT)
        left = x + 32
        for place in here:
            _badge(sheet, left, y + 6, place, filled=True)
            left += 27
        if len(here) == 1:
            words = fit(sheet, _plain(view["answers"][here[0]]), LADDER - 74, size=12)
            sheet.text(left + 2, y + 16, words, size=12, anchor="lm")
        y += ROW


def _badge(sheet: Sheet, x: float, y: float, place: int, filled: bool) -> None:
    sheet.box(x, y, 22, 20, fill=ACCENT if filled else PAPER, outline=ACCENT, radius=5)
    colour = PAPER if filled else ACCENT
    sheet.text(x + 11, y + 10, str(place + 1), bold=True, anchor="mm", colour=colour)


def _side(sheet: Sheet, view: Mapping[str, Any], curve: Mapping[str, Any]) -> None:
    x, y = MARGIN, MARGIN
    sheet.text(x, y, f"{view['ranked']} of {view['total']} ranked", size=15, bold=True)
    sheet.box(x, y + 26, SIDE, 8, fill=LINE, radius=4)
    done = SIDE * view["ranked"] / view["total"]
    if done:
        sheet.box(x, y + 26, max(8, done), 8, fill=ACCENT, radius=4)
    if not curve["on"]:
        return
    sheet.text(x, y + 50, "Agreement of the reward", size=12, colour=FAINT)
    sheet.text(x, y + 65, "model with these rankings", size=12, colour=FAINT)
    words = agreement_in_words(curve) or "nothing to agree with yet"
    sheet.text(x, y + 83, words, bold=bool(curve["points"]))
    _chart(sheet, x, y + 108, curve["points"], view["total"] + view["others"])


def _chart(sheet: Sheet, x: float, y: float, points: Sequence[Sequence[float]], total: int) -> None:
    """Agreement, 0 to 100%, over the number of rankings; half is what guessing gives."""
    left, width, height = x + 32, SIDE - 36, 84

    def at(count: float, value: float) -> tuple[float, float]:
        return left + width * count / max(total, 1), y + height * (1 - value)

    for value in (0.0, 0.5, 1.0):
        level = at(0, value)[1]
        sheet.line([(left, level), (left + width, level)], colour=LINE)
        sheet.text(left - 5, level, f"{value:.0%}", size=12, colour=FAINT, anchor="rm")
    line = [at(count, value) for count, value in points]
    if len(line) > 1:
        sheet.line(line, colour=ACCENT, width=2)
    for px, py in line[-1:]:
        sheet.box(px - 3.5, py - 3.5, 7, 7, fill=ACCENT, radius=3.5)
    sheet.text(left, y + height + 5, "rankings", size=12, colour=FAINT)
    sheet.text(left + width, y + height + 5, str(total), size=12, colour=FAINT, anchor="ra")


def _plain(text: str) -> str:
    return text.strip() or "(nothing)"


def _most(lines: list[str], most: int) -> list[str]:
    return lines if len(lines) <= most else [*lines[: most - 1], "…"]


def _alt(view: Mapping[str, Any], curve: Mapping[str, Any]) -> str:
    words = f"{view['ranked']} of {view['total']} prompts ranked."
    agreed = agreement_in_words(curve)
    if agreed:
        words += f" Agreement of the reward model: {agreed}."
    if view["index"] is None:
        return words
    answers = "; ".join(f"{i}: {_plain(a)}" for i, a in enumerate(view["answers"], 1))
    return f"{words} {_plain(view['text'])} {_plain(view['request'])} Answers: {answers}"
