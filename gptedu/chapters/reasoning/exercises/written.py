"""Two written answers to the bridge puzzle: which trip cannot be made as it is told?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from numbers import Integral
from typing import Any, TypeGuard

from gptedu.course import differences
from gptedu.course.exercises import Exercise, Mistake, not_tried

ID = "reasoning/two-answers-to-the-bridge"
ANSWERS = {
    "A": "Two people go over for 10, two more for 5, and 10 again. That is 25 minutes in all.",
    "B": "2 + 1 + 10 + 2 + 2 = 17",
}
TRIPS = {"A": 3, "B": 5}
RIGHT = {"A": 2, "B": None}
FORM = '{"A": 1, "B": 1}'


def _judge(verdict: object) -> str | None:
    if not isinstance(verdict, Mapping):
        kind = differences.a_kind(verdict)
        return f"A dictionary is asked for, such as {FORM}, and this is {kind}."
    if set(verdict) != set(ANSWERS):
        return f"The dictionary has other keys than A and B: write it as {FORM}, with your numbers."
    unsaid = [key for key in ANSWERS if verdict[key] is ...]
    if len(unsaid) == len(ANSWERS):
        raise not_tried(ID)
    if unsaid:
        return f"Of {unsaid[0]} nothing is said yet: give the number of a trip, or None."
    for key, trips in TRIPS.items():
        said = verdict[key]
        if said is not None and not _is_trip(said):
            given = differences.short(said, 40)
            return f"Of {key} you say {given}: give the number of a trip, such as 1, or None."
        if said is not None and not 1 <= said <= trips:
            return f"{key} has {trips} trips, and you say {said}: give 1 to {trips}, or None."
    if dict(verdict) == RIGHT:
        return None
    return "One of the two is another one."  # never read: `mistakes` names all that is left


def _is_trip(value: object) -> TypeGuard[int]:
    """Whether it is a number to count trips with: True is none, though Python counts it as 1."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def _says(key: str, *wanted: int | None) -> Callable[[Any], bool]:
    """Whether a whole verdict says one of these of an answer."""

    def applies(verdict: Any) -> bool:
        if not isinstance(verdict, Mapping) or set(verdict) != set(ANSWERS):
            return False
        if not all(said is None or _is_trip(said) for said in verdict.values()):
            return False
        return verdict[key] in wanted

    return applies


VERDICT = Exercise(
    id=ID,
    title="Two answers to the bridge",
    difficulty=2,
    minutes=5,
    task=(
        "Two answers to the puzzle of the bridge, as a model may write them (the four need 1, 2, 5 "
        "and 10 minutes; two at most, and the lamp has to be with them):\n\n"
        f"- **A**: “{ANSWERS['A']}”\n"
        f"- **B**: “{ANSWERS['B']}”\n\n"
        "Check them trip by trip. Give for each the number of the first trip that **cannot be made "
        "as it is told**, or None where all can be made. This time count from 1. A trip goes over "
        "unless the answer says that somebody comes back; in the sum, trips go over and back in "
        "turn. An answer need not say who goes: a trip can be made if there are people who take "
        "just so long."
    ),
    hints=(
        "Before each trip, ask on which side the lamp is. After trip 1 it is on the far side.",
        "Trip 2 of A goes over. Who carries the lamp? In B trip 2 goes back and takes 1 minute: "
        "who went over in trip 1, so that this can be?",
        "B is made by: 1 and 2 over, 1 back, 5 and 10 over, 2 back, 1 and 2 over. In A nobody "
        "comes back, so its second trip has no lamp.",
    ),
    reference=RIGHT,
    judge=_judge,
    mistakes=(
        Mistake(
            "25 is only too slow",
            {"A": None, "B": None},
            "25 minutes are slow, but that is not what is wrong with A. Where is the lamp when its "
            "second two set out?",
            applies=_says("A", None),
        ),
        Mistake(
            "counted from 0",
            {"A": 1, "B": None},
            "Trip 1 of A can be made: the slowest one goes over with somebody, with the lamp, in "
            "10 minutes. If you counted from 0: here the first trip has the number 1.",
            applies=_says("A", 1),
        ),
        Mistake(
            "trip 3 instead of trip 2",
            {"A": 3, "B": None},
            "Trip 3 of A has no lamp either, but it is not the first such trip. Who has brought "
            "the lamp back before trip 2?",
            applies=_says("A", 3),
        ),
        Mistake(
            "a sum says nothing",
            {"A": 2, "B": 1},
            "Trip 1 of B does not say who goes, and yet it can be checked: are there two people "
            "who need 2 minutes together?",
            applies=_says("B", 1),
        ),
        Mistake(
            "the wrong one waits",
            {"A": 2, "B": 4},
            "You say that one of B's trips back cannot be made. They take 1 and 2 minutes: send "
            "those two over first. Then one of them comes back, and the other one waits over "
            "there until trip 4.",
            applies=_says("B", 2, 4),
        ),
        Mistake(
            "17 is impossible",
            {"A": 2, "B": 5},
            "17 minutes are possible, if the two slow ones go together: then the 5 minutes cost "
            "nothing. Compare B with the fastest plan above, trip by trip.",
            applies=_says("B", 3, 5),
        ),
    ),
)
