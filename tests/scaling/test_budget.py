"""Budgets: the papers' own conversions, and division."""

from __future__ import annotations

import pytest

from gptedu.scaling.budget import (
    PF_DAY,
    Machine,
    bill,
    buys,
    conversation_price,
    training_estimate,
)


def test_gpt3s_flops_are_its_pf_days():
    """3.14e23 FLOPs and 3,640 PF-days (Brown et al. 2020, table D.1); 6 N D comes to the same."""
    assert pytest.approx(3640, rel=0.01) == 3.14e23 / PF_DAY
    assert training_estimate(175e9, 300e9) == pytest.approx(3.14e23, rel=0.01)


def test_a_bill_is_division():
    machine = Machine("a", peak=1e12, used=0.5, watts=500, price=2.0, count=10)
    found = bill(machine.speed * 86_400 * 3, machine)  # three days of ten
    assert found.days == pytest.approx(3)
    assert found.energy == pytest.approx(3 * 24 * 10 * 0.5)
    assert found.money == pytest.approx(3 * 24 * 10 * 2)
    assert found.years == pytest.approx(3 / 365.25)


def test_what_days_buy_costs_these_days():
    machine = Machine("a", peak=1e12)
    flops, parameters, tokens = buys(2, machine)
    assert tokens == pytest.approx(20 * parameters)
    assert training_estimate(parameters, tokens) == pytest.approx(flops)
    assert bill(flops, machine).days == pytest.approx(2)


@pytest.mark.parametrize(
    ("how", "words"),
    [({"peak": 0}, "peak is 0"), ({"used": 1.2}, "used is 1.2"), ({"count": 0}, "count is 0")],
)
def test_machines_that_cannot_be(how, words):
    with pytest.raises(ValueError, match=words):
        Machine(**{"name": "a", "peak": 1e12} | how)


def test_a_conversation_is_read_again_with_every_turn():
    """Turn by turn: what has been said so far is read, and one reply is written."""
    total, so_far = 0.0, 0.0
    for _ in range(5):
        so_far += 100
        total += so_far * 0.03 / 1000 + 40 * 0.06 / 1000
        so_far += 40
    assert conversation_price(
        5, prompt_tokens=100, reply_tokens=40, prompt_price=0.03, reply_price=0.06
    ) == pytest.approx(total)
