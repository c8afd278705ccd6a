"""Bars that set a paper's figures beside ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from gptedu.plots.style import COLOURS, PATTERNS, dress


@dataclass(frozen=True)
class Comparison:
    """One line of a chapter's last table: what was measured, the paper's figure and ours."""

    label: str
    paper: float
    ours: float


def paper_against_ours(
    rows: Sequence[Comparison],
    *,
    title: str,
    unit: str = "%",
    paper: str = "paper",
    ours: str = "ours",
) -> go.Figure:
    """Bars that set the paper's figures beside ours, one pair a line of the chapter's table.

    Figures are in ``unit`` as they stand (percent: 0 to 100). Raises ValueError without rows.
    """
    if not rows:
        raise ValueError("no rows to compare: give at least one Comparison(label, paper, ours)")
    figure = go.Figure()
    for i, (name, values) in enumerate(
        ((paper, [row.paper for row in rows]), (ours, [row.ours for row in rows]))
    ):
        figure.add_bar(
            name=name,
            x=[row.label for row in rows],
            y=values,
            text=[f"{value:g}" for value in values],
            textposition="outside",
            cliponaxis=False,
            marker={"color": COLOURS[i], "pattern": {"shape": PATTERNS[i], "fgcolor": "#FFFFFF"}},
        )
    said = "; ".join(f"{row.label}: {paper} {row.paper:g}, {ours} {row.ours:g}" for row in rows)
    figure.update_layout(barmode="group", bargap=0.3, bargroupgap=0.06)
    return dress(figure, title, "", unit, f"{title}. In {unit}. {said}.")
