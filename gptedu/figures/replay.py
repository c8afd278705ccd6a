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

from gptedu.figures.curves import COLOURS, dress, in_short
from gptedu.figures.png import SCALE_STOPS

WIDTH, HEIGHT = 900, 520
FUTURE = "#EEEFF5"


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
        raise ValueError("There are no moments to replay: pass at least one checkpoint.")
    for moment in moments:
        if moment.attention.shape != (len(heads), len(words), len(words)):
            raise ValueError(
                f"attention has shape {moment.attention.shape} for {len(heads)} heads and "
                f"{len(words)} words: pass [heads, time, time]"
            )
    index = start % len(moments)
    shown = moments[index]
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
    read = [moment.tokens for moment in moments]
    at_loss = np.interp(read, *loss).round(3).tolist()
    gains = [round(moment.gain, 3) for moment in moments]
    _curve(figure, 1, list(loss[0]), [round(y, 3) for y in loss[1]], "nats")
    _curve(figure, 2, read, gains, "nats")
    for row, values in ((1, at_loss), (2, gains)):
        figure.add_scatter(
            x=[shown.tokens],
            y=[values[index]],
            mode="markers",
            marker={"color": COLOURS[1], "size": 15, "symbol": "diamond"},
            hoverinfo="skip",
            row=row,
            col=1,
        )
    stops = [[i / 7, f"rgb{stop}"] for i, stop in enumerate(SCALE_STOPS)]
    said = [[[looks, at] for at in words] for looks in words]
    for place in range(len(heads)):
        figure.add_heatmap(
            z=_matrix(shown.attention[place]),
            colorscale=stops,
            zmin=0,
            zmax=1,
            showscale=False,
            customdata=said,
            hovertemplate="%{customdata[0]} looks at %{customdata[1]}: %{z:.2f}<extra></extra>",
            row=1,
            col=2 + place,
        )
    alt = _alt(title, moments, heads)
    dress(figure, title, "", "", alt)
    figure.update_layout(
        width=WIDTH, height=HEIGHT, showlegend=False, margin={"l": 50, "r": 20, "t": 84, "b": 20}
    )
    figure.update_annotations(font_size=13)
    figure.update_xaxes(title_text="tokens read", tickformat="~s", row=2, col=1)
    for place in range(len(heads)):
        axis = {"showgrid": False, "zeroline": False, "showticklabels": False}
        figure.update_xaxes(row=1, col=2 + place, title_text="looked at →", **axis)
        figure.update_yaxes(row=1, col=2 + place, autorange="reversed", **axis)
    names = {"tickvals": list(range(len(words))), "ticktext": list(words), "tickfont": {"size": 10}}
    figure.update_yaxes(row=1, col=2, showticklabels=True, **names)
    figure.update_layout(sliders=[_slider(moments, at_loss, gains, index, len(heads))])
    return figure


def _curve(figure: go.Figure, row: int, x: list[float], y: list[float], unit: str) -> None:
    figure.add_scatter(
        x=x,
        y=y,
        mode="lines" if row == 1 else "lines+markers",
        line={"color": COLOURS[0], "width": 2.5},
        marker={"size": 7},
        hovertemplate=f"%{{x:.3s}} tokens: %{{y:.2f}} {unit}<extra></extra>",
        row=row,
        col=1,
    )


def _matrix(weights: np.ndarray) -> list[list[float | None]]:
    """Two decimals, and nothing above the diagonal: a token cannot look ahead."""
    return [
        [round(float(value), 2) for value in row[: i + 1]] + [None] * (len(row) - i - 1)
        for i, row in enumerate(weights)
    ]


def _slider(
    moments: Sequence[Moment],
    loss: Sequence[float],
    gains: Sequence[float],
    active: int,
    heads: int,
) -> dict[str, object]:
    """A step for each moment: it moves the two marks and changes the heads' pictures.

    The figure's own data change, without frames: so it works wherever plotly's JSON is drawn.
    """
    places = [list(range(moments[0].attention.shape[-1]))] * heads
    steps = [
        {
            "label": in_short(moment.tokens),
            "method": "restyle",
            # One entry a trace for every key: a shorter list would be read round and round.
            "args": [
                {
                    "x": [[moment.tokens], [moment.tokens], *places],
                    "y": [[loss[i]], [gains[i]], *places],
                    "z": [[], [], *(_matrix(each) for each in moment.attention)],
                },
                list(range(2, 4 + heads)),
            ],
        }
        for i, moment in enumerate(moments)
    ]
    return {
        "active": active,
        "steps": steps,
        "currentvalue": {"prefix": "tokens read: ", "font": {"size": 15}},
        "pad": {"t": 46, "b": 10},
    }


def _alt(title: str, moments: Sequence[Moment], heads: Sequence[str]) -> str:
    gains = "; ".join(f"{m.gain:.1f} at {in_short(m.tokens)}" for m in moments)
    return f"{title}. In-context score: {gains}. Beside it the attention of {', '.join(heads)}."
