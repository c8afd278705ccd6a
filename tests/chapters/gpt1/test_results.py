"""What chapter 1 has on record, by the names that the chapter uses."""

from __future__ import annotations

from statistics import fmean

import pytest

from gptedu import records
from gptedu.chapters.gpt1 import claims, results
from gptedu.finetuning import TASKS


def test_a_race_has_both_networks_on_the_same_tasks_and_draws():
    race = results.race(200)
    assert list(race) == ["from scratch", "pretrained"]
    for by_task in race.values():
        assert {task: len(draws) for task, draws in by_task.items()} == dict.fromkeys(TASKS, 3)
    assert list(results.race(10_000)["pretrained"]) == ["similarity"]
    with pytest.raises(ValueError, match="labels is 300: the races had 200, 1000, 10000"):
        results.race(300)


def test_the_mean_of_the_gains_is_the_claim():
    figure = fmean(records.read("gpt1", "pretraining").claims[claims.pretraining.id])
    assert fmean(results.gains(results.race(200)).values()) == pytest.approx(figure, abs=1e-3)


def test_draws_keep_their_order_and_become_percent():
    runs = records.read("gpt1", "layers").results
    kept = results.by_layers()
    assert kept["story"][2] == [100 * run["kept"][2]["story"] for run in runs]
    millions, growth = results.asked()
    assert millions == sorted(millions)
    assert all(len(points) == len(millions) for points in growth.values())
    last = [
        100 * run["scores"][-1]["review"]
        for run in records.read("gpt1", "zero-shot-growth").results
    ]
    assert growth["review"][-1] == last


def test_the_text_loss_is_with_less_without():
    runs = records.read("gpt1", "aux-lm").results
    effect = results.text_loss()
    assert list(effect) == [100, 1000]
    assert effect[1000] == [pytest.approx(100 * (r["many"][0.5] - r["many"][0.0])) for r in runs]


@pytest.mark.parametrize("experiment", ["lstm", "bert"])
def test_twins_are_named_as_the_models_that_ship(experiment):
    record = records.read("gpt1", experiment)
    found = getattr(results, experiment)()
    assert list(found) == list(record.models)
    for by_task, part in zip(found.values(), record.results[0], strict=True):
        assert [draws[0] for draws in by_task.values()] == [
            100 * share for share in record.results[0][part].values()
        ]


def test_curves_by_labels_have_a_point_for_each_count():
    counts, curves = results.by_labels()
    assert counts == records.read("gpt1", "labels").settings["labels"]
    assert {name: len(points) for name, points in curves.items()} == {
        "from scratch": len(counts), "pretrained": len(counts)
    }  # fmt: skip


def test_guessing_is_one_of_the_answers():
    assert list(results.CHANCE.values()) == [50, pytest.approx(100 / 3), 50, 50]
