"""Examples in the prompt, drawn: accuracy against K and size, and a word that jumps up a list.

GPT-3's Figures 1.2 and 1.3 (Brown et al. 2020).
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from gptedu.plots.curves import COLOURS, DASHES, MARKERS, dress, in_short, percent

RIGHT, OTHER = COLOURS[1], "#9FB6CC"


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
            raise ValueError(f"{model} has no accuracy for K = {missing}: measure it first.")
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


def next_words(
    columns: Mapping[str, Sequence[tuple[str, float]]], right: str, *, title: str
) -> go.Figure:
    """The likeliest next words under several prompts side by side; the right one stands out.

    columns: a prompt's name -> (word, probability), likeliest first. right: the word that is dark
    and marked with a tick wherever it appears. Raises ValueError without columns.
    """
    if not columns:
        raise ValueError("No prompts to compare: pass at least one with its likeliest words.")
    figure = make_subplots(
        rows=1, cols=len(columns), subplot_titles=list(columns), horizontal_spacing=0.09
    )
    most = max(len(row) for row in columns.values())
    said = []
    for place, (name, row) in enumerate(columns.items(), start=1):
        marks = [word.strip() == right.strip() for word, _ in row]
        figure.add_bar(
            x=[chance for _, chance in row],
            y=list(range(len(row))),
            orientation="h",
            marker_color=[RIGHT if mark else OTHER for mark in marks],
            text=[percent(chance) for _, chance in row],
            textposition="outside",
            cliponaxis=False,
            hoverinfo="skip",
            row=1,
            col=place,
        )
        figure.update_yaxes(
            tickvals=list(range(len(row))),
            ticktext=[
                f"<b>✓ {html.escape(word.strip())}</b>" if mark else html.escape(word.strip())
                for (word, _), mark in zip(row, marks, strict=True)
            ],
            range=[most - 0.4, -0.6],
            col=place,
        )
        best = row[0]
        said.append(f"{name}: first {best[0].strip()}, {percent(best[1])}")
    dress(figure, title, "", "", f"{title}. {'; '.join(said)}. Sought: {right.strip()}.")
    figure.update_layout(
        showlegend=False,
        width=900,
        height=130 + 34 * most,
        margin={"l": 90, "t": 84, "b": 24, "r": 40},
    )
    figure.update_xaxes(range=[0, 1.15], showticklabels=False, showgrid=False)
    return figure
