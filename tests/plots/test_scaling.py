"""Scaling plots: what is drawn, and what it says in words."""

from __future__ import annotations

import pytest

from gptedu.plots.scaling.laws import runs_and_law, sizes_by_budget, two_laws
from gptedu.plots.scaling.sweeps import best_rates, valleys
from gptedu.plots.style import alt_text, log_marks

RUNS = {"seed 0": [(1e9, 1.5), (1e10, 1.2)], "seed 1": [(1e9, 1.6)]}


def test_runs_stand_above_the_floor_on_two_logarithmic_axes():
    figure = runs_and_law(
        RUNS, title="Loss", law=[(1e9, 1.5), (1e12, 1.0)], interval=[(1e9, 1.4, 1.6)],
        held_out=(1e12, 1.01), floor=0.5,
    )  # fmt: skip
    band, law, first, second, target = figure.data
    assert list(band.y) == pytest.approx([0.9, 1.1])
    assert list(law.y) == pytest.approx([1.0, 0.5])
    assert list(first.y) == pytest.approx([1.0, 0.7])
    assert first.marker.symbol != second.marker.symbol
    assert list(target.y) == pytest.approx([0.51])
    assert figure.layout.xaxis.type == figure.layout.yaxis.type == "log"
    assert "3 runs from 1.0e+09 FLOPs" in alt_text(figure)
    assert "1.010 at 1.0e+12" in alt_text(figure)
    assert len(runs_and_law(RUNS, title="Loss").data) == 2


def test_a_run_to_come_and_a_bound_have_lines_of_their_own():
    figure = runs_and_law(
        RUNS, title="Loss", to_come=1e13, bound=[(1e9, 0.7), (1e13, 0.6)], floor=0.5
    )
    bound, *_, line = figure.data
    assert list(bound.y) == pytest.approx([0.2, 0.1])
    assert set(line.x) == {1e13}
    assert "a run to come at 1.0e+13 FLOPs" in alt_text(figure)


def test_the_line_to_a_run_to_come_ends_inside_the_figure():
    law = [(c, 0.5 + 2000 * c**-0.35) for c in (1e9, 1e10, 1e13)]
    figure = runs_and_law({"small": law[:2]}, title="Loss", to_come=1e13, floor=0.5)
    *_, line = figure.data
    assert min(line.y) < law[-1][1] - 0.5 < max(line.y)
    assert figure.layout.xaxis.range[1] > 13


def test_a_logarithmic_axis_is_marked_in_whole_numbers():
    few, many = log_marks(0.08, 0.4), log_marks(0.01, 0.5)
    assert {"0.1", "0.15", "0.2", "0.3"} <= set(few["ticktext"])
    assert {"0.01", "0.02", "0.05", "0.1", "0.5"} <= set(many["ticktext"])
    assert "0.03" not in many["ticktext"]
    assert many["tickvals"][many["ticktext"].index("0.02")] == 0.02


def test_two_laws_say_where_they_end():
    figure = two_laws(
        [(1e9, 2.0), (1e10, 1.8)],
        {"low": [(1e9, 2.0), (1e12, 1.2)], "high": [(1e9, 2.0), (1e12, 1.6)]},
        title="Two", held_out=(1e12, 1.1),
    )  # fmt: skip
    assert [trace.name for trace in figure.data] == ["low", "high", "runs", "the run, held out"]
    assert figure.data[0].line.dash != figure.data[1].line.dash
    assert "low: 1.200 at 1.0e+12 FLOPs; high: 1.600" in alt_text(figure)
    with pytest.raises(ValueError, match="no runs to draw"):
        two_laws([], {}, title="")


def test_valleys_mark_their_lowest_points():
    budgets = {1e10: [(2e3, 1.3), (4e3, 1.2), (8e3, 1.3)], 1e11: [(4e3, 1.1), (8e3, 1.0)]}
    figure = valleys(budgets, {1e10: (4.1e3, 1.19)}, title="Valleys")
    assert [trace.name for trace in figure.data] == ["1e+10 FLOPs", "1e+11 FLOPs", "lowest point"]
    assert figure.data[0].line.dash != figure.data[1].line.dash
    assert alt_text(figure) == "Valleys. 1e+10 FLOPs: best at 4.1k."
    curve = [(2e3, 1.3), (4.1e3, 1.19), (8e3, 1.3)]
    runs, parabola, other, _ = valleys(budgets, {}, title="", parabolas={1e10: curve}).data
    assert (runs.mode, parabola.mode, other.mode) == ("markers", "lines", "lines+markers")
    assert list(parabola.y) == [1.3, 1.19, 1.3]


def test_rates_have_a_panel_a_rule_and_say_the_best():
    curves = {"muon": {8: [(0.01, 2.0), (0.02, 1.9)]}, "adamw": {8: [(0.001, 2.2), (0.002, 2.4)]}}
    figure = best_rates(curves, title="Rates")
    assert [trace.showlegend for trace in figure.data] == [True, False]
    assert alt_text(figure) == "Rates. muon, width 8: best at 0.02; adamw, width 8: best at 0.001."


def test_other_exponents_go_through_the_middle_of_ours():
    figure = sizes_by_budget([(1e10, 1e3), (1e12, 1e4)], {"Kaplan": 0.73}, title="Sizes")
    line, ours = figure.data
    assert line.y[0] * line.y[1] == pytest.approx(1e7)
    assert line.y[1] / line.y[0] == pytest.approx(100**0.73)
    assert list(ours.y) == [1e3, 1e4]


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (lambda: runs_and_law({}, title=""), "no runs to draw"),
        (lambda: runs_and_law(RUNS, title="", floor=1.2), "not above the floor of 1.2"),
        (lambda: valleys({}, {}, title=""), "no budgets to draw"),
        (lambda: best_rates({}, title=""), "no rules to draw"),
        (lambda: sizes_by_budget([(1, 1)], {}, title=""), "1 budgets have no slope"),
    ],
)
def test_nothing_to_draw_is_said(draw, words):
    with pytest.raises(ValueError, match=words):
        draw()
