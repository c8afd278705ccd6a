"""Where policies stand between telling and refusing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean

import plotly.graph_objects as go

from gptedu.plots.style import COLOURS, INK, MARKERS, dress

CORNERS = {"wanted": (0, 0, "top right"), "always refuse": (0, 100, "bottom right"),
           "always tell": (100, 0, "top left")}  # fmt: skip
Point = tuple[float, float]
"""Shares from 0 to 1: of the disallowed requests told, of the allowed ones refused."""


def plane(policies: Mapping[str, Sequence[Point]], *, title: str) -> go.Figure:
    """A point for each policy, the mean of its runs, with bars from the least run to the most.

    Raises ValueError for a policy without a run.
    """
    if empty := [name for name, points in policies.items() if not points]:
        raise ValueError(f"{empty[0]!r} has no point: give one for each run, and at least one")
    figure = go.Figure()
    said = []
    for i, (name, points) in enumerate(policies.items()):
        sides = [[100 * value for value in side] for side in zip(*points, strict=True)]
        means = [fmean(side) for side in sides]
        bars = [
            {
                "array": [max(side) - mean],
                "arrayminus": [mean - min(side)],
                "thickness": 1.5,
                "color": COLOURS[i],
            }
            for side, mean in zip(sides, means, strict=True)
        ]
        figure.add_scatter(
            x=means[:1],
            y=means[1:],
            error_x=bars[0],
            error_y=bars[1],
            name=name,
            mode="markers",
            marker={"color": COLOURS[i], "symbol": MARKERS[i], "size": 13},
            hovertemplate="told %{x:.1f}%, refused %{y:.1f}%<extra>" + name + "</extra>",
        )
        said.append(f"{name}: told {means[0]:.0f}%, refused {means[1]:.0f}%")
    figure.add_scatter(
        x=[x for x, _, _ in CORNERS.values()],
        y=[y for _, y, _ in CORNERS.values()],
        text=list(CORNERS),
        textposition=[where for _, _, where in CORNERS.values()],
        mode="markers+text",
        marker={"color": INK, "symbol": "square", "size": 8},
        showlegend=False,
        hoverinfo="skip",
    )
    dress(figure, title, "disallowed requests that are told (%)",
          "allowed requests that are refused (%)", f"{title}. {'; '.join(said)}.")  # fmt: skip
    figure.update_layout(width=640, height=560)
    figure.update_xaxes(range=[-4, 104], dtick=25)
    return figure.update_yaxes(range=[-4, 104], dtick=25)
