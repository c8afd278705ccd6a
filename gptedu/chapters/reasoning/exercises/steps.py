"""Which step is wrong: an exercise."""

from __future__ import annotations

from gptedu.course.exercises import Exercise, Mistake, probe


def first_wrong(start, changes, results):
    before = start
    for place, (change, result) in enumerate(zip(changes, results, strict=True)):
        if before + change != result:
            return place
        before = result
    return None


def _all_wrong(start, changes, results):
    befores = [start, *results[:-1]]
    pairs = enumerate(zip(befores, changes, results, strict=True))
    return [place for place, (before, change, result) in pairs if before + change != result]


def _last(start, changes, results):
    wrong = _all_wrong(start, changes, results)
    return wrong[-1] if wrong else None


def _from_one(start, changes, results):
    place = first_wrong(start, changes, results)
    return None if place is None else place + 1


def _from_the_start(start, changes, results):
    for place, (change, result) in enumerate(zip(changes, results, strict=True)):
        if start + change != result:
            return place
    return None


def _only_the_end(start, changes, results):
    return None if results[-1] == start + sum(changes) else len(results) - 1


def _zero_is_nothing(start, changes, results):
    return first_wrong(start, changes, results) or None


FIRST_WRONG = Exercise(
    id="reasoning/step",
    title="The first wrong step",
    difficulty=2,
    minutes=6,
    task=(
        "A solution begins with `start`, and step i adds `changes[i]` and says that the result is "
        "`results[i]`. Return the place of the first step that is wrong, from 0, or None where all "
        "are right. A step goes on from what was **written** before it."
    ),
    hints=(
        "Keep what was written last: at first `start`, then each result, right or wrong.",
        "A solution can come to the right answer by two wrong steps: compare each one.",
        "`if before + change != result: return place`, and then `before = result`.",
    ),
    reference=first_wrong,
    probes=(
        probe(7, [5, -3], [12, 9]),
        probe(7, [5, -3, 4], [13, 10, 14]),
        probe(7, [5, -3, 4], [12, 8, 12]),
        probe(7, [5, -3, 4], [13, 9, 13]),
        probe(7, [5, -3, 4], [12, 9, 14]),
        probe(3, [0], [3]),
    ),
    mistakes=(
        Mistake(
            "only the answer",
            _only_the_end,
            "You look at the last result alone. `7 + 5 = 13, 13 - 3 = 9` ends rightly, and both "
            "steps are wrong.",
        ),
        Mistake(
            "the last one",
            _last,
            "You return the last wrong step. Asked for is the first: what comes after it may only "
            "undo it.",
        ),
        Mistake(
            "counted from 1",
            _from_one,
            "The right step, counted from 1. Places are counted from 0.",
        ),
        Mistake(
            "each from the start",
            _from_the_start,
            "You add every change to `start`. A step goes on from the result before it.",
        ),
        Mistake(
            "place 0 taken for nothing",
            _zero_is_nothing,
            "A mistake in the first step comes out as None: `place or None` takes 0 for nothing. "
            "Compare with `is None`.",
        ),
    ),
)
