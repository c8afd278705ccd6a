"""What models know by heart, from the commonest fact to the rarest; and what lists make of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from gptedu.plots.style import COLOURS, DASHES, MARKERS, dress, log_marks

Points = Sequence[tuple[float, float]]


def known_by_rank(models: Mapping[str, Points], *, title: str) -> go.Figure:
    """The probability of a fact's value over the fact's rank, a curve for each model.

    models: name -> (rank, probability). Raises ValueError without models.
    """
    if not models:
        raise ValueError("no models to draw: give at least one")
    figure, said = go.Figure(), []
    for i, (name, points) in enumerate(models.items()):
        figure.add_scatter(
            x=[rank for rank, _ in points], y=[100 * known for _, known in points], mode="lines",
            name=name, line={"color": COLOURS[i], "dash": DASHES[i]},
        )  # fmt: skip
        half = [rank for rank, known in points if known >= 0.5]
        said.append(f"{name} knows half and more up to rank {max(half, default=0):,.0f}")
    dress(
        figure, title, "rank of the fact (1: the commonest)", "probability of its value (%)",
        f"{title}. {'; '.join(said)}.",
    )  # fmt: skip
    return figure.update_xaxes(type="log", exponentformat="power")


def two_metrics(
    shares: Mapping[str, Points], minus_log: Points, *, title: str, titles: tuple[str, str]
) -> go.Figure:
    """One set of models by two metrics: shares that are right, and -log of one of them.

    shares: name -> (FLOPs, share, 0 to 1), on a plain axis. minus_log: (FLOPs, nats), on a
    logarithmic one, where a power law is straight. titles: of the two panels.
    """
    figure = make_subplots(1, 2, subplot_titles=titles, horizontal_spacing=0.16)
    for i, (name, points) in enumerate(shares.items()):
        figure.add_scatter(
            x=[flops for flops, _ in points], y=[100 * share for _, share in points],
            mode="lines+markers", name=name, line={"color": COLOURS[i], "dash": DASHES[i]},
            marker={"symbol": MARKERS[i], "size": 7}, row=1, col=1,
        )  # fmt: skip
    figure.add_scatter(
        x=[flops for flops, _ in minus_log], y=[nats for _, nats in minus_log],
        mode="lines+markers", name="−log of the pass rate", row=1, col=2,
        line={"color": COLOURS[2]}, marker={"symbol": MARKERS[2], "size": 7},
    )  # fmt: skip
    said = "; ".join(
        f"{name}: {100 * points[0][1]:.1f}% to {100 * points[-1][1]:.1f}%"
        for name, points in shares.items()
    )
    said += f"; −log of the pass rate: {minus_log[0][1]:.2f} to {minus_log[-1][1]:.2f} nats"
    dress(figure, title, "training compute (FLOPs)", "", f"{title}. {said}.")
    figure.update_layout(margin={"t": 84})
    figure.update_xaxes(type="log", exponentformat="power", nticks=4)
    figure.update_yaxes(title_text="right (%)", col=1)
    nats = [each for _, each in minus_log]
    marks = log_marks(min(nats), max(nats))
    return figure.update_yaxes(type="log", title_text="nats", **marks, col=2)
