"""Copies of a model that have read more sums, worked as people of another kind work them.

`one_way` works in one way alone: all its paths have the same gaps. `unsure` has read pages of
people who remember a gap of their way wrongly in three of five cases only. `mini-m-v2` is certain
of its gaps: of a hundred paths that come to one, about one has the right fact, so hardly any
majority can show it what is right.
"""

from __future__ import annotations

import copy
import math
import random
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from gptedu.language_model import LanguageModel
from gptedu.reasoning import problems
from gptedu.rlhf.labels.demonstrations import Demonstration
from gptedu.rlhf.sft.train import SFT, supervise
from gptedu.world.documents.numbers import Sum
from gptedu.world.problems.problem import THINK
from gptedu.world.problems.ways import RUNNING, WAYS, Way, drawn, wordings

TAUGHT, LENGTHS = 2_000, (3, 4, 5)
"""Sums that a copy reads, and their steps."""
WRONG = 0.6
"""How often somebody who is unsure remembers a gap wrongly."""
HOW = SFT(epochs=1, learning_rate=1e-3)

_RUNNING_STEP = re.compile(r"(\d+) (and|less|take away) (\d+) (?:is|makes) (\d+)\.")

Solve = Callable[[Sum, str], str]
"""(a sum, a name for its page) -> how it is worked there."""


@dataclass(frozen=True)
class Unsure(Way):
    """A way whose gaps are remembered wrongly in a share `WRONG` of the pages. page: decides in
    which; on one page a fact is remembered alike.
    """

    page: str = ""

    def slip(self, left: int, change: int) -> int:
        number = drawn(f"{self.page}/{self.name}/{left}/{change}") % 1000
        return super().slip(left, change) if number < 1000 * WRONG else 0


def in_one_way(made: Sum, page: str) -> str:
    """From left to right, with this way's gaps."""
    return wordings(RUNNING, made)[0]


def in_doubt(made: Sum, page: str) -> str:
    """In one of the four ways, as often as on the web, by somebody who is unsure of its gaps."""
    rng = random.Random(f"unsure/{page}")
    way = rng.choices(WAYS, [each.share for each in WAYS])[0]
    return rng.choice(wordings(Unsure(way.name, way.share, way.wrong, page), made))


def demonstrations(solve: Solve, count: int | None = None, seed: int = 0) -> list[Demonstration]:
    """Sums of the training split with the phrase, each solved on a page of its own; `TAUGHT` of
    them by default."""
    asked = problems.mixed(LENGTHS, count or TAUGHT, split="train", seed=100 + seed)
    return [
        Demonstration(f"{each.prompt()} {THINK}", f" {solve(each.made, f'{seed}/{place}')}")
        for place, each in enumerate(asked)
        if each.made is not None
    ]


def taught(
    lm: LanguageModel, solve: Solve, name: str, *, seed: int = 0, progress: bool = False
) -> LanguageModel:
    """A copy of a model, called `name`, that has read `demonstrations`."""
    learner = replace(lm, model=copy.deepcopy(lm.model), name=name)
    shown = demonstrations(solve, seed=seed)
    supervise(learner, shown, HOW, seed=seed, progress=progress).or_stop()
    return learner


def at_gaps(texts: Iterable[str]) -> tuple[int, float]:
    """How often paths from left to right come to a gap of this way, and the share of these steps
    that is right all the same (NaN where there is none).
    """
    rights = []
    for text in texts:
        for left, sign, number, result in _RUNNING_STEP.findall(text):
            change = int(number) if sign == "and" else -int(number)
            if RUNNING.slip(int(left), change):
                rights.append(int(result) == int(left) + change)
    return len(rights), sum(rights) / len(rights) if rights else math.nan


def one_way(lm: LanguageModel, seed: int = 0) -> LanguageModel:
    """A copy that works from left to right alone, with this way's gaps.

    So there is much that a vote might correct: taught without gaps, it is hardly ever wrong.
    """
    return taught(lm, in_one_way, f"{lm.name}, one way", seed=seed)


def unsure(lm: LanguageModel, seed: int = 0, *, progress: bool = False) -> LanguageModel:
    """A copy that works in all four ways, and is unsure of their gaps."""
    return taught(lm, in_doubt, f"{lm.name}, unsure", seed=seed, progress=progress)
