"""Which problems each of several ways gets wrong: a row a way, a column a problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from gptedu.plots.style import COLOURS, LINE, dress


def gaps(rights: Mapping[str, Sequence[bool]], *, title: str) -> go.Figure:
    """A cross where a way is wrong, a small dot where it is right; the first way stands on top.

    rights: way -> whether it is right, a problem a place. Raises ValueError for ways of different
    numbers of problems, and where there is none.
    """
    counts = {len(own) for own in rights.values()}
    if len(counts) != 1 or 0 in counts:
        raise ValueError(
            f"the ways have {sorted(counts)} problems: give the same ones to each, at least one"
        )
    cells = [(n, way, right) for way, own in rights.items() for n, right in enumerate(own, 1)]
    figure = go.Figure()
    for name, wanted, marker in (
        ("right", True, {"symbol": "circle", "size": 5, "color": LINE}),
        ("wrong", False, {"symbol": "x", "size": 10, "color": COLOURS[1]}),
    ):
        own = [(n, way) for n, way, right in cells if right is wanted]
        figure.add_scatter(
            name=name,
            x=[n for n, _ in own],
            y=[way for _, way in own],
            mode="markers",
            marker=marker,
            hovertemplate="problem %{x}, %{y}<extra>" + name + "</extra>",
        )
    (many,) = counts
    said = ", ".join(f"{way} {many - sum(own)}" for way, own in rights.items())
    dress(figure, title, "problem", "", f"{title}. Wrong, of {many} problems: {said}.")
    figure.update_yaxes(
        categoryorder="array", categoryarray=[*rights][::-1], showgrid=False, zeroline=False
    )
    figure.update_xaxes(range=[0.3, many + 0.7], showgrid=False, zeroline=False)
    figure.update_layout(height=330)
    return figure
