"""Paths as a model would write them that works as the world's people do, one in ten unreadable."""

from __future__ import annotations

import random
from collections.abc import Sequence

from gptedu.reasoning import problems as drawn
from gptedu.reasoning.accuracy import thinking
from gptedu.reasoning.paths import Paths
from gptedu.world.problems.problem import Problem
from gptedu.world.problems.ways import WAYS, wordings


def some_problems(count: int = 6) -> list[Problem]:
    return drawn.mixed((3, 4), count, split="train", seed=5)


def planted_paths(problems: Sequence[Problem], count: int = 8) -> Paths:
    rng = random.Random(0)

    def path(problem: Problem) -> str:
        way = rng.choices(WAYS, [way.share for way in WAYS])[0]
        return " hm" if rng.random() < 0.1 else f" {rng.choice(wordings(way, problem.made))}"

    texts = tuple(tuple(path(problem) for _ in range(count)) for problem in problems)
    return Paths(tuple(thinking(problems)), texts, "planted", "v", 0.7, 0)
