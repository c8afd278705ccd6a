"""Shares set beside shares: what a corpus holds and what is read or learned of it.

GPT-3's Table 2.2 (sources by size and by share) and section 6.2.1 (occupations and pronouns).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from gptedu.plots.style import COLOURS, MARKERS, PATTERNS, dress, percent


def mixture(
    rows: Sequence[tuple[str, float, float, float]],
    *,
    title: str,
) -> go.Figure:
    """Two bars a source: its share of the tokens there are, and of those that are read.

    rows: (source, share by size, share as read, epochs); shares from 0 to 1. The number of epochs
    stands behind the second bar. Raises ValueError without rows.
    """
    if not rows:
        raise ValueError("no sources to draw: give at least one row")
    names = [row[0] for row in rows]
    figure = go.Figure()
    sized, read = [row[1] for row in rows], [row[2] for row in rows]
    for i, (name, values) in enumerate((("of all there is", sized), ("of what is read", read))):
        text = [percent(value) for value in values]
        if values is read:
            text = [f"{words}, read {row[3]:.2g}×" for words, row in zip(text, rows, strict=True)]
        figure.add_bar(
            x=values,
            y=names,
            name=name,
            orientation="h",
            text=text,
            textposition="outside",
            cliponaxis=False,
            marker={"color": COLOURS[i], "pattern": {"shape": PATTERNS[i], "fgcolor": "#FFFFFF"}},
            hovertemplate=f"%{{y}}: %{{x:.0%}} {name}<extra></extra>",
        )
    said = "; ".join(f"{row[0]}: {percent(row[1])}, read {percent(row[2])}" for row in rows)
    dress(figure, title, "", "", f"{title}. Share of all there is, and of what is read. {said}.")
    figure.update_layout(barmode="group", bargap=0.3, margin={"l": 190, "r": 120})
    figure.update_layout(legend={"y": -0.06, "traceorder": "reversed"}, height=120 + 62 * len(rows))
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_xaxes(showticklabels=False, showgrid=False, range=[0, 0.95])
    return figure


def share_against_share(
    planted: Mapping[str, float],
    learned: Mapping[str, Mapping[str, float]],
    *,
    title: str,
    x_title: str,
    y_title: str,
) -> go.Figure:
    """A mark a name: its share in the corpus across, what each model makes of it up.

    planted: name -> 0 to 1. learned: model -> name -> 0 to 1. On the diagonal the two agree. Raises
    KeyError for a name that was not planted.
    """
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        line={"color": "#888888", "dash": "dot"},
        name="as in the text",
        hoverinfo="skip",
    )
    for i, (model, shares) in enumerate(learned.items()):
        figure.add_scatter(
            x=[planted[name] for name in shares],
            y=list(shares.values()),
            mode="markers",
            name=model,
            text=list(shares),
            marker={"color": COLOURS[i], "symbol": MARKERS[i], "size": 10, "opacity": 0.8},
            hovertemplate="%{text}: %{x:.0%} in the text, %{y:.0%} here<extra></extra>",
        )
    said = "; ".join(
        f"{model}: {sum(share < 0.5 for share in shares.values())} of {len(shares)} below one half"
        for model, shares in learned.items()
    )
    dress(figure, title, x_title, y_title, f"{title}. {said}.")
    figure.update_xaxes(range=[-0.03, 1.03], tickformat=".0%")
    figure.update_yaxes(range=[-0.03, 1.03], tickformat=".0%")
    figure.update_layout(width=640, height=520)
    return figure
