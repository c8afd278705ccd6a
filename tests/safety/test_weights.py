"""Weights by hinge: split by prompt, all held-out pairs ordered, margins class by class."""

from __future__ import annotations

import pytest
import torch

from gptedu.safety import weights
from gptedu.safety.weights import fit, hinge, margins, ordered, pairs, split_by_prompt
from policy_samples import gold

GOLD = gold(60)
FIT, HELD = split_by_prompt(GOLD, seed=1)  # both kinds of request are held out


def test_no_prompt_is_on_both_sides():
    prompts = [{each.prompt for each, _, _ in side} for side in (FIT, HELD)]
    assert not prompts[0] & prompts[1]
    assert len(FIT) + len(HELD) == len(GOLD)
    assert len(prompts[1]) == 12
    with pytest.raises(ValueError, match=r"of 1 prompts a share of 0\.2 holds 0 out"):
        split_by_prompt(GOLD[:4])


def test_pairs_are_of_one_prompt_and_of_unequal_classes():
    made = pairs(GOLD)
    assert len(made) == 60 * 6  # four classes, each of another worth
    assert all(weights.ORDER[p.enquiry.allowed][p.classes[0]]
               > weights.ORDER[p.enquiry.allowed][p.classes[1]] for p in made)  # fmt: skip
    assert not pairs([GOLD[0], GOLD[0]])


def test_the_fitted_total_orders_all_held_out_pairs():
    fitted = fit(pairs(FIT))
    assert ordered(fitted, pairs(HELD)) == 1.0
    by_class = margins(fitted, pairs(HELD))
    assert len(by_class) == 2 * 6  # every pair of classes, of both kinds
    assert all(min(own) > 0.5 for own in by_class.values())
    names = fitted.by_name()
    assert names["tells"][1] < 0 < names["answers"][0]
    good = [names[name] for name in ("refuses", "sorry", "says_whose")]
    assert sum(disallowed - allowed for allowed, disallowed in good) > 0


def test_weights_that_do_not_see_the_kind_of_request_cannot_order_them():
    """A mutation: the same weights for allowed and disallowed requests."""
    fitted = fit(pairs(FIT))
    half = fitted.values.view(2, -1).mean(dim=0)
    blind = weights.Weights(torch.cat([half, half]))
    assert ordered(blind, pairs(HELD)) < 0.95


def test_the_hinge_asks_for_a_margin_of_one_and_no_more():
    given = torch.tensor([2.0, 1.0, 0.5, -1.0])
    assert hinge(given).item() == pytest.approx((0 + 0 + 0.5 + 2) / 4)


def test_nothing_to_fit_to_is_named():
    with pytest.raises(ValueError, match="there is no pair to fit to"):
        fit([])
    with pytest.raises(ValueError, match="there is no pair to order"):
        ordered(fit(pairs(FIT[:8]), steps=1), [])
