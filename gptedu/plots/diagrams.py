"""Drawings: who looks at whom, and how an LSTM differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from gptedu.plots.colours import ACCENT, ACCENT_WASH, FAINT, INK, LINE, MARKS, PAPER, WASH
from gptedu.plots.style import dress

WIDTH = 680
RGB = tuple[int, int, int]


def looking_picture(
    shares: Mapping[str, Any],
    rows: Sequence[str],
    columns: Sequence[str] | None = None,
    *,
    legend: str | None = None,
) -> go.Figure:
    """Who looks at whom, or may: a table for each name, a row for what looks.

    shares: name -> [rows, columns] from 0 to 1, or bool for a mask: True where the row's token may
    look at the column's. columns: what is looked at, by default the rows' own tokens. legend: what
    a row and its blue mean, where it is not a token that looks. Raises ValueError for a table of
    another size.
    """
    columns = rows if columns is None else columns
    cell, left, top = 36, 84, 96
    width = left + len(columns) * cell + 40  # of one table, with the names of its rows
    drawing = Drawing(max(len(shares) * width, 460), top + len(rows) * cell + 40)
    said = []
    for number, (name, share) in enumerate(shares.items()):
        table = [[float(each) for each in row] for row in share]
        if [len(row) for row in table] != [len(columns)] * len(rows):
            raise ValueError(f"{name!r} is no table of {len(rows)} rows and {len(columns)} columns")
        x = number * width + left
        drawing.words(x, 16, name, size=15, bold=True, anchor="left")
        for j, piece in enumerate(columns):
            drawing.words(x + (j + 0.5) * cell - 14, top - 6, piece, turn=-45, anchor="left")
        for i, row in enumerate(table):
            drawing.words(x - 8, top + (i + 0.5) * cell, rows[i], anchor="right")
            for j, each in enumerate(row):
                fill = _between(WASH, ACCENT, each)
                drawing.box(x + j * cell, top + i * cell, cell - 2, cell - 2, "", fill, LINE)
            said.append(f"{name}: {rows[i]} looks at {_looked_at(row, columns)}")
    if legend is None:
        mask = all(each in (0, 1) for share in shares.values() for row in share for each in row)
        dark = "blue: what it may look at" if mask else "the darker, the more it looks there"
        legend = f"a row: a token that looks · {dark}"
    drawing.words(left, top + len(rows) * cell + 20, legend, size=13, colour=FAINT, anchor="left")
    return drawing.done(f"Who looks at whom. {'; '.join(said)}.")


def lstm_picture() -> go.Figure:
    """How an LSTM and a causal Transformer reach the last token."""
    drawing = Drawing(WIDTH, 300)
    tokens = ("[Start]", "The", "soup", "was", "cold", "[Extract]")
    step, wide = 110, 92
    for row, name in enumerate(
        ("LSTM: one vector, h, is handed on", "attention: the last token looks at all")
    ):
        y = 34 + row * 146
        drawing.words(10, y - 18, name, size=15, bold=True, anchor="left")
        for i, token in enumerate(tokens):
            x = 10 + i * step
            last = i == len(tokens) - 1
            fill = MARKS["extract"] if last else MARKS["start"] if i == 0 else ACCENT_WASH
            ink = PAPER if last or i == 0 else INK
            drawing.box(x, y + 66, wide, 28, token, fill, fill, ink)
            if row == 0:
                drawing.box(x + 31, y + 14, 30, 26, "h", PAPER, ACCENT)
                drawing.arrow(x + 46, y + 66, x + 46, y + 42)
                if not last:
                    drawing.arrow(x + 62, y + 27, x + step + 30, y + 27, ACCENT)
            elif not last:
                drawing.arrow(10 + 5 * step + 46, y + 20, x + 46, y + 64, ACCENT)
            else:
                drawing.line(x + 46, y + 20, x + 46, y + 66, ACCENT)
    return drawing.done(
        "Two ways to the last token. LSTM: each token changes one vector h and hands it on, so "
        "[Extract] knows of the first words only what is left in h. Attention: [Extract] looks at "
        "every token before it directly."
    )


def _looked_at(row: Sequence[float], columns: Sequence[str]) -> str:
    if all(each in (0.0, 1.0) for each in row):
        seen = [column for column, each in zip(columns, row, strict=True) if each]
        return "every token" if len(seen) == len(columns) else ", ".join(seen) or "nothing"
    return ", ".join(f"{c} {100 * each:.0f}%" for c, each in zip(columns, row, strict=True))


def _between(low: RGB, high: RGB, share: float) -> RGB:
    red, green, blue = (round(a + share * (b - a)) for a, b in zip(low, high, strict=True))
    return red, green, blue


class Drawing:
    """Boxes, arrows and words on a white sheet, in pixels from the top left."""

    def __init__(self, width: float, height: float) -> None:
        self.figure = go.Figure()
        self.width, self.height = width, height

    def box(
        self, x: float, y: float, width: float, height: float, words: str,
        fill: RGB, edge: RGB, ink: RGB = INK,
    ) -> None:  # fmt: skip
        self.figure.add_shape(
            type="rect", x0=x, x1=x + width, y0=y, y1=y + height, layer="below",
            fillcolor=_css(fill), line={"color": _css(edge), "width": 1.5},
        )  # fmt: skip
        if words:
            self.words(x + width / 2, y + height / 2, words, colour=ink)

    def words(
        self, x: float, y: float, words: str, *, size: int = 14, colour: RGB = INK,
        bold: bool = False, anchor: str = "center", turn: float = 0,
    ) -> None:  # fmt: skip
        self.figure.add_annotation(
            x=x, y=y, text=f"<b>{words}</b>" if bold else words, showarrow=False,
            font={"size": size, "color": _css(colour)}, xanchor=anchor, textangle=turn,
            yanchor="bottom" if turn else "middle",
        )  # fmt: skip

    def line(self, x0: float, y0: float, x1: float, y1: float, colour: RGB = INK) -> None:
        self.figure.add_shape(
            type="line", x0=x0, y0=y0, x1=x1, y1=y1, line={"color": _css(colour), "width": 2}
        )

    def arrow(self, x0: float, y0: float, x1: float, y1: float, colour: RGB = INK) -> None:
        self.figure.add_annotation(
            x=x1, y=y1, ax=x0, ay=y0, xref="x", yref="y", axref="x", ayref="y", text="",
            showarrow=True, arrowhead=2, arrowwidth=2, arrowcolor=_css(colour),
        )  # fmt: skip

    def done(self, alt: str) -> go.Figure:
        dress(self.figure, "", "", "", alt)
        self.figure.update_layout(
            width=self.width, height=self.height, showlegend=False, title=None,
            margin={"l": 0, "r": 0, "t": 0, "b": 0}, paper_bgcolor=_css(PAPER),
        )  # fmt: skip
        # Narrower or wider than it was drawn, it keeps its proportions.
        axis = {"visible": False, "fixedrange": True, "constrain": "domain"}
        self.figure.update_xaxes(range=[0, self.width], **axis)
        self.figure.update_yaxes(range=[self.height, 0], scaleanchor="x", **axis)
        return self.figure


def _css(colour: RGB) -> str:
    return "rgb({}, {}, {})".format(*colour)
