"""How often a reward model orders two replies rightly, by how many rankings it has learned from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from gptedu.plots.style import COLOURS, DASHES, MARKERS, dress, percent


def accuracy_by_rankings(
    accuracy: Mapping[str, Mapping[int, Sequence[float]]],
    *,
    title: str,
    most: Mapping[str, float] | None = None,
) -> go.Figure:
    """A line for each who ranked: the mean over the runs, and bars from the least to the most.

    accuracy: who ranked -> rankings learned from -> shares of pairs, 0 to 1, a run each. most:
    what even a perfect judge of this labeler cannot pass -> share; a dotted line. A line at 50% is
    chance. Raises ValueError where there is nothing to draw.
    """
    if not accuracy or not all(accuracy.values()):
        raise ValueError("nothing to draw: give at least one labeler, and one number of rankings")
    figure = go.Figure()
    said = []
    for i, (name, runs) in enumerate(accuracy.items()):
        means = [sum(shares) / len(shares) for shares in runs.values()]
        figure.add_scatter(
            x=list(runs),
            y=means,
            name=name,
            mode="lines+markers",
            line={"color": COLOURS[i], "dash": DASHES[i], "width": 2.5},
            marker={"symbol": MARKERS[i], "size": 9},
            error_y={
                "array": [max(s) - m for s, m in zip(runs.values(), means, strict=True)],
                "arrayminus": [m - min(s) for s, m in zip(runs.values(), means, strict=True)],
            },
        )
        said.append(
            f"{name}: {percent(means[0])} after {min(runs)} rankings, {percent(means[-1])} after "
            f"{max(runs)}"
        )
    for words, share in {"chance": 0.5, **(most or {})}.items():
        figure.add_hline(
            y=share,
            line={"color": "#666666", "dash": "dot", "width": 1.5},
            annotation={"text": words, "font": {"size": 13}},
            annotation_position="bottom right" if words == "chance" else "top left",
        )
        said.append(f"{words}: {percent(share)}")
    dress(
        figure,
        title,
        "rankings learned from",
        "pairs ordered as they were",
        f"{title}. {'; '.join(said)}.",
    )
    counts = sorted({count for runs in accuracy.values() for count in runs})
    figure.update_xaxes(
        type="log", tickvals=counts, ticktext=[f"{count:,}" for count in counts], minor_ticks=""
    )
    figure.update_yaxes(range=[0.45, 1.0], tickformat=".0%", dtick=0.1, tick0=0.5)
    return figure.update_layout(width=680, height=420)
