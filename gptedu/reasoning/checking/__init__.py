"""Which step of a written solution is wrong, and why.

A step is judged by what stands before it in the text: what follows rightly from a wrong step is no
second mistake. So a path whose answer is right and whose steps are wrong is found, too.
"""

from __future__ import annotations

from gptedu.reasoning.answers import read_answer
from gptedu.reasoning.checking import ages, exchanges, shelves, sums
from gptedu.reasoning.checking.step import Checked, CheckedStep, Marks, split
from gptedu.world.problems.problem import Problem

__all__ = ["Checked", "CheckedStep", "check"]

_FORMS = {
    "sum": sums.check,
    "ages": ages.check,
    "exchange": exchanges.check,
    "shelf": shelves.check,
}


def check(problem: Problem, text: str) -> Checked:
    """Every step of a solution as a model wrote it, right or with what is wrong about it.

    The last step is the answer, which has to be what the steps come to; after steps it has to be
    announced. A text without steps has only that one.
    """
    steps, announced = split(text)
    marks = Marks()
    way, result = _FORMS[problem.kind](problem, steps, marks)
    answer = read_answer(text, problem.choices, announced=bool(steps))
    if announced is None and steps:
        marks.add("", "it does not say what the answer is")
    else:
        said = text.strip() if announced is None else announced
        if answer is None:
            marks.add(said, "no answer can be read here")
        elif result is not None and answer != result:
            marks.add(said, f"the steps come to {result}")
        else:
            marks.add(said)
    wanted = read_answer(problem.answer, problem.choices)
    return Checked(way, marks.steps(), answer, answer is not None and answer == wanted)
