"""A checked step, and a solution cut into steps."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gptedu.reasoning.answers import ANNOUNCED
from gptedu.world.problems.problem import THINK

_LEADS = re.compile(r"(?:[\s,;]*\b(?:so|and|then|thus|hence|therefore)\b)*[\s,;]*$", re.IGNORECASE)
"""Words before "the answer is" in its own sentence; they are no step."""
_STEP = re.compile(r"\d[\d.,/]*[^\d.,/].*\d|[:;]|, then | is ")
"""What a single sentence has where it is more than an answer: two numbers, or words of a step."""


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
        guess. Only where the way is known: nobody knows which steps of another one are right.
        """
        return self.right and self.way is not None and self.first_wrong is not None

    @property
    def unchecked(self) -> bool:
        """Whether there is an answer and no known way to it, or no steps: so it is neither sound
        nor right by luck.
        """
        return self.answer is not None and self.way is None


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

    The answer begins where `read_answer` finds it announced. The second is None where none is. A
    text that is only an answer has no steps.
    """
    text = re.split(r"\n\s*Question:", text, maxsplit=1)[0].strip().removeprefix(THINK)
    found = list(ANNOUNCED.finditer(text))
    before = _LEADS.sub("", text[: found[-1].start()]) if found else text
    steps = [part.strip().rstrip(".") for part in re.split(r"(?<=\.)\s+|\n+", before.strip())]
    steps = [step for step in steps if step]
    if not found:  # one word, or one number
        alone = len(steps) == 1 and not _STEP.search(steps[0])
        return ([] if alone else steps), None
    return steps, text[found[-1].start() :].split("\n")[0].strip()
