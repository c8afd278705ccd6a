"""Pictures: the same from a seed, and different where scenes are."""

from __future__ import annotations

import random
from itertools import combinations

import numpy as np
import pytest

from gptedu.vision.world import scenes
from gptedu.vision.world.drawing import RGB, SIDE, STYLES, VARIED, draw
from gptedu.vision.world.held_out import COLOURS, PLACES, SHAPES, SIZES
from gptedu.vision.world.letters import written
from gptedu.vision.world.scenes import Bar, Chart, Scene, Thing


def test_one_seed_gives_the_same_picture_and_another_another():
    rng = random.Random(0)
    for kind in scenes.KINDS:
        scene = scenes.random_scene(kind, rng)
        for style in STYLES:
            first = draw(scene, style, seed=7)
            assert first.shape == (SIDE, SIDE, 3)
            assert first.dtype == np.uint8
            assert (first == draw(scene, style, seed=7)).all()
    ball = Scene((Thing("ball", "red", 4, "small"),))
    assert len({draw(ball, seed=seed).tobytes() for seed in range(50)}) > 9


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("size", SIZES)
def test_no_two_things_look_alike(style, size):
    drawn = {
        (shape, colour): draw(Scene((Thing(shape, colour, 4, size),)), style).astype(int)
        for shape in SHAPES
        for colour in COLOURS
    }
    for first, second in combinations(drawn, 2):
        off = abs(drawn[first] - drawn[second]).max(axis=2)
        assert (off > 40).sum() >= 4, (first, second)


def test_a_plain_thing_stands_at_its_place_in_its_colour_wherever_it_is_moved():
    for place in range(len(PLACES)):
        for shape in SHAPES:
            for seed in range(12):
                picture = draw(Scene((Thing(shape, "blue", place, "big"),)), seed=seed)
                rows, columns = picture.any(axis=2).nonzero()
                assert set(rows // 8) == {place // 3}
                assert set(columns // 8) == {place % 3}
                shades = picture[rows, columns].astype(float) / RGB["blue"]
                assert 0.88 < shades.min() <= shades.max() < 1.07


def test_soft_styles_have_edges_that_no_plain_picture_has():
    thing = Scene((Thing("ball", "white", 4),))
    assert set(draw(thing)[..., 0].ravel()) == {0, RGB["white"][0]}
    assert len(set(draw(thing, "smooth", seed=1)[..., 0].ravel())) > 4
    assert tuple(draw(thing, "paper")[0, 0]) == STYLES["paper"].ground
    assert tuple(draw(thing, "tinted")[0, 0]) == STYLES["tinted"].ground


def test_a_varied_picture_has_a_style_by_its_seed_and_can_be_seen():
    white, blue = (Scene((Thing("ball", colour, 4),)) for colour in ("white", "blue"))
    corners: dict[str, set[int]] = {"white": set(), "blue": set()}
    for name, scene in (("white", white), ("blue", blue)):
        for seed in range(120):
            picture = draw(scene, VARIED, seed=seed)
            assert (picture == draw(scene, VARIED, seed=seed)).all()
            corner, middle = picture[0, 0].astype(int), picture[12, 12].astype(int)
            assert np.ptp(corner) <= 40
            assert abs(middle - corner).max() > 40
            corners[name].add(int(corner[0]))
    assert max(corners["white"]) <= 130 < 200 < max(corners["blue"])
    black = [not draw(blue, VARIED, seed=seed)[0, 0].any() for seed in range(400)]
    assert np.mean(black) == pytest.approx(0.5, abs=0.08)
    with pytest.raises(ValueError, match="seed is None: give a seed"):
        draw(blue, VARIED)


def test_a_word_is_painted_below_a_thing_and_covers_nothing_of_it():
    thing = Thing("ring", "red", 1)
    for seed in range(20):
        without = draw(Scene((thing,)), seed=seed)
        painted = draw(Scene((thing,), "yellow"), seed=seed)
        assert (painted[:16] == without[:16]).all()
        assert (painted[16:].any(axis=2)).sum() == written("yellow").sum()


def test_letters_differ_and_fit():
    letters = [written(letter).tobytes() for letter in "abcdefghijklmnopqrstuvwxyz"]
    assert len(set(letters)) == 26
    assert written("purple").shape == (5, 23)


def test_bars_are_as_high_as_they_say():
    for width, heights in ((3, (1, 9, 4)), (5, (2, 3, 5, 7, 8))):
        bars = tuple(Bar(colour, h) for colour, h in zip(COLOURS, heights, strict=False))
        assert len(bars) == width
        picture = draw(Chart(bars)).astype(int)
        line = draw(Chart(bars, line=True)).astype(int)
        for bar in bars:
            own = (picture == RGB[bar.colour]).all(axis=2)
            assert own.any(axis=1).sum() == 2 * bar.height
            rows = (line == RGB[bar.colour]).all(axis=2).any(axis=1).nonzero()[0]
            assert rows.mean() == SIDE - 2 - 2 * bar.height


def test_an_unknown_style_or_seed_is_named():
    with pytest.raises(ValueError, match="style is 'oil': choose one of plain, smooth, paper"):
        draw(Scene(word="a"), "oil")
    with pytest.raises(ValueError, match="seed is -1"):
        draw(Scene(word="a"), seed=-1)
