"""All runs of a sweep follow from their width; what differs, differs in the digest."""

from __future__ import annotations

import dataclasses

import pytest

from gptedu.model import GPT
from gptedu.sampling import seeded
from gptedu.scaling.flops import matrix_weights
from gptedu.scaling.recipe import BASE_WIDTH, Ladder, ScalingRecipe
from gptedu.scaling.texts import RecordText
from gptedu.training.recipe import Recipe

LADDER = Ladder(RecordText(facts=1000))
WIDTHS = (8, 12, 24, 48, 96, 144)


def test_symbols_a_weight_stay_and_batches_grow_with_symbols():
    for width in WIDTHS:
        recipe = LADDER.recipe(width)
        read = recipe.steps * recipe.tokens_per_step
        assert read / matrix_weights(recipe.model) == pytest.approx(LADDER.symbols_each, rel=0.01)
        grown = (recipe.tokens / LADDER.recipe(8).tokens) ** 0.4
        assert recipe.batch_size == pytest.approx(LADDER.batch * grown, abs=0.5)
        assert recipe.steps >= 500


def test_every_schedule_ends_with_its_run():
    for width in (8, 96):
        recipe = LADDER.recipe(width)
        assert recipe.schedule(recipe.steps - 1) == 0
        assert max(map(recipe.schedule, range(recipe.steps))) == pytest.approx(1, abs=0.01)


def test_a_longer_schedule_stops_on_its_way():
    recipe = LADDER.recipe(8, horizon=4.0)
    assert recipe.schedule(recipe.steps - 1) > 0.8


@pytest.mark.parametrize(
    "change",
    [
        {"horizon": 2.0}, {"rule": "adamw"}, {"seed": 1}, {"matrix_rate": 0.02}, {"tokens": 10**6},
        {"text": RecordText(facts=999)},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_the_digest_tells_recipes_apart(change):
    assert LADDER.recipe(8).digest == LADDER.recipe(8).digest
    assert LADDER.recipe(8).replace(**change).digest != LADDER.recipe(8).digest


def test_a_budget_is_met_whatever_the_width():
    for width in (8, 16, 32):
        assert LADDER.with_budget(width, 3e10).flops == pytest.approx(3e10, rel=0.02)


@pytest.mark.parametrize("rule", ["adamw", "adamw/width"])
def test_rates_by_rule(rule):
    recipe = LADDER.recipe(32, rule=rule)
    groups = recipe.optimiser(GPT(recipe.model, seeded(0))).param_groups
    share = {"adamw": 1, "adamw/width": BASE_WIDTH / 32}[rule]
    for group in groups:
        own = share if group["name"] == "matrices" else 1
        assert group["peak"] == pytest.approx(recipe.matrix_rate * own)


def test_the_course_s_rule_is_the_default():
    recipe = LADDER.recipe(8)
    groups = recipe.optimiser(GPT(recipe.model, seeded(0))).param_groups
    assert {group["name"]: group["peak"] for group in groups} == {
        "matrices": 0.015, "embeddings": 3e-3, "vectors": 3e-3
    }  # fmt: skip


def test_the_text_stands_in_the_place_of_the_web():
    fields = LADDER.recipe(8).to_dict()
    assert "data" not in fields
    assert fields["text"]["facts"] == 1000
    assert {field.name for field in dataclasses.fields(Recipe)} - {"data"} < set(fields)


def test_what_is_refused():
    with pytest.raises(ValueError, match="width 10 is no multiple of a head's 4"):
        LADDER.model(10)
    with pytest.raises(ValueError, match="text is None"):
        ScalingRecipe("a", LADDER.model(8), 1000, batch_size=1)
    with pytest.raises(ValueError, match="rule is 'sgd': choose one of muon, adamw, adamw/width"):
        LADDER.recipe(8, rule="sgd")
