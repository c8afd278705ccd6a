"""Accuracy by examples in the prompt and by model size (GPT-3's Figures 1.2 and 1.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from gptedu.plots.style import COLOURS, DASHES, LINE, MARKERS, dress, in_short, percent

SHADES = ("#A78BDA", "#9C7CD6", "#9070D2", "#8560CE", "#7B4FCB")
"""Of the lines for a K each, from few examples to many: a model's colour is another thing."""

ByK = Mapping[str, Mapping[int, float]]
"""Model -> examples in the prompt -> 0 to 1."""


def accuracy_by_shots_and_size(
    shots: Sequence[int],
    sizes: Mapping[str, float],
    accuracy: ByK,
    *,
    title: str,
    margins: ByK | None = None,
    levels: Mapping[str, float] | None = None,
) -> go.Figure:
    """The same figures twice: against K, a line for each model; against size, a line for each K.

    sizes: model -> parameters, smallest first. margins: half the length of each error bar. levels:
    words -> an accuracy that is drawn as a dotted line, such as that of guessing. Pointing at a
    mark says its model, its K and its accuracy. Raises ValueError where a model or a K is missing.
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
    cells = {model: [(model, k) for k in shots] for model in sizes}
    for look, (model, row) in enumerate(cells.items()):
        style = (COLOURS[look % len(COLOURS)], look % len(MARKERS))
        _line(figure, 1, style, model, shots, row, accuracy, margins)
    for look, k in enumerate(shots):
        row = [(model, k) for model in sizes]
        shade = SHADES[look * (len(SHADES) - 1) // max(1, len(shots) - 1)]
        style = (shade, -1 - look % len(MARKERS))
        _line(figure, 2, style, f"K = {k}", list(sizes.values()), row, accuracy, margins)
    ends = "; ".join(
        f"{model}: {percent(accuracy[model][shots[0]])} at K = {shots[0]}, "
        f"{percent(accuracy[model][shots[-1]])} at K = {shots[-1]}"
        for model in sizes
    )
    lines = "".join(f" {words}: {percent(level)}." for words, level in (levels or {}).items())
    dress(figure, title, "", "", f"{title}. {ends}.{lines}")
    for words, level in (levels or {}).items():
        _level(figure, words, level)
    legend = {"orientation": "v", "y": -0.2, "yanchor": "top"}
    figure.update_layout(
        height=520,
        margin={"t": 86, "b": 160},
        legend={**legend, "x": 0},
        legend2={**legend, "x": 0.53},
    )
    figure.update_xaxes(title_text="examples in the prompt (K)", tickvals=list(shots), col=1)
    figure.update_xaxes(
        title_text="parameters (log scale)",
        type="log",
        tickvals=list(sizes.values()),
        ticktext=[in_short(size) for size in sizes.values()],
        minor_ticks="",
        col=2,
    )
    figure.update_yaxes(range=[-0.03, 1.04], tickformat=".0%", dtick=0.2)
    figure.update_yaxes(title_text="accuracy", col=1)
    return figure


def _line(
    figure: go.Figure,
    column: int,
    style: tuple[str, int],
    name: str,
    x: Sequence[float],
    cells: Sequence[tuple[str, int]],
    accuracy: ByK,
    margins: ByK | None,
) -> None:
    """One line; every mark knows its model and its K. cells: both, for each mark.

    style: its colour, and which of the markers and dashes it has.
    """
    colour, look = style
    figure.add_scatter(
        x=list(x),
        y=[accuracy[model][k] for model, k in cells],
        error_y=None
        if margins is None
        else {"array": [margins[model][k] for model, k in cells], "thickness": 1.5, "width": 4},
        name=name,
        mode="lines+markers",
        line={"color": colour, "dash": DASHES[look], "width": 2.5},
        marker={"symbol": MARKERS[look], "size": 9},
        customdata=list(cells),
        hovertemplate="%{customdata[0]}, K = %{customdata[1]}: %{y:.0%}<extra></extra>",
        legend="legend" if column == 1 else "legend2",
        row=1,
        col=column,
    )


def _level(figure: go.Figure, words: str, level: float) -> None:
    """A dotted line through both panels, named below its right end in the left one."""
    figure.add_hline(y=level, line={"color": LINE, "dash": "dot", "width": 1.5})
    figure.add_annotation(
        text=words,
        x=1,
        xref="x domain",
        xanchor="right",
        y=level,
        yref="y",
        yanchor="top",
        yshift=-5,
        showarrow=False,
        font={"size": 12},
    )
