"""The stages of alignment side by side: how often each is preferred."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from gptedu.plots.style import COLOURS, LINE, dress, percent


def by_stage(
    rates: Mapping[str, Sequence[float]],
    *,
    title: str,
    x_title: str,
    line: float | None = None,
) -> go.Figure:
    """One bar a stage: the mean of its figures (0 to 1), and a mark for each seed.

    line: where a dotted line stands, as 0.5 for a draw. Raises ValueError without stages.
    """
    if not rates:
        raise ValueError("no stages to draw: give at least one")
    means = {name: sum(values) / len(values) for name, values in rates.items()}
    figure = go.Figure()
    figure.add_bar(
        x=list(means.values()),
        y=list(means),
        orientation="h",
        text=[f"{100 * mean:.1f}%" for mean in means.values()],
        textposition="inside",
        insidetextanchor="start",
        marker={"color": COLOURS[0]},
        name="mean",
    )
    dots = [(value, name) for name, values in rates.items() for value in values if len(values) > 1]
    figure.add_scatter(
        x=[value for value, _ in dots],
        y=[name for _, name in dots],
        mode="markers",
        marker={"color": COLOURS[1], "line": {"width": 3}, "symbol": "line-ns-open", "size": 14},
        name="a training run",
    )
    if line is not None:
        figure.add_vline(x=line, line={"color": LINE, "dash": "dot", "width": 1.5})
    said = ", ".join(f"{name} {percent(mean)}" for name, mean in means.items())
    dress(figure, title, x_title, "", f"{title}. {said}.")
    figure.update_layout(height=140 + 48 * len(rates), margin={"l": 130})
    figure.update_yaxes(autorange="reversed", showgrid=False)
    return figure.update_xaxes(range=[0, 1], tickformat=".0%")
