"""What a labeler writes to show what counts: one right reply, and others with one fault each."""

from __future__ import annotations

import random

import pytest

from gptedu.rlhf.labels.contrasts import contrasts, written
from gptedu.rlhf.labels.labeler import qualities
from gptedu.world import World
from gptedu.world.draw import Draw
from gptedu.world.requests import INSTRUCTION_KINDS, instruction
from gptedu.world.requests.faults import faulty
from gptedu.world.requests.replies import right_reply

FACTS = World().facts
WRONG = {
    "false": lambda its: (its.helpful, its.honest) == (0, -1),
    "false and short": lambda its: (its.helpful, its.honest) == (0, -1),
    "made up": lambda its: (its.helpful, its.honest) == (0, -1),
    "made up and short": lambda its: (its.helpful, its.honest) == (0, -1),
    "refused": lambda its: (its.helpful, its.honest) == (0, -1),
    "not asked for": lambda its: (its.helpful, its.honest) == (0, 0),
    "refused, and more": lambda its: (its.helpful, its.honest) == (0, 0),
    "in the same words": lambda its: (its.helpful, its.honest) == (0, 0),
    "a fact instead": lambda its: its.helpful < 1,
    "one is missing": lambda its: (0 < its.helpful < 1, its.honest) == (True, 0),
    "one is not in the text": lambda its: (0 < its.helpful < 1, its.honest) == (True, -1),
}


def asked(kind: str, count: int = 40):
    return [
        instruction(Draw(FACTS, "train", random.Random(f"{kind}/{i}")), kind) for i in range(count)
    ]


@pytest.mark.parametrize("kind", INSTRUCTION_KINDS)
def test_a_reply_has_the_fault_that_it_is_named_for(kind):
    seen = set()
    for number, each in enumerate(asked(kind)):
        d = Draw(FACTS, "train", random.Random(number))
        right = qualities(each, " " + right_reply(d, each))
        assert (right.helpful, right.honest) == (1, 0)
        for what, reply in faulty(d, each).items():
            seen.add(what)
            assert WRONG[what](qualities(each, " " + reply)), (what, each, reply)
    assert len(seen) >= 3


def test_the_right_reply_is_ranked_first_whatever_its_manners():
    some = [each for kind in INSTRUCTION_KINDS for each in asked(kind, 25)]
    made = contrasts(some)
    first = sum(each.ranks[0] == 1 for each in made)
    assert first >= 0.9 * len(made)  # a polite half-right list may be liked better
    polite = [qualities(one, reply).polite > 0 for one, each in zip(some, made, strict=True)
              for reply in each.answers]  # fmt: skip
    assert 0.3 < sum(polite) / len(polite) < 0.5


def test_contrasts_are_a_function_of_the_seed():
    some = asked("answer", 5)
    assert contrasts(some) == contrasts(some) != contrasts(some, seed=1)
    assert contrasts(some)[2].answers == written(some[2], "0/2")
    assert {each.labeler for each in contrasts(some)} == {"careful"}
