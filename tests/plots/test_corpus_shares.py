"""What a corpus holds beside what is read or learned of it."""

from __future__ import annotations

import pytest

from gptedu.plots.corpus_shares import mixture, share_against_share
from gptedu.plots.style import alt_text


def test_shares_are_set_beside_shares():
    figure = mixture([("crawl", 0.8, 0.6, 0.44), ("books", 0.2, 0.4, 1.9)], title="Mix")
    assert [list(bar.x) for bar in figure.data] == [[0.8, 0.2], [0.6, 0.4]]
    assert list(figure.data[1].text) == ["60%, read 0.44×", "40%, read 1.9×"]
    planted, found = {"nurse": 0.9, "pilot": 0.1}, {"mini-l": {"pilot": 0.2, "nurse": 0.8}}
    figure = share_against_share(planted, found, title="t", x_title="x", y_title="y")
    assert list(figure.data[1].x) == [0.1, 0.9]
    assert list(figure.data[1].y) == [0.2, 0.8]
    assert "mini-l: 1 of 2 below one half" in alt_text(figure)
    with pytest.raises(ValueError, match="no sources"):
        mixture([], title="t")
