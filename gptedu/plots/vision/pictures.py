"""Pictures as a figure shows them: a sheet with captions, and where a model looks in one."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from gptedu.plots.style import INK, LETTERS, LINE, Figure, dress, wrapped

ACROSS = 4
"""Pictures side by side: more would be small on a narrow page."""
_ENLARGED = 5  # times: a browser would smooth the few pixels that there are
_LETTERS_BELOW = 24  # of a caption's line, under a picture
_LINE_HEIGHT = 17  # pixels
_EDGE = 0.01  # of a picture's side: a frame at the plane's edge would be cut off
_FRAME, _FRAME_WIDTH = (128, 128, 128), 4  # grey, seen on white and on black; enlarged pixels
_PIXELS = 150  # of a picture's side, on a page of the usual width


def png(picture: np.ndarray, framed: bool = False) -> str:
    """A picture, uint8 [height, width, 3], as the address that an <img> takes: hard pixels.

    framed: with a grey line around it, for a black one has no edge on a dark page.
    """
    from PIL import Image, ImageOps

    large = Image.fromarray(np.repeat(np.repeat(picture, _ENLARGED, axis=0), _ENLARGED, axis=1))
    if framed:
        large = ImageOps.expand(large, _FRAME_WIDTH, _FRAME)
    file = io.BytesIO()
    large.convert("P", palette=Image.Palette.ADAPTIVE).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def lay(figure: go.Figure, picture: np.ndarray, x: float, y: float, side: float = 1) -> None:
    """Put a picture into a figure's plane: its upper left corner at (x, y), y downwards."""
    figure.add_layout_image(
        source=png(picture), x=x, y=y, sizex=side, sizey=side, xref="x", yref="y",
        xanchor="left", yanchor="top", sizing="stretch", layer="below",
    )  # fmt: skip
    figure.add_shape(
        type="rect", x0=x, x1=x + side, y0=y, y1=y + side, line={"color": LINE, "width": 1}
    )


def picture_sheet(
    pictures: Sequence[np.ndarray], captions: Sequence[str], *, title: str = ""
) -> Figure:
    """Pictures in rows of four, each with what is said of it.

    pictures: uint8 [height, width, 3]. Raises ValueError for none, and where captions are not as
    many.
    """
    if len(pictures) != len(captions) or not len(pictures):
        raise ValueError(
            f"{len(pictures)} pictures and {len(captions)} captions: give one for each, and at "
            "least one"
        )
    below = [_below(words) for words in captions]
    lines = 1 + max(words.count("<br>") for words in below)
    step = 1 + (lines * _LINE_HEIGHT + 14) / _PIXELS  # of rows, in pictures' sides
    down = -(-len(pictures) // ACROSS)
    figure = go.Figure()
    for i, (picture, words) in enumerate(zip(pictures, below, strict=True)):
        row, column = divmod(i, ACROSS)
        lay(figure, picture, 1.12 * column, step * row)
        figure.add_annotation(
            x=1.12 * column, y=step * row + 1, text=words, showarrow=False, align="left",
            xanchor="left", yanchor="top", font={"size": LETTERS - 1, "color": INK},
        )  # fmt: skip
    alt = f"{title or 'Pictures'}: {'; '.join(captions)}."
    height = down * step * _PIXELS + (60 if title else 20)
    return _plane(figure, title, alt, (-_EDGE, 1.12 * ACROSS - 0.1), (-0.03, down * step), height)


def looked_at(panels: Mapping[str, tuple[np.ndarray, Any]], *, title: str = "") -> Figure:
    """Where a model looks in pictures: a panel a name, framed the more where it looks more.

    panels: name -> (picture, uint8 [height, width, 3]; shares [rows, columns] of its parts, from 0
    to 1). Raises ValueError for no panel.
    """
    if not panels:
        raise ValueError("there are no panels: give at least one name with its shares")
    figure, said, inset = go.Figure(), [], 0.016
    for i, (name, (picture, share)) in enumerate(panels.items()):
        table = np.asarray(share, dtype=float)
        left, most = 1.12 * i, max(float(table.max()), 1e-9)
        lay(figure, picture, left, 0)
        rows, columns = table.shape
        for row, column in np.ndindex(rows, columns):
            x, y, part = left + column / columns, row / rows, float(table[row, column])
            figure.add_shape(
                type="rect", x0=x + inset, x1=x + 1 / columns - inset, y0=y + inset,
                y1=y + 1 / rows - inset,  # a frame, for a wash would change the colours
                line={"width": 5, "color": f"rgba(255, 150, 40, {part / most:.2f})"},
            )  # fmt: skip
            figure.add_annotation(
                x=x + 0.5 / columns, y=y + 0.86 / rows, text=f"{100 * part:.0f}%", showarrow=False,
                font={"size": 11, "color": "#FFFFFF"}, bgcolor="rgba(20, 20, 28, 0.6)",
            )  # fmt: skip
        figure.add_annotation(
            x=left, y=1.02, text=_below(name), showarrow=False, align="left",
            xanchor="left", yanchor="top", font={"size": LETTERS - 1, "color": INK},
        )  # fmt: skip
        best = np.unravel_index(int(table.argmax()), table.shape)
        said.append(f"{name}: most at row {best[0] + 1}, column {best[1] + 1}")
    lines = max(_below(name).count("<br>") + 1 for name in panels)
    across = max(len(panels), ACROSS - 1)
    below = (lines * _LINE_HEIGHT + 10) / 190
    height = (1 + below) * 190 + (60 if title else 20)
    alt = f"{title or 'Where it looks'}. {'; '.join(said)}."
    return _plane(figure, title, alt, (-_EDGE, 1.12 * across - 0.1), (-0.03, 1 + below), height)


def _below(words: str) -> str:
    """A caption as it stands under its picture: plotly reads HTML."""
    return wrapped(html.escape(words, quote=False), _LETTERS_BELOW)


def _plane(
    figure: go.Figure, title: str, alt: str, xs: tuple[float, float], ys: tuple[float, float],
    height: float,
) -> Figure:  # fmt: skip
    """A figure without axes, whose plane keeps its proportions; y runs downwards."""
    dressed = dress(figure, title, "", "", alt)
    axis = {"visible": False, "fixedrange": True, "constrain": "domain"}
    dressed.update_xaxes(range=list(xs), constraintoward="left", **axis)
    dressed.update_yaxes(range=[ys[1], ys[0]], scaleanchor="x", constraintoward="top", **axis)
    margin = {"l": 4, "r": 4, "t": 52 if title else 8, "b": 4}
    dressed.update_layout(height=height, margin=margin, showlegend=False)
    return dressed
