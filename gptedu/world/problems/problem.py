"""A problem of several steps: what is told and asked, its answer, and how people work it out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from gptedu.world.draw import Draw
from gptedu.world.splits import split_of

THINK = "Let's think step by step."
ANSWER = "The answer is"


@dataclass(frozen=True)
class Problem:
    """What a solver sees, and what a page may show of the solution.

    told: the question with its story. answer: right, whatever people write. worked: a draw -> the
    steps of one way of working and what it ends in, which may be wrong ("5 and 3 is 9. The answer
    is 9"). key: what decides the problem's split, however it is told. steps: how many. combination:
    the order of the kinds of step; some are held out. made: what the story tells, as numbers and
    things (a `Sum`, an `Exchange`, a `Shelf`). names: of its people, in the order of `made`. asked:
    the person or the thing that an exchange is about ("Tom", "the lamp"), the place or the thing
    of a shelf ("the second", "the lamp"). choices: what the answer is one of; empty where it is a
    number.
    """

    told: str
    answer: str
    worked: Callable[[Draw], str]
    key: str
    steps: int
    combination: str
    made: Any
    names: tuple[str, ...] = ()
    asked: str = ""
    choices: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """What the story is made of: "sum", "ages", "exchange" or "shelf"."""
        return self.key.split("/")[0]

    def prompt(self) -> str:
        return f"Question: {self.told}\nAnswer:"


def answer_in(text: str) -> str | None:
    """What a worked text says in the end that the answer is; None where it says nothing."""
    _, announced, rest = text.rpartition(f"{ANSWER} ")
    return rest.split("\n")[0].strip().rstrip(".") or None if announced else None


def combination_held_out(kind: str, combination: str) -> bool:
    """Whether no training document has a problem of this kind with these steps in this order.

    About one in ten; those of one or two steps are all in training.
    """
    if len(combination) < 3:
        return False
    return any(split_of(f"combination/{i}/{kind}/{combination}") == "test" for i in (0, 1))


def fewest_new(combinations: Mapping[str, Callable[[int], Iterable[str]]]) -> int:
    """The fewest steps of which there are new combinations: held out of training.

    combinations: kind, as in `combination_held_out` -> a number of steps -> all combinations that
    problems of it can have. Where there are several kinds, each of them needs one.
    """
    return next(
        steps
        for steps in count(1)
        if all(
            any(combination_held_out(kind, each) for each in of(steps))
            for kind, of in combinations.items()
        )
    )


def check_steps(what: str, steps: int, new: bool, fewest: int, most: int | None = None) -> None:
    """Raise ValueError where random draws would hardly ever, or never, come to such a problem.

    what: its name in the plural. fewest: steps of those of a new combination (`fewest_new`). most:
    steps that are drawn; None for any number.
    """
    if most is not None and steps > most:
        raise ValueError(
            f"steps is {steps}: {what} of more than {most} steps hardly ever stay among small "
            f"numbers, so ask for {most} or fewer"
        )
    if new and steps < fewest:
        raise ValueError(
            f"steps is {steps}, and so few make no combination that is new to training: ask for "
            f"{what} of {fewest} steps or more, or for new_combination=False"
        )
