"""Who brings the lamp back: an exercise in checking."""

from __future__ import annotations

from gptedu.course.exercises import Exercise, Mistake, probe


def impossible(trips):
    near, far, lamp = {1, 2, 5, 10}, set(), "near"
    for place, people in enumerate(trips):
        here, there = (near, far) if lamp == "near" else (far, near)
        if not 1 <= len(people) <= 2 or not set(people) <= here:
            return place
        here -= set(people)
        there |= set(people)
        lamp = "far" if lamp == "near" else "near"
    return None


def _wherever_they_are(trips):
    """Nobody asks where the lamp is: people go over who are still here, and come back who are
    there."""
    near = {1, 2, 5, 10}
    for place, people in enumerate(trips):
        if not 1 <= len(people) <= 2:
            return place
        near ^= set(people)
    return None


def _always_over(trips):
    near = {1, 2, 5, 10}
    for place, people in enumerate(trips):
        if not 1 <= len(people) <= 2 or not set(people) <= near:
            return place
        near -= set(people)
    return None


def _people_stay(trips):
    near, far = {1, 2, 5, 10}, set()
    for place, people in enumerate(trips):
        if not 1 <= len(people) <= 2 or not set(people) <= (near if place % 2 == 0 else far):
            return place
    return None


def _lamp_stays(trips):
    """The lamp goes over and is never moved back."""
    near, far = {1, 2, 5, 10}, set()
    for place, people in enumerate(trips):
        here, there = (near, far) if place == 0 else (far, near)
        if not 1 <= len(people) <= 2 or not set(people) <= here:
            return place
        here -= set(people)
        there |= set(people)
    return None


def _any_number(trips):
    near, far = {1, 2, 5, 10}, set()
    for place, people in enumerate(trips):
        here, there = (near, far) if place % 2 == 0 else (far, near)
        if not set(people) <= here:
            return place
        here -= set(people)
        there |= set(people)
    return None


def _from_one(trips):
    place = impossible(trips)
    return None if place is None else place + 1


def _the_minutes(trips):
    return None if sum(max(people) for people in trips) == 17 else len(trips) - 1


FAST = [(1, 2), (1,), (5, 10), (2,), (1, 2)]

IMPOSSIBLE = Exercise(
    id="reasoning/bridge",
    title="Who brings the lamp back?",
    difficulty=3,
    minutes=10,
    task=(
        "Somebody writes down who crosses the bridge, trip by trip: `[(1, 2), (1,), (5, 10)]` is "
        "1 and 2, then 1, then 5 and 10. All four (1, 2, 5, 10) and the lamp begin on the near "
        "side. Each trip takes the lamp with it, so it starts **on the side where the lamp is**, "
        "with one or two people who are there. Return the place of the first trip that cannot be "
        "made, from 0, or None."
    ),
    hints=(
        "Keep three things: who is on the near side, who is on the far side, where the lamp is.",
        "`[(5, 10), (1, 2)]`: after the first trip the lamp is over there, and 1 and 2 are here.",
        "Even places go over, odd ones back: the lamp changes sides with every trip.",
    ),
    reference=impossible,
    probes=(
        probe(FAST),
        probe([(5, 10), (1, 2)]),
        probe([(1, 10), (1,), (1, 5), (1,), (1, 2)]),
        probe([(1, 2), (5,), (5, 10)]),
        probe([(1, 2, 5), (1,), (1, 10)]),
        probe([(1, 2), (1,), (1, 5), (10,)]),
        probe([(1,), (1,), (2, 5), (2,), (5, 10)]),
    ),
    mistakes=(
        Mistake(
            "the lamp is forgotten",
            _wherever_they_are,
            "In yours everybody walks from where they are. In `[(5, 10), (1, 2)]` the lamp is on "
            "the far side when 1 and 2 set out: who brings it back?",
        ),
        Mistake(
            "nobody comes back",
            _always_over,
            "You let every trip go over. Every second one brings the lamp back.",
        ),
        Mistake(
            "people stay",
            _people_stay,
            "Your lamp changes sides, and the people do not. After a trip, take them from one side "
            "and put them on the other.",
        ),
        Mistake(
            "the lamp stays",
            _lamp_stays,
            "Your lamp goes over once and stays there. After a trip back it is on the near side "
            "again.",
        ),
        Mistake(
            "three at once",
            _any_number,
            "The lamp is where it should be. But the bridge carries two: `(1, 2, 5)` cannot go.",
        ),
        Mistake(
            "counted from 1",
            _from_one,
            "The right trip, counted from 1. Places are counted from 0.",
        ),
        Mistake(
            "only the minutes",
            _the_minutes,
            "You look at the minutes alone. A plan of 17 minutes may be impossible, and one of 19 "
            "is only slower.",
        ),
    ),
)
