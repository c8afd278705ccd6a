"""Valleys: models of several sizes, all trained with one budget, and the size that is best.

Hoffmann et al. 2022, approach 2 (section 3.2): for each budget a parabola through the losses over
the logarithm of the size; its lowest point is the best size. A line through those over the budgets
has the exponent of N ~ C^a.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gptedu import checks
from gptedu.scaling.laws import Numbers


@dataclass(frozen=True)
class Vertex:
    """The lowest point of a valley. size: in parameters. curvature: of the loss over log size."""

    size: float
    loss: float
    curvature: float


def vertex(sizes: Numbers, losses: Numbers) -> Vertex:
    """The lowest point of the parabola through losses over log sizes.

    Raises ValueError for fewer than four sizes, for a curve that has no lowest point, and for one
    outside the sizes that were tried: there it would be a guess.
    """
    x, y = np.log(np.asarray(sizes, dtype=np.float64)), np.asarray(losses, dtype=np.float64)
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("a size or a loss is no number: leave out the run that came to none")
    if len(np.unique(x)) < 4:
        raise ValueError(
            f"{len(np.unique(x))} sizes leave a parabola nothing to miss: give four or more"
        )
    centre = x.mean()
    curve, slope, height = np.polyfit(x - centre, y, 2)
    if curve <= 0:
        raise ValueError("the losses bend downwards: there is no best size among these runs")
    lowest = -slope / (2 * curve)
    if not x.min() < lowest + centre < x.max():
        side = "smaller" if lowest + centre <= x.min() else "larger"
        raise ValueError(
            f"the lowest point lies at {np.exp(lowest + centre):,.0f} parameters, outside the "
            f"sizes tried ({np.exp(x.min()):,.0f} to {np.exp(x.max()):,.0f}): add {side} models"
        )
    least = height - slope**2 / (4 * curve)
    return Vertex(float(np.exp(lowest + centre)), float(least), float(2 * curve))


def valleys(budgets: Numbers, sizes: Numbers, losses: Numbers) -> dict[float, Vertex]:
    """The lowest point for each budget: budget -> vertex. One entry of each column a run.

    budgets: what each run was given, not what it came to, so that runs of one budget belong
    together. Raises what `vertex` raises, with the budget.
    """
    budgets = np.asarray(budgets, dtype=np.float64)
    sizes, losses = np.asarray(sizes, dtype=np.float64), np.asarray(losses, dtype=np.float64)
    found = {}
    for budget in np.unique(budgets):
        own = budgets == budget
        try:
            found[float(budget)] = vertex(sizes[own], losses[own])
        except ValueError as error:
            raise ValueError(f"at {budget:.3g} FLOPs {error}") from None
    return found


def exponent(points: Mapping[float, float]) -> tuple[float, float]:
    """The line through log values over log budgets: (exponent, factor), value = factor C^exponent.

    points: budget -> value, as the best size. Raises ValueError for fewer than two budgets.
    """
    if len(points) < 2:
        raise ValueError(f"{len(points)} budgets have no slope: give two or more")
    x, y = np.log(list(points)), np.log(list(points.values()))
    slope, height = np.polyfit(x, y, 1)
    return float(slope), float(np.exp(height))


def envelope(
    flops: Numbers, sizes: Numbers, losses: Numbers, *, bins: int = 8
) -> dict[float, float]:
    """The size of the best run in each of some bins of compute: FLOPs -> size (approach 1).

    flops, losses: of runs, or of points along them. Bins are equal in log FLOPs; only a run that
    beats all of less compute counts. Raises ValueError where fewer than two are left.
    """
    bins = checks.whole("bins", bins, least=2)
    x, n, y = (np.asarray(column, dtype=np.float64) for column in (flops, sizes, losses))
    edges = np.geomspace(x.min(), x.max() * (1 + 1e-9), bins + 1)
    best: dict[float, float] = {}
    so_far = np.inf
    for low, high in itertools.pairwise(edges):
        inside = np.flatnonzero((x >= low) & (x < high))
        if not inside.size:
            continue
        winner = inside[y[inside].argmin()]
        if y[winner] < so_far:
            so_far = y[winner]
            best[float(x[winner])] = float(n[winner])
    if len(best) < 2:
        raise ValueError(f"{len(best)} bins have a best run: give runs of more budgets")
    return best
