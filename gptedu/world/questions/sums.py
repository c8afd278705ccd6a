"""Told sums, to be answered at once or worked step by step."""

from __future__ import annotations

from collections.abc import Callable

from gptedu.world.documents import numbers
from gptedu.world.draw import Draw
from gptedu.world.questions.question import Draft, Task, task_with_demonstrations


def _told(worked: bool, steps: int | None) -> Callable[[Draw], Draft]:
    """A sum of so many steps, or of 2 to 6; which way to answer, the demonstrations say."""

    def make(d: Draw) -> Draft:
        made = numbers.random_sum(d, steps or d.between(2, 6))
        answer = numbers.worked_answer(made) if worked else numbers.direct_answer(made)
        return numbers.as_prompt(numbers.told_sum(d, made)), answer, ()

    return make


def _task(name: str, steps: int | None = None) -> Task:
    source = {
        "sums/direct": "GPT-3, section 3.9.1: arithmetic",
        "sums/worked": "Wei et al. 2022: chain of thought",
    }[name]
    make = _told(name == "sums/worked", steps)
    return task_with_demonstrations(
        f"{name}/{steps}" if steps else name, "number", source, make, shown=4
    )


TASKS = (
    _task("sums/direct"),
    _task("sums/worked"),
    *(_task(name, steps) for steps in range(2, 7) for name in ("sums/direct", "sums/worked")),
)
