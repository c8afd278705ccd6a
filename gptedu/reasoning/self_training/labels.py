"""What a problem's answer is taken to be: the majority of its paths, or what a control takes.

No function here but `gold` sees a right answer.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from gptedu.reasoning.votes import vote
from gptedu.world.problems.problem import Problem

Answers = Sequence[Sequence[str | None]]
"""[problems][paths], as `read_answer` reads them."""
Labels = list[str | None]
"""One a problem; None where nothing can be learned from it."""

RULES = ("majority", "random path", "greedy", "gold")


def majority(answers: Answers, least_share: float = 0.0) -> Labels:
    """The winner of each vote. least_share: of the paths; where fewer agree there is no label."""
    votes = [vote(own) for own in answers]
    return [each.answer if each.share >= least_share else None for each in votes]


def random_path(answers: Answers, seed: int = 0) -> Labels:
    """A control: what one path says, drawn among those that can be read."""
    rng = random.Random(f"random path/{seed}")
    readable = [[answer for answer in own if answer is not None] for own in answers]
    return [rng.choice(own) if own else None for own in readable]


def gold(problems: Sequence[Problem]) -> Labels:
    """The ceiling: the right answers, which self-improvement does without."""
    return [problem.answer for problem in problems]
