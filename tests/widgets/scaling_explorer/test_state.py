"""ScalingExplorer's charts and sentences, without Jupyter."""

from __future__ import annotations

import math

import pytest

import tiny_runs
from gptedu.scaling.budget import Machine
from gptedu.widgets.scaling_explorer.state import (
    SLOPES,
    budget_view,
    by_hand,
    decades,
    duration,
    floors_of,
    law_of,
    law_view,
    miss,
    number,
    round_ticks,
    valleys_view,
    x_range,
)

RUNS, TARGET = tiny_runs.ladder(), tiny_runs.target()


def shown(runs=RUNS, target=TARGET, floor="known", line=None, revealed=False):
    x = x_range(runs, target)
    return law_view(
        runs, target, law_of(runs, floor, x, target),
        seen=[True] * len(runs), left_out=[False] * len(runs),
        floor=floor, line=line, revealed=revealed,
    )  # fmt: skip


def test_the_law_behind_the_runs_is_found_and_its_interval_is_near_the_target():
    law = law_of(RUNS, "known", x_range(RUNS, TARGET), TARGET)
    assert law.law.b == pytest.approx(tiny_runs.B, rel=0.02)
    assert law.loss == pytest.approx(TARGET.loss, rel=0.002)
    assert law.interval.low < law.loss < law.interval.high
    span = law.interval.high - law.interval.low
    assert law.interval.low - span < TARGET.loss < law.interval.high + span
    assert span < 0.01 * TARGET.loss


def test_a_fitted_floor_is_less_sure():
    known, fitted = (
        law_of(RUNS, floor, x_range(RUNS, TARGET), TARGET).interval for floor in ("known", "fitted")
    )
    assert fitted.high - fitted.low > 2 * (known.high - known.low)


def test_without_a_floor_the_law_is_too_low():
    law = law_of(RUNS, "none", x_range(RUNS, TARGET), TARGET)
    assert law.loss < 0.97 * TARGET.loss


def test_a_floor_is_known_where_all_runs_have_it():
    other = tiny_runs.made("ladder", 8, 9, 1000, 2.0, floor=None)
    assert floors_of(RUNS) == ["known", "fitted", "none"]
    assert floors_of([*RUNS, other]) == ["fitted", "none"]


@pytest.mark.parametrize(("runs", "reason"), [(RUNS[:3], "1 different"), ([], "0 runs")])
def test_too_few_runs_are_a_sentence_and_the_chart_stands(runs, reason):
    law = law_of(runs, "known", x_range(RUNS, TARGET), TARGET)
    assert law.law is None
    assert reason in law.refused
    view = law_view(
        RUNS, TARGET, law, seen=[False] * len(RUNS), left_out=[False] * len(RUNS),
        floor="known", line=None, revealed=False,
    )  # fmt: skip
    assert view["charts"][0]["lines"] == []
    assert len(view["charts"][0]["dots"]) == len(RUNS)
    assert view["says"][0] == ["law", law.refused]


def test_the_target_is_covered_until_it_is_asked_for():
    covered, revealed = shown(), shown(revealed=True)
    words = [label for label, _ in covered["says"]]
    assert "the target's loss" not in words
    assert f"{TARGET.loss:.4f}" not in str(covered)
    assert [dot["kind"] for dot in revealed["charts"][0]["dots"]].count("target") == 1
    assert dict(revealed["says"])["the target's loss"].startswith(f"{TARGET.loss:.4f}")


def test_every_dot_lies_inside_the_chart_at_its_run_s_place():
    chart = shown(revealed=True)["charts"][0]
    assert all(chart["x"][0] < dot["x"] < chart["x"][1] for dot in chart["dots"])
    assert all(chart["y"][0] < dot["y"] < chart["y"][1] for dot in chart["dots"])
    for dot in chart["dots"][:-1]:
        run = RUNS[dot["run"]]
        assert 10 ** dot["x"] == pytest.approx(run.flops)
        assert 10 ** dot["y"] == pytest.approx(run.loss - tiny_runs.FLOOR)


def test_a_line_on_the_law_says_what_the_law_says():
    x = x_range(RUNS, TARGET)
    line = [math.log10(tiny_runs.A) - tiny_runs.B * end for end in x]
    assert 10 ** by_hand(line, x, 11.0) == pytest.approx(tiny_runs.A * 10 ** (-tiny_runs.B * 11))
    said = dict(shown(line=line, revealed=True)["says"])
    assert said["your line says"] == f"{TARGET.loss:.4f} nats"
    assert said["your line misses it by"] == "0.00%"


def test_a_miss_says_its_side():
    assert miss(2.1, 2.0) == "5.00%, too high"
    assert miss(1.9, 2.0) == "5.00%, too low"


def test_valleys_find_the_best_size_and_its_exponent():
    view = valleys_view(tiny_runs.isoflop(), "matrices")
    first, second = view["charts"]
    assert len([dot for dot in first["dots"] if dot["kind"] == "vertex"]) == 3
    names = [line["name"] for line in second["lines"]]
    assert names[1:] == list(SLOPES)
    # alpha .45, beta .33 of the planted law: a = beta / (alpha + beta); widths are few.
    assert float(names[0].removeprefix("here ")) == pytest.approx(0.33 / 0.78, abs=0.06)


def test_what_counts_as_size_changes_the_exponent():
    said = [
        dict(valleys_view(tiny_runs.isoflop(), counted)["says"])["the best size"]
        for counted in ("parameters", "blocks")
    ]
    assert said[0] != said[1]


def test_valleys_without_budgets_say_what_to_give():
    with pytest.raises(ValueError, match="no run has a budget"):
        valleys_view(RUNS, "matrices")


def test_a_budget_is_divided_by_the_machine():
    machine = Machine("one", 1e12, used=0.5, watts=1000, price=3.0)
    said = dict(budget_view(0.5e12 * 3600 * 24, [machine], {"GPT-3 175B": 3.14e23}, 20)["says"])
    assert said["one (5e11 FLOPs a second)"] == "1 day, 24 kWh, 72 in money"
    with pytest.raises(ValueError, match="flops is 0"):
        budget_view(0, [machine], {}, 20)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0"), (0.0344, "0.034"), (11.9, "12"), (3449, "3,400"), (5.1e6, "5.1 million"),
        (999.9, "1,000"), (2.2e14, "2.2e14"), (3.1e-4, "3.1e-4"), (9.99e8, "1e9"),
    ],
)  # fmt: skip
def test_numbers_have_two_digits(value, words):
    assert number(value) == words


@pytest.mark.parametrize(
    ("days", "words"), [(731, "2 years"), (1, "1 day"), (0.5, "12 hours"), (1e-6, "0.086 seconds")]
)
def test_durations_are_in_a_unit_that_reads_well(days, words):
    assert duration(days) == words


@pytest.mark.parametrize(("low", "high"), [(-1, 0.3), (0.0, 0.05), (3.1, 5.2), (0.29, 0.5)])
def test_ticks_are_round_inside_and_neither_few_nor_many(low, high):
    ticks = round_ticks(low, high)
    assert 3 <= len(ticks) <= 9
    assert all(low <= at <= high for at, _ in ticks)
    assert len({words for _, words in ticks}) == len(ticks)
    for at, words in ticks:
        assert float(words.replace(",", "")) == pytest.approx(10**at, rel=0.01)


def test_decades_thin_out():
    assert decades(8.5, 11.5) == [(9.0, "1e9"), (10.0, "1e10"), (11.0, "1e11")]
    assert len(decades(8, 27)) <= 8
