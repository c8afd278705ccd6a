"""Chapter 6's runs: what is trained for which question.

All begin with one `Ladder`: three layers, heads of four, 64 symbols for each weight, and a width
that alone grows. It was chosen after pilots at other seeds of a few runs each, none above 2e11
FLOPs. Records of eight symbols bent the law more (they take a model longer to learn at all);
exponents of 1.5 and 1.7 made it steeper with every decade; rates of 0.0075 and 0.015 came to the
same loss at width 12, and 0.03 was 9% further above the floor.
"""

from __future__ import annotations

from gptedu.records import SEEDS
from gptedu.scaling.recipe import Ladder
from gptedu.scaling.runs import Planned
from gptedu.scaling.texts import RecordText

RECORDS = RecordText(facts=1_000_000, exponent=1.3, base=32, key=4, value=1)
LADDER = Ladder(RECORDS, context=20, batch=13, matrix_rate=0.01, learning_rate=3e-3)
SMALL, MIDDLE = (8, 12, 16, 20), (24, 32)
TARGET = 120
"""Widths. The target takes 1.08e14 FLOPs, 1,065 times what width 20 takes."""


def ladder() -> list[Planned]:
    """The runs that a line is drawn through, three seeds each, and some that lie between."""
    small = [Planned(LADDER.recipe(width, seed)) for width in SMALL for seed in SEEDS]
    return small + [Planned(LADDER.recipe(width)) for width in MIDDLE]


def target(seed: int = 0) -> Planned:
    """The run to be predicted. Its seed is none of the ladder's."""
    return Planned(LADDER.recipe(TARGET, 100 + seed))
