"""Runs and the law through them; the best size for each budget beside other exponents."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from gptedu.plots.style import COLOURS, DASHES, MARKERS, dress, in_short, log_marks

Points = Sequence[tuple[float, float]]
STEEP = 0.5
"""More than the exponent of any law here: so far down a figure goes that leaves the line open."""


def runs_and_law(
    runs: Mapping[str, Points],
    *,
    title: str,
    law: Points = (),
    interval: Sequence[tuple[float, float, float]] = (),
    held_out: tuple[float, float] | None = None,
    to_come: float | None = None,
    bound: Points = (),
    floor: float = 0.0,
    y_title: str = "loss above the floor (nats a symbol)",
    x_title: str = "training compute (FLOPs)",
) -> go.Figure:
    """Runs as marks, the law as a line, both axes logarithmic, so that a power law is straight.

    runs: name of a group -> (FLOPs, loss) of its runs. law: points (FLOPs, loss).
    interval: (FLOPs, low, high). held_out: the run that was predicted. to_come: FLOPs of a run that
    has no loss yet. floor: taken from every loss. bound: points (FLOPs, loss) below which no run
    can be. Raises ValueError without runs, and for a loss that is not above the floor.
    """
    points = [point for group in runs.values() for point in group]
    if not points:
        raise ValueError("no runs to draw: give at least one")
    if any(loss <= floor for _, loss in points):
        raise ValueError(f"a loss is not above the floor of {floor:g}: give a lower floor")
    figure = go.Figure()
    if interval:
        band = [(x, low - floor) for x, low, _ in interval]
        back = [(x, high - floor) for x, _, high in reversed(interval)]
        figure.add_scatter(
            x=[x for x, _ in [*band, *back]], y=[y for _, y in [*band, *back]], fill="toself",
            mode="lines", line={"width": 0}, fillcolor="rgba(0,114,178,0.2)", name="interval",
            hoverinfo="skip",
        )  # fmt: skip
    if law:
        figure.add_scatter(
            x=[x for x, _ in law], y=[y - floor for _, y in law], mode="lines", name="law",
            line={"color": COLOURS[0]},
        )  # fmt: skip
    if bound:
        figure.add_scatter(
            x=[x for x, _ in bound], y=[y - floor for _, y in bound], mode="lines",
            name="no learner can be below", line={"color": COLOURS[6], "dash": "dash"},
        )  # fmt: skip
    for i, (name, group) in enumerate(runs.items()):
        figure.add_scatter(
            x=[x for x, _ in group], y=[y - floor for _, y in group], mode="markers", name=name,
            marker={"color": COLOURS[i % len(COLOURS)], "symbol": MARKERS[i % len(MARKERS)],
                    "size": 8},
        )  # fmt: skip
    said = f"{len(points)} runs from {min(x for x, _ in points):.1e} FLOPs"
    if held_out:
        figure.add_scatter(
            x=[held_out[0]], y=[held_out[1] - floor], mode="markers", name="the run, held out",
            marker={"color": COLOURS[6], "symbol": "star", "size": 14},
        )  # fmt: skip
        said += f"; the run that was held out: {held_out[1]:.3f} at {held_out[0]:.1e} FLOPs"
    if to_come:
        heights = [y for trace in figure.data for y in trace.y]
        first, last = min(x for x, _ in points), max(x for x, _ in points)
        low = min(heights) * (last / to_come) ** STEEP
        figure.add_scatter(
            x=[to_come, to_come], y=[low, max(heights)], mode="lines",
            name="the run to come", line={"color": COLOURS[6], "dash": "dot"},
        )  # fmt: skip
        figure.update_xaxes(range=[math.log10(first / 1.5), math.log10(to_come * 1.5)])
        said += f"; a run to come at {to_come:.1e} FLOPs"
    dress(figure, title, x_title, y_title, f"{title}. {said}.")
    figure.update_xaxes(type="log", exponentformat="power")
    heights = [y for trace in figure.data for y in trace.y]
    return figure.update_yaxes(type="log", **log_marks(min(heights), max(heights)))


def two_laws(
    runs: Points,
    laws: Mapping[str, Points],
    *,
    title: str,
    held_out: tuple[float, float] | None = None,
) -> go.Figure:
    """Several laws through the same runs, on two logarithmic axes.

    runs: (FLOPs, loss). laws: name -> points (FLOPs, loss). held_out: a run that no law saw.
    Raises ValueError without runs.
    """
    if not runs:
        raise ValueError("no runs to draw: give at least one")
    figure, said = go.Figure(), []
    for i, (name, points) in enumerate(laws.items()):
        figure.add_scatter(
            x=[x for x, _ in points], y=[y for _, y in points], mode="lines", name=name,
            line={"color": COLOURS[i + 1], "dash": DASHES[i]},
        )  # fmt: skip
        said.append(f"{name}: {points[-1][1]:.3f} at {points[-1][0]:.1e} FLOPs")
    figure.add_scatter(
        x=[x for x, _ in runs], y=[y for _, y in runs], mode="markers", name="runs",
        marker={"color": COLOURS[0], "size": 8},
    )  # fmt: skip
    if held_out:
        figure.add_scatter(
            x=[held_out[0]], y=[held_out[1]], mode="markers", name="the run, held out",
            marker={"color": COLOURS[6], "symbol": "star", "size": 14},
        )  # fmt: skip
        said.append(f"the run that was held out: {held_out[1]:.3f}")
    dress(
        figure, title, "training compute (FLOPs)", "loss (nats a symbol)",
        f"{title}. {'; '.join(said)}.",
    )  # fmt: skip
    figure.update_xaxes(type="log", exponentformat="power")
    return figure.update_yaxes(type="log")


def sizes_by_budget(
    best: Points,
    slopes: Mapping[str, float],
    *,
    title: str,
    y_title: str = "best size (parameters)",
) -> go.Figure:
    """The best size for each budget, and lines of other exponents through their middle.

    best: (FLOPs, parameters). slopes: name -> exponent of N ~ C^a. Raises ValueError for fewer than
    two budgets.
    """
    if len(best) < 2:
        raise ValueError(f"{len(best)} budgets have no slope: give two or more")
    figure = go.Figure()
    x = [c for c, _ in best]
    middle = [1.0, 1.0]
    for c, n in best:
        middle = [middle[0] * c ** (1 / len(best)), middle[1] * n ** (1 / len(best))]
    for i, (name, slope) in enumerate(slopes.items()):
        figure.add_scatter(
            x=[min(x), max(x)],
            y=[middle[1] * (c / middle[0]) ** slope for c in (min(x), max(x))],
            mode="lines", name=f"{name}: {slope:.2f}",
            line={"color": COLOURS[i + 1], "dash": DASHES[i]},
        )  # fmt: skip
    figure.add_scatter(
        x=x, y=[n for _, n in best], mode="markers", name="ours",
        marker={"color": COLOURS[0], "size": 10},
    )  # fmt: skip
    said = ", ".join(f"{in_short(n)} at {c:.0e} FLOPs" for c, n in best)
    dress(figure, title, "training compute (FLOPs)", y_title, f"{title}. {said}.")
    figure.update_xaxes(type="log", exponentformat="power")
    return figure.update_yaxes(type="log")
