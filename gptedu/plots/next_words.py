"""The likeliest next words under several prompts, where one word jumps up the list."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from gptedu.plots.style import COLOURS, dress, percent

RIGHT, OTHER = COLOURS[1], "#9FB6CC"
ACROSS = 2
"""Panels side by side: more would not fit a narrow window."""
LEAST = 0.005
"""The probability that a bar has at least."""


def next_words(
    panels: Mapping[str, Sequence[tuple[str, float]]], right: str, *, title: str
) -> go.Figure:
    """The likeliest next words under several prompts, a panel each; the right one stands out.

    panels: a prompt's name -> (word, probability), likeliest first; what would show as 0% is left
    out. right: the word that is dark and marked with a tick wherever it appears. Raises ValueError
    without panels.
    """
    if not panels:
        raise ValueError("no prompts to compare: give at least one with its likeliest words")
    panels = {
        name: [pair for place, pair in enumerate(words) if place == 0 or pair[1] >= LEAST]
        for name, words in panels.items()
    }
    down = -(-len(panels) // ACROSS)
    figure = make_subplots(
        rows=down,
        cols=min(ACROSS, len(panels)),
        subplot_titles=list(panels),
        horizontal_spacing=0.2,
        vertical_spacing=0.2 / down,
    )
    most = max(len(words) for words in panels.values())
    said = []
    for place, (name, words) in enumerate(panels.items()):
        row, column = 1 + place // ACROSS, 1 + place % ACROSS
        marks = [word.strip() == right.strip() for word, _ in words]
        figure.add_bar(
            x=[chance for _, chance in words],
            y=list(range(len(words))),
            orientation="h",
            marker_color=[RIGHT if mark else OTHER for mark in marks],
            text=[percent(chance) for _, chance in words],
            textposition="outside",
            cliponaxis=False,
            hoverinfo="skip",
            row=row,
            col=column,
        )
        figure.update_yaxes(
            tickvals=list(range(len(words))),
            ticktext=[
                f"<b>✓ {html.escape(word.strip())}</b>" if mark else html.escape(word.strip())
                for (word, _), mark in zip(words, marks, strict=True)
            ],
            range=[most - 0.4, -0.6],
            showgrid=False,
            zeroline=False,  # it would run through the first bar's figure
            row=row,
            col=column,
        )
        best = words[0]
        said.append(f"{name}: first {best[0].strip()}, {percent(best[1])}")
    dress(figure, title, "", "", f"{title}. {'; '.join(said)}. Sought: {right.strip()}.")
    figure.update_layout(
        showlegend=False,
        height=110 + (56 + 28 * most) * down,
        margin={"l": 100, "t": 90, "b": 16, "r": 50},
    )
    figure.update_xaxes(range=[0, 1.15], showticklabels=False, showgrid=False)
    return figure
