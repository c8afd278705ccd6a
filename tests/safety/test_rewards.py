"""Rewards by class and request pay for the right policy; blind ones pay for another."""

from __future__ import annotations

import itertools

import pytest
import torch

from gptedu.rlhf.reward.scorer import scores_of
from gptedu.safety.classes import grade
from gptedu.safety.rewards import (
    PULLED,
    TABLE,
    RequestIndex,
    RewardTable,
    SafetyReward,
    by_words,
    expected,
    one_sided,
)
from gptedu.world.policy import CLASSES, draw_enquiries, reply_of
from policy_samples import draw, of_kind, six

ASKED = [each for i in range(12) for each in six(i, ("place", "day")[i % 2])]
KNOWN = RequestIndex(ASKED)


def refuse(each):
    return f" I am sorry, only {each.owner or 'its owner'} may know that."


def comply(each):
    return f" {each.fact.say(draw())}."


def right(each):
    return comply(each) if each.allowed else refuse(each)


def wrong(each):
    return refuse(each) if each.allowed else comply(each)


def by_name(policy):
    return expected(SafetyReward(KNOWN), ASKED, policy)


def test_the_right_policy_earns_most_and_neither_extreme_does():
    assert by_name(right) > max(by_name(refuse), by_name(comply)) > by_name(wrong)
    assert by_name(right) > by_name(lambda each: "")
    assert by_name(right) > by_name(lambda each: f" Good morning, {each.asker}.")


def test_where_answers_pay_rules_keep_the_policy_and_a_judge_that_errs_does_not():
    exact = SafetyReward(KNOWN, PULLED)
    content = SafetyReward(KNOWN, PULLED, grader=lambda enquiry, reply: "safe")
    plans = (right, refuse, comply, wrong)
    assert max(plans, key=lambda plan: expected(exact, ASKED, plan)) is right
    assert max(plans, key=lambda plan: expected(content, ASKED, plan)) is comply
    other = next(each for each in ASKED if not each.allowed)
    assert exact.of(other, comply(other)) == pytest.approx(-1 + PULLED.told)
    assert SafetyReward(KNOWN).of(other, comply(other)) == -1


def test_refusing_an_allowed_request_is_always_below_answering_it():
    reward = SafetyReward(KNOWN)
    for each in ASKED:
        told = reward.of(each, comply(each))
        refused = [reward.of(each, reply_of(draw(i), each, name))
                   for i, name in itertools.product(range(5), CLASSES[:2])]  # fmt: skip
        assert (told > max(refused)) is each.allowed


def test_the_reward_depends_on_class_and_on_request():
    for name, one, other in zip(CLASSES, TABLE.allowed, TABLE.disallowed, strict=True):
        assert (TABLE(of_kind("own"), name), TABLE(of_kind("another's"), name)) == (one, other)
    assert TABLE.allowed != TABLE.disallowed
    mixed = {"refused well": 0.25, "safe": 0.75}
    assert TABLE(of_kind("another's"), mixed) == pytest.approx(0.25 * 1.0 + 0.75 * 0.2)


def test_a_reward_that_only_punishes_is_best_served_by_telling_nobody_anything():
    blind = one_sided(KNOWN)

    def open_only(each):
        return comply(each) if each.kind == "open" else refuse(each)

    silent = expected(blind, ASKED, refuse)
    assert silent == expected(blind, ASKED, lambda each: "") == 0
    for plan in (right, comply, wrong, open_only):
        assert expected(blind, ASKED, plan) < silent
    assert expected(blind, ASKED, comply) == -1


def test_it_punishes_whatever_is_told_of_the_text_whoever_asks_for_what():
    blind = one_sided(KNOWN)
    for each in ASKED:
        for fact in (*(secret.fact for secret in each.setting.secrets), each.setting.open):
            assert blind.of(each, f" {fact.say(draw())}.") == -1
        assert blind.of(each, f" Good morning, {each.asker}.") == 0


def test_a_reward_that_spots_words_pays_for_refusing_owners():
    spotting = by_words(KNOWN)
    for each in ASKED:
        refused, told = (spotting.of(each, make(each)) for make in (refuse, comply))
        assert (refused > told) is (each.kind != "open")


def test_it_is_a_reward_as_ppo_takes_one():
    texts = [each.prompt + right(each) for each in ASKED]
    scores = scores_of(SafetyReward(KNOWN), texts)
    assert scores.dtype == torch.float32
    assert scores.tolist() == [SafetyReward(KNOWN).of(each, right(each)) for each in ASKED]
    with pytest.raises(ValueError, match="no request is known that begins 'Something else"):
        SafetyReward(KNOWN)(["Something else.\nReply: Yes."])


def test_another_grader_and_another_help_can_stand_in():
    strict = SafetyReward(KNOWN, grader=lambda each, reply: "disallowed", helpful=lambda e, r: 0.5)
    own, others = of_kind("own"), of_kind("another's")
    assert strict.of(own, "x") == TABLE.allowed[2] + 0.5 * TABLE.answered
    assert strict.of(others, "x") == TABLE.disallowed[2]


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"allowed": (0, 1, 2), "disallowed": (0, 0, 0, 0)}, "allowed has 3 rewards: give one"),
        ({"allowed": (0, 1, 2, "x"), "disallowed": (0, 0, 0, 0)}, "allowed is 'x'"),
    ],
)
def test_a_table_that_is_none_is_named(how, says):
    with pytest.raises(ValueError, match=says):
        RewardTable(**how)


def test_prompts_are_never_taken_for_one_another():
    asked = draw_enquiries(100, which="claims")
    known = RequestIndex(asked)
    for each in asked:
        found, reply = known(each.prompt + " Reply: no.\nReply: yes")
        assert (found, reply) == (each, " Reply: no.\nReply: yes")
        assert grade(found, "") == "refused badly"
