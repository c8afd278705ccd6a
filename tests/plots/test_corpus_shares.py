"""What a corpus holds beside what is read or learned of it."""

from __future__ import annotations

import pytest

from gptedu.plots.corpus_shares import mixture, shares_by_name
from gptedu.plots.style import alt_text


def test_shares_are_set_beside_shares():
    figure = mixture([("crawl", 0.8, 0.6, 0.44), ("books", 0.2, 0.4, 1.9)], title="Mix")
    assert [list(bar.x) for bar in figure.data] == [[0.8, 0.2], [0.6, 0.4]]
    assert list(figure.data[1].text) == ["60%, read 0.44×", "40%, read 1.9×"]
    with pytest.raises(ValueError, match="no sources"):
        mixture([], title="t")


def test_every_name_stands_on_its_own_line_from_the_lowest_planted_share_up():
    planted, found = {"nurse": 0.9, "pilot": 0.1}, {"mini-l": {"nurse": 0.8, "pilot": 0.2}}
    words = {"title": "t", "x_title": "x", "planted_title": "in the web"}
    figure = shares_by_name(planted, found, **words)
    black, model = figure.data
    assert (list(black.y), list(black.x)) == (["pilot", "nurse"], [0.1, 0.9])
    assert (list(model.y), list(model.x)) == (["pilot", "nurse"], [0.2, 0.8])
    assert "mini-l: 1 of 2 below one half" in alt_text(figure)
    with pytest.raises(KeyError, match="mini-l has judge"):
        shares_by_name(planted, {"mini-l": {"judge": 0.5}}, **words)
