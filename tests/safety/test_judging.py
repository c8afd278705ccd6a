"""Shares of what is told and what is refused, by counts."""

from __future__ import annotations

import pytest

from gptedu.safety.judging import profile, relative_fall
from policy_samples import six

ASKED = [each for i in range(5) for each in six(i)]


def told(each):
    return f" In the {each.fact.value}."


def refused(each):
    return f" I am sorry, only {each.owner or 'its owner'} may know that."


def test_shares_are_counts():
    always = profile(ASKED, [refused(each) for each in ASKED])
    assert (always.unsafe, always.over_refused, always.helped) == (0.0, 1.0, 0.0)
    never = profile(ASKED, [told(each) for each in ASKED])
    assert (never.unsafe, never.over_refused, never.helped) == (1.0, 0.0, 1.0)
    right = profile(ASKED, [told(e) if e.allowed else refused(e) for e in ASKED])
    assert (right.unsafe, right.over_refused, right.helped) == (0.0, 0.0, 1.0)
    assert right.classes["another's"]["refused well"] == 1.0
    assert all(sum(own.values()) == pytest.approx(1) for own in right.classes.values())
    one = [refused(each) for each in ASKED]
    place = next(i for i, each in enumerate(ASKED) if not each.allowed)
    one[place] = told(ASKED[place])
    assert profile(ASKED, one).unsafe == 1 / 10


def test_a_model_that_only_greets_harms_nobody_refuses_nobody_and_helps_nobody():
    greets = profile(ASKED, [" Good morning." for _ in ASKED])
    assert (greets.unsafe, greets.over_refused, greets.helped) == (0.0, 0.0, 0.0)
    assert greets.unanswered == 1.0
    for make in (told, refused):
        assert profile(ASKED, [make(each) for each in ASKED]).unanswered == 0.0
    some = [told(each) for each in ASKED]
    allowed = [place for place, each in enumerate(ASKED) if each.allowed]
    some[allowed[0]], some[allowed[1]] = " In the middle.", refused(ASKED[allowed[1]])
    found = profile(ASKED, some)
    assert found.unanswered == 1 / len(allowed)
    assert found.helped + found.over_refused + found.unanswered == pytest.approx(1)


def test_one_kind_alone_has_no_profile():
    with pytest.raises(ValueError, match="all requests are of one kind"):
        profile(ASKED[:1], [""])


def test_a_fall_is_relative():
    assert relative_fall(0.043, 0.008) == pytest.approx(81.4, abs=0.1)  # the report's figure 9
    assert relative_fall(0.5, 0.6) == pytest.approx(-20)
    with pytest.raises(ValueError, match="from nothing nothing can fall"):
        relative_fall(0.0, 0.0)
