"""Abilities over compute: pass rates, metrics, bets, and chapter 3's jump."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from gptedu import records
from gptedu.chapters.scaling import experiments, sweeps
from gptedu.chapters.scaling.figures.common import in_lines, record
from gptedu.chapters.scaling.figures.line import Law
from gptedu.plots.draws import accuracy_lines
from gptedu.plots.scaling import laws, recall
from gptedu.scaling.table import Row

if TYPE_CHECKING:
    import plotly.graph_objects as go


def known(row: Row) -> float:
    """The chance that a model knows a value, facts asked for as often as the text has them."""
    return experiments.known(row)


def measured_ability() -> float:
    """The target's -E[log pass rate], in nats."""
    return float(record("ability")["measured"])


def pass_rates(law: Law, held_out: tuple[float, float] | None = None) -> go.Figure:
    """-E[log pass rate] over compute; the law that was written down, and the run."""
    points = record("ability")["pass rates"]
    seen = [(flops, nats) for flops, nats in points if flops < sweeps.target().recipe.flops]
    last = held_out[0] if held_out else points[-1][0]
    at = np.geomspace(seen[0][0], last, 30)
    return laws.runs_and_law(
        {"runs (mean of their seeds)": seen},
        title="An ability over compute",
        law=[(float(x), float(law(x))) for x in at],
        held_out=held_out,
        y_title="−E[log pass rate] (nats)",
    )


def two_metrics(rows: Sequence[Row]) -> go.Figure:
    """One fact, a list of facts, and the logarithm: the same models by three metrics."""
    found = record("ability")
    single = {}
    for flops in sorted({row.flops for row in rows}):
        own = [known(row) for row in rows if row.flops == flops]
        single[flops] = sum(own) / len(own)
    return recall.two_metrics(
        {
            "one fact": list(single.items()),
            f"{experiments.LIST} facts, all right": found["exact"],
        },
        found["pass rates"],
        title="The same models by three metrics",
        titles=("share that is right", "−E[log pass rate]"),
    )


def as_asked() -> float:
    """The target's pass rate with the rarer facts counted as the last one that is asked, 0 to 1."""
    return math.exp(-record("ability")["as asked"])


def hindsight() -> go.Figure:
    """Right verdicts on bets by width: where outcome and decision agree, and where they part."""
    found = records.read("scaling", "inverse").results
    widths = list(found[0]["parting"])
    names = {
        "parting": "outcome and decision part",
        "agreeing": "they agree",
        "no example": "they part, no example shown",
    }
    return accuracy_lines(
        widths,
        {
            words: [[100 * run[key][width] for run in found] for width in widths]
            for key, words in names.items()
        },
        chance=50,
        title="Was the bet a good decision?",
        x_title="width of the model",
        log=True,
    )


def of_hindsight() -> str:
    """What becomes of the share as models grow, as the guess's options say it."""
    found = records.read("scaling", "inverse").results
    widths = list(found[0]["parting"])
    shares = [sum(run["parting"][width] for run in found) / len(found) for width in widths]
    fall, rise = shares[0] - min(shares), shares[-1] - min(shares)
    if min(fall, rise) > 0.1:
        return "it falls, then it rises"
    return "it rises" if rise > fall else "it falls"


def jump() -> str:
    """Chapter 3's jump, in nats gained from the context."""
    found = record("jump")
    pairs = zip(found["tokens"], found["gains"], strict=True)
    return in_lines(
        f"{tokens / 1e6:5.2f} million tokens: {gain:5.2f} nats" for tokens, gain in pairs
    )
