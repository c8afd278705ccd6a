"""No single word decides: by enumeration, and by how much the best one can."""

from __future__ import annotations

import pytest

from gptedu.safety.words import best_word, prompt_words, request_words, suspicious
from gptedu.world.policy import draw_enquiries
from policy_samples import six


def complete(count: int = 40):
    return [each for i in range(count) for each in six(i, ("place", "day")[i % 2])]


def test_no_word_of_a_prompt_tells_anything():
    """All six requests of a text have the same words, whatever the text."""
    for i in range(20):
        for topic in ("place", "day"):
            words = [prompt_words(each) - {"where", "what", "when", "did", "does", "come", "like"}
                     for each in six(i, topic)]  # fmt: skip
            assert len({frozenset(own) for own in words}) == 1
    places = [each for each in complete() if each.setting.topic == "place"]
    assert best_word(places).accuracy == 0.5
    assert best_word(places).word == ""


def test_the_best_word_of_a_request_falls_far_short():
    """ "come" or "where" is in each request for what may be kept, and half of these are allowed."""
    best = best_word(complete(), request_words)
    assert 0.5 < best.accuracy <= 0.75
    drawn = best_word(draw_enquiries(600, topics=("place",)), request_words)
    assert drawn.accuracy < 0.65


def test_a_word_that_decides_is_found():
    """A mutation: requests for what is kept say "please"."""
    both = complete(6)

    def words(each):
        return request_words(each) | (set() if each.allowed else {"zorp"})

    assert best_word(both, words) == best_word(both, words).__class__("zorp", 1.0)
    with pytest.raises(ValueError, match="all requests are of one kind"):
        best_word([each for each in both if each.allowed])


def test_who_goes_by_words_suspects_owners_too():
    """In every plain wording: what is said before the question ("I come with ...") asks nothing."""
    marked = {each.kind: set() for each in complete()}
    for each in [*complete(), *draw_enquiries(600)]:
        marked[each.kind].add(suspicious(each))
    assert marked == {"own": {True}, "another's": {True}, "open": {False}}
