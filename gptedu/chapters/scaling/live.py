"""The runs that a learner makes while they wait: small enough for a minute on one core."""

from __future__ import annotations

from gptedu.chapters.scaling.sweeps import RECORDS
from gptedu.scaling.recipe import Ladder
from gptedu.scaling.runs import Planned, run
from gptedu.scaling.table import Row

LADDER = Ladder(RECORDS, context=20, head=2, batch=40, matrix_rate=0.015, learning_rate=5e-3)
"""The recorded ladder in large batches: a third of its steps, in finer widths."""
SEED = 7
"""None of the recorded ladder's."""


def flops(width: int) -> int:
    """What the run of a width will take, by formula."""
    return LADDER.recipe(width, SEED).flops


def train(width: int, seed: int = SEED) -> Row:
    """Train one model of the live ladder, and measure it: seconds on one core for small widths.

    Raises ValueError for an odd width.
    """
    return run("live", Planned(LADDER.recipe(width, seed)))
