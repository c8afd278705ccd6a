"""Training replayed by a slider: curves on the left, what some heads do meanwhile on the right.

Chapter 3's picture of how induction heads form (Olsson et al. 2022): where the loss bends and the
in-context score jumps, stripes appear in the attention of a few heads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from gptedu.plots.colours import SCALE_STOPS
from gptedu.plots.style import COLOURS, dress, in_short

WIDTH, HEIGHT = 900, 520


@dataclass(frozen=True)
class Moment:
    """One checkpoint. tokens: read so far. gain: the in-context score, in nats per token.

    attention: `[heads, time, time]`, 0 to 1, of the heads that the picture shows.
    """

    tokens: float
    gain: float
    attention: np.ndarray


def training_replay(
    moments: Sequence[Moment],
    loss: tuple[Sequence[float], Sequence[float]],
    heads: Sequence[str],
    words: Sequence[str],
    *,
    title: str,
    start: int = -1,
) -> go.Figure:
    """A slider over checkpoints: loss and in-context score, and each head's attention.

    loss: (tokens read [points], nats per token [points]). heads: a name for each head. words:
    what stands at each position of the text that the heads read, [time]. start: the moment shown
    at first, by default the last. Raises ValueError where shapes do not fit.
    """
    if not moments:
        raise ValueError("there are no moments to replay: give at least one checkpoint")
    for moment in moments:
        if moment.attention.shape != (len(heads), len(words), len(words)):
            raise ValueError(
                f"attention has shape {moment.attention.shape} for {len(heads)} heads and "
                f"{len(words)} words: give [heads, time, time]"
            )
    index = start % len(moments)
    figure = make_subplots(
        rows=2,
        cols=1 + len(heads),
        specs=[
            [{}, *({"rowspan": 2} for _ in heads)],
            [{}, *(None for _ in heads)],
        ],
        column_widths=[0.3, *[0.7 / len(heads)] * len(heads)],
        horizontal_spacing=0.07,
        vertical_spacing=0.16,
        subplot_titles=["loss (nats per token)", *heads, "in-context score (nats)"],
    )
    gains = [moment.gain for moment in moments]
    _curve(figure, 1, *loss)
    _curve(figure, 2, [moment.tokens for moment in moments], gains)
    for place, moment in enumerate(moments):
        _add_moment(figure, moment, float(np.interp(moment.tokens, *loss)), place == index)
    dress(figure, title, "", "", _alt(title, moments, heads))
    figure.update_layout(
        width=WIDTH, height=HEIGHT, showlegend=False, margin={"l": 50, "r": 20, "t": 84, "b": 20}
    )
    figure.update_annotations(font_size=13)
    figure.update_xaxes(title_text="tokens read", tickformat="~s", row=2, col=1)
    # Logarithmic, since what comes late in training is small beside the first drop.
    figure.update_yaxes(type="log", tickvals=[1, 1.5, 2, 3, 5, 8], row=1, col=1)
    for place in range(len(heads)):
        axis = {"showgrid": False, "zeroline": False, "showticklabels": False}
        figure.update_xaxes(row=1, col=2 + place, title_text="looked at →", **axis)
        figure.update_yaxes(row=1, col=2 + place, autorange="reversed", **axis)
    names = {"tickvals": list(range(len(words))), "ticktext": list(words), "tickfont": {"size": 10}}
    figure.update_yaxes(row=1, col=2, showticklabels=True, **names)
    figure.update_layout(sliders=[_slider(moments, index, 2 + len(heads))])
    return figure


def _curve(figure: go.Figure, row: int, x: Sequence[float], y: Sequence[float]) -> None:
    figure.add_scatter(
        x=np.array(x, dtype=np.float32),
        y=np.array(y, dtype=np.float32),
        mode="lines" if row == 1 else "lines+markers",
        line={"color": COLOURS[0], "width": 2.5},
        marker={"size": 7},
        hovertemplate="%{x:.3s} tokens: %{y:.2f} nats<extra></extra>",
        row=row,
        col=1,
    )


def _add_moment(figure: go.Figure, moment: Moment, loss: float, shown: bool) -> None:
    """A mark on each curve, and each head's attention in percent: seen while its step is chosen.

    Arrays of bytes go into the figure's JSON as they are, so all moments take little room.
    """
    for row, value in ((1, loss), (2, moment.gain)):
        figure.add_scatter(
            x=[moment.tokens],
            y=[round(value, 3)],
            mode="markers",
            marker={"color": COLOURS[1], "size": 15, "symbol": "diamond"},
            hoverinfo="skip",
            visible=shown,
            row=row,
            col=1,
        )
    for place, weights in enumerate(moment.attention):
        figure.add_heatmap(
            z=np.rint(100 * np.tril(weights)).astype(np.uint8),
            colorscale=[[i / 7, f"rgb{stop}"] for i, stop in enumerate(SCALE_STOPS)],
            zmin=0,
            zmax=100,
            showscale=False,
            hovertemplate="token %{y} looks at token %{x}: %{z}%<extra></extra>",
            visible=shown,
            row=1,
            col=2 + place,
        )


def _slider(moments: Sequence[Moment], active: int, traces: int) -> dict[str, object]:
    """A step for each moment, which shows its own traces and hides those of the others.

    traces: how many a moment has. Without frames, it works wherever plotly's JSON is drawn.
    """
    own = list(range(2, 2 + traces * len(moments)))
    steps = [
        {
            "label": _label(moment.tokens),
            "method": "restyle",
            "args": ["visible", [place // traces == i for place in range(len(own))], own],
        }
        for i, moment in enumerate(moments)
    ]
    return {
        "active": active,
        "steps": steps,
        "currentvalue": {"prefix": "tokens read: ", "font": {"size": 15}},
        "pad": {"t": 46, "b": 10},
    }


def _label(tokens: float) -> str:
    """200_704 -> "200k": a copy is kept at the step next to a round number of tokens."""
    return in_short(float(f"{tokens:.2g}"))


def _alt(title: str, moments: Sequence[Moment], heads: Sequence[str]) -> str:
    gains = "; ".join(f"{m.gain:.1f} at {_label(m.tokens)}" for m in moments)
    return f"{title}. In-context score: {gains}. Beside it the attention of {', '.join(heads)}."
