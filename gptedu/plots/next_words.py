"""The likeliest next words under several prompts, where one word jumps up the list."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from gptedu.plots.style import COLOURS, dress, percent

RIGHT, OTHER = COLOURS[1], "#9FB6CC"


def next_words(
    columns: Mapping[str, Sequence[tuple[str, float]]], right: str, *, title: str
) -> go.Figure:
    """The likeliest next words under several prompts side by side; the right one stands out.

    columns: a prompt's name -> (word, probability), likeliest first. right: the word that is dark
    and marked with a tick wherever it appears. Raises ValueError without columns.
    """
    if not columns:
        raise ValueError("no prompts to compare: give at least one with its likeliest words")
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
