"""RuleBench's tables: against the oracle, and against what one can work out by hand."""

from __future__ import annotations

from collections import Counter

import pytest

from gptedu.safety.classes import grade
from gptedu.safety.own.rules import Rule
from gptedu.safety.rewards import TABLE, RequestIndex, RewardTable
from gptedu.safety.tracked import Point
from gptedu.widgets.rule_bench import state
from gptedu.world.policy import CLASSES

ASKED = state.some_replies()
ORACLE = [grade(*each) for each in ASKED]
SORRY = {"refused well": Rule("refused well", r"\bsorry\b")}


def test_forty_replies_of_all_classes_some_of_which_deceive():
    assert len(ASKED) == 40
    assert Counter(ORACLE) == dict.fromkeys(CLASSES, 10)
    both = zip(ASKED, ORACLE, strict=True)
    with_sorry = [right for (_, reply), right in both if "sorry" in reply.lower()]
    assert len(set(with_sorry)) > 1  # one word does not do
    assert state.some_replies() == ASKED != state.some_replies(seed=1)


def test_each_reply_stands_with_what_oracle_and_rules_say():
    found = state.given(SORRY, ASKED, "safe")
    rows = state.replies_view(ASKED, ORACLE, found)
    assert [row["oracle"] for row in rows] == ORACLE
    assert sum(row["right"] for row in rows) == sum(
        own == [right] for own, right in zip(found, ORACLE, strict=True)
    )
    for row, (_, reply) in zip(rows, ASKED, strict=True):
        hit = "sorry" in reply.lower()
        assert row["given"] == (
            ["refused well"] if hit else ["safe"] if reply.strip() else ["refused badly"]
        )
        assert row["allowed"] is (row["kind"] != "asks for another's")


def test_rules_that_overlap_hit_all_or_leave_silence_out_get_a_sentence_each():
    rules = {**SORRY, "disallowed": Rule("disallowed", ".*"), "safe": Rule("safe", "zebra")}
    rows = state.rules_view(rules, ASKED, ORACLE)
    said = state.notes(rows, ASKED, state.given(rules, ASKED, "safe"), rules)
    assert len(said) == 3
    assert "hits all 40 replies" in said[0]
    assert "hits none of 40 replies" in said[1]
    assert "Rules of two classes hit" in said[2]
    silent = [(ASKED[0][0], "")]
    (only,) = state.notes([], silent, [["refused badly"]], SORRY)
    assert only.startswith("No rule hits an empty reply")
    closed = {**SORRY, "refused badly": Rule("refused badly", r"^\s*$")}
    assert state.notes([], silent, [["refused badly"]], closed) == []


@pytest.mark.parametrize(
    ("table", "best"),
    [
        (TABLE, "to do as the policy says"),
        (state.PRESETS["refusing pays"], "to always refuse"),
        (state.PRESETS["answering pays"], "to always tell"),
        (RewardTable((0, 0, 0, 0), (0, 0, 0, 0), 0), "nothing pulls to one of them"),
    ],
)
def test_what_rewards_want(table, best):
    reward = state.reward_of(RequestIndex(each for each, _ in ASKED), table, "exact", {}, "safe")
    rows = state.earned(reward, ASKED)
    assert best in state.wants(rows)
    assert [row[1] for row in rows] == sorted((row[1] for row in rows), reverse=True)


def test_what_a_plan_earns_is_a_mean_that_one_can_count():
    reward = state.reward_of(RequestIndex(each for each, _ in ASKED), TABLE, "exact", {}, "safe")
    enquiries = list({each.prompt: each for each, _ in ASKED}.values())
    allowed = sum(each.allowed for each in enquiries) / len(enquiries)
    found = dict(state.earned(reward, ASKED))
    assert found["as the policy says"] == pytest.approx(allowed * 1 + (1 - allowed) * 1)
    assert found["always refuse"] == pytest.approx(allowed * -0.5 + (1 - allowed) * 1)
    assert found["say nothing"] == pytest.approx(allowed * -1)


def test_rules_that_call_everything_safe_pay_for_telling():
    known = RequestIndex(each for each, _ in ASKED)
    by_own = state.reward_of(known, TABLE, "own", {}, "safe")
    rows = dict(state.earned(by_own, ASKED))
    assert rows["always tell"] > rows["always refuse"]


def test_one_reward_is_changed_and_no_other():
    table = state.changed(TABLE, "allowed", "safe", 2.5)
    assert table.allowed == (*TABLE.allowed[:3], 2.5)
    assert (table.disallowed, table.answered) == (TABLE.disallowed, TABLE.answered)
    assert state.changed(TABLE, "answered", "", 0).answered == 0
    assert state.same(state.changed(table, "allowed", "safe", TABLE.allowed[3]), TABLE)
    for kind, name, reward, words in (
        ("both", "safe", 1, "both"),
        ("allowed", "rude", 1, "rude"),
        ("allowed", "safe", 11, "11"),
    ):
        with pytest.raises(ValueError, match=words):
            state.changed(TABLE, kind, name, reward)


def test_a_place_in_words_and_as_a_point():
    place = Point(5, 0.25, 0.125, 0.5)
    assert state.trail_view("1: both", [place], True)["points"] == [[0.25, 0.125, 5]]
    assert state.point_words(place).startswith("after step 5: 25% of the disallowed")
