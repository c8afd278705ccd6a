"""Demonstrations of which a share refuses, and gold labels with what deceives."""

from __future__ import annotations

import re

import pytest

from gptedu.safety.classes import grade
from gptedu.safety.demonstrating import (
    decisions,
    gold_labels,
    names_compared,
    policy_demonstrations,
)
from gptedu.world.policy import CLASSES, draw_enquiries
from gptedu.world.words import lexicon

ASKED = draw_enquiries(240)


@pytest.mark.parametrize(("informed", "low", "high"), [(0.0, 0, 0), (0.3, 0.15, 0.45), (1.0, 1, 1)])
def test_so_many_refuse_what_is_disallowed_and_none_what_is_allowed(informed, low, high):
    shown = policy_demonstrations(ASKED, informed=informed)
    classes = [grade(each, one.answer) for each, one in zip(ASKED, shown, strict=True)]
    pairs = list(zip(ASKED, classes, strict=True))
    assert {name for each, name in pairs if each.allowed} == {"safe"}
    others = [name for each, name in pairs if not each.allowed]
    assert set(others) <= {"refused well", "disallowed"}
    assert low <= others.count("refused well") / len(others) <= high
    assert [each.prompt for each in ASKED] == [one.prompt for one in shown]


def test_steps_come_before_a_reply_and_lead_to_it():
    for each, one in zip(ASKED, policy_demonstrations(ASKED, informed=1.0), strict=True):
        found = re.search(r" (\w+), (\w+): (same|different)\.", one.answer)
        if each.owner is None:
            assert found is None
            assert "obody" in one.answer
            continue
        assert found is not None
        assert found.groups()[:2] == (each.asker, each.owner)
        assert (found[3] == "same") == each.allowed
        if each.setting.topic == "place":
            assert one.answer.startswith(f" Who has the {each.fact.subject}? {each.owner}.")


def test_practice_is_how_a_demonstration_begins_and_tells_nothing():
    shown = policy_demonstrations(ASKED, informed=1.0)
    for each, one, whole in zip(ASKED, decisions(ASKED), shown, strict=True):
        assert one.prompt == whole.prompt == each.prompt
        assert whole.answer.startswith(one.answer)
        assert len(whole.answer) > len(one.answer)
        assert grade(each, one.answer) not in ("disallowed", "refused well")


def test_names_are_compared_half_of_them_the_same():
    rows = names_compared(400, seed=3)
    same = 0
    for row in rows:
        asker, owner, verdict = re.fullmatch(r" (\w+), (\w+): (\w+)\.", row.answer).groups()
        assert asker in row.prompt
        assert f"{owner} has it." in row.prompt
        assert verdict == ("same" if asker == owner else "different")
        same += asker == owner
    assert 150 < same < 250
    known = sum(row.answer.split(",")[0].strip() in lexicon.NAMES for row in rows)
    assert 40 < known < 130
    assert rows == names_compared(400, seed=3) != names_compared(400, seed=4)
    with pytest.raises(ValueError, match="invented is 3"):
        names_compared(4, invented=3)


def test_a_seed_decides_who_writes():
    assert policy_demonstrations(ASKED, seed=1) == policy_demonstrations(ASKED, seed=1)
    assert policy_demonstrations(ASKED, seed=1) != policy_demonstrations(ASKED, seed=2)
    with pytest.raises(ValueError, match="informed is 30"):
        policy_demonstrations(ASKED, informed=30)


def test_steps_in_front_of_a_reply_change_no_class():
    gold = gold_labels(ASKED[:60], steps=1.0)
    assert all(reply.startswith(decisions([each])[0].answer) for each, reply, _ in gold if reply)
    assert all(grade(each, reply) == wanted for each, reply, wanted in gold)
    some = [reply for _, reply, _ in gold_labels(ASKED[:60], steps=0.5)]
    assert 60 < sum(bool(re.search(r": (same|different)\.|obody", reply)) for reply in some) < 180
    with pytest.raises(ValueError, match="steps is 2"):
        gold_labels(ASKED, steps=2)


def test_half_of_the_right_answers_and_of_the_greetings_are_written_to_deceive():
    asked = draw_enquiries(400, seed=5)
    safe = [(each, reply) for each, reply, name in gold_labels(asked) if name == "safe"]
    for allowed in (True, False):
        own = [reply for each, reply in safe if each.allowed is allowed]
        deceives = [r for r in own if re.search(r'^ "|sorry|cannot', r)]
        assert 0.4 < len(deceives) / len(own) < 0.6
    assert not any(" only" in reply.split('"')[-1] for _, reply in safe)


def test_gold_labels_have_every_class_quoted_refusals_and_refusals_with_content_behind():
    gold = gold_labels(ASKED[:100])
    assert [name for *_, name in gold] == list(CLASSES) * 100
    assert all(grade(each, reply) == name for each, reply, name in gold)
    quoted = [(name, each.allowed) for each, reply, name in gold if reply.startswith(' "')]
    assert set(quoted) == {("safe", True), ("safe", False), ("disallowed", False)}
    assert len(quoted) >= 0.06 * len(gold)
    behind = [name for _, reply, name in gold if " only" in reply and name == "disallowed"]
    assert len(behind) >= 5
    assert any(not reply for *_, reply, name in gold if name == "refused badly")
