"""Chapter 4's figures besides those of a PPO run (see `figures.ppo`): epochs, stages, costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import correlation

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from gptedu.plots.curves import COLOURS, DASHES, MARKERS, PATTERNS, dress, percent


def by_epoch(curves: Sequence[Sequence[Mapping[str, float]]], *, title: str) -> go.Figure:
    """Loss on held-out demonstrations, and the true score of replies, after each epoch.

    curves: for each seed, for each epoch {"loss" (nats a token), "truth"}. InstructGPT, section
    3.5. Raises ValueError without curves.
    """
    if not curves or not curves[0]:
        raise ValueError("No epochs to draw: pass at least one curve of at least one epoch.")
    panels = (
        ("loss", "loss on held-out demonstrations (nats)"),
        ("truth", "true score of replies"),
    )
    figure = make_subplots(1, 2, subplot_titles=[words for _, words in panels])
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
    return figure.update_layout(width=900, height=400, margin={"t": 84})


def by_stage(
    rates: Mapping[str, Sequence[float]],
    *,
    title: str,
    x_title: str,
    line: float | None = None,
) -> go.Figure:
    """One bar a stage: the mean of its figures (0 to 1), and a dot for each seed.

    line: where a dotted line stands, as 0.5 for a draw. Raises ValueError without stages.
    """
    if not rates:
        raise ValueError("No stages to draw: pass at least one.")
    means = {name: sum(values) / len(values) for name, values in rates.items()}
    figure = go.Figure()
    figure.add_bar(
        x=list(means.values()),
        y=list(means),
        orientation="h",
        text=[percent(mean) for mean in means.values()],
        textposition="inside",
        insidetextanchor="start",
        marker={"color": COLOURS[0]},
        name="mean",
    )
    dots = [(value, name) for name, values in rates.items() for value in values if len(values) > 1]
    figure.add_scatter(
        x=[value for value, _ in dots],
        y=[name for _, name in dots],
        mode="markers",
        marker={"color": COLOURS[6], "symbol": "line-ns-open", "size": 14},
        name="a training run",
    )
    if line is not None:
        figure.add_vline(x=line, line={"color": "#666666", "dash": "dot", "width": 1.5})
    said = ", ".join(f"{name} {percent(mean)}" for name, mean in means.items())
    dress(figure, title, x_title, "", f"{title}. {said}.")
    figure.update_layout(height=140 + 48 * len(rates), margin={"l": 130})
    figure.update_yaxes(autorange="reversed", showgrid=False)
    return figure.update_xaxes(range=[0, 1], tickformat=".0%")


def abilities_by_stage(
    stages: Mapping[str, Mapping[str, float]], names: Mapping[str, str], *, title: str
) -> go.Figure:
    """A group of bars a task, one bar a stage: shares right, 0 to 1 (the alignment tax).

    stages: stage -> task -> share. names: task -> what it is called. Raises ValueError without
    stages.
    """
    if not stages:
        raise ValueError("No stages to draw: pass at least one.")
    figure = go.Figure()
    for i, (stage, shares) in enumerate(stages.items()):
        figure.add_bar(
            x=list(names.values()),
            y=[shares[task] for task in names],
            name=stage,
            text=[percent(shares[task]) for task in names],
            textposition="outside",
            cliponaxis=False,
            marker={"color": COLOURS[i], "pattern": {"shape": PATTERNS[i], "fgcolor": "#FFFFFF"}},
        )
    said = "; ".join(
        f"{stage}: " + ", ".join(f"{names[task]} {percent(shares[task])}" for task in names)
        for stage, shares in stages.items()
    )
    dress(figure, title, "", "right to the letter", f"{title}. {said}.")
    figure.update_layout(barmode="group", width=860)
    return figure.update_yaxes(range=[0, 1.1], tickformat=".0%")


def reward_against_truth(
    readings: Mapping[str, Sequence[float]], truth: Sequence[float], *, title: str
) -> go.Figure:
    """One panel a reading: the reward of each answer against its true score, and their correlation.

    readings: a name -> rewards [answers]; truth: [answers]. Raises ValueError where the lengths
    differ or there is nothing to draw.
    """
    if not readings or not truth:
        raise ValueError("Nothing to draw: pass at least one reading of at least one answer.")
    figure = make_subplots(1, len(readings), subplot_titles=list(readings), shared_yaxes=True)
    said = []
    for column, (name, rewards) in enumerate(readings.items(), 1):
        if len(rewards) != len(truth):
            raise ValueError(f"{name!r} has {len(rewards)} rewards for {len(truth)} true scores.")
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
    return figure.update_layout(width=860, height=400, margin={"t": 84}, showlegend=False)
