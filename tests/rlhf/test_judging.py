"""Answers judged by the true preference."""

from __future__ import annotations

import random

import pytest

from gptedu.rlhf.judging import BUT_MANNERS, TRUE, hallucinated, mean_score, profile, win_rate
from gptedu.world.requests import demonstration, instruction
from request_samples import draw, requests


def by_length(asked, answer):
    return len(answer)


def test_a_win_rate_counts_draws_half():
    asked = requests(4)
    assert win_rate(asked, ["aa", "b", "cc", ""], ["a", "bb", "cc", "d"], by_length) == 0.375
    right = [demonstration(draw("x"), each) for each in asked]
    assert win_rate(asked, right, [""] * 4) == 1.0
    assert win_rate(asked, right, right) == 0.5
    assert mean_score(asked, ["a", "bb", "ccc", ""], by_length) == 1.5
    with pytest.raises(ValueError, match="shorter"):
        win_rate(asked, right, right[:3])
    with pytest.raises(ValueError, match="shorter"):
        mean_score(asked, right[:3], by_length)  # not the mean of three over four
    for nothing in (lambda: win_rate([], [], []), lambda: mean_score([], [], by_length),
                    lambda: hallucinated([], [])):  # fmt: skip
        with pytest.raises(ValueError, match="no answer to judge"):
            nothing()


def test_a_win_rate_and_that_of_the_other_side_make_one():
    rng, asked = random.Random(0), requests(40)
    for _ in range(20):
        one, other = ([" kitchen" * rng.randrange(4) for _ in asked] for _ in range(2))
        assert win_rate(asked, one, other) + win_rate(asked, other, one) == pytest.approx(1.0)


def test_what_is_made_up_counts_and_a_wrong_refusal_does_not():
    d = draw("made up")
    said = [instruction(d, "answer") for _ in range(4)]
    unsaid = [instruction(d, "unsaid") for _ in range(2)]
    answers = [
        f" {said[0].fact.but(d).say(d)}.",  # made up
        f" {said[1].fact.say(d)}.",
        " The text does not say that.",  # wrong, and nothing made up
        "",
        f" {unsaid[0].fact.say(d)}.",  # made up
        " That is not in the text.",
    ]
    assert hallucinated(said + unsaid, answers) == pytest.approx(2 / 6)
    assert hallucinated(said[2:3], answers[2:3]) == 0


def test_the_true_preference_is_the_one_that_judges():
    assert TRUE(instruction(draw("true"), "unsaid"), " That is not in the text.") == 1.0


def test_a_profile_says_what_replies_are_like():
    d = draw("profile")
    said, unsaid = instruction(d, "answer"), instruction(d, "unsaid")
    replies = {
        "polite": f" Of course. {said.fact.say(d)}.",
        "refused": " The text does not say that.",
        "made up": f" {said.fact.but(d).say(d)}.",
    }
    assert profile([said] * 3, list(replies.values())) == {
        "helpful": pytest.approx(1 / 3),
        "polite": pytest.approx(1 / 3),
        "made up": pytest.approx(1 / 3),
        "wrongly refused": pytest.approx(1 / 3),
    }
    both = profile([said, unsaid], [replies["polite"], replies["refused"]])
    assert both == {"helpful": 1.0, "polite": 0.5, "made up": 0.0, "wrongly refused": 0.0}
    with pytest.raises(ValueError, match="no answer to judge"):
        profile([unsaid], [replies["refused"]])


def test_manners_can_be_left_out():
    asked = instruction(draw("manners"), "unsaid")
    plain = " That is not in the text."
    for reply in (plain, f" Of course.{plain}"):
        assert BUT_MANNERS(asked, reply) == 1.0
