"""A PPO record as curves: every number drawn is one of the record's."""

from __future__ import annotations

import math

import pytest

from gptedu.plots.ppo_curves import QUANTITIES, curve, ppo_curves
from gptedu.plots.style import alt_text


def record(steps: int = 6, truth: bool = True) -> list[dict]:
    return [
        {
            "step": i + 1,
            "reward": i * 0.5,
            "truth": 1 - (i - 2) ** 2 / 10 if truth else None,
            "kl": i * i / 4,
            "entropy": 2 - i / 10,
            "length": 8 + i,
            "beta": 0.05,
        }
        for i in range(steps)
    ]


def test_a_curve_is_the_records_own_numbers():
    rows = record()
    for name in QUANTITIES:
        assert curve(rows, name) == ([1, 2, 3, 4, 5, 6], [row[name] for row in rows])
    assert curve(rows, "reward", "kl")[0] == [row["kl"] for row in rows]
    assert curve(rows, "reward", "sqrt_kl")[0] == [math.sqrt(row["kl"]) for row in rows]
    assert curve([], "reward") == ([], [])


def test_a_mean_reaches_back_and_never_forward():
    rows = record()
    x, y = curve(rows, "reward", "kl", mean_of=3)
    for i in range(len(rows)):
        window = rows[max(0, i - 2) : i + 1]
        assert y[i] == pytest.approx(sum(row["reward"] for row in window) / len(window))
        assert x[i] == pytest.approx(sum(row["kl"] for row in window) / len(window))
    assert curve(rows, "reward", mean_of=3)[0] == [1, 2, 3, 4, 5, 6]
    shorter = curve(rows[:4], "reward", mean_of=3)[1]
    assert shorter == y[:4]


def test_what_is_unknown_or_no_number_is_none_and_left_out_of_means():
    rows = record(4, truth=False)
    assert curve(rows, "truth")[1] == [None] * 4
    rows[1]["reward"], rows[2]["kl"], rows[3]["kl"] = float("nan"), float("inf"), -0.2
    assert curve(rows, "reward")[1] == [0.0, None, 1.0, 1.5]
    assert curve(rows, "reward", mean_of=2)[1] == [0.0, None, 1.0, 1.25]
    assert curve(rows, "reward", "sqrt_kl")[0][2:] == [None, 0.0]
    del rows[0]["reward"]
    assert curve(rows, "reward")[1][0] is None


@pytest.mark.parametrize(("against", "mean_of", "words"), [("kk", 1, "kk"), ("kl", 0, "mean_of")])
def test_settings_that_mean_nothing_are_said(against, mean_of, words):
    with pytest.raises(ValueError, match=words):
        curve(record(), "reward", against, mean_of)


def test_figures_hold_each_runs_numbers_and_tell_runs_apart_without_colour():
    runs = {"β = 0.05": record(6), "β = 0": record(9, truth=False)}
    figure = ppo_curves(runs, title="Two runs", against="kl", mean_of=2)
    assert len(figure.data) == 2 * 5
    names = ("reward", "truth", "kl", "entropy", "length")
    for trace, (name, run) in zip(
        figure.data, [(n, r) for n in names for r in runs.items()], strict=True
    ):
        x, y = curve(run[1], name, "kl", 2)
        assert (list(trace.x), list(trace.y), trace.name) == (x, y, run[0])
    looks = {(trace.line.dash, trace.marker.symbol) for trace in figure.data}
    assert len(looks) == 2
    assert sum(trace.showlegend for trace in figure.data) == 2
    assert "β = 0, 9 steps: Reward from 0.00 to 4.00" in alt_text(figure)


def test_a_quantity_that_no_run_knows_has_no_panel():
    figure = ppo_curves({"one": record(3, truth=False)}, title="t")
    assert "True score" not in str(figure.layout.annotations)
    assert len(figure.data) == 4


def test_without_a_step_there_is_nothing_to_draw():
    for runs in ({}, {"one": []}):
        with pytest.raises(ValueError, match="no steps"):
            ppo_curves(runs, title="t")


def test_pointing_at_a_line_says_its_numbers_as_people_write_them():
    figure = ppo_curves({"a run": record()}, title="t", quantities=("reward", "length"))
    assert [line.hovertemplate for line in figure.data] == [
        "%{x:.3~g}: %{y:.2f}",
        "%{x:.3~g}: %{y:.1f}",
    ]
