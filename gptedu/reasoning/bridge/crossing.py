"""Who is where, with the lamp and the minutes; and the fastest plan, by search."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

PEOPLE = (1, 2, 5, 10)
"""Minutes that each needs. A person is named by them; two may need the same."""
OVER, BACK = "over", "back"


@dataclass(frozen=True)
class Trip:
    """One crossing. people: who goes, by their minutes; empty where a text does not say. minutes:
    how long it takes; None where a text does not say.
    """

    direction: str
    people: tuple[int, ...] = ()
    minutes: int | None = None


@dataclass(frozen=True)
class State:
    """Who is where. near, far: people on the two sides, fastest first. lamp_far: whether the lamp
    is over there. minutes: gone by.
    """

    near: tuple[int, ...]
    far: tuple[int, ...] = ()
    lamp_far: bool = False
    minutes: int = 0

    @property
    def done(self) -> bool:
        return not self.near

    @property
    def direction(self) -> str:
        """Where the next trip goes: where the lamp is not."""
        return BACK if self.lamp_far else OVER

    def trips(self) -> Iterator[Trip]:
        """All that can be done now: one or two people of the lamp's side go to the other."""
        there = self.far if self.lamp_far else self.near
        for count in (1, 2):
            for people in sorted(set(combinations(there, count))):
                yield Trip(self.direction, people, max(people))

    def after(self, trip: Trip) -> State:
        """The state after a trip. Raises ValueError, saying why, for one that cannot be made."""
        if trip.direction != self.direction:
            if self.lamp_far:
                raise ValueError("the lamp is on the far side: somebody has to bring it back first")
            raise ValueError("the lamp is on the near side: nobody can come back before one goes")
        leaving, arriving = list(self.far), list(self.near)
        if not self.lamp_far:
            leaving, arriving = arriving, leaving
        if not 1 <= len(trip.people) <= 2:
            raise ValueError(f"{len(trip.people)} people go: the bridge carries one or two")
        for person in trip.people:
            if person not in leaving:
                need = f"{person} minute{'s' if person > 1 else ''}"
                raise ValueError(f"the one who needs {need} is not on that side")
            leaving.remove(person)
        longest = max(trip.people)
        if trip.minutes not in (None, longest):
            raise ValueError(f"it takes {longest} minutes, as the slower one does")
        arrived = tuple(sorted([*arriving, *trip.people]))
        near, far = tuple(leaving), arrived
        if self.lamp_far:
            near, far = far, near
        return State(near, far, not self.lamp_far, self.minutes + longest)


def beginning(people: Sequence[int] = PEOPLE) -> State:
    """All on the near side, with the lamp. Raises ValueError for nobody, and for no minutes."""
    if not people or min(people) < 1:
        raise ValueError(f"people is {tuple(people)}: give the minutes of each, 1 or more")
    return State(tuple(sorted(people)))


def fastest(people: Sequence[int] = PEOPLE) -> list[tuple[Trip, ...]]:
    """Every plan that takes the fewest minutes, found by Dijkstra's search over all states.

    >>> sum(trip.minutes for trip in fastest()[0])
    17
    """
    start = beginning(people)
    best: dict[tuple[tuple[int, ...], bool], int] = {(start.near, False): 0}
    before: dict[tuple[tuple[int, ...], bool], list[tuple[State, Trip]]] = {}
    queue = [(0, start.near, False, start)]
    while queue:
        minutes, near, lamp, state = heapq.heappop(queue)
        if minutes > best[near, lamp]:
            continue
        for trip in state.trips():
            after = state.after(trip)
            key = (after.near, after.lamp_far)
            known = best.get(key)
            if known is None or after.minutes < known:
                best[key], before[key] = after.minutes, [(state, trip)]
                heapq.heappush(queue, (after.minutes, *key, after))
            elif after.minutes == known and (state, trip) not in before.get(key, ()):
                before.setdefault(key, []).append((state, trip))
    return sorted(_plans(((), True), before, start), key=repr)


def _plans(
    key: tuple[tuple[int, ...], bool],
    before: dict[tuple[tuple[int, ...], bool], list[tuple[State, Trip]]],
    start: State,
) -> Iterator[tuple[Trip, ...]]:
    """All ways that lead to a state in its fewest minutes."""
    if key == (start.near, False):
        yield ()
        return
    for state, trip in before[key]:
        for plan in _plans((state.near, state.lamp_far), before, start):
            yield (*plan, trip)


def states(trips: Sequence[Trip], people: Sequence[int] = PEOPLE) -> list[State]:
    """The state at first and after each trip: what a picture steps through.

    Raises ValueError, with the number of the trip, for one that cannot be made.
    """
    reached = [beginning(people)]
    for number, trip in enumerate(trips, start=1):
        try:
            reached.append(reached[-1].after(trip))
        except ValueError as error:
            raise ValueError(f"trip {number}: {error}") from None
    return reached
