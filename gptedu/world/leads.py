"""Leads: what a model reads before the web, and beside it, so that it learns to look back.

All that is in a context and not in the weights is found by heads that look back: copying, reading,
comparing, worked steps. On the web alone they form late, and comparing does not at this size. A
lead is a ladder to them: plain forms in short rows first, longer ones next. Each stage mixes its
rows with those of the stage before, and some of them go on beside the web, since what a stage
teaches is forgotten within a million tokens of another kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gptedu.world.mixtures import PRIMER


@dataclass(frozen=True)
class Rows:
    """Rows of a batch, and what stands in them.

    kinds: of document. window: how many tokens a row has, which then begins with a document; None
    for rows as long as the context, cut anywhere. later: share of the steps after the lead that
    read such rows.
    """

    kinds: tuple[str, ...]
    window: int | None = None
    later: float = 0.0


@dataclass(frozen=True)
class Stage:
    """A part of the lead. share: of its tokens. weights: how often which rows are read in it."""

    share: float
    weights: Mapping[str, float]


@dataclass(frozen=True)
class Lead:
    """rows: by name. stages: in the order in which they are read."""

    rows: Mapping[str, Rows]
    stages: tuple[Stage, ...]

    def share_of(self, name: str) -> float:
        """The share of the lead's tokens that some rows have."""
        return sum(
            stage.share * stage.weights.get(name, 0) / sum(stage.weights.values())
            for stage in self.stages
        )


_FORMS = ("doubles", "lists", "rounds", "copies", "sentences", "statements", "claims")

LEADS: Mapping[str, Lead] = {
    "first": Lead({"repetition": Rows(("repetition",))}, (Stage(1.0, {"repetition": 1}),)),
    "second": Lead(
        {
            "echo-16": Rows(("echo-3",), 16),
            "echo-32": Rows(("echo-8",), 32),
            "echo-64": Rows(("echo-16",), 64, later=0.02),
            "echo-128": Rows(("echo-30",), 128, later=0.03),
            "twice-128": Rows(("sentences-twice",), 128, later=0.03),
            "repetition": Rows(("repetition",)),
            "words-16": Rows(PRIMER[:1], 16),
            "pairs-32": Rows(PRIMER[:3], 32, later=0.04),
            "pairs-64": Rows(PRIMER[1:], 64, later=0.04),
            "forms-64": Rows((*PRIMER, *_FORMS), 64, later=0.04),
        },
        (
            Stage(0.15, {"echo-16": 1}),
            Stage(0.12, {"echo-16": 1, "echo-32": 2}),
            Stage(0.12, {"echo-32": 1, "echo-64": 2}),
            Stage(0.12, {"echo-64": 1, "echo-128": 2, "words-16": 1}),
            Stage(0.18, {"echo-128": 1, "repetition": 1, "words-16": 1, "pairs-32": 2}),
            Stage(0.18, {"twice-128": 1, "repetition": 1, "pairs-32": 1, "pairs-64": 2}),
            Stage(0.13, {"twice-128": 1, "repetition": 1, "pairs-64": 1, "forms-64": 2}),
        ),
    ),
}
"""Mixture -> its lead."""
