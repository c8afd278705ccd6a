"""What the world's ways score, held against drawing."""

from __future__ import annotations

import itertools
import random

import pytest

from gptedu.reasoning import planted, problems
from gptedu.reasoning.votes import vote
from gptedu.world.problems.ways import WAYS, Way


def test_a_votes_score_equals_enumeration():
    chances = {7: 0.5, 8: 0.3, 9: 0.2}
    for paths in (1, 2, 3, 4):
        whole = 0.0
        for drawn in itertools.product(chances, repeat=paths):
            chance = 1.0
            for each in drawn:
                chance *= chances[each]
            whole += chance * vote([str(each) for each in drawn]).score("7")
        assert planted.vote_score(chances, 7, paths) == pytest.approx(whole)


def test_an_answer_that_no_way_gives_never_wins():
    assert planted.vote_score({8: 1.0}, 7, 16) == 0


def test_one_path_is_right_as_often_as_right_ways_are_taken():
    sums = [each.made for each in problems.mixed((2, 3, 4, 5), 80, split="validation")]
    found = planted.scores(sums)
    total = sum(way.share for way in WAYS)
    assert found["one path"] == pytest.approx(
        sum(way.share / total * found[way.name] for way in WAYS)
    )


def test_the_planted_vote_is_ahead_of_every_way_alone():
    """What the second mixture is made for; the bar of a vote is 5 points over the greedy path."""
    sums = [each.made for each in problems.mixed((2, 3, 4, 5), 200, split="validation")]
    found = planted.scores(sums)
    assert found["vote of 16"] > max(found[way.name] for way in WAYS) + 0.05
    assert found["vote of 4"] < found["vote of 8"] < found["vote of 16"]


def test_ways_that_are_always_right_give_a_vote_nothing_to_correct():
    sums = [each.made for each in problems.mixed((2, 3), 20, split="validation")]
    found = planted.scores(sums, [Way(way.name, way.share, 0.0) for way in WAYS])
    assert set(found.values()) == {1.0}


def test_drawing_comes_to_the_same():
    rng = random.Random(0)
    (problem,) = problems.draw("sums", 5, 1, split="validation", seed=3)
    chances = planted.answers(problem.made)
    scores = [
        vote([str(a) for a in rng.choices(list(chances), list(chances.values()), k=8)]).score(
            problem.answer
        )
        for _ in range(4000)
    ]
    right = planted.vote_score(chances, problem.made.answer, 8)
    assert sum(scores) / len(scores) == pytest.approx(right, abs=0.03)
