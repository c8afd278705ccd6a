"""Gaps of ways: a cross for each problem that a way gets wrong."""

from __future__ import annotations

import pytest

from gptedu.plots.reasoning.gaps import gaps
from gptedu.plots.style import alt_text

RIGHTS = {"running": [True, False, True], "back": [False, True, True]}


def test_a_cross_for_each_that_is_wrong_and_a_dot_for_each_other():
    figure = gaps(RIGHTS, title="Two ways")
    found = {trace.name: {*zip(trace.x, trace.y, strict=True)} for trace in figure.data}
    assert found["wrong"] == {(2, "running"), (1, "back")}
    assert found["right"] == {(1, "running"), (3, "running"), (2, "back"), (3, "back")}
    assert figure.layout.yaxis.categoryarray == ("back", "running")
    assert alt_text(figure) == "Two ways. Wrong, of 3 problems: running 1, back 1."


@pytest.mark.parametrize("rights", [{}, {"running": []}, {"running": [True], "back": []}])
def test_ways_of_other_problems_are_refused(rights):
    with pytest.raises(ValueError, match="give the same ones to each"):
        gaps(rights, title="None")
