"""The system line: orders that exclude each other, and conflicts that are held out."""

from __future__ import annotations

import itertools

import pytest

from gptedu.rlhf.labels.labeler import qualities
from gptedu.safety.system import (
    CONFLICTS,
    HELD_OUT,
    ORDERS,
    TRAINED,
    Steered,
    obeyed,
    steered,
    steered_demonstrations,
)
from gptedu.world.documents.passages import values_of
from request_samples import draw, requests

ASKED = [each for each in requests(80) if each.kind == "answer"]


def test_a_reply_obeys_its_own_order_and_no_other():
    for (i, asked), (name, order) in itertools.product(enumerate(ASKED), ORDERS.items()):
        reply = " " + order.write(draw(f"{i}/{name}"), asked)
        assert [other for other, its in ORDERS.items() if its.obeys(asked, reply)] == [name], reply
        assert qualities(asked, reply).honest == 0


def test_a_wrong_answer_obeys_nothing():
    for i, asked in enumerate(ASKED):
        other = next(one for one in ASKED if one.fact.value != asked.fact.value)
        for name, order in ORDERS.items():
            reply = " " + order.write(draw(i), other)
            assert not ORDERS[name].obeys(asked, reply)
        assert not any(order.obeys(asked, "") for order in ORDERS.values())


def test_a_value_that_is_denied_or_one_of_several_is_no_answer():
    for asked in ASKED:
        right = asked.fact.value
        other = next(v for v in values_of(asked.fact.relation) if v.lower() != right.lower())
        for said, obeys in (
            (f"It is {right}.", True),
            (f"Not {right}.", False),
            (f"It isn't {right}.", False),
            (f"{right.capitalize()} or {other}.", False),
        ):
            assert ORDERS["polite"].obeys(asked, f" Of course. {said}") is obeys, said
            assert ORDERS["twice"].obeys(asked, f" {said} {said}") is obeys, said


def test_each_order_is_on_both_sides_of_a_held_out_conflict():
    assert set(HELD_OUT) | set(TRAINED) == set(CONFLICTS)
    assert not set(HELD_OUT) & set(TRAINED)
    for pairs in (HELD_OUT, TRAINED):
        assert {system for system, _ in pairs} == {user for _, user in pairs} == set(ORDERS)


def test_demonstrations_obey_the_system_line_and_have_no_held_out_conflict():
    asked = steered(60, alone=0.3)
    shown = steered_demonstrations(asked)
    assert obeyed(asked, [each.answer for each in shown]) == 1.0
    assert not {(each.system, each.user) for each in asked} & set(HELD_OUT)
    assert 5 < sum(each.user is None for each in asked) < 35
    assert not any(each.gave_way(one.answer) for each, one in zip(asked, shown, strict=True))
    held = steered(20, "test", conflicts=HELD_OUT)
    assert {(each.system, each.user) for each in held} <= set(HELD_OUT)


def test_whoever_follows_the_user_gives_way():
    each = Steered(ASKED[0], "one word", "twice")
    head, _, tail = each.prompt.partition("\n")
    assert head == "System: Answer in one word."
    assert "Say the answer twice. " in tail
    reply = ORDERS["twice"].write(draw("x"), ASKED[0])
    assert each.gave_way(reply)
    assert not each.obeyed(reply)
    with pytest.raises(ValueError, match="there are no requests"):
        obeyed([], [])
