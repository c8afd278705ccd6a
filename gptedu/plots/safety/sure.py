"""How sure a model is of its answers, beside how many of them are right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from gptedu.plots.style import COLOURS, DASHES, LINE, MARKERS, dress

Group = tuple[float, float, int]
"""Some answers: their mean confidence, the share that is right (both 0 to 1), and how many."""


def sure_and_right(curves: Mapping[str, Sequence[Group]], *, title: str) -> go.Figure:
    """A line for each way to be sure, a point for each group of answers (GPT-4 report, Figure 8).

    On the grey line a model is as sure as it is right; below it, it is too sure. Raises
    ValueError for a line without a group.
    """
    if empty := [name for name, groups in curves.items() if not groups]:
        raise ValueError(f"{empty[0]!r} has no group of answers: give one at least")
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 100],
        y=[0, 100],
        name="as sure as right",
        mode="lines",
        line={"color": LINE, "width": 2},
        hoverinfo="skip",
    )
    said = []
    for i, (name, groups) in enumerate(curves.items()):
        sure, right = ([100 * group[part] for group in groups] for part in (0, 1))
        figure.add_scatter(
            x=sure,
            y=right,
            customdata=[many for _, _, many in groups],
            name=name,
            mode="lines+markers",
            line={"color": COLOURS[i], "dash": DASHES[i], "width": 2},
            marker={"color": COLOURS[i], "symbol": MARKERS[i], "size": 9},
            hovertemplate="sure %{x:.0f}%, right %{y:.0f}%, %{customdata} answers<extra>"
            + name
            + "</extra>",
        )
        points = ", ".join(
            f"{x:.0f}% sure {y:.0f}% right" for x, y in zip(sure, right, strict=True)
        )
        said.append(f"{name}: {points}")
    dress(figure, title, "how sure (%)", "share that is right (%)", f"{title}. {'; '.join(said)}.")
    figure.update_layout(width=560, height=480)
    figure.update_xaxes(range=[-3, 103], dtick=25)
    return figure.update_yaxes(range=[-3, 103], dtick=25)
