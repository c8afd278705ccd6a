"""The reward of answers against their true score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import correlation

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from gptedu.plots.style import COLOURS, LETTERS, MARKERS, below_title, dress, wrapped


def reward_against_truth(
    readings: Mapping[str, Sequence[float]], truth: Sequence[float], *, title: str
) -> go.Figure:
    """One panel a reading: the reward of each answer against its true score, and their correlation.

    readings: a name -> rewards [answers]; truth: [answers]. Raises ValueError where the lengths
    differ or there is nothing to draw.
    """
    if not readings or not truth:
        raise ValueError("nothing to draw: give at least one reading of at least one answer")
    titles = [wrapped(name, 28) for name in readings]
    figure = make_subplots(1, len(readings), subplot_titles=titles, shared_yaxes=True)
    said = []
    for column, (name, rewards) in enumerate(readings.items(), 1):
        if len(rewards) != len(truth):
            raise ValueError(f"{name!r} has {len(rewards)} rewards for {len(truth)} true scores")
        figure.add_scatter(
            x=list(truth),
            y=list(rewards),
            mode="markers",
            name=name,
            marker={"color": COLOURS[column - 1], "symbol": MARKERS[column - 1], "opacity": 0.5},
            row=1,
            col=column,
        )
        flat = max(rewards) - min(rewards) < 1e-6
        told = "the same for all" if flat else f"correlation {correlation(truth, rewards):.2f}"
        said.append(f"{name}: {told}")
    dress(figure, title, "true score", "", f"{title}. {'; '.join(said)}.")
    figure.update_yaxes(title_text="reward", row=1, col=1)
    figure.update_annotations(font_size=LETTERS)
    return figure.update_layout(
        height=400, margin={"t": below_title(figure, titles)}, showlegend=False
    )
