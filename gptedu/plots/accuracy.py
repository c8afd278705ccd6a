"""Accuracy as lines: by model size, along training, by examples in the prompt.

GPT-1's Figure 2, GPT-2's Figure 1, GPT-3's Figures 1.2 and 1.3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from gptedu.plots.style import COLOURS, DASHES, MARKERS, alt_text, dress, in_short, percent


def accuracy_by_size(
    parameters: Sequence[float],
    accuracy: Mapping[str, Sequence[float]],
    *,
    title: str,
    names: Sequence[str] | None = None,
    chance: float | None = None,
) -> go.Figure:
    """Accuracy of several tasks against model size (GPT-2's Figure 1; GPT-3's Figures 1.2, 1.3).

    ``parameters`` [sizes] are counts, drawn on a logarithmic axis and labelled with ``names``
    where given; ``accuracy`` maps a task to its fractions [sizes], from 0 to 1; ``chance`` draws
    a line for guessing. Raises ValueError where the lengths differ.
    """
    labels = (
        [f"{name} ({in_short(n)})" for name, n in zip(names, parameters, strict=True)]
        if names
        else None
    )
    figure = _lines(
        {task: (parameters, values) for task, values in accuracy.items()},
        title=title,
        x_title="parameters",
        y_title="accuracy",
        x_unit=lambda x: f"{in_short(x)} parameters",
        y_unit=percent,
    )
    ticks = list(dict.fromkeys(parameters))
    figure.update_xaxes(
        type="log", tickvals=ticks, ticktext=labels or [in_short(n) for n in ticks], minor_ticks=""
    )
    return _as_accuracy(figure, chance)


def accuracy_by_step(
    runs: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    *,
    title: str,
    x_title: str = "tokens read in training",
    chance: float | None = None,
) -> go.Figure:
    """Accuracy along training (GPT-1's Figure 2, right).

    ``runs`` maps a name to (x [points], accuracy [points], from 0 to 1).
    """
    figure = _lines(
        runs, title=title, x_title=x_title, y_title="accuracy", x_unit=in_short, y_unit=percent
    )
    return _as_accuracy(figure, chance)


def accuracy_by_shots_and_size(
    shots: Sequence[int],
    sizes: Mapping[str, float],
    accuracy: Mapping[str, Mapping[int, float]],
    *,
    title: str,
) -> go.Figure:
    """The same figures twice: against K, a line for each model; against size, a line for each K.

    sizes: model -> parameters, smallest first. accuracy: model -> K -> 0 to 1. Pointing at a mark
    says its model, its K and its accuracy. Raises ValueError where a model or a K is missing.
    """
    for model in sizes:
        missing = [k for k in shots if k not in accuracy.get(model, {})]
        if missing:
            raise ValueError(f"{model} has no accuracy for K = {missing}: measure it first")
    figure = make_subplots(
        rows=1,
        cols=2,
        shared_yaxes=True,
        horizontal_spacing=0.05,
        subplot_titles=["each model, as K grows", "each K, as the model grows"],
    )
    for i, model in enumerate(sizes):
        _line(figure, 1, i, model, shots, [accuracy[model][k] for k in shots], model, shots)
    for i, k in enumerate(shots):
        row = [accuracy[model][k] for model in sizes]
        _line(figure, 2, i, f"K = {k}", list(sizes.values()), row, list(sizes), k)
    ends = "; ".join(
        f"{model}: {percent(accuracy[model][shots[0]])} at K = {shots[0]}, "
        f"{percent(accuracy[model][shots[-1]])} at K = {shots[-1]}"
        for model in sizes
    )
    dress(figure, title, "", "", f"{title}. {ends}.")
    figure.update_layout(
        width=900,
        height=470,
        margin={"t": 86},
        legend={"y": -0.2},
        legend2={"x": 1.02, "y": 0.98, "title": None},
    )
    figure.update_xaxes(title_text="examples in the prompt (K)", tickvals=list(shots), col=1)
    figure.update_xaxes(
        title_text="parameters",
        type="log",
        tickvals=list(sizes.values()),
        ticktext=[in_short(size) for size in sizes.values()],
        minor_ticks="",
        col=2,
    )
    figure.update_yaxes(range=[-0.03, 1.04], tickformat=".0%", dtick=0.2)
    figure.update_yaxes(title_text="accuracy", col=1)
    return figure


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
            line={"color": "#666666", "dash": "dot", "width": 1.5},
            annotation_text="guessing",
            annotation_position="top left",
        )
        figure.update_layout(meta={"alt": f"{alt_text(figure)} Guessing: {percent(chance)}."})
    return figure


def _line(
    figure: go.Figure,
    column: int,
    look: int,
    name: str,
    x: Sequence[float],
    y: Sequence[float],
    models: str | Sequence[str],
    ks: int | Sequence[int],
) -> None:
    """One line; every mark knows its model and its K."""
    who = [models] * len(x) if isinstance(models, str) else models
    how_many = [ks] * len(x) if isinstance(ks, int) else ks
    look = look % len(COLOURS) if column == 1 else -1 - look % len(COLOURS)
    figure.add_scatter(
        x=list(x),
        y=list(y),
        name=name,
        mode="lines+markers",
        line={"color": COLOURS[look], "dash": DASHES[look], "width": 2.5},
        marker={"symbol": MARKERS[look], "size": 9},
        customdata=list(zip(who, how_many, strict=True)),
        hovertemplate="%{customdata[0]}, K = %{customdata[1]}: %{y:.0%}<extra></extra>",
        legend="legend" if column == 1 else "legend2",
        row=1,
        col=column,
    )
