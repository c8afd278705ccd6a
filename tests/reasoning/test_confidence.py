"""A vote's share against its accuracy."""

from __future__ import annotations

import pytest

from gptedu.reasoning import confidence
from gptedu.reasoning.votes import vote


def test_votes_fall_into_fifths_by_share():
    votes = [vote(["7"] * many + [None] * (5 - many)) for many in (1, 3, 3, 5)]
    bins = confidence.by_share(votes, ["7", "7", "8", "7"])
    assert [(b.low, b.high, b.count) for b in bins] == [(0.2, 0.4, 1), (0.6, 0.8, 2), (0.8, 1.0, 1)]
    assert [b.accuracy for b in bins] == [1.0, 0.5, 1.0]
    assert [b.share for b in bins] == pytest.approx([0.2, 0.6, 1.0])


def test_a_share_that_is_its_accuracy_has_no_error():
    votes = [vote(["7", "7", "8", "9"])] * 2
    assert confidence.error(votes, ["7", "1"]) == pytest.approx(0.0)
    assert confidence.error(votes, ["7", "7"]) == pytest.approx(0.5)


def test_votes_and_answers_have_to_match():
    with pytest.raises(ValueError, match="0 votes and 1 right answers"):
        confidence.by_share([], ["7"])
