"""GPT-1's input formats as a picture (Radford et al. 2018, Figure 1, right half).

Rows of tokens go into one network that is the same for every task; of what comes out only the
vector at [Extract] is read, by a small linear layer.
"""

from __future__ import annotations

from collections.abc import Sequence

from gptedu.plots.colours import FAINT, INK, LINE, MARKS, PAPER
from gptedu.widgets.base.png import Picture, Sheet, visible
from gptedu.widgets.base.strokes import flow, shorten

from .state import SECOND, SPECIAL_NAMES, RowsView, TokenRow

TINTS = ((224, 236, 250), (255, 233, 200))
"""One pale colour for each of two texts, which keep it in both orders."""

SHADES = (0.25, 0.75, 0.5, 1.0, 0.4, 0.85)
"""Of the squares of a vector."""


def token_rows_picture(view: RowsView, width: int = 860) -> Picture:
    """The rows, the network that reads them, the vectors at [Extract], and the answer's layer."""
    room = width - 330
    boxes = [_boxes(row) for row in view.rows]
    laid = [flow([wide for _, wide in row], room, gap=3) for row in boxes]
    heights = [34 + 34 * len(lines) for lines in laid]
    body = max(sum(heights), 96)
    sheet = Sheet(width, 44 + body + 16)
    sheet.text(14, 12, view.title, size=15, bold=True)
    y = 44.0
    across = room + 28
    sheet.box(across, y, 54, body, fill=(232, 233, 241), outline=FAINT, radius=8)
    sheet.turned(across + 27, y + body / 2 - 16, "body", size=12, fill=(232, 233, 241))
    for number, (row, height) in enumerate(zip(view.rows, heights, strict=True), 1):
        _row(sheet, row, boxes[number - 1], laid[number - 1], 14, y)
        middle = y + height / 2
        sheet.text(across - 5, middle, "→", size=14, colour=FAINT, anchor="rm")
        sheet.text(across + 58, middle, "→", size=14, colour=FAINT, anchor="lm")
        _vector(sheet, across + 80, middle, f"h{number}" if len(view.rows) > 1 else "h")
        sheet.text(across + 112, middle, "→", size=14, colour=FAINT, anchor="lm")
        y += height
    top = 44 + body / 2 - 10 * len(view.head) - 18
    for i, words in enumerate((*view.head, *(f"• {label}" for label in view.labels))):
        is_label = i >= len(view.head)
        sheet.text(across + 136, top + 20 * i, words, size=12, bold=not is_label)
    count = sum(len(row.pieces) for row in view.rows)
    return sheet.picture(
        f"{view.title}: {len(view.rows)} row(s), {count} tokens from [Start] to [Extract]; the "
        f"vector at [Extract] decides between {', '.join(view.labels)}"
    )


def _boxes(row: TokenRow) -> list[tuple[str, float]]:
    """What each token's box shows, and how wide it is."""
    measure = Sheet(1, 1).measure
    boxes = []
    for piece, role in zip(row.pieces, row.roles, strict=True):
        special = role in SPECIAL_NAMES
        shown = shorten(piece if special else visible(piece), 24)
        boxes.append((shown, measure(shown, size=12, mono=not special, bold=special) + 10))
    return boxes


def _row(
    sheet: Sheet,
    row: TokenRow,
    boxes: Sequence[tuple[str, float]],
    lines: Sequence[Sequence[tuple[int, float]]],
    x: float,
    y: float,
) -> None:
    for line in lines:
        for i, across in line:
            words, wide = boxes[i]
            across += x
            role = row.roles[i]
            if role in MARKS:
                sheet.box(across, y + 16, wide, 20, fill=MARKS[role], radius=4)
                sheet.text(
                    across + wide / 2, y + 26, words, size=12, bold=True, colour=PAPER, anchor="mm"
                )
            else:
                tint = TINTS[role in SECOND]
                sheet.box(across, y + 16, wide, 20, fill=tint, outline=LINE, line=0.5, radius=4)
                sheet.text(across + wide / 2, y + 26, words, size=12, mono=True, anchor="mm")
                if i and row.roles[i - 1] != role:
                    sheet.text(across + 1, y + 13, role, size=12, colour=FAINT, anchor="ls")
        y += 34
    if row.cut:
        sheet.text(x, y + 6, f"{row.cut} tokens did not fit and were cut", size=12, colour=INK)


def _vector(sheet: Sheet, x: float, middle: float, name: str) -> None:
    """A column of squares, as vectors are drawn."""
    for i, shade in enumerate(SHADES):
        red, green, blue = (round(255 - shade * (255 - c)) for c in MARKS["extract"])
        colour = (red, green, blue)
        sheet.box(x, middle - 27 + 9 * i, 12, 9, fill=colour, outline=MARKS["extract"], line=0.5)
    sheet.text(x + 15, middle, name, size=12, bold=True, colour=MARKS["extract"], anchor="lm")
