"""Fine-tuning epoch by epoch: loss on held-out demonstrations beside the true score of replies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from gptedu.plots.style import (
    COLOURS,
    DASHES,
    LETTERS,
    MARKERS,
    below_title,
    dress,
    whole_steps,
    wrapped,
)


def by_epoch(curves: Sequence[Sequence[Mapping[str, float]]], *, title: str) -> go.Figure:
    """Loss on held-out demonstrations, and the true score of replies, after each epoch.

    curves: for each seed, for each epoch {"loss" (nats a token), "truth"}. InstructGPT, section
    3.5. Raises ValueError without curves.
    """
    if not curves or not curves[0]:
        raise ValueError("no epochs to draw: give at least one curve of at least one epoch")
    panels = (
        ("loss", "loss on held-out demonstrations (nats)"),
        ("truth", "true score of replies"),
    )
    titles = [wrapped(words, 26) for _, words in panels]
    figure = make_subplots(1, 2, subplot_titles=titles, horizontal_spacing=0.12)
    for column, (name, _) in enumerate(panels, 1):
        for i, curve in enumerate(curves):
            figure.add_scatter(
                x=list(range(1, len(curve) + 1)),
                y=[point[name] for point in curve],
                mode="lines+markers",
                name=f"seed {i}",
                legendgroup=f"seed {i}",
                showlegend=column == 1,
                line={"color": COLOURS[i], "dash": DASHES[i]},
                marker={"symbol": MARKERS[i], "size": 6},
                row=1,
                col=column,
            )
    losses = [[point["loss"] for point in curve] for curve in curves]
    lows = [own.index(min(own)) + 1 for own in losses]
    ends = [(c[low - 1]["truth"], c[-1]["truth"]) for c, low in zip(curves, lows, strict=True)]
    said = "; ".join(
        f"seed {i}: loss lowest after epoch {low}, true score {then:.2f} there and {last:.2f} at "
        "the end"
        for i, (low, (then, last)) in enumerate(zip(lows, ends, strict=True))
    )
    dress(figure, title, "epochs", "", f"{title}. {said}.")
    figure.update_xaxes(whole_steps(range(1, len(curves[0]) + 1), 6))
    figure.update_annotations(font_size=LETTERS)
    return figure.update_layout(height=420, margin={"l": 10, "t": below_title(figure, titles)})
