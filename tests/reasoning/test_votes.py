"""Votes: ties, unreadable paths, and an order that changes nothing."""

from __future__ import annotations

import itertools

import pytest

from gptedu.reasoning.votes import vote


def test_unreadable_paths_have_no_vote():
    made = vote([None, None, None, "7", "7"])
    assert (made.answer, made.unreadable, made.paths, made.share) == ("7", 3, 5, 0.4)


def test_where_nothing_can_be_read_nothing_wins():
    made = vote([None, None])
    assert (made.answer, made.winners, made.share, made.score("7")) == (None, (), 0.0, 0.0)


def test_the_most_votes_win():
    assert vote(["A", "A", "A", "B"]).answer == "A"
    assert vote(["A", "A", "A", "B"]).counts == (("A", 3), ("B", 1))


@pytest.mark.parametrize("ties", [1, 2, 3])
def test_a_tie_of_m_scores_one_mth(ties):
    answers = list("ABC")[:ties] * 2
    assert vote(answers).score("A") == pytest.approx(1 / ties)
    assert vote(answers).score("Z") == 0


def test_the_order_of_the_paths_changes_nothing():
    answers = ["9", "10", None, "9", "10", "3"]
    assert len({vote(order) for order in itertools.permutations(answers)}) == 1


def test_no_path_is_one_sentence():
    with pytest.raises(ValueError, match="the list of paths is empty: give at least one"):
        vote([])
