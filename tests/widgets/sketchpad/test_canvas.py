"""What can be done to a drawing: each thing is found in its pixels, and one trait changes alone."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from gptedu.vision.world.drawing import RGB, draw
from gptedu.vision.world.held_out import COLOURS, PLACES, SHAPES, SIZES
from gptedu.vision.world.scenes import Scene, Thing
from gptedu.widgets.sketchpad import canvas

THINGS = list(itertools.product(SHAPES, SIZES))


def one(shape="ball", colour="red", place=4, size="big"):
    return draw(Scene((Thing(shape, colour, place, size),)))


def found(pixels, near=(12, 12)):
    return canvas.thing_at(pixels, near)


@pytest.mark.parametrize(("shape", "size"), THINGS)
def test_a_changed_thing_is_what_would_have_been_drawn(shape, size):
    """Pixel for pixel, for each shape and size: changes are those of the world itself."""
    red = one(shape, "red", 4, size)
    thing = found(red)
    assert (thing == red.any(axis=2)).all()
    assert (canvas.in_colour(red, thing, "blue") == one(shape, "blue", 4, size)).all()
    for place in range(len(PLACES)):
        moved = canvas.at_place(red, thing, place)
        off = [
            np.argwhere(p.any(axis=2)).min(axis=0) for p in (moved, one(shape, "red", place, size))
        ]
        assert moved.any(axis=2).sum() == thing.sum()
        assert abs(off[0] - off[1]).max() <= 2  # in the middle of its ink, not of its frame
        assert canvas.place_of(found(moved)) == place
    for other in SHAPES:
        wanted = one(other, "red", 4, size)
        assert (canvas.in_shape(red, thing, other) == wanted).all()


@pytest.mark.parametrize("ground", canvas.GROUNDS)
def test_soft_drawings_stay_soft_on_every_ground(ground):
    soft = draw(Scene((Thing("ball", "red", 4),)), "smooth", seed=3)
    drawn = canvas.blank(ground)
    share = soft.max(axis=2, keepdims=True) / soft.max()
    drawn = np.rint(drawn + share * (np.array(RGB["red"]) - drawn)).astype(np.uint8)
    blue = canvas.in_colour(drawn, found(drawn), "blue")
    assert canvas.colour_of(blue, found(blue)) == "blue"
    by_hand = canvas.blank(ground) + share * (np.array(RGB["blue"]) - canvas.blank(ground))
    inside = canvas.ink_of(drawn)
    assert abs(blue[inside].astype(int) - np.rint(by_hand)[inside]).max() < 40
    gone = canvas.rubbed_out(drawn, found(drawn))
    assert not canvas.ink_of(gone).any()


def test_of_two_things_the_one_at_the_pointed_pixel_changes():
    pixels = canvas.stamped(one("ring", "red", 0), Thing("kite", "green", 8))
    changed = canvas.in_colour(pixels, found(pixels, (23, 20)), "white")
    assert (changed[:12] == pixels[:12]).all()
    assert canvas.colour_of(changed, found(changed, (20, 20))) == "white"
    assert canvas.colour_of(changed, found(changed, (0, 0))) == "red"
    for colour in COLOURS:
        alone = one(colour=colour)
        assert canvas.colour_of(alone, found(alone)) == colour


def test_painting_and_rubbing_out():
    pixels = canvas.painted(canvas.blank("paper"), [[0, 0], [23, 23]], "pink")
    assert tuple(pixels[0, 0]) == tuple(pixels[23, 23]) == RGB["pink"]
    assert canvas.ink_of(pixels).sum() == 2
    assert (
        canvas.painted(pixels, [(0, 0), (23, 23)], canvas.RUBBER) == canvas.blank("paper")
    ).all()
    for cells, words in (([[24, 0]], "cells"), ([[0]], "its row"), ([["a", 1]], "cells")):
        with pytest.raises(ValueError, match=words):
            canvas.painted(pixels, cells, "red")
    with pytest.raises(ValueError, match="colour is 'mauve'"):
        canvas.painted(pixels, [], "mauve")
    with pytest.raises(ValueError, match="nothing is drawn yet"):
        found(canvas.blank())
    with pytest.raises(ValueError, match="ground is 'sky'"):
        canvas.blank("sky")


def test_a_covered_place_is_empty_and_no_other():
    full = canvas.blank()
    for place in range(9):
        full = canvas.stamped(full, Thing("ring", "red", place))
    for place in range(9):
        ink = canvas.ink_of(canvas.covered(full, place)).reshape(3, 8, 3, 8).any(axis=(1, 3))
        assert [i for i, there in enumerate(ink.ravel()) if not there] == [place]
