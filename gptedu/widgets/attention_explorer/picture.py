"""Attention as a picture: all heads small, one head large, and the next token beside it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gptedu.plots.colours import ACCENT, ALARM, FAINT, INK, LINE, PAPER
from gptedu.widgets.base.png import Picture, Sheet, luminance, scale_table, visible
from gptedu.widgets.base.strokes import flow, shorten

from .state import LETTERS, WORDS, AnswerRow, AttentionView

FUTURE = (238, 239, 245)
"""Of what lies ahead of a token."""

LABEL = 13  # pixels that a token's name needs beside the large picture


def attention_picture(view: AttentionView, width: int = 860) -> Picture:
    """The grid of heads, the selected head with its tokens, and the bars of the next token."""
    layers, heads, time, _ = view.weights.shape
    thumb = max(18, min(64, (400 - 34) // heads - 4, 400 // layers - 4))
    grid_width = 34 + heads * (thumb + 4)
    grid_height = 40 + layers * (thumb + 4)
    left = max(grid_width + 24, 260)
    measure = Sheet(1, 1).measure
    shown = [shorten(visible(piece), 30) for piece in view.pieces]
    boxes = [(words, measure(words, size=12, mono=True) + 8) for words in shown]
    strip = flow([wide for _, wide in boxes], width - 28, gap=2)
    top = 14
    large = min(420, width - left - 120)
    body = max(grid_height + 44, large + 126 if large >= LABEL * time else large + 60)
    strip_height = 30 + 30 * len(strip)
    answer = _worth_a_bar(view.answer)
    answer_height = 30 + 19 * len(answer) if answer else 0
    sheet = Sheet(width, top + body + strip_height + answer_height + 14)
    _grid(sheet, view, 14, top, thumb)
    _large(sheet, view, left, top, large)
    _strip(sheet, view, boxes, strip, 14, top + body)
    if answer:
        _answer(sheet, view, answer, 14, top + body + strip_height, width - 28)
    layer, head = view.selected
    return sheet.picture(
        f"Attention of {layers} blocks and {heads} heads to {time} tokens; block {layer}, head "
        f"{head} is shown large"
    )


def _grid(sheet: Sheet, view: AttentionView, x: int, y: int, thumb: int) -> None:
    layers, heads = view.weights.shape[:2]
    sheet.text(x, y, "All heads", size=13, bold=True)
    sheet.text(x, y + 40, "block", size=12, colour=FAINT, anchor="ls")
    sheet.text(x + 74, y + 2, "head →", size=12, colour=FAINT)
    step = thumb + 4
    for head in range(heads):
        sheet.text(
            x + 34 + head * step + thumb / 2, y + 40, str(head), size=12, colour=FAINT, anchor="ms"
        )
    for layer in range(layers):
        down = y + 46 + layer * step
        sheet.text(x + 26, down + thumb / 2, str(layer), size=12, colour=FAINT, anchor="rm")
        for head in range(heads):
            across = x + 34 + head * step
            off = (layer, head) in view.heads_off
            weights = view.weights[layer, head] / 255
            sheet.matrix(across, down, thumb, weights * (0.15 if off else 1), future=FUTURE)
            chosen = (layer, head) == view.selected
            sheet.box(
                across - 1,
                down - 1,
                thumb + 2,
                thumb + 2,
                outline=ACCENT if chosen else LINE,
                line=2 if chosen else 0.5,
            )
            if off:
                sheet.line(
                    [(across + 3, down + 3), (across + thumb - 3, down + thumb - 3)],
                    colour=ALARM,
                    width=2,
                )
                sheet.line(
                    [(across + thumb - 3, down + 3), (across + 3, down + thumb - 3)],
                    colour=ALARM,
                    width=2,
                )
            name = view.names[layer][head]
            if name and not off:
                size = 10 if thumb >= 30 else 8
                sheet.box(
                    across + thumb - size - 3, down + 1, size + 2, size + 3, fill=ACCENT, radius=2
                )
                sheet.text(
                    across + thumb - size / 2 - 2,
                    down + 2.5 + size / 2,
                    LETTERS[name],
                    size=size,
                    colour=PAPER,
                    bold=True,
                    anchor="mm",
                )
    named = {name for row in view.names for name in row if name}
    legend = " · ".join(f"{LETTERS[name]} {WORDS[name]}" for name in LETTERS if name in named)
    below = y + 46 + layers * step + 4
    sheet.text(x, below, "Darker: more of a token's attention.", size=12, colour=FAINT)
    sheet.text(x, below + 16, legend, size=12, colour=FAINT)


def _large(sheet: Sheet, view: AttentionView, x: int, y: int, size: int) -> None:
    layer, head = view.selected
    time = len(view.pieces)
    name = view.names[layer][head]
    title = f"Block {layer}, head {head}" + (f": {WORDS[name]}" if name else "")
    if (layer, head) in view.heads_off:
        title += " (switched off)"
    sheet.text(x, y, title, size=13, bold=True)
    labelled = size >= LABEL * time
    left = x + (90 if labelled else 22)
    top = y + 26
    sheet.matrix(left, top, size, view.weights[layer, head] / 255, future=FUTURE)
    sheet.box(left - 1, top - 1, size + 2, size + 2, outline=LINE)
    cell = size / time
    sheet.box(left - 1, top + view.query * cell - 1, size + 2, cell + 2, outline=ACCENT, line=1.5)
    if labelled:
        for i, piece in enumerate(view.pieces):
            words = shorten(visible(piece), 11)
            bold = i == view.query
            sheet.text(
                left - 6, top + (i + 0.5) * cell, words, size=12, mono=True, bold=bold, anchor="rm"
            )
            sheet.turned(left + (i + 0.5) * cell, top + size + 5, words, size=12)
    else:
        sheet.text(
            left - 6, top + view.query * cell + cell / 2, "▶", size=12, colour=ACCENT, anchor="rm"
        )
        sheet.text(left, top + size + 6, "looked at →", size=12, colour=FAINT)


def _strip(
    sheet: Sheet,
    view: AttentionView,
    boxes: Sequence[tuple[str, float]],
    lines: Sequence[Sequence[tuple[int, float]]],
    x: int,
    y: float,
) -> None:
    layer, head = view.selected
    row = view.weights[layer, head, view.query]
    shown = visible(view.pieces[view.query])
    sheet.text(x, y, f"Where “{shorten(shown, 20)}” looks", size=13, bold=True)
    table = scale_table()
    best = {int(k) for k in np.argsort(-row.astype(int), kind="stable")[:3] if row[k] >= 13}
    y += 22
    for line in lines:
        for i, across in line:
            words, wide = boxes[i]
            across += x
            red, green, blue = table[row[i]].tolist()
            colour = (red, green, blue) if i <= view.query else PAPER
            chosen = i == view.query
            sheet.box(
                across,
                y,
                wide,
                19,
                fill=colour,
                outline=ACCENT if chosen else LINE,
                line=2 if chosen else 0.5,
                radius=3,
            )
            ink = INK if luminance(colour) > 0.19 else PAPER
            ink = ink if i <= view.query else FAINT
            sheet.text(
                across + wide / 2, y + 9.5, words, size=12, mono=True, colour=ink, anchor="mm"
            )
            if i in best:
                sheet.text(
                    across + wide / 2,
                    y + 25,
                    f"{round(row[i] / 2.55)}%",
                    size=10,
                    colour=INK,
                    anchor="mm",
                )
        y += 30


def _worth_a_bar(answer: Sequence[AnswerRow]) -> Sequence[AnswerRow]:
    """The rows without those that would read 0.0%; three stay at least."""
    seen = [row for row in answer if max(row.before, row.after) >= 0.0005]
    return seen if len(seen) >= 3 else answer[:3]


def _answer(
    sheet: Sheet, view: AttentionView, answer: Sequence[AnswerRow], x: int, y: float, width: int
) -> None:
    off = ", ".join(f"{i}.{j}" for i, j in view.heads_off[:12])
    title = "The next token" + (f", before (outline) and without heads {off} (bar)" if off else "")
    sheet.text(x, y, title, size=13, bold=True)
    top = max(1e-9, *(max(row.before, row.after) for row in answer))
    label, track = 130, min(420, width - 300)
    for i, row in enumerate(answer):
        down = y + 24 + 19 * i
        sheet.text(
            x + label - 8,
            down + 7,
            shorten(visible(row.piece), 16),
            size=12,
            mono=True,
            anchor="rm",
        )
        sheet.box(x + label, down + 2, max(1, track * row.after / top), 11, fill=ACCENT, radius=2)
        if view.heads_off:
            sheet.box(
                x + label, down, max(2, track * row.before / top), 15, outline=FAINT, radius=2
            )
        words = f"{row.after:.1%}"
        if view.heads_off:
            words += f"  (before {row.before:.1%})"
        sheet.text(x + label + track + 10, down + 7, words, size=12, anchor="lm")
