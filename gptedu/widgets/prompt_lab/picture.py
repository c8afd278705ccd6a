"""The picture of PromptLab: the prompt, and a card a model with its answer and its scores.

Takes the ``view`` and ``answers`` that the live widget draws from, so that both show the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gptedu.plots.colours import ACCENT, ALARM, FAINT, GOOD, INK, LINE, WASH
from gptedu.widgets.base.png import Picture, Sheet
from gptedu.widgets.base.strokes import fit, hatch, wrap

WIDTH, MARGIN, GAP = 880, 16, 12
INNER = WIDTH - 2 * MARGIN
LINE_HEIGHT, BAR = 18, 17
MOST_LINES, MOST_ANSWER_LINES, MOST_CHOICES = 16, 9, 6


def prompt_lab_picture(view: Mapping[str, Any], answers: Sequence[Mapping[str, Any]]) -> Picture:
    """The widget's state as a PNG: what ``PromptLab.view`` and ``PromptLab.answers`` hold."""
    ruler = Sheet(1, 1)
    lines = _prompt_lines(ruler, view)
    columns = max(1, min(len(answers), 3))
    width = (INNER - GAP * (columns - 1)) / columns
    cards = [_card_lines(ruler, answer, width - 24) for answer in answers]
    rows = [range(i, min(i + columns, len(answers))) for i in range(0, len(answers), columns)]
    heights = [max(_card_height(answers[i], cards[i]) for i in row) for row in rows]
    top = MARGIN + 24 + LINE_HEIGHT * len(lines) + 16 + 14
    sheet = Sheet(WIDTH, round(top + sum(heights) + GAP * len(heights) + MARGIN - GAP))

    used = len(view["used"])
    words = f"Prompt with {used} example{'' if used == 1 else 's'}"
    sheet.text(MARGIN, MARGIN, words, size=13, bold=True)
    y = MARGIN + 24.0
    sheet.box(MARGIN, y, INNER, LINE_HEIGHT * len(lines) + 14, outline=LINE, radius=6)
    for kind, line in lines:
        y += LINE_HEIGHT
        if kind == "example":
            sheet.box(MARGIN + 6, y - LINE_HEIGHT + 8, 3, LINE_HEIGHT, fill=ACCENT)
        colour = FAINT if kind == "example" else INK
        sheet.text(MARGIN + 16, y - 1, line, mono=True, colour=colour, anchor="lm")
    y = float(top)
    for row, height in zip(rows, heights, strict=True):
        for place, i in enumerate(row):
            _card(sheet, MARGIN + place * (width + GAP), y, width, height, answers[i], cards[i])
        y += height + GAP
    return sheet.picture(_alt(answers))


def _prompt_lines(ruler: Sheet, view: Mapping[str, Any]) -> list[tuple[str, str]]:
    lines = [
        ("example", line)
        for example in view["used"]
        for line in wrap(ruler, (example + view["separator"]).rstrip("\n"), INNER - 30, mono=True)
    ]
    lines += [("prompt", line) for line in wrap(ruler, view["prompt"], INNER - 30, mono=True)]
    if len(lines) > MOST_LINES:
        lines = [("example", f"… {len(lines) - MOST_LINES + 1} lines …"), *lines[-MOST_LINES + 1 :]]
    return lines


def _card_lines(ruler: Sheet, answer: Mapping[str, Any], width: float) -> list[str]:
    words = answer.get("error") or answer.get("answer", "").strip("\n") or "(nothing)"
    lines = wrap(ruler, words, width, mono=not answer.get("error"))
    return lines if len(lines) <= MOST_ANSWER_LINES else [*lines[: MOST_ANSWER_LINES - 1], "…"]


def _card_height(answer: Mapping[str, Any], lines: Sequence[str]) -> float:
    choices = min(len(answer.get("raw", ())), MOST_CHOICES)
    return 44 + LINE_HEIGHT * len(lines) + 12 + (26 + choices * (2 * BAR + 6) if choices else 0)


def _card(
    sheet: Sheet,
    x: float,
    y: float,
    width: float,
    height: float,
    answer: Mapping[str, Any],
    lines: Sequence[str],
) -> None:
    sheet.box(x, y, width, height, outline=LINE, radius=8)
    size = answer["size"]
    name = fit(sheet, answer["name"], width - 36 - sheet.measure(size, size=12), size=13, bold=True)
    sheet.text(x + 12, y + 12, name, size=13, bold=True)
    sheet.text(x + width - 12, y + 14, size, size=12, colour=FAINT, anchor="ra")
    colour = ALARM if answer.get("error") else INK
    mark = {True: "✓", False: "✗", None: ""}[answer.get("right")]
    y += 38
    for line in lines:
        sheet.text(x + 12, y, line, mono=not answer.get("error"), colour=colour)
        y += LINE_HEIGHT
    if mark:
        tone = GOOD if answer["right"] else ALARM
        sheet.text(x + width - 12, y - 3 - LINE_HEIGHT, mark, size=15, colour=tone, anchor="ra")
    if answer.get("raw"):
        _scores(sheet, x + 12, y + 8, width - 24, answer)


def _scores(sheet: Sheet, x: float, y: float, width: float, answer: Mapping[str, Any]) -> None:
    sheet.text(x, y, "log-probability; hatched: per token", size=12, colour=FAINT)
    y += 18
    raw, normalised = answer["raw_shares"], answer["normalised_shares"]
    left, numbers = width * 0.32, 52
    for i, choice in enumerate(answer["choices"][:MOST_CHOICES]):
        best = raw[i] == max(raw)
        label = fit(sheet, f"{'✓ ' if best else ''}{choice}", left - 8, bold=best)
        sheet.text(x, y + BAR, label, bold=best, anchor="lm")
        for kind, shares in ((0, raw), (1, normalised)):
            top = y + kind * BAR
            room = width - left - numbers
            sheet.box(x + left, top + 2, room, BAR - 4, fill=WASH, radius=2)
            length = max(1, room * shares[i])
            if kind:
                hatch(sheet, x + left, top + 3, length, BAR - 6, colour=ACCENT)
            else:
                sheet.box(x + left, top + 3, length, BAR - 6, fill=ACCENT, radius=2)
            value = (answer["normalised"] if kind else answer["raw"])[i]
            sheet.text(
                x + width, top + BAR / 2, f"{value:.2f}".replace("-", "−"), size=12, anchor="rm"
            )
        y += 2 * BAR + 6


def _alt(answers: Sequence[Mapping[str, Any]]) -> str:
    said = "; ".join(
        f"{answer['name']}: {answer.get('error') or answer.get('answer', '').strip() or 'nothing'}"
        for answer in answers
    )
    return f"One prompt and each model's answer. {said}"
