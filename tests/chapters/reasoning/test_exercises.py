"""Chapter 5's exercises: right, untouched and wrong answers; and the package says the same."""

from __future__ import annotations

import itertools

import pytest

from exercise_checks import ExerciseChecks
from gptedu.chapters.reasoning import exercises
from gptedu.chapters.reasoning.exercises import written
from gptedu.course.exercises import Hint, NotTried
from gptedu.reasoning import bridge, planted
from gptedu.reasoning.answers import read_answer
from gptedu.reasoning.bridge.crossing import Trip, states
from gptedu.reasoning.self_training.labels import majority
from gptedu.reasoning.votes import vote


class TestExercises(ExerciseChecks):
    chapter = "reasoning"
    exercises = exercises.EXERCISES
    unnamed = {  # noqa: RUF012
        "reasoning/answer": (
            lambda text: 9,
            lambda text: abs(exercises.answer.reference(text) or 0),
            lambda text: exercises.answer.reference(text) or 0,
        ),
        "reasoning/step": (
            lambda start, changes, results: len(changes),
            lambda start, changes, results: -1,
            lambda start, changes, results: exercises.first_wrong.reference(0, changes, results),
        ),
        "reasoning/bridge": (
            lambda trips: len(trips),
            lambda trips: 1,
            lambda trips: exercises.impossible.reference(trips) or 0,
        ),
        "reasoning/vote": (
            lambda answers, right: 1 - exercises.score.reference(answers, right),
            lambda answers, right: float(right in answers),
            lambda answers, right: exercises.score.reference(answers[1:], right),
        ),
        "reasoning/two-answers": (
            lambda chance, paths: exercises.two_answers.reference(1 - chance, paths),
            lambda chance, paths: exercises.two_answers.reference(chance, paths + 1),
            lambda chance, paths: 1.0,
        ),
        "reasoning/kept": (
            lambda answers, right: [*range(len(answers))],
            lambda answers, right: exercises.kept.reference(answers[1:], right),
            lambda answers, right: [],
        ),
    }


def test_the_answer_exercise_reads_as_the_package_does():
    for probe in exercises.answer.probes:
        (text,) = probe.args
        own = exercises.answer.reference(text)
        if "The answer is" in text:
            assert (None if own is None else str(own)) == read_answer(text)


@pytest.mark.parametrize("answers", [*itertools.product(["7", "8", None], repeat=4)])
def test_votes_and_labels_are_the_packages(answers):
    made = vote(answers)
    assert exercises.score.reference(answers, "7") == made.score("7")
    (label,) = majority([answers])
    own = exercises.kept.reference(list(answers), "7")
    assert own == [i for i, answer in enumerate(answers) if label is not None and answer == label]


@pytest.mark.parametrize(("chance", "paths"), [(0.6, 3), (0.4, 4), (0.7, 16)])
def test_two_answers_are_a_vote_over_two(chance, paths):
    own = exercises.two_answers.reference(chance, paths)
    assert own == pytest.approx(planted.vote_score({7: chance, 8: 1 - chance}, 7, paths))


def test_the_bridge_exercise_judges_as_the_package_does():
    for probe in exercises.impossible.probes:
        (people,) = probe.args
        trips = [Trip(("over", "back")[i % 2], each) for i, each in enumerate(people)]
        place = exercises.impossible.reference(people)
        made = [words for words in range(len(trips)) if not _possible(trips[: words + 1])]
        assert place == (made[0] if made else None)
    fast = [trip.people for trip in bridge.fastest()[0]]
    assert exercises.impossible.reference(fast) is None


def test_the_two_written_answers_are_judged_as_the_package_judges_them():
    firsts = {
        key: bridge.check(text).first_wrong for key, text in exercises.written_answers.items()
    }
    from_one = {key: None if first is None else first + 1 for key, first in firsts.items()}
    assert exercises.verdict.reference == from_one
    trips = {key: len(bridge.read_trips(text)) for key, text in exercises.written_answers.items()}
    assert trips == written.TRIPS
    assert all(text in exercises.verdict.task for text in exercises.written_answers.values())


@pytest.mark.parametrize("b", [None, 1, 2, 3, 4, 5])
@pytest.mark.parametrize("a", [None, 1, 2, 3])
def test_every_wrong_verdict_is_a_named_mistake(a, b):
    verdict = {"A": a, "B": b}
    if verdict == exercises.verdict.reference:
        exercises.verdict.check(verdict)
        return
    with pytest.raises(Hint) as told:
        exercises.verdict.check(verdict)
    assert told.value.mistake
    # What is said is about an answer that is wrong: A first, and B where A is right.
    assert told.value.mistake in {
        None: ["25 is only too slow"], 1: ["counted from 0"], 3: ["trip 3 instead of trip 2"],
        2: ["a sum says nothing", "the wrong one waits", "17 is impossible"],
    }[a]  # fmt: skip


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ([2, None], "a dictionary is asked for"),
        ({"A": 2}, "other keys than A and B"),
        ({"a": 2, "b": None}, "other keys than A and B"),
        ({"A": 2, "B": ...}, "of B nothing is said yet"),
        ({"A": True, "B": None}, "of A you say True"),
        ({"A": "2", "B": None}, "of A you say '2'"),
        ({"A": 2, "B": 17}, "B has 5 trips, and you say 17: give 1 to 5"),
        ({"A": 0, "B": None}, "A has 3 trips, and you say 0: give 1 to 3"),
    ],
)
def test_what_is_no_verdict_is_told_why(verdict, words):
    with pytest.raises(Hint, match=f"(?i){words}") as told:
        exercises.verdict.check(verdict)
    assert not told.value.mistake


def test_an_untouched_verdict_is_told_so():
    with pytest.raises(NotTried):
        exercises.verdict.check({"A": ..., "B": ...})


def _possible(trips: list[Trip]) -> bool:
    try:
        states(trips)
    except ValueError:
        return False
    return True
