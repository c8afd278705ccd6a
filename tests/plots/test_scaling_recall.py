"""What models know by heart, and one set of models by two metrics: what is drawn and said."""

from __future__ import annotations

import pytest

from gptedu.plots.scaling.recall import known_by_rank, two_metrics
from gptedu.plots.style import alt_text


def test_each_model_has_a_curve_and_says_how_far_it_knows_facts():
    figure = known_by_rank(
        {"narrow": [(1, 0.9), (10, 0.4)], "wide": [(1, 1.0), (10, 0.8), (100, 0.1)]}, title="Facts"
    )
    assert [list(trace.y) for trace in figure.data] == [
        pytest.approx([90, 40]),
        pytest.approx([100, 80, 10]),
    ]
    assert figure.layout.xaxis.type == "log"
    said = "narrow knows half and more up to rank 1; wide knows half and more up to rank 10"
    assert said in alt_text(figure)


def test_shares_stand_on_a_plain_axis_and_their_logarithm_on_its_own():
    figure = two_metrics(
        {"one": [(1e9, 0.5), (1e10, 0.9)], "32": [(1e9, 0.0), (1e10, 0.03)]},
        [(1e9, 0.7), (1e10, 0.1)],
        title="Metrics",
        titles=("share", "nats"),
    )
    one, many, log = figure.data
    assert (one.xaxis, many.xaxis, log.xaxis) == ("x", "x", "x2")
    assert list(many.y) == [0, 3]
    assert figure.layout.yaxis.type is None
    assert figure.layout.yaxis2.type == "log"
    assert "32: 0.0% to 3.0%" in alt_text(figure)
    assert "0.70 to 0.10 nats" in alt_text(figure)


def test_nothing_to_draw_is_an_error():
    with pytest.raises(ValueError, match="no models to draw"):
        known_by_rank({}, title="")
