"""Documents of problems: answered at once, worked, or worked after "Let's think step by step"."""

from __future__ import annotations

from collections.abc import Callable

from gptedu.world.draw import Draw
from gptedu.world.problems import ages, exchanges, shelves, sums
from gptedu.world.problems.problem import THINK, Problem

MAKERS: dict[str, tuple[Callable[..., Problem], int]] = {
    "sums": (sums.problem, sums.LONGEST),
    "exchanges": (exchanges.problem, exchanges.LONGEST),
    "ages": (ages.problem, ages.LONGEST),
    "shelves": (shelves.problem, shelves.LONGEST),
}
"""Kind of problem -> how one of so many steps is drawn, and the most steps that training has."""


def direct(problem: Problem) -> str:
    return f" {problem.answer}"


def worked(d: Draw, problem: Problem, think: bool = False) -> str:
    return f"{' ' + THINK if think else ''} {problem.worked(d)}"


def page(kind: str, worked_share: float = 0.65, think_share: float = 0.35) -> Callable[[Draw], str]:
    """A maker of pages with one or two problems of a kind, all answered in one manner.

    worked_share: of pages with steps. think_share: of these, with "Let's think step by step."
    """
    make, longest = MAKERS[kind]

    def write(d: Draw) -> str:
        steps_shown = d.chance(worked_share)
        think = steps_shown and d.chance(think_share)
        lengths = range(1, longest + 1) if steps_shown else range(1, min(longest, 4) + 1)
        lines = []
        for _ in range(d.pick((1, 2) if longest > 3 else (1, 1, 2))):
            problem = make(d, d.pick(lengths))
            answer = worked(d, problem, think) if steps_shown else direct(problem)
            lines.append(problem.prompt() + answer)
        return "\n".join(lines)

    return write
