"""A policy that moves: where it is looked at, and that looking changes nothing."""

from __future__ import annotations

import pytest
import torch

from gptedu.rlhf.ppo.config import PPOConfig
from gptedu.safety.judging import profile
from gptedu.safety.rewards import RequestIndex, SafetyReward
from gptedu.safety.tracked import TrackedRun
from gptedu.world.policy import draw_enquiries
from small_lm import small_lm

TRAIN = draw_enquiries(8, seed=1)
TESTED = draw_enquiries(9, "validation", seed=2)
HOW = PPOConfig(batch=8, minibatch=4, epochs=1, max_tokens=4)


def tracked(every: int = 2) -> TrackedRun:
    lm = small_lm([each.prompt for each in TRAIN], 400)
    return TrackedRun(lm, SafetyReward(RequestIndex(TRAIN)), TRAIN, TESTED, HOW, every=every)


def test_it_is_looked_at_before_the_first_step_and_then_every_so_often():
    found = tracked()
    for _ in range(5):
        found.step()
    assert [each.step for each in found.points] == [0, 2, 4]
    last = found.look()
    assert last.step == 5
    assert found.look() is last
    judged = profile(TESTED, found.replies)
    assert (last.unsafe, last.over_refused) == (judged.unsafe, judged.over_refused)


def test_to_look_changes_nothing_of_what_is_learned():
    often, seldom = tracked(1), tracked(100)
    for _ in range(2):
        often.step()
        seldom.step()
    weights = zip(often.policy.model.parameters(), seldom.policy.model.parameters(), strict=True)
    assert all(torch.equal(one, other) for one, other in weights)


def test_requests_of_one_kind_say_nothing_of_the_other():
    with pytest.raises(ValueError, match="all requests are of one kind"):
        TrackedRun(small_lm(), SafetyReward(RequestIndex(TRAIN)), TRAIN, [TESTED[0]] * 2, HOW)
