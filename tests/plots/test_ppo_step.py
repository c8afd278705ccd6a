"""A PPO step in pictures."""

from __future__ import annotations

import math

import pytest

from gptedu.plots import ppo_step
from gptedu.plots.style import alt_text


def test_the_loop_comes_round():
    figure = ppo_step.loop()
    arrows = [each for each in figure.layout.annotations if each.showarrow is not False]
    boxes = [each for each in figure.layout.annotations if each.showarrow is False]
    assert len(arrows) == len(boxes) == len(figure.layout.shapes) == 7
    assert arrows[-1].x == boxes[1].x  # the update leads back to the policy
    assert "clipped update" in alt_text(figure)
    for box, shape in zip(boxes, figure.layout.shapes, strict=True):
        assert shape.x0 < box.x < shape.x1
        assert shape.y0 < box.y < shape.y1


def test_the_clip_is_drawn_as_it_was_computed():
    ratios = [0.5, 1.0, 1.5]
    figure = ppo_step.clipped(ratios, {1.0: [0.5, 1.0, 1.2], -2.0: [-1.6, -2.0, -3.0]}, clip=0.2)
    plain, good, plain_of_bad, bad = figure.data
    assert list(good.y) == [0.5, 1.0, 1.2]
    assert list(bad.y) == [-1.6, -2.0, -3.0]
    assert list(plain.y) == ratios
    assert list(plain_of_bad.y) == [-1.0, -2.0, -3.0]
    assert sorted({shape.x0 for shape in figure.layout.shapes}) == [0.8, 1.2]
    assert [each.text for each in figure.layout.annotations[:2]] == [
        "a good token: A = 1",
        "a bad token: A = −2",
    ]
    with pytest.raises(ValueError, match="nothing to draw"):
        ppo_step.clipped(ratios, {}, clip=0.2)


def test_the_parts_of_a_kl_add_up():
    new, old = {"a": 0.2, "b": 0.8}, {"a": 0.5, "b": 0.5}
    figure = ppo_step.kl(new, old)
    parts = figure.data[2].y
    assert sum(parts) == pytest.approx(0.2 * math.log(0.4) + 0.8 * math.log(1.6))
    assert f"{sum(parts):.2f} in all" in figure.layout.annotations[1].text
    assert "“a” 0.20 against 0.50 adds -0.18" in alt_text(figure)


@pytest.mark.parametrize(
    ("new", "old", "words"),
    [
        ({"a": 1.0}, {"b": 1.0}, "give the same ones"),
        ({"a": 0.5, "b": 0.6}, {"a": 0.5, "b": 0.5}, "add up to 1"),
        ({"a": 0.5, "b": 0.5}, {"a": 0.0, "b": 1.0}, "shares above 0"),
    ],
)
def test_what_is_no_distribution_is_refused(new, old, words):
    with pytest.raises(ValueError, match=words):
        ppo_step.kl(new, old)
