"""What two judges say of the same replies, step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from gptedu.plots.style import COLOURS, DASHES, dress


def two_judges(rewards: Mapping[str, Sequence[float]], *, title: str) -> go.Figure:
    """The rewards that judges give the same replies, by step. rewards: judge -> one a step."""
    figure = go.Figure()
    said = []
    for i, (name, values) in enumerate(rewards.items()):
        figure.add_scatter(
            x=list(range(1, len(values) + 1)),
            y=list(values),
            name=name,
            mode="lines",
            line={"color": COLOURS[i], "dash": DASHES[i], "width": 2.5},
        )
        said.append(f"{name}: {values[0]:.2f} at first, {values[-1]:.2f} at the end")
    dress(figure, title, "step", "mean reward", f"{title}. {'; '.join(said)}.")
    return figure.update_layout(width=680)
