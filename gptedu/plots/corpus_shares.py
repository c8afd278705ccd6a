"""Shares set beside shares: what a corpus holds and what is read or learned of it.

GPT-3's Table 2.2 (sources by size and by share) and section 6.2.1 (occupations and pronouns).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from gptedu.plots.style import COLOURS, LINE, MARKERS, PATTERNS, dress, percent


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
    figure.update_layout(legend={"y": -0.06, "traceorder": "normal"}, height=120 + 62 * len(rows))
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_xaxes(showticklabels=False, showgrid=False, range=[0, 0.95])
    return figure


def shares_by_name(
    planted: Mapping[str, float],
    learned: Mapping[str, Mapping[str, float]],
    *,
    title: str,
    x_title: str,
    planted_title: str,
) -> go.Figure:
    """A line a name, lowest planted share first: what stands in the corpus, and what models say.

    planted: name -> 0 to 1. learned: model -> name -> 0 to 1. planted_title: what the planted
    share is called. Raises KeyError for a name that was not planted.
    """
    names = sorted(planted, key=lambda name: (planted[name], name))
    for model, shares in learned.items():
        if strangers := sorted(shares.keys() - planted.keys()):
            raise KeyError(f"{model} has {', '.join(strangers)}: no such share was planted")
    figure = go.Figure()
    figure.add_scatter(
        x=[planted[name] for name in names],
        y=names,
        mode="markers",
        name=planted_title,
        marker={"symbol": "line-ns-open", "size": 14, "color": LINE, "line": {"width": 3}},
        hovertemplate="%{y}: %{x:.0%} in the text<extra></extra>",
    )
    for i, (model, shares) in enumerate(learned.items()):
        figure.add_scatter(
            x=[shares[name] for name in names if name in shares],
            y=[name for name in names if name in shares],
            mode="markers",
            name=model,
            marker={"color": COLOURS[i], "symbol": MARKERS[i], "size": 9},
            hovertemplate=f"%{{y}}: %{{x:.0%}} for {model}<extra></extra>",
        )
    figure.add_vline(x=0.5, line={"color": LINE, "dash": "dot", "width": 1.5})
    said = "; ".join(
        f"{model}: {sum(share < 0.5 for share in shares.values())} of {len(shares)} below one half"
        for model, shares in learned.items()
    )
    dress(figure, title, x_title, "", f"{title}. {said}.")
    figure.update_xaxes(range=[-0.03, 1.03], tickformat=".0%", dtick=0.25)
    figure.update_yaxes(type="category", tickfont={"size": 12}, range=[-0.7, len(names) - 0.3])
    figure.update_layout(
        height=190 + 19 * len(names), margin={"l": 100}, legend={"y": -90 / (19 * len(names))}
    )
    return figure
