"""The bridge at night: the search against enumeration, and states that keep everybody."""

# ruff: noqa: E501 a trip a line

from __future__ import annotations

import pytest

from gptedu.reasoning.bridge import PEOPLE, State, Trip, fastest, states
from gptedu.reasoning.bridge.crossing import beginning


def least_by_enumeration(state: State, most: int, left: int) -> int:
    """The fewest minutes of all plans of up to `left` trips."""
    if state.done:
        return state.minutes
    if not left or state.minutes >= most:
        return most
    for trip in state.trips():
        most = min(most, least_by_enumeration(state.after(trip), most, left - 1))
    return most


@pytest.mark.parametrize(
    ("people", "minutes"),
    [(PEOPLE, 17), ((1, 2), 2), ((3,), 3), ((1, 2, 5), 8), ((1, 5, 6, 7), 20), ((2, 2, 3, 3), 11)],
)
def test_the_search_finds_what_enumeration_finds(people, minutes):
    plans = fastest(people)
    trips = 2 * max(1, len(people) - 1) - 1
    assert least_by_enumeration(beginning(people), 99, trips) == minutes
    assert {states(plan, people)[-1].minutes for plan in plans} == {minutes}
    assert len(set(plans)) == len(plans)


def test_both_plans_of_the_puzzle_are_found():
    assert [[trip.people for trip in plan] for plan in fastest()] == [
        [(1, 2), (1,), (5, 10), (2,), (1, 2)],
        [(1, 2), (2,), (5, 10), (1,), (1, 2)],
    ]


def test_nobody_is_lost_and_the_lamp_goes_along():
    for plan in fastest():
        for number, state in enumerate(states(plan)):
            assert sorted((*state.near, *state.far)) == list(PEOPLE)
            assert state.lamp_far is (number % 2 == 1)
        assert state.done


@pytest.mark.parametrize(
    ("trips", "words"),
    [
        ([Trip("over", (1, 2)), Trip("over", (5, 10))], "trip 2: the lamp is on the far side: somebody has to bring it back"),
        ([Trip("back", (1,))], "trip 1: the lamp is on the near side"),
        ([Trip("over", (1, 2, 5))], "3 people go: the bridge carries one or two"),
        ([Trip("over", (3,))], "the one who needs 3 minutes is not on that side"),
        ([Trip("over", (1, 1))], "the one who needs 1 minute is not on that side"),
        ([Trip("over", (1, 10), 1)], "it takes 10 minutes, as the slower one does"),
    ],
)  # fmt: skip
def test_a_trip_that_cannot_be_made_says_why(trips, words):
    with pytest.raises(ValueError, match=words):
        states(trips)


@pytest.mark.parametrize("people", [(), (0, 1)])
def test_people_need_minutes(people):
    with pytest.raises(ValueError, match="give the minutes of each"):
        fastest(people)
