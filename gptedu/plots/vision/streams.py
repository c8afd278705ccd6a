"""The row that a model reads, with pictures among the words (KOSMOS-1, section 2.1)."""

from __future__ import annotations

import html
from collections.abc import Sequence

import numpy as np

from gptedu.plots.colours import ACCENT, ACCENT_WASH, FAINT, GOOD, INK, LINE, MARKS, PAPER, WASH
from gptedu.plots.diagrams import WIDTH, Drawing
from gptedu.plots.style import Figure
from gptedu.plots.vision.pictures import png

_HEIGHT, _LETTER, _GAP, _LINE = 40, 9, 5, 64  # pixels
OPEN, CLOSE = "<image>", "</image>"


def stream_row(pieces: Sequence[str | np.ndarray], learned: Sequence[bool]) -> Figure:
    """A row of tokens: words as boxes, a picture's tokens as the parts of it that they stand for.

    pieces: a word's token as text, a picture's as its part, uint8 [height, width, 3]; "<image>" and
    "</image>" are the tags. learned: which tokens the loss is about. Raises ValueError where that
    is not said of each.
    """
    if len(pieces) != len(learned):
        raise ValueError(f"{len(pieces)} tokens and {len(learned)} marks: give one for each")
    places, x, y = [], 4.0, 8.0
    for piece in pieces:
        words = isinstance(piece, str)
        width = max(26, _LETTER * len(piece) + 16) if words else _HEIGHT
        if x + width > WIDTH - 4:
            x, y = 4.0, y + _LINE
        places.append((x, y, width))
        x += width + _GAP
    drawing = Drawing(WIDTH, y + _LINE + 24)
    for piece, told, (x, y, width) in zip(pieces, learned, places, strict=True):
        if isinstance(piece, str):
            tag = piece in (OPEN, CLOSE)
            fill = MARKS["delim"] if tag else ACCENT_WASH if told else WASH
            edge = GOOD if told else LINE
            drawing.box(x, y, width, _HEIGHT, _shown(piece), fill, edge, PAPER if tag else INK)
        else:
            drawing.figure.add_layout_image(
                source=png(piece), x=x, y=y, sizex=_HEIGHT, sizey=_HEIGHT, xref="x", yref="y",
                xanchor="left", yanchor="top", sizing="stretch", layer="below",
            )  # fmt: skip
            drawing.figure.add_shape(
                type="rect", x0=x, x1=x + width, y0=y, y1=y + _HEIGHT,
                line={"color": "rgb({}, {}, {})".format(*ACCENT), "width": 1.5},
            )  # fmt: skip
        if told:
            drawing.words(x + width / 2, y + _HEIGHT + 10, "▲", size=11, colour=GOOD)
    legend = "a box: a token · a part of a picture: a token, too · ▲ what the loss is about"
    drawing.words(6, places[-1][1] + _LINE + 6, legend, size=13, colour=FAINT, anchor="left")
    return drawing.done(f"A row of {len(pieces)} tokens: {_said(pieces, learned)}.")  # type: ignore[return-value]


def _shown(piece: str) -> str:
    return html.escape(piece.replace("\n", "↵").strip(), quote=False) or "␣"


def _said(pieces: Sequence[str | np.ndarray], learned: Sequence[bool]) -> str:
    """The row in words: runs of a picture's tokens are counted."""
    said: list[str] = []
    parts = 0
    for piece, told in zip([*pieces, ""], [*learned, False], strict=True):
        if not isinstance(piece, str):
            parts += 1
            continue
        if parts:
            said.append(f"{parts} tokens of a picture")
            parts = 0
        if piece:
            said.append(piece.strip() + (" (learned)" if told else ""))
    return " · ".join(filter(None, said))
