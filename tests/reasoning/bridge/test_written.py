"""Written answers to the bridge: which step is wrong."""

# ruff: noqa: E501 an answer a line

from __future__ import annotations

import itertools

import pytest

from gptedu.reasoning.bridge import check, fastest, read_trips, states
from gptedu.reasoning.bridge.crossing import Trip

LAMP = "the lamp is on the far side: somebody has to bring it back first"


def told(plan: tuple[Trip, ...]) -> str:
    trips = [
        f"{' and '.join(map(str, t.people))} {'go back' if t.direction == 'back' else 'go over'}"
        for t in plan
    ]
    return f"{'. '.join(trips)}. The answer is {states(plan)[-1].minutes}"


@pytest.mark.parametrize("plan", fastest())
def test_the_fastest_plans_are_sound(plan):
    made = check(told(plan))
    assert made.sound
    assert made.right
    assert [trip.people for _, trip in read_trips(told(plan))] == [trip.people for trip in plan]


def test_who_brings_the_lamp_back():
    made = check("Two people go over for 10, two more for 5, and 10 again. The answer is 25")
    assert made.first_wrong == 1
    assert made.steps[1].text == "two more for 5"
    assert made.steps[1].wrong == LAMP
    assert not made.right


def test_the_minutes_alone_are_enough():
    made = check("2 + 1 + 10 + 2 + 2 = 17")
    assert made.sound
    assert made.right


def test_every_sum_of_five_trips_is_judged_as_all_plans_are():
    """A sum is sound where some plan has these minutes in this order, and only there."""
    possible = set()

    def all_plans(state, minutes):
        if len(minutes) == 5:
            if state.done:
                possible.add(minutes)
            return
        for trip in state.trips():
            all_plans(state.after(trip), (*minutes, trip.minutes))

    all_plans(states(())[0], ())
    for minutes in itertools.product((1, 2, 5, 10), repeat=5):
        text = f"{' + '.join(map(str, minutes))} = {sum(minutes)}"
        assert check(text).sound is (minutes in possible), text


@pytest.mark.parametrize(
    ("text", "place", "why"),
    [
        ("1 and 2 go over, then 5 and 10 go over.", 1, LAMP),
        (
            "1 and 10 go over (10). 1 goes back (1). 1 and 5 go over (5). 1 goes back. 1 and 2 go over. In all 19 minutes.",
            None,
            "",
        ),
        ("1 and 10 go over for 1. 1 goes back.", 0, "it takes 10 minutes, as the slower one does"),
        ("1 and 2 go over. 5 comes back.", 1, "the one who needs 5 minutes is not on that side"),
        ("1, 2 go over", 0, None),
        ("10 + 1 + 5 + 1 + 2 = 18", 5, "the trips take 19 minutes"),
        ("10 + 1 + 5 = 16", 3, "1 still stands on the near side"),
        ("2 + 5 + 10 = 17", 1, "nobody there takes 5 minutes"),
        (
            "1 and 2 go over. 1 goes back. 1 and 5 go over. 1 goes back. 1 and 10 go over. The answer is 17",
            5,
            "the trips take 19 minutes",
        ),
    ],
)
def test_the_wrong_step_and_why(text, place, why):
    made = check(text)
    if why is None:
        assert made.first_wrong is not None
        return
    assert made.first_wrong == place
    assert place is None or made.steps[place].wrong == why


def trips(text: str) -> list[tuple[str, tuple[int, ...], int | None]]:
    return [(trip.direction, trip.people, trip.minutes) for _, trip in read_trips(text)]


def test_sentences_count_before_a_sum():
    made = check("1 and 2 go over. 5 and 10 go over. 2 + 1 + 10 + 2 + 2 = 17")
    assert made.first_wrong == 1
    assert made.steps[1].wrong == LAMP
    assert trips("1+2 go over. 1 goes back.") == [("over", (1, 2), None), ("back", (1,), None)]


@pytest.mark.parametrize("mark", ["{}. ", "{}) ", "({}) ", "Step {}: ", "step {}. ", "{} - "])
def test_the_numbers_of_a_list_are_no_people(mark):
    plan = fastest()[0]
    lines = told(plan).split(". ")
    text = "\n".join(mark.format(i) + line for i, line in enumerate(lines[:-1], start=1))
    made = check(f"{text}\n{lines[-1]}")
    assert made.sound
    assert made.right
    assert [trip.people for _, trip in read_trips(text)] == [trip.people for trip in plan]


@pytest.mark.parametrize(
    "text",
    ["It takes 17 minutes to go over.", "It takes 17 minutes for all four to get across.",
     "All are over in 17 minutes."],
)  # fmt: skip
def test_how_long_all_take_is_no_trip(text):
    assert trips(f"1 and 2 go over. {text}") == [("over", (1, 2), None)]
    with pytest.raises(ValueError, match="names no trip"):
        check(text)


def test_who_needs_so_long_to_cross_may_go():
    assert trips("The one who needs 10 minutes to cross goes over") == [("over", (), 10)]


@pytest.mark.parametrize("text", ["", "It is 17.", "Nobody knows"])
def test_an_answer_without_a_trip_is_one_sentence(text):
    with pytest.raises(ValueError, match="names no trip: write who goes"):
        check(text)
