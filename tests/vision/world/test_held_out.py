"""What training never shows, by enumeration."""

from __future__ import annotations

import random
from collections import Counter
from itertools import chain

import pytest

from gptedu.vision.world import held_out, scenes
from gptedu.vision.world.charts import added
from gptedu.vision.world.held_out import COLOURS, HEIGHTS, PLACES, SHAPES, SIZES
from gptedu.vision.world.questions import QUESTIONS, question

SPLITS = ("train", "validation", "test")


@pytest.mark.parametrize(
    ("of", "values"),
    [
        (held_out.pairs, (SHAPES, COLOURS)),
        (held_out.placings, (SHAPES, range(len(PLACES)))),
        (held_out.sums, (HEIGHTS, HEIGHTS)),
    ],
)
def test_each_pair_is_of_one_split_and_each_value_seen_in_five_other_ways(of, values):
    every = list(chain.from_iterable(of(split) for split in SPLITS))
    assert sorted(every) == sorted((a, b) for a in values[0] for b in values[1])
    assert all(len(of(split)) >= 8 for split in SPLITS)
    for part, own in enumerate(values):
        seen = Counter(pair[part] for pair in of("train"))
        assert all(seen[value] >= 5 for value in own)


def test_each_shape_is_tested_in_one_colour_and_at_one_place():
    for split in ("validation", "test"):
        assert sorted(shape for shape, _ in held_out.pairs(split)) == sorted(SHAPES)
        assert sorted(shape for shape, _ in held_out.placings(split)) == sorted(SHAPES)
        assert sorted(colour for _, colour in held_out.pairs(split)) == sorted(COLOURS)


def test_no_tested_sum_is_a_number_that_training_never_says():
    trained = {sum(pair) for pair in held_out.sums("train")}
    for split in ("validation", "test"):
        assert {sum(pair) for pair in held_out.sums(split)} <= trained


def test_names_are_of_one_split_and_of_no_other_word():
    split_names = [held_out.names(split) for split in SPLITS]
    every = list(chain.from_iterable(split_names))
    assert len(set(every)) == len(every)
    assert all(len(own) >= 6 for own in split_names)
    assert not set(every) & {*SHAPES, *COLOURS, *" ".join(PLACES).split(), *SIZES}


def test_no_training_scene_shows_what_is_held_out():
    rng = random.Random(1)
    for kind in scenes.KINDS:
        for _ in range(150):
            things = scenes.random_scene(kind, rng).things
            assert all(thing.split == "train" for thing in things), kind
    for kind in set(QUESTIONS) - {"sum"}:
        for _ in range(60):
            asked = question(kind, rng).seen
            assert all(thing.split == "train" for thing in asked.things), kind
    for _ in range(400):
        chart, first, second = added(rng)
        assert held_out.sum_split(chart.height(first), chart.height(second)) == "train"


@pytest.mark.parametrize("split", ["validation", "test"])
def test_a_held_out_thing_is_new_in_one_pair_only(split):
    rng = random.Random(2)
    for _ in range(300):
        (by_colour,) = scenes.one(rng, split).things
        assert held_out.colour_split(by_colour.shape, by_colour.colour) == split
        assert held_out.place_split(by_colour.shape, by_colour.place) == "train"
        (by_place,) = scenes.one(rng, split, new="place").things
        assert held_out.colour_split(by_place.shape, by_place.colour) == "train"
        assert held_out.place_split(by_place.shape, by_place.place) == split


def test_scenes_of_several_things_are_of_one_split():
    rng = random.Random(3)
    keys = {
        split: {make(rng, split).key for make in (scenes.two, scenes.several) for _ in range(200)}
        for split in SPLITS
    }
    assert not keys["train"] & (keys["test"] | keys["validation"])
    assert not keys["test"] & keys["validation"]


def test_an_unknown_split_is_named():
    for of in (held_out.pairs, held_out.placings, held_out.sums, held_out.names):
        with pytest.raises(ValueError, match="split is 'tset'"):
            of("tset")
