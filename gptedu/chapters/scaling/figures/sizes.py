"""The best size for a budget, and what a budget buys."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from gptedu.chapters.scaling.figures.common import in_lines, record
from gptedu.plots.scaling import laws
from gptedu.plots.scaling import sweeps as sweep_plots
from gptedu.scaling.isoflop import valleys as lowest_of
from gptedu.scaling.table import Row, column

if TYPE_CHECKING:
    import plotly.graph_objects as go

PAPERS = {"Kaplan": 0.73, "Chinchilla": 0.5}
"""Exponents of the best size (Kaplan et al. 2020, equation 6.1; Hoffmann et al. 2022, table 2)."""


def valleys(rows: Sequence[Row]) -> go.Figure:
    """Loss over size, a valley for each budget, with its lowest point."""
    budgets = sorted({row.budget for row in rows if row.budget})
    points = {
        budget: sorted((row.parameters, row.above) for row in rows if row.budget == budget)
        for budget in budgets
    }
    lowest = lowest_of(column(rows, "budget"), column(rows, "parameters"), column(rows, "above"))
    parabolas = {
        budget: [
            (float(n), each.loss + each.curvature / 2 * math.log(n / each.size) ** 2)
            for n in np.geomspace(points[budget][0][0], points[budget][-1][0], 30)
        ]
        for budget, each in lowest.items()
    }
    figure = sweep_plots.valleys(
        points,
        {budget: (each.size, each.loss) for budget, each in lowest.items()},
        title="Models of several sizes, three budgets",
        parabolas=parabolas,
    )
    return figure.update_yaxes(type="log", title_text="loss above the floor (nats a symbol)")


def best_sizes() -> go.Figure:
    """The best size of each budget, beside both papers' exponents."""
    found = record("chinchilla")
    return laws.sizes_by_budget(
        [(budget, size) for budget, size, _ in found["best"]],
        {"ours": found["exponents"]["all"], **PAPERS},
        title="The best size for a budget",
    )


def three_approaches() -> str:
    """The exponent of the best size by each of Hoffmann et al.'s approaches."""
    found = record("chinchilla")
    low, high = found["spread"]
    least, most = found["intervals"]["a"]
    return in_lines([
        f"1  best run of each compute: {found['envelope']:.2f}",
        f"2  valleys:                  {found['exponents']['all']:.2f}"
        f"   ({low:.2f} to {high:.2f} with one run left out)",
        f"3  one formula for all runs: {found['law']['a']:.2f}"
        f"   ({least:.2f} to {most:.2f} in 90% of draws)",
    ])  # fmt: skip


def what_is_counted() -> str:
    """The valleys' exponent, by what counts as a model's size."""
    names = {
        "all": "all parameters",
        "matrices": "without embeddings",
        "blocks": "without embeddings and head",
    }
    found = record("chinchilla")["exponents"]
    return in_lines(f"{words:>27}: {found[name]:.2f}" for name, words in names.items())


def our_law() -> tuple[float, ...]:
    """E, A, B, alpha and beta of approach 3 on our runs."""
    law = record("chinchilla")["law"]
    return tuple(law[name] for name in ("E", "A", "B", "alpha", "beta"))


def of_years(years: float) -> str:
    """How long, as the guess's options say it: the nearest of them."""
    options = {
        100: "about 100 years",
        5_000: "about 5,000 years",
        200_000: "more than 50,000 years",
    }
    return options[min(options, key=lambda each: abs(math.log(each / years)))]
