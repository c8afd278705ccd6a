"""Accuracy as lines, by model size (GPT-2's Figure 1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import plotly.graph_objects as go

from gptedu.plots.style import COLOURS, DASHES, LINE, MARKERS, alt_text, dress, in_short, percent


def accuracy_by_size(
    parameters: Sequence[float],
    accuracy: Mapping[str, Sequence[float]],
    *,
    title: str,
    names: Sequence[str] | None = None,
    chance: float | None = None,
) -> go.Figure:
    """Accuracy of several tasks against model size (GPT-2's Figure 1).

    ``parameters`` [sizes] are counts, drawn on a logarithmic axis and labelled with ``names``
    where given; ``accuracy`` maps a task to its fractions [sizes], from 0 to 1; ``chance`` draws
    a line for guessing. Raises ValueError where the lengths differ.
    """
    labels = (
        [f"{name}<br>{in_short(n)}" for name, n in zip(names, parameters, strict=True)]
        if names
        else None
    )
    figure = _lines(
        {task: (parameters, values) for task, values in accuracy.items()},
        title=title,
        x_title="weights",
        y_title="accuracy",
        x_unit=lambda x: f"{in_short(x)} weights",
        y_unit=percent,
    )
    ticks = list(dict.fromkeys(parameters))
    figure.update_xaxes(
        type="log",
        tickvals=ticks,
        ticktext=labels or [in_short(n) for n in ticks],
        minor_ticks="",
        tickangle=0,  # slanting labels lie on the legend
    )
    if labels:  # of two lines
        figure.update_layout(legend_y=-0.3, height=figure.layout.height + 20)
    return _as_accuracy(figure, chance)


def _lines(
    runs: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    *,
    title: str,
    x_title: str,
    y_title: str,
    x_unit: Callable[[float], str],
    y_unit: Callable[[float], str],
) -> go.Figure:
    """Lines with markers from a name to (x, y); the alt text names each line's two ends."""
    if not runs:
        raise ValueError("no curves to draw: give at least one name with its points")
    figure = go.Figure()
    said = []
    for i, (name, (x, y)) in enumerate(runs.items()):
        x, y = list(x), list(y)
        if len(x) != len(y) or not x:
            raise ValueError(
                f"curve {name!r} has {len(x)} x values and {len(y)} y values: "
                "give as many of each, and at least one"
            )
        look = i % len(COLOURS)
        # Long curves get a marker here and there: a marker a point would hide the line.
        figure.add_scatter(
            x=x,
            y=y,
            name=name,
            mode="lines+markers",
            line={"color": COLOURS[look], "dash": DASHES[look], "width": 2.5},
            marker={"symbol": MARKERS[look], "size": 9, "maxdisplayed": 24},
        )
        said.append(f"{name}: {y_unit(y[0])} at {x_unit(x[0])}, {y_unit(y[-1])} at {x_unit(x[-1])}")
    return dress(figure, title, x_title, y_title, f"{title}. {'; '.join(said)}.")


def _as_accuracy(figure: go.Figure, chance: float | None) -> go.Figure:
    figure.update_yaxes(range=[-0.02, 1.03], tickformat=".0%", dtick=0.2)
    if chance is not None:
        figure.add_hline(
            y=chance,
            line={"color": LINE, "dash": "dot", "width": 1.5},
            annotation_text="guessing",
            annotation_position="top left",
        )
        figure.update_layout(meta={"alt": f"{alt_text(figure)} Guessing: {percent(chance)}."})
    return figure
