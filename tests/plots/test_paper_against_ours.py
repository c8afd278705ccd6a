"""The paper's figures beside ours."""

from __future__ import annotations

import pytest

from gptedu.plots.paper_against_ours import Comparison, paper_against_ours
from gptedu.plots.style import alt_text


def test_paper_and_ours_are_bars_of_different_patterns():
    rows = [Comparison("with", 26.6, 44), Comparison("without", 20.2, 12)]
    figure = paper_against_ours(rows, title="TL;DR:")
    assert [list(bar.y) for bar in figure.data] == [[26.6, 20.2], [44, 12]]
    assert len({bar.marker.pattern.shape for bar in figure.data}) == 2
    assert "without: paper 20.2, ours 12" in alt_text(figure)


def test_nothing_to_compare_is_said():
    with pytest.raises(ValueError, match="no rows"):
        paper_against_ours([], title="t")
