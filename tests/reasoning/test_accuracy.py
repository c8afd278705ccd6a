"""Shares right: greedy, one path, votes, and answers that are right by luck."""

from __future__ import annotations

import pytest

import gptedu
from gptedu.language_model import LanguageModel
from gptedu.reasoning import accuracy, problems
from gptedu.reasoning.examples import worked_examples
from gptedu.reasoning.paths import Paths
from gptedu.reasoning.prompts import MANNERS

TOM = problems.typed("Tom has 3 coins. He gets 4 more. He loses 2. How many are left?")
ANN = problems.typed("Ann has 9 pens. She loses 2. She gets 1. How many pens are left?")
RIGHT = " 3 and 4 is 7. 7 less 2 is 5. The answer is 5"
LUCKY = " 3 and 4 is 8. 8 less 2 is 5. The answer is 5"
WRONG = " 3 and 4 is 8. 8 less 2 is 6. The answer is 6"


def paths(*texts: tuple[str, ...]) -> Paths:
    prompts = accuracy.thinking([TOM, ANN][: len(texts)])
    return Paths(tuple(prompts), texts, "m", "v", 0.7, 0)


def test_votes_of_more_and_more_paths():
    voted = accuracy.count_votes(paths((WRONG, RIGHT, LUCKY, "?")), [TOM])
    assert voted.votes == {1: 0.0, 2: 0.5, 4: 1.0}
    assert voted.one_path == 0.5
    assert voted.by_luck == 0.25
    assert voted.unchecked == 0
    assert voted.ways == {"running": 3, "None": 1}
    assert voted.each[0].share == 0.5


def test_a_vote_of_all_paths_where_they_are_no_power_of_two():
    assert list(accuracy.count_votes(paths((RIGHT,) * 6), [TOM]).votes) == [1, 2, 4, 6]


def test_an_answer_in_no_known_way_is_counted_apart_from_luck():
    voted = accuracy.count_votes(paths((RIGHT, " Well, it is 5. The answer is 5")), [TOM])
    assert (voted.one_path, voted.by_luck, voted.unchecked) == (1.0, 0.0, 0.5)


def test_a_path_that_breaks_off_has_no_vote():
    voted = accuracy.count_votes(paths((" 3 and 2 is 5. 5 less", " 3 and 2 is 5", RIGHT)), [TOM])
    assert voted.each[0].unreadable == 2
    assert voted.one_path == pytest.approx(1 / 3)


def test_paths_of_other_problems_are_one_sentence():
    with pytest.raises(ValueError, match="place 0 are not of the problem there, 'Ann has 9 pens"):
        accuracy.count_votes(paths((RIGHT,)), [ANN])
    with pytest.raises(ValueError, match="no problems to count votes of"):
        accuracy.count_votes(paths(), [])
    with pytest.raises(ValueError, match="paths of 1 problems, and 2 problems"):
        accuracy.count_votes(paths((RIGHT,)), [TOM, ANN])
    with pytest.raises(ValueError, match="no problems to ask"):
        accuracy.ask(None, [], "phrase")


@pytest.fixture(scope="module")
def lm() -> LanguageModel:
    return gptedu.load("mini-m", expect=LanguageModel)


@pytest.mark.parametrize("manner", MANNERS)
def test_every_manner_can_be_asked(lm, manner):
    asked = problems.draw("sums", 3, 4, split="validation")
    found = accuracy.ask(lm, asked, manner, worked_examples(), room=60)
    assert len(found.texts) == 4
    assert 0 <= found.accuracy <= 1 - found.unreadable


def test_examples_that_are_missing_are_named_as_what_is_missing(lm):
    for examples in ((), [(TOM, RIGHT.strip())]):
        with pytest.raises(ValueError, match=r"manner 'worked' is told by examples: give at least"):
            accuracy.ask(lm, [TOM], "worked", examples)


@pytest.mark.parametrize(
    ("manner", "unreadable"),
    [("bare", 0), ("worked", 1), ("phrase", 1), ("wrong phrase", 1)],
)
def test_what_breaks_off_is_no_answer_where_steps_are_asked_for(
    lm, manner, unreadable, monkeypatch
):
    def broken(lm, prompts, room):
        return Paths(tuple(prompts), ((" 3 and 2 is 5",),), "m", "v", 0.0, 0)

    monkeypatch.setattr(accuracy, "greedy_paths", broken)
    found = accuracy.ask(lm, [TOM], manner, worked_examples())
    assert (found.unreadable, found.accuracy) == (unreadable, 1 - unreadable)


@pytest.mark.parametrize("manner", ["after", "begun", "direct", "dots"])
def test_an_answer_at_once_is_the_likeliest_number(lm, manner, monkeypatch):
    """Whatever a small model would write there: nothing comes before the answer, or only dots."""
    seen = {}

    def scored(lm, prompts, choices):
        seen.update(zip(prompts, choices, strict=True))
        return [([], [0.0 if each == " 5" else -1.0 for each in own]) for own in choices]

    monkeypatch.setattr(accuracy, "score_choices", scored)
    found = accuracy.ask(lm, [TOM, ANN], manner, worked_examples())
    assert found.accuracy == 0.5
    assert found.unreadable == 0
    begun = "" if manner == "direct" else "The answer is"
    assert all(text.endswith(f"{begun} 5") for text in found.texts)
    assert all(prompt.endswith(begun or "Answer:") for prompt in seen)
    assert all(own == [f" {number}" for number in range(17)] for own in seen.values())


def test_mini_m_works_sums_with_the_phrase(lm):
    """The first family knows one way of working: enough to be right more often than at once."""
    asked = problems.draw("sums", 3, 24, split="validation")
    phrase = accuracy.ask(lm, asked, "phrase", room=60)
    assert phrase.unreadable < 0.2
    run = accuracy.voting(lm, asked, 4)
    assert run["greedy"] == phrase.accuracy
    assert set(run["votes"]) == {1, 2, 4}
    assert sum(each["count"] for each in run["shares"]) == 24


def test_a_lost_vote_says_how_many_paths_make_the_same_first_mistake():
    other = " 3 and 4 is 7. 7 less 2 is 6. The answer is 6"
    right = (f" The answer is {ANN.answer}",) * 4
    asked = paths((WRONG, WRONG, other, "?"), right)
    assert accuracy.count_votes(asked, [TOM, ANN]).lost([TOM, ANN]) == {0: 0.5}
    assert (
        accuracy.count_votes(paths((RIGHT, WRONG)), [TOM]).lost([TOM]) == {}
    )  # a tie is half a point
