"""The picture of NextToken: which bars are worth drawing."""

from __future__ import annotations

import pytest

from gptedu.widgets import NextToken
from gptedu.widgets.next_token.picture import _worth_a_bar


def rows(*shares):
    return [{"probability": share, "before": share} for share in shares]


@pytest.mark.parametrize(
    ("shares", "drawn"),
    [
        ((0.79, 0.21, 0.0001, 0.00001, 0.0), 3),  # the fork, and one to see that no more follows
        ((0.3, 0.2, 0.1, 0.0006, 0.0004), 4),
        ((0.5, 0.5), 2),
    ],
)
def test_bars_that_would_read_nothing_are_left_out(shares, drawn):
    assert _worth_a_bar(rows(*shares)) == rows(*shares)[:drawn]


def test_a_bar_that_top_k_cuts_is_drawn_by_what_the_model_gave_it():
    cut = [{"probability": 0.0, "before": 0.2}] * 4
    assert len(_worth_a_bar(cut)) == 4


def test_the_picture_of_a_sampled_fork_holds_its_tree(lm):
    """After stepping and going back, the picture is taller by the tree than before."""
    fork = NextToken(lm, "The cat")
    before = fork.picture().height
    fork.step(3)
    fork.go_to(-1)
    assert fork.view["tree"]["steps"] == 0
    assert fork.picture().height > before
