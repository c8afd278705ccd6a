"""A table of numbers with pictures in front of its rows: what is like what."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from gptedu.plots.style import INK, LETTERS, LINE, Figure, dress, wrapped
from gptedu.plots.vision.pictures import png

_CELL = 62  # pixels of a cell's height
_BLUE = (0, 114, 178)
_LIGHT, _DARK = "#FFFFFF", "#1B1D26"


def table_of(
    values: Any,
    rows: Sequence[str | np.ndarray],
    columns: Sequence[str],
    *,
    title: str,
    digits: int = 2,
    marked: Sequence[tuple[int, int]] = (),
) -> Figure:
    """Numbers in a table, the larger the darker; what belongs together is framed.

    values: [rows, columns]. rows: words, or pictures as uint8 [height, width, 3]. marked: cells
    with a frame. Raises ValueError for a table of another size.
    """
    numbers = np.asarray(values, dtype=float)
    if numbers.shape != (len(rows), len(columns)):
        raise ValueError(
            f"a table of shape {list(numbers.shape)}: give {len(rows)} rows and {len(columns)} "
            "columns"
        )
    low, high = float(numbers.min()), float(numbers.max())
    figure, names = go.Figure(), []
    for i, name in enumerate(rows):
        if isinstance(name, str):
            names.append(name)
            _write(figure, -0.06, i + 0.5, html.escape(name, quote=False), "right")
        else:
            names.append(f"picture {i + 1}")
            figure.add_layout_image(
                source=png(np.asarray(name), framed=True),
                x=-0.04, y=i + 0.04, sizex=0.6, sizey=0.92, xref="x", yref="y", xanchor="right",
                yanchor="top", sizing="contain", layer="below",
            )  # fmt: skip
        for j in range(len(columns)):
            share = (numbers[i, j] - low) / (high - low) if high > low else 0.5
            frame = (i, j) in set(marked)
            figure.add_shape(
                type="rect", x0=j + 0.03, x1=j + 0.97, y0=i + 0.04, y1=i + 0.96, layer="below",
                fillcolor=_shade(share),
                line={"color": "#D55E00" if frame else LINE, "width": 3 if frame else 0.5},
            )  # fmt: skip
            words = f"{numbers[i, j]:.{digits}f}".replace("-", "−")
            _write(figure, j + 0.5, i + 0.5, words, "center", _LIGHT if share > 0.55 else _DARK)
    room = max(10, 72 // len(columns))
    heads = [wrapped(html.escape(words, quote=False), room) for words in columns]
    for j, words in enumerate(heads):
        _write(figure, j + 0.5, -0.05, words, "center", up=True)
    lines = 1 + max(words.count("<br>") for words in heads)
    said = "; ".join(
        f"{name}: " + ", ".join(f"{c} {x:.{digits}f}" for c, x in zip(columns, line, strict=True))
        for name, line in zip(names, numbers, strict=True)
    )
    dressed = dress(figure, title, "", "", f"{title}. {said}.")
    axis = {"visible": False, "fixedrange": True}
    before = 0.7 if not all(isinstance(name, str) for name in rows) else _room(names, len(columns))
    dressed.update_xaxes(range=[-before, len(columns) + 0.02], **axis)
    dressed.update_yaxes(range=[len(rows) + 0.02, -0.1 - 0.3 * lines], **axis)
    height = _CELL * (len(rows) + 0.1 + 0.3 * lines) + 60
    dressed.update_layout(height=height, showlegend=False, margin={"l": 4, "r": 4, "t": 52, "b": 4})
    return dressed


def _shade(share: float) -> str:
    """White at 0 and blue at 1: opaque, so that it is the same on a dark page."""
    return "rgb({}, {}, {})".format(*(round(255 - (255 - each) * share) for each in _BLUE))


def _room(names: Sequence[str], columns: int) -> float:
    """For words before the rows, in columns: a letter takes an eightieth of the page."""
    return max(map(len, names)) * (columns + 1) / 72 + 0.12


def _write(
    figure: go.Figure, x: float, y: float, words: str, anchor: str, ink: str = INK,
    up: bool = False,
) -> None:  # fmt: skip
    figure.add_annotation(
        x=x, y=y, text=words, showarrow=False, xanchor=anchor,
        yanchor="bottom" if up else "middle", font={"size": LETTERS, "color": ink},
    )  # fmt: skip
