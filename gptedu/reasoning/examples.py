"""Worked examples for prompts: problems of training, whose solutions have no wrong step."""

from __future__ import annotations

from functools import cache

from gptedu.reasoning import problems
from gptedu.reasoning.checking import check
from gptedu.world.problems.problem import Problem

Example = tuple[Problem, str]
"""A problem, and a worked solution of it, without the space before it."""
STEPS = 2
"""Short ones: with them a problem of six steps and its solution still fit the context."""


@cache
def worked_examples(kind: str = "sums", count: int = 32, seed: int = 0) -> tuple[Example, ...]:
    """Examples of a kind, in the ways in which people of the world work, where these are right."""
    found: list[Example] = []
    for place, problem in enumerate(
        problems.draw(kind, STEPS, 3 * count, split="train", seed=seed)
    ):
        solution = problems.example(problem, place)
        if check(problem, solution).sound:
            found.append((problem, solution))
    return tuple(found[:count])
