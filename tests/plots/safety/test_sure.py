"""How sure and how right: a point for each group of answers."""

from __future__ import annotations

import pytest

from gptedu.plots.safety.sure import sure_and_right
from gptedu.plots.style import alt_text


def test_a_point_for_each_group_and_the_line_on_which_both_are_equal():
    figure = sure_and_right({"as it is": [(0.1, 0.2, 30), (0.9, 0.5, 10)]}, title="Sure")
    line, own = figure.data
    assert [*line.x] == [*line.y]
    assert [*zip(own.x, own.y, own.customdata, strict=True)] == [(10, 20, 30), (90, 50, 10)]
    assert alt_text(figure) == "Sure. as it is: 10% sure 20% right, 90% sure 50% right."


def test_a_line_without_answers_is_refused():
    with pytest.raises(ValueError, match="'as it is' has no group of answers"):
        sure_and_right({"as it is": []}, title="Sure")
