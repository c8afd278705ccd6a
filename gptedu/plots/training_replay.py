"""Training replayed by a slider: two curves above, what one head does meanwhile below.

Chapter 3's picture of how induction heads form (Olsson et al. 2022): where the in-context score
jumps, a stripe appears in the attention of a few heads. The left of the two pictures of the head
stands still, at a moment before the jump, so that a page without a slider shows the change too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from gptedu.plots.colours import SCALE_STOPS
from gptedu.plots.style import COLOURS, dress, in_short

FIXED = 5
"""Traces that every moment shares: two curves, the picture that stands still, two guides."""
OWN = 3
"""Traces of one moment: a mark on each curve, and the head."""


@dataclass(frozen=True)
class Moment:
    """One checkpoint. tokens: read so far. gain: the in-context score, in nats per token.

    attention: `[2 n + 1, 2 n + 1]`, 0 to 1, of the head that the picture shows, over a start token
    and n words said twice.
    """

    tokens: float
    gain: float
    attention: np.ndarray


def training_replay(
    moments: Sequence[Moment],
    loss: tuple[Sequence[float], Sequence[float]],
    head: str,
    *,
    title: str,
    before: int = 0,
    start: int = -1,
) -> go.Figure:
    """A slider over checkpoints: loss and in-context score, and where a head looks.

    loss: (tokens read [points], nats per token [points]). head: its name. before: the moment that
    the left picture holds. start: the moment that the right one shows at first, by default the
    last. Two thin lines enclose the places where an induction head looks. Raises ValueError where
    shapes do not fit.
    """
    if not moments:
        raise ValueError("there are no moments to replay: give at least one checkpoint")
    time = len(moments[0].attention)
    for moment in moments:
        if moment.attention.shape != (time, time) or time < 5 or time % 2 == 0:
            raise ValueError(
                f"attention has shape {moment.attention.shape}: give [2 n + 1, 2 n + 1], a start "
                "token and n words said twice, the same for all moments"
            )
    index, before = start % len(moments), before % len(moments)
    figure = make_subplots(
        rows=2,
        cols=2,
        row_heights=[0.3, 0.7],
        horizontal_spacing=0.16,
        vertical_spacing=0.2,
        subplot_titles=[
            "loss (nats per token)",
            "in-context score (nats)",
            f"{head}, after {_label(moments[before].tokens)} tokens",
            _at_the_slider(moments[index]),
        ],
    )
    _curve(figure, 1, *loss)
    _curve(figure, 2, [moment.tokens for moment in moments], [moment.gain for moment in moments])
    _head(figure, 1, moments[before].attention, shown=True)
    for column in (1, 2):
        _guides(figure, column, time // 2)
    for place, moment in enumerate(moments):
        _add_moment(figure, moment, float(np.interp(moment.tokens, *loss)), place == index)
    dress(figure, title, "", "", _alt(title, moments, head))
    figure.update_layout(height=760, showlegend=False, margin={"l": 70, "r": 30, "t": 90, "b": 20})
    figure.update_annotations(font_size=14)
    figure.update_xaxes(title_text="tokens read", tickformat="~s", rangemode="tozero", row=1)
    # Logarithmic, since what comes late in training is small beside the first drop.
    figure.update_yaxes(type="log", tickvals=[1, 2, 3, 5, 8], row=1, col=1)
    n, plain = time // 2, {"showgrid": False, "zeroline": False}
    across = {1: "word 1", n: f"word {n}", 2 * n: f"{n} again"}
    down = {0: "start", 1: "word 1", n: f"word {n}", n + 1: "1 again", 2 * n: f"{n} again"}
    figure.update_xaxes(row=2, title_text="looked at", **_ticks(across), **plain)
    figure.update_yaxes(row=2, col=1, title_text="word that looks")
    figure.update_yaxes(row=2, range=[time - 0.5, -0.5], **_ticks(down), **plain)
    figure.update_layout(sliders=[_slider(moments, index)])
    return figure


def _ticks(names: dict[int, str]) -> dict[str, Any]:
    return {"tickvals": list(names), "ticktext": list(names.values()), "tickfont": {"size": 12}}


def _curve(figure: go.Figure, column: int, x: Sequence[float], y: Sequence[float]) -> None:
    figure.add_scatter(
        x=np.array(x, dtype=np.float32),
        y=np.array(y, dtype=np.float32),
        mode="lines" if column == 1 else "lines+markers",
        line={"color": COLOURS[0], "width": 2.5},
        marker={"size": 7},
        hovertemplate="%{x:.3s} tokens: %{y:.2f} nats<extra></extra>",
        row=1,
        col=column,
    )


def _head(figure: go.Figure, column: int, weights: np.ndarray, shown: bool) -> None:
    """Attention in percent; arrays of bytes take little room in the figure's JSON."""
    figure.add_heatmap(
        z=np.rint(100 * np.tril(weights)).astype(np.uint8),
        colorscale=[[i / 7, f"rgb{stop}"] for i, stop in enumerate(SCALE_STOPS)],
        zmin=0,
        zmax=100,
        showscale=False,
        hovertemplate="position %{y} looks at position %{x}: %{z}%<extra></extra>",
        visible=shown,
        row=2,
        col=column,
    )


def _guides(figure: go.Figure, column: int, n: int) -> None:
    """Two lines beside the places one after the earlier occurrence of each word."""
    x: list[float | None] = []
    y: list[float | None] = []
    for aside in (-1, 1):
        x += [2 + aside, n + aside, None]
        y += [n + 1, 2 * n - 1, None]
    figure.add_scatter(
        x=x,
        y=y,
        mode="lines",
        line={"color": COLOURS[0], "width": 1.5},
        hoverinfo="skip",
        row=2,
        col=column,
    )


def _add_moment(figure: go.Figure, moment: Moment, loss: float, shown: bool) -> None:
    """A mark on each curve, and the head's attention: seen while its step is chosen."""
    for column, value in ((1, loss), (2, moment.gain)):
        figure.add_scatter(
            x=[moment.tokens],
            y=[round(value, 3)],
            mode="markers",
            marker={"color": COLOURS[1], "size": 14, "symbol": "diamond"},
            hoverinfo="skip",
            visible=shown,
            row=1,
            col=column,
        )
    _head(figure, 2, moment.attention, shown)


def _slider(moments: Sequence[Moment], active: int) -> dict[str, Any]:
    """A step for each moment, which shows its own traces and hides those of the others.

    Without frames, it works wherever plotly's JSON is drawn.
    """
    own = list(range(FIXED, FIXED + OWN * len(moments)))
    steps = [
        {
            "label": _label(moment.tokens),
            "method": "update",
            "args": [
                {"visible": [place // OWN == i for place in range(len(own))]},
                {"annotations[3].text": _at_the_slider(moment)},
                own,
            ],
        }
        for i, moment in enumerate(moments)
    ]
    return {
        "active": active,
        "steps": steps,
        "currentvalue": {"prefix": "tokens read: ", "font": {"size": 14}},
        "pad": {"t": 60, "b": 10},
    }


def _at_the_slider(moment: Moment) -> str:
    return f"the same head, after {_label(moment.tokens)} tokens"


def _label(tokens: float) -> str:
    """200_704 -> "200k": a copy is kept at the step next to a round number of tokens."""
    return in_short(float(f"{tokens:.2g}"))


def _alt(title: str, moments: Sequence[Moment], head: str) -> str:
    gains = "; ".join(f"{m.gain:.1f} at {_label(m.tokens)}" for m in moments)
    return f"{title}. In-context score: {gains}. Below it the attention of {head}."
