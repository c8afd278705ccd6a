"""Scenes and charts as values, and as they are drawn by chance."""

from __future__ import annotations

import random

import pytest

from gptedu.vision.world import scenes
from gptedu.vision.world.captions import apart
from gptedu.vision.world.scenes import Bar, Chart, Scene, Thing

BALL = Thing("ball", "green", 0)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Thing("bal", "red", 0), "shape is 'bal'"),
        (lambda: Thing("ball", "rouge", 0), "colour is 'rouge'"),
        (lambda: Thing("ball", "red", 9), "place is 9: give a whole number from 0 to 8"),
        (lambda: Thing("ball", "red", 0, "huge"), "size is 'huge'"),
        (lambda: Scene((BALL, Thing("cup", "red", 0))), "two things at 'top left'"),
        (lambda: Scene(), "the scene is empty"),
        (lambda: Scene(word="Ball"), "give small letters"),
        (lambda: Scene(word="a b"), "give small letters"),
        (lambda: Scene(word="triangle"), "8 letters: 6 fit at most"),
        (lambda: Bar("red", 10), "height is 10"),
        (lambda: Chart((Bar("red", 1), Bar("blue", 2))), "a chart of 2 bars: give 3 to 5"),
        (lambda: Chart((Bar("red", 1), Bar("blue", 2), Bar("red", 3))), "two bars of one colour"),
        (lambda: scenes.random_scene("three", random.Random(0)), "kind is 'three'"),
        (lambda: scenes.several(random.Random(0), number=7), "number is 7"),
        (lambda: scenes.one(random.Random(0), new="size"), "new is 'size'"),
    ],
)
def test_what_cannot_be_is_refused(make, words):
    with pytest.raises(ValueError, match=words) as told:
        make()
    assert "\n" not in str(told.value)


def test_a_chart_says_which_bars_it_has():
    chart = Chart((Bar("red", 3), Bar("blue", 5), Bar("white", 9)))
    assert chart.height("blue") == 5
    with pytest.raises(ValueError, match="no pink bar: its bars are red, blue, white"):
        chart.height("pink")


def test_one_seed_gives_the_same_scenes():
    for kind in scenes.KINDS:
        first, again = random.Random(5), random.Random(5)
        for _ in range(20):
            assert scenes.random_scene(kind, first) == scenes.random_scene(kind, again)


def test_each_kind_is_what_it_says():
    rng = random.Random(0)
    for _ in range(200):
        assert len(scenes.one(rng).things) == 1
        first, second = scenes.two(rng).things
        assert first.shape != second.shape
        assert first.colour != second.colour
        equals = scenes.several(rng).things
        assert len({(t.shape, t.colour, t.size) for t in equals}) == 1
        rest, other = apart(list(scenes.odd(rng).things))
        assert (rest.shape == other.shape) != (rest.colour == other.colour)
        assert not scenes.sign(rng).things
        label = scenes.label(rng)
        assert label.word == label.things[0].shape
        assert 3 <= len(scenes.random_chart(rng).bars) <= 5
    assert all(len(scenes.several(rng, number=n).things) == n for n in range(1, 7))


def test_exchanged_colours_are_as_well_known_as_the_right_ones():
    rng = random.Random(4)
    for _ in range(200):
        first, second = scenes.two(rng, "test").things
        for shape, colour in ((first.shape, second.colour), (second.shape, first.colour)):
            assert scenes.colour_split(shape, colour) == "train"
