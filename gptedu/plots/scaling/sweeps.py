"""Sweeps: valleys of one budget, and learning rates by width."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from gptedu.plots.style import COLOURS, DASHES, MARKERS, dress, in_short

Points = Sequence[tuple[float, float]]


def valleys(
    budgets: Mapping[float, Points],
    lowest: Mapping[float, tuple[float, float]],
    *,
    title: str,
    parabolas: Mapping[float, Points] | None = None,
) -> go.Figure:
    """Losses over the size, a curve for each budget, its lowest point marked.

    budgets: FLOPs -> (parameters, loss). lowest: FLOPs -> (parameters, loss) of the vertex.
    parabolas: FLOPs -> points (parameters, loss) of the curve through a budget's runs; without, a
    line joins the runs. Raises ValueError without budgets.
    """
    if not budgets:
        raise ValueError("no budgets to draw: give at least one")
    figure = go.Figure()
    for i, (budget, points) in enumerate(budgets.items()):
        curve = (parabolas or {}).get(budget, ())
        figure.add_scatter(
            x=[n for n, _ in points], y=[loss for _, loss in points],
            mode="markers" if curve else "lines+markers", name=f"{budget:.0e} FLOPs",
            line={"color": COLOURS[i], "dash": DASHES[i]},
            marker={"symbol": MARKERS[i], "size": 8},
        )  # fmt: skip
        if curve:
            figure.add_scatter(
                x=[n for n, _ in curve], y=[loss for _, loss in curve], mode="lines",
                name=f"{budget:.0e} FLOPs", showlegend=False, hoverinfo="skip",
                line={"color": COLOURS[i], "dash": DASHES[i]},
            )  # fmt: skip
    figure.add_scatter(
        x=[n for n, _ in lowest.values()], y=[loss for _, loss in lowest.values()], mode="markers",
        name="lowest point", marker={"color": COLOURS[6], "symbol": "star", "size": 12},
    )  # fmt: skip
    said = "; ".join(f"{c:.0e} FLOPs: best at {in_short(n)}" for c, (n, _) in lowest.items())
    dress(figure, title, "parameters", "loss (nats a symbol)", f"{title}. {said or 'none marked'}.")
    return figure.update_xaxes(type="log")


def best_rates(curves: Mapping[str, Mapping[int, Points]], *, title: str) -> go.Figure:
    """Loss over the learning rate, a panel for each rule, a curve for each width.

    curves: rule -> width -> (rate, loss). Raises ValueError without rules.
    """
    if not curves:
        raise ValueError("no rules to draw: give at least one")
    figure = make_subplots(1, len(curves), subplot_titles=list(curves), shared_yaxes=True)
    said = []
    for column, (rule, widths) in enumerate(curves.items(), 1):
        for i, (width, points) in enumerate(widths.items()):
            figure.add_scatter(
                x=[rate for rate, _ in points], y=[loss for _, loss in points],
                mode="lines+markers", name=f"width {width}", legendgroup=f"width {width}",
                showlegend=column == 1, line={"color": COLOURS[i], "dash": DASHES[i]},
                marker={"symbol": MARKERS[i], "size": 7}, row=1, col=column,
            )  # fmt: skip
            best, _ = min(points, key=lambda point: point[1])
            said.append(f"{rule}, width {width}: best at {best:g}")
    dress(figure, title, "learning rate", "", f"{title}. {'; '.join(said)}.")
    figure.update_xaxes(type="log")
    figure.update_layout(width=900, height=400, margin={"t": 84})
    return figure.update_yaxes(title_text="loss (nats a symbol)", col=1)
