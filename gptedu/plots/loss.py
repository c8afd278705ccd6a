"""The loss of a run as it learns, beside what it has to get below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from gptedu.plots.style import COLOURS, DASHES, Figure, dress


def loss_by_step(
    losses: Sequence[float], beside: Mapping[str, float], *, title: str, every: int = 10
) -> Figure:
    """The loss against the step, the mean of `every` steps a point; and lines to compare it with.

    losses: of each step, in nats. beside: name -> a loss that does not change. Raises ValueError
    for fewer losses than one point needs.
    """
    means = [
        sum(losses[start : start + every]) / every
        for start in range(0, len(losses) - every + 1, every)
    ]
    if not means:
        raise ValueError(f"there are {len(losses)} losses: give at least {every}, one point's")
    steps = [every * (point + 1) for point in range(len(means))]
    lines = "; ".join(f"{name}: {loss:.2f}" for name, loss in beside.items())
    alt = f"{title}. From {means[0]:.2f} to {means[-1]:.2f} nats in {steps[-1]} steps. {lines}."
    figure = dress(go.Figure(), title, "step", "loss, nats a token", alt)
    figure.add_scatter(x=steps, y=means, name="loss", mode="lines",
                       line={"color": COLOURS[0], "width": 2.5})  # fmt: skip
    for i, (name, loss) in enumerate(beside.items(), start=1):
        look = {"color": COLOURS[i % len(COLOURS)], "dash": DASHES[i % len(DASHES)], "width": 2}
        figure.add_scatter(x=[0, steps[-1]], y=[loss, loss], name=name, mode="lines", line=look)
    figure.update_yaxes(rangemode="tozero")
    figure.update_layout(height=380)
    return figure
