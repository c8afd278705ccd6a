"""Accuracy over draws: what the error bars reach, and what stands for guessing."""

from __future__ import annotations

import pytest

from gptedu.plots.draws import accuracy_bars, accuracy_lines
from gptedu.plots.style import alt_text

SCORES = {
    "from scratch": {"review": [68.0, 70.0, 72.0], "story": [60.0]},
    "pretrained": {"review": [80.0, 83.0, 89.0], "story": [71.0]},
}
CHANCE = {"review": 50.0, "story": 100 / 3}


def named(figure, name):
    return next(trace for trace in figure.data if trace.name == name)


def test_bars_are_means_and_their_errors_reach_the_least_and_the_most():
    bars = named(accuracy_bars(SCORES, CHANCE, title="Race"), "pretrained")
    assert list(bars.y) == [84.0, 71.0]
    assert [y - d for y, d in zip(bars.y, bars.error_y.arrayminus, strict=True)] == [80.0, 71.0]
    assert [y + d for y, d in zip(bars.y, bars.error_y.array, strict=True)] == [89.0, 71.0]
    assert bars.error_y.symmetric is not True


def test_every_group_has_a_line_at_its_own_chance():
    figure = accuracy_bars(SCORES, CHANCE, title="Race")
    line = named(figure, "guessing")
    assert list(line.y) == [50.0, 50.0, None, 100 / 3, 100 / 3, None]
    for place, (left, right) in enumerate([line.x[0:2], line.x[3:5]]):
        for bar in (named(figure, who) for who in SCORES):
            assert left < bar.x[place] - bar.width / 2
            assert bar.x[place] + bar.width / 2 < right
    assert "guessing: review 50%, story 33%" in alt_text(figure)
    assert "from scratch: review 70%, story 60%" in alt_text(figure)


def test_no_line_of_guessing_runs_through_a_number():
    found = {"a": [50.0], "b": [44.0], "c": [40.0], "d": [48.0, 49.0]}
    figure = accuracy_bars({"model": found}, dict.fromkeys(found, 50.0), title="t")
    numbers = figure.data[1]
    assert list(numbers.y) == [50.0, 50.0, 40.0, 50.0]
    assert list(numbers.text) == ["50", "44", "40", "49"]
    bare = accuracy_bars({"model": found}, title="t")
    assert list(bare.data[1].y) == [50.0, 44.0, 40.0, 49.0]


def test_a_task_that_cannot_be_guessed_has_no_line_among_others_that_can():
    figure = accuracy_bars(SCORES, {"review": None, "story": 40.0}, title="Race")
    line = named(figure, "guessing")
    assert (list(line.x), list(line.y)) == ([0.55, 1.45, None], [40.0, 40.0, None])
    assert list(named(figure, "pretrained").y) == [84.0, 71.0]
    assert alt_text(figure).endswith("guessing: story 40%.")


def test_where_nothing_can_be_guessed_there_is_no_line():
    figure = accuracy_bars(SCORES, title="Race")
    assert {trace.name for trace in figure.data} & {"guessing", *SCORES} == set(SCORES)
    assert alt_text(figure) == (
        "Race. from scratch: review 70%, story 60%; pretrained: review 84%, story 71%."
    )


def test_lines_have_marks_where_something_was_measured_and_nowhere_between():
    points = {"review": [[50.0], [60.0, 70.0], [80.0]]}
    figure = accuracy_lines([0, 1, 2], points, 50, title="Layers", x_title="layers")
    assert list(figure.layout.xaxis.tickvals) == [0, 1, 2]
    assert list(figure.layout.xaxis.ticktext) == ["0", "1", "2"]
    assert list(figure.data[0].y) == [50.0, 65.0, 80.0]
    assert list(figure.data[0].error_y.array) == [0.0, 5.0, 0.0]
    assert [shape.y0 for shape in figure.layout.shapes] == [50]


def test_tasks_that_guess_alike_share_a_line():
    points = {"review": [[60.0]], "story": [[70.0]], "entailment": [[40.0]]}
    chance = {"review": 50.0, "story": 50.0, "entailment": 100 / 3}
    figure = accuracy_lines([1], points, chance, title="t", x_title="x", log=True)
    assert [shape.y0 for shape in figure.layout.shapes] == [100 / 3, 50.0]
    assert figure.layout.xaxis.type == "log"


def test_lines_of_what_nobody_can_guess_have_no_line_of_guessing():
    figure = accuracy_lines([1, 2], {"a": [50.0, 60.0]}, {}, title="t", x_title="x", y_title="y")
    assert not figure.layout.shapes
    assert "guessing" not in figure.layout.meta["alt"]
    assert figure.layout.yaxis.title.text == "y"


def test_single_draws_have_no_error_bar():
    figure = accuracy_lines([1, 2], {"a": [50.0, 60.0]}, 50, title="t", x_title="x")
    assert list(figure.data[0].y) == [50.0, 60.0]
    assert figure.data[0].error_y.visible is False


def test_what_is_missing_is_named():
    with pytest.raises(ValueError, match="'a' has 1 points for 2 places"):
        accuracy_lines([1, 2], {"a": [[50.0]]}, 50, title="t", x_title="x")
    with pytest.raises(ValueError, match="'pretrained' has a point without a draw"):
        accuracy_bars({"pretrained": {"review": [80.0]}}, CHANCE, title="t")


def test_marks_that_would_run_into_each_other_are_left_out():
    x = [0, 0.4, 0.8, 1.5, 3.0, 12.0]
    figure = accuracy_lines(x, {"a": [50.0] * 6}, 50, title="t", x_title="x")
    assert list(figure.layout.xaxis.ticktext) == ["0", "0.8", "3", "12"]
    assert list(figure.data[0].x) == x
