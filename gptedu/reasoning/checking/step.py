"""A checked step, and a solution cut into steps."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gptedu.world.problems.problem import ANSWER, THINK


@dataclass(frozen=True)
class CheckedStep:
    """One step as it was written. wrong: what is wrong about it, "" for nothing."""

    text: str
    wrong: str = ""


@dataclass(frozen=True)
class Checked:
    """A solution, step by step.

    way: how it is written, such as "back" for a sum; None where in no known way, or without steps.
    answer: what it says, as `read_answer` reads it. right: whether that is the problem's answer.
    """

    way: str | None
    steps: tuple[CheckedStep, ...]
    answer: str | None
    right: bool

    @property
    def first_wrong(self) -> int | None:
        """The number of the first wrong step, from 0; None where all are right."""
        return next((i for i, step in enumerate(self.steps) if step.wrong), None)

    @property
    def sound(self) -> bool:
        """Whether every step is right, and there are steps."""
        return self.way is not None and self.first_wrong is None

    @property
    def by_luck(self) -> bool:
        """Whether the answer is right and a step is not: two mistakes that undo each other, or a
        guess."""
        return self.right and self.first_wrong is not None


class Marks:
    """Steps as they are checked, one after the other."""

    def __init__(self) -> None:
        self._steps: list[CheckedStep] = []

    def add(self, text: str, wrong: str = "") -> None:
        self._steps.append(CheckedStep(text, wrong))

    def steps(self) -> tuple[CheckedStep, ...]:
        return tuple(self._steps)


def split(text: str) -> tuple[list[str], str | None]:
    """The sentences of a solution, without full stops, and "The answer is ..." apart.

    The second is None where no answer is announced. A text that is only an answer has no steps.
    """
    text = re.split(r"\n\s*Question:", text, maxsplit=1)[0].strip().removeprefix(THINK)
    before, announced, rest = text.rpartition(ANSWER)
    if not announced:
        before, rest = text, ""
    steps = [part.strip().rstrip(".") for part in re.split(r"(?<=\.)\s+|\n+", before.strip())]
    steps = [step for step in steps if step]
    if not announced:  # one word, or one number
        alone = len(steps) == 1 and not re.search(r"\d.*\d.*\d|[:;]|, then | is ", steps[0])
        return ([] if alone else steps), None
    return steps, f"{ANSWER}{rest}".split("\n")[0].strip()
