"""The shipped table and the predictions made from it; the runs that are planned."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from gptedu import records
from gptedu.chapters.scaling import claims, experiments, sweeps
from gptedu.scaling import matrix_weights, predictions, table
from gptedu.scaling.pass_rates import exam

LADDER = {row.recipe: row for row in table.read(sweep="ladder")}
WRITTEN = predictions.read("target")


def test_the_prediction_follows_from_the_shipped_table():
    again = sweeps.before_target()
    assert again.loss == pytest.approx(WRITTEN.loss, rel=1e-5)
    assert set(again.runs) == set(WRITTEN.runs) <= set(LADDER)
    ability, written = sweeps.before_ability(), predictions.read("ability")
    assert ability.loss == pytest.approx(written.loss, rel=1e-5)


def test_least_squares_lie_within_the_interval():
    """Another method than the one that made it: a straight line through the logarithms."""
    rows = [LADDER[digest] for digest in WRITTEN.runs]
    x = np.log([row.flops for row in rows])
    slope, height = np.polyfit(x, np.log([row.above for row in rows]), 1)
    refit = WRITTEN.floor + math.exp(height + slope * math.log(WRITTEN.flops))
    assert WRITTEN.low < refit < WRITTEN.high


def test_no_run_of_more_than_a_thousandth_was_used():
    recipe = sweeps.target().recipe
    assert WRITTEN.recipe == recipe.digest == predictions.read("ability").recipe
    assert WRITTEN.flops == recipe.flops
    assert max(LADDER[digest].flops for digest in WRITTEN.runs) == WRITTEN.largest
    assert WRITTEN.largest * 1000 <= WRITTEN.flops
    assert recipe.seed not in {row.seed for row in LADDER.values()}


def test_the_table_is_of_the_recipes_that_are_planned():
    planned = {each.recipe.digest: each.recipe for each in sweeps.ladder()}
    assert set(LADDER) <= set(planned)
    for digest, row in LADDER.items():
        recipe = planned[digest]
        assert (row.flops, row.steps, row.batch) == (recipe.flops, recipe.steps, recipe.batch_size)
        assert row.floor == pytest.approx(sweeps.RECORDS.floor, rel=0.02)


def test_three_seeds_differ_less_than_sizes_do():
    by_width: dict[int, list[float]] = {}
    for row in LADDER.values():
        by_width.setdefault(row.width, []).append(row.above)
    small = [by_width[width] for width in sweeps.SMALL]
    assert all(len(losses) == 3 for losses in small)
    assert all(max(losses) < 1.1 * min(losses) for losses in small)
    assert all(max(larger) < min(smaller) for smaller, larger in itertools.pairwise(small))


def test_what_is_above_the_floor_is_what_is_not_known_by_heart():
    """The loss above the floor, times the record's length, is nearly all of the values'; for the
    target, too, which knows the rarest fact that it is asked for in part."""
    rows = [*LADDER.values(), *table.read(sweep="target")]
    for row in rows:
        values = exam(row.recall, sweeps.RECORDS.probabilities, experiments.GUESS)
        assert 0.85 < values / (row.above * sweeps.RECORDS.record) < 1.05
    target = rows[-1]
    as_asked = exam(target.recall, sweeps.RECORDS.probabilities)
    assert as_asked < 0.5 * target.above * sweeps.RECORDS.record  # what was mended


def test_the_runs_keep_their_symbols_a_weight_within_ten_per_cent():
    for planned in [*sweeps.ladder(), sweeps.target()]:
        recipe = planned.recipe
        read = recipe.steps * recipe.tokens_per_step / matrix_weights(recipe.model)
        assert read == pytest.approx(sweeps.LADDER.symbols_each, rel=0.1)
        assert recipe.steps >= 500


def test_valleys_use_their_budgets():
    planned = sweeps.isoflop()
    assert len({each.recipe.digest for each in planned}) == len(planned)
    for each in planned:
        assert each.recipe.flops == pytest.approx(each.budget, rel=0.02)
    for budget in sweeps.VALLEYS:
        assert sum(each.budget == budget for each in planned) >= 5


def test_there_are_forty_runs_over_four_decades_and_more():
    planned = [
        *sweeps.ladder(), *sweeps.isoflop(), *sweeps.width(), *sweeps.schedule(), sweeps.target()
    ]  # fmt: skip
    flops = [each.recipe.flops for each in planned]
    assert len(planned) >= 40
    assert math.log10(max(flops) / min(flops)) > 4.5


def test_what_the_claims_compute():
    assert claims.predict.compute(0.98, 1.0) == pytest.approx(2)
    assert claims.ability.compute(-math.log(0.9), -math.log(0.85)) == pytest.approx(5)
    assert claims.predict_code.compute({10: 1.0, 100: -2.9, 1000: 8.0}) == 100
    assert claims.predict_code.compute({10: 4.0}) == 1
    best = {"muon": {8: 0.01, 64: 0.02}, "adamw": {8: 0.016, 64: 0.002}}
    assert claims.width_rule.compute(best) == 1
    assert claims.width_without.compute(best) == 3
    groups = {"ends with the run": {8: 1.0, 12: 0.5}, "four times as long": {8: 1.1, 12: 0.6}}
    assert claims.schedule.compute(groups) == pytest.approx(15)
    assert claims.metric.compute([(1e9, 0.0), (1e11, 0.1), (1e13, 1.0)]) == pytest.approx(40)
    assert claims.metric.compute([(1e9, 0.0), (1e11, 0.5), (1e13, 1.0)]) == pytest.approx(0)
    assert claims.jump.compute([0.0, 0.1, 0.9, 1.0]) == pytest.approx(80)
    assert claims.web.compute(1.9, 2.0) == pytest.approx(5)


@pytest.mark.parametrize(
    ("shares", "points"),
    [
        ([0.5, 0.2, 0.05, 0.3, 0.9], 45),  # worse, then better: the fall is the lesser
        ([0.5, 0.2, 0.05, 0.15], 10),  # the rise is
        ([0.5, 0.4, 0.2, 0.1], 0),  # only worse
        ([0.1, 0.4, 0.6, 0.9], 0),  # only better
        ([0.5, 0.9, 0.7, 0.8], 0),  # better, then worse
    ],
)
def test_the_turn_is_the_lesser_of_the_fall_and_the_rise(shares, points):
    by_width = dict(zip(sweeps.BETS_WIDTHS, shares, strict=False))
    assert claims.inverse.compute(by_width) == pytest.approx(points)


def test_models_that_judge_bets_have_one_recipe_but_for_the_width():
    recipes = [recipe for seed in records.SEEDS for recipe in sweeps.bets(seed)]
    assert len({recipe.digest for recipe in recipes}) == len(recipes)
    for recipe in recipes:
        read = recipe.steps * recipe.tokens_per_step / matrix_weights(recipe.model)
        assert read == pytest.approx(sweeps.BETS_LADDER.symbols_each, rel=0.02)


def test_the_record_of_bets_is_of_these_models_and_is_judged_by_the_claim():
    record = records.read("scaling", "inverse")
    assert record.seeds == list(records.SEEDS)
    for run, figure in zip(record.results, record.claims["scaling/inverse"], strict=True):
        flops = {recipe.model.width: recipe.flops for recipe in sweeps.bets(0)}
        assert run["flops"] == flops
        assert list(run["parting"]) == list(sweeps.BETS_WIDTHS)
        assert claims.inverse.of(run) == pytest.approx(figure, abs=1e-3)
