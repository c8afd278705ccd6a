"""The steps of a shelf: the row after each move, in words or in short."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gptedu.reasoning.checking.step import Marks
from gptedu.world.problems.problem import Problem
from gptedu.world.problems.shelves import PLACES, Shelf

NOW = "Now it is "


def check(problem: Problem, steps: Sequence[str], marks: Marks) -> tuple[str | None, str | None]:
    """(the way, what the steps come to)."""
    if not steps:
        return None, None
    made: Shelf = problem.made
    long = steps[0].startswith(NOW)
    before: tuple[str, ...] | None = made.things if long else None
    for place, step in enumerate(steps, start=1 if long else 0):
        if place > len(made.moves):
            marks.add(step, "nothing more is moved")
            continue
        row = _row(step.removeprefix(NOW))
        if place == 0:
            wanted: tuple[str, ...] | None = made.things
        else:
            move = (made.moves[place - 1],)
            wanted = None if before is None else _moved(before, move[0])
        wrong = "" if row == wanted else "it cannot be told from the row before"
        if wrong and wanted is not None:
            wrong = f"{'it begins as' if place == 0 else 'then it is'} {' '.join(wanted)}"
        marks.add(step, wrong)
        before = row
    told = len(made.moves) + (0 if long else 1)
    if len(steps) < told:
        marks.add("", f"it leaves out {told - len(steps)} of the moves")
    return ("sentences" if long else "rows"), _answer(problem, before)


def _row(text: str) -> tuple[str, ...]:
    """ "the cup, the key and the lamp" or "cup key lamp"."""
    return tuple(word for word in re.findall(r"\w+", text) if word not in ("the", "and"))


def _moved(row: tuple[str, ...], move: tuple[str, str, str]) -> tuple[str, ...] | None:
    """A row after a move; None where it lacks what is moved."""
    try:
        return Shelf(row, (move,)).states()[-1]
    except ValueError:
        return None


def _answer(problem: Problem, row: tuple[str, ...] | None) -> str | None:
    """What a last row says to the question: which thing stands at a place, or at which place."""
    if row is None:
        return None
    asked = problem.asked.removeprefix("the ")
    if asked in PLACES:
        place = PLACES.index(asked)
        return f"the {row[place]}" if place < len(row) else None
    return f"the {PLACES[row.index(asked)]}" if asked in row[: len(PLACES)] else None
