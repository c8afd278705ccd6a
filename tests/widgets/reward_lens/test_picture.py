"""RewardLens' picture: colours and numbers."""

from __future__ import annotations

from gptedu.widgets.base.png import luminance
from gptedu.widgets.reward_lens.picture import DOWN, UP, shade, signed


def test_colours_of_a_change_darken_with_its_size_on_both_sides():
    for sign, stops in ((1, UP), (-1, DOWN)):
        light = [luminance(shade(sign * i / 20, 1.0)) for i in range(21)]
        assert light == sorted(light, reverse=True)
        assert shade(sign * 5, 1.0) == stops[-1]
    assert shade(0.0, 1.0) == shade(-0.0, 0.0) == (255, 255, 255)
    assert shade(0.5, 1.0) != shade(-0.5, 1.0)


def test_signs_are_written():
    assert [signed(v) for v in (0.4, -0.4, 0.001, -0.001, 0)] == [
        "+0.40",
        "−0.40",
        "0.00",
        "0.00",
        "0.00",
    ]
