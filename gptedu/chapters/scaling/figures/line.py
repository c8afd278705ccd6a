"""The line through the runs, the target, and why it bends."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from gptedu.chapters.scaling import sweeps
from gptedu.chapters.scaling.figures.common import in_lines, record
from gptedu.plots.scaling import laws, recall
from gptedu.scaling import predictions
from gptedu.scaling.laws import fit_power_law
from gptedu.scaling.table import Row, column

if TYPE_CHECKING:
    import plotly.graph_objects as go

Law = Callable[[Any], Any]
KNOWN_WIDTHS = 5
"""Curves in the figure of what is known by heart."""


def runs(
    groups: Mapping[str, Sequence[Row]],
    *,
    title: str,
    law: Law | None = None,
    held_out: Row | None = None,
    to_come: float | None = None,
    interval: Sequence[float] | None = None,
    bound: Law | None = None,
) -> go.Figure:
    """Runs above their floor, on two logarithmic axes; above 0 where no floor is known.

    groups: name -> runs. law: compute -> loss, drawn up to the last run. held_out: a run that the
    law did not see. to_come: FLOPs of one without a loss yet. interval: of its loss, low and high.
    bound: compute -> a loss that no learner can be below.
    """
    rows = [row for group in groups.values() for row in group]
    known = rows[0].floor
    last = max([row.flops for row in rows] + [held_out.flops if held_out else 0, to_come or 0])
    at = np.geomspace(min(row.flops for row in rows), last, 30)
    return laws.runs_and_law(
        {name: [(row.flops, row.loss) for row in group] for name, group in groups.items()},
        title=title,
        law=[(float(x), float(law(x))) for x in at] if law else (),
        interval=_wedge(rows, last, interval, law) if interval and law else (),
        held_out=(held_out.flops, held_out.loss) if held_out else None,
        to_come=to_come,
        bound=[(float(x), float(bound(x))) for x in at] if bound else (),
        floor=known or 0.0,
        y_title="loss above the floor (nats a symbol)" if known else "loss (nats a symbol)",
    )


def _wedge(
    rows: Sequence[Row], last: float, interval: Sequence[float], law: Law
) -> list[tuple[float, float, float]]:
    """The interval at the last run, and nothing at the largest that was fitted."""
    first = max(row.flops for row in rows)
    return [(first, float(law(first)), float(law(first))), (last, interval[0], interval[1])]


def side(predicted: Sequence[float], measured: float) -> str:
    """Where a measured loss lies beside an interval, as the options of the guess say it."""
    low, high = predicted
    if low <= measured <= high:
        return "inside the interval"
    return "above it: worse than predicted" if measured > high else "below it: better"


def seed(name: str) -> str:
    """What was predicted and measured in one record."""
    found = record(name)
    off = 100 * (found["predicted"] / found["measured"] - 1)
    return in_lines(
        [f"predicted {found['predicted']:.4f}, measured {found['measured']:.4f}: {off:+.1f}%"]
    )


def fewer(rows: Sequence[Row], target: Row) -> str:
    """What other choices of runs would have predicted of the target."""
    one = [row for row in rows if row.seed == 0]
    choices = {
        "as it was written down": [row for row in rows if row.recipe in _written().runs],
        "one seed of each size": [row for row in one if row.recipe in _written().runs],
        "with the smallest size": [row for row in rows if row.flops * 1000 <= target.flops],
        "up to 1/100 of its compute": [
            row for row in rows if sweeps.FROM <= row.flops <= target.flops / 100
        ],
    }
    lines = []
    for name, chosen in choices.items():
        x, losses = column(chosen, "flops"), column(chosen, "loss")
        law = fit_power_law(x, losses, target.floor, delta=sweeps.DELTA)
        said = float(law(target.flops))
        assert target.floor is not None
        ratio = (said - target.floor) / target.above
        lines.append(f"{name:>26}: {len(chosen):>2} runs, {ratio:.2f} of what was there")
    return in_lines(lines)


def _written() -> predictions.Prediction:
    return predictions.read("target")


def border(row: Row) -> str:
    """Up to which rank a model knows most facts, and how often it has met the one at the border."""
    known = [rank for rank, logprob in row.recall if logprob > math.log(0.5)]
    rank = max(known, default=1)
    met = row.symbols / sweeps.RECORDS.record * sweeps.RECORDS.probabilities[int(rank) - 1]
    return f"knows facts up to rank {rank:>5,.0f}, met {met:.0f} times"


def known_by_heart(rows: Sequence[Row]) -> go.Figure:
    """The probability of each fact's value given its key, by rank: a curve for each size."""
    chosen = {row.width: row for row in sorted(rows, key=lambda row: (row.width, -row.seed))}
    curves = {
        f"width {width}": [(rank, math.exp(logprob)) for rank, logprob in row.recall]
        for width, row in list(chosen.items())[-KNOWN_WIDTHS:]
    }
    return recall.known_by_rank(curves, title="What each model knows by heart")


def nobody_knows(compute: Any) -> Any:
    """A loss that no learner of the ladder's runs can be below: what it has not met it cannot know.

    compute: FLOPs of a run of the ladder, one number or several.
    """
    recipes = [sweeps.LADDER.recipe(width) for width in range(8, sweeps.TARGET + 5, 4)]
    read = [each.steps * each.tokens_per_step / sweeps.RECORDS.record for each in recipes]
    never = [sweeps.RECORDS.unseen(records) for records in read]
    at = np.log([each.flops for each in recipes])
    return _written().floor + np.exp(np.interp(np.log(compute), at, np.log(never)))
