"""Pairs of replies that differ in one thing."""

from __future__ import annotations

import pytest

from gptedu.chapters.instructgpt.probes import DIFFERENCES, pairs_that_differ
from gptedu.rlhf.judging import TRUE
from gptedu.rlhf.labels.labeler import qualities
from request_samples import requests

ASKED = requests(60)
BY_PROMPT = {each.prompt: each for each in ASKED}
CHANGED = {
    "polite or plain": {"polite"},
    "true or false": {"helpful", "honest"},
    "true or refused": {"helpful", "honest"},
    "plain and true, or polite and false": {"helpful", "honest", "polite"},
}


def judged(text: str):
    """The request and the reply that a text is made of."""
    head, mark, reply = text.partition("\nReply:")
    return BY_PROMPT[head + mark], reply


@pytest.mark.parametrize("what", DIFFERENCES)
def test_the_better_one_is_truly_better_and_differs_in_what_is_said(what):
    pairs = pairs_that_differ(what, ASKED)
    assert len(pairs) == sum(each.kind == "answer" for each in ASKED) > 5
    for pair in pairs:
        assert TRUE(*judged(pair.better)) > TRUE(*judged(pair.worse))
        one, other = (vars(qualities(*judged(text))) for text in pair)
        assert {name for name in one if one[name] != other[name]} == CHANGED[what]
