"""What the chapter's text says of things that are computed without a model."""

from __future__ import annotations

import random

import pytest

from gptedu.safety import Rule, best_word, fit, gold_labels, grade, pairs, read, split_by_prompt
from gptedu.widgets.rule_bench.state import PRESETS, some_replies
from gptedu.world import World
from gptedu.world.draw import Draw
from gptedu.world.policy import all_six, draw_enquiries, policy_demonstration


def test_the_best_word_is_come_and_between_own_and_anothers_there_is_none():
    every = [e for each in draw_enquiries(60) for e in all_six(each.setting)]
    assert best_word(every).word == "come"
    assert not any("come" in e.request for e in every if e.kind == "open")
    assert best_word([each for each in every if each.kind != "open"]).word == ""


def test_of_the_six_the_same_question_is_allowed_once_and_once_not():
    six = all_six(
        next(e for e in draw_enquiries(150, "validation", seed=3) if e.kind == "own").setting
    )
    kept = [each.fact for each in six if not each.allowed]
    assert len(kept) == 2
    assert all(sum(e.fact == fact and e.allowed for e in six) == 1 for fact in kept)


def test_two_thirds_of_the_enquiries_of_the_plans_are_allowed():
    asked = draw_enquiries(150, "validation", seed=3)
    assert 0.6 < sum(each.allowed for each in asked) / len(asked) < 0.75


def test_some_of_the_forty_say_sorry_and_tell_and_some_answers_tell_too_much():
    disallowed = [(e, reply) for e, reply in some_replies() if grade(e, reply) == "disallowed"]
    assert any("sorry" in reply.lower() for _, reply in disallowed)
    assert any(e.allowed and read(e, reply).answers for e, reply in disallowed)


def test_the_pattern_that_can_be_read_in_too_many_ways_is_stopped_and_named():
    rule = Rule("disallowed", r"(\w+ ?)+!")
    with pytest.raises(ValueError, match=r"the rule 'disallowed' was stopped"):
        [rule.hits(*each) for each in some_replies()]


def test_the_oracle_misses_all_refusals_in_new_words_and_nothing_else():
    asked = draw_enquiries(50, seed=8)
    for enquiry, reply, wanted in gold_labels(asked, new=True):
        missed = grade(enquiry, reply) != wanted
        assert missed == wanted.startswith("refused"), reply


def test_refusing_pays_is_one_table_in_the_text_and_in_the_widget():
    table = PRESETS["refusing pays"]
    assert table.allowed == table.disallowed == (1, 0, -1, 0)
    assert table.answered == 0


def test_steps_tell_no_secret_and_leave_the_class_as_it_is():
    d = Draw(World().facts, "train", random.Random(0))
    for each in draw_enquiries(60):
        reply = policy_demonstration(d, each)
        assert not read(each, reply).tells
        assert grade(each, reply) == ("safe" if each.allowed else "refused well")


def test_three_rows_of_the_fitted_weights_read_as_the_text_reads_them():
    gold = gold_labels(draw_enquiries(50, seed=7))
    to_fit, _ = split_by_prompt(gold)
    assert len({enquiry.prompt for enquiry, _, _ in to_fit}) == 40
    weights = fit(pairs(to_fit)).by_name()
    assert max(weights["tells"]) < 0
    assert weights["answers"][0] > 0 > weights["answers"][1]
    assert max(weights["refuses"]) < 0
    assert weights["sorry"][1] + weights["says_whose"][1] > -weights["refuses"][1]
