"""A drawing as an array, and all that can be done to it. Pure functions: none changes its argument.

A thing is found in the pixels, not remembered, so that what is drawn by hand and what comes from a
file can be changed as well: it is ink that hangs together, and ink is what differs from the ground.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from gptedu import checks
from gptedu.vision.world.drawing import RGB, SIDE, draw
from gptedu.vision.world.held_out import COLOURS, PLACES, SHAPES, SIZES
from gptedu.vision.world.scenes import Scene, Thing

CELL = SIDE // 3
"""Pixels along a place."""
GROUNDS = {"black": (0, 0, 0), "grey": (90, 90, 90), "paper": (235, 235, 235)}
INK = 24
"""Least difference from the ground, in a colour's 0 to 255, that counts as drawn."""
RUBBER = "rubber"
_SMALL = 5  # pixels across, at most, of what is replaced by a small thing

Cell = tuple[int, int]
"""Row and column."""


def blank(ground: str = "black") -> np.ndarray:
    """An empty sheet: uint8 [24, 24, 3]."""
    shade = GROUNDS[checks.one_of("ground", ground, GROUNDS)]
    return np.full((SIDE, SIDE, 3), shade, dtype=np.uint8)


def cell_of(name: str, value: object) -> Cell:
    """A pixel's row and column. Raises ValueError for one outside the drawing."""
    if not isinstance(value, Sequence) or len(value) != 2:
        raise ValueError(f"{name} is {checks.shown(value)}: give its row and its column")
    row, column = (checks.whole(name, each, least=0, most=SIDE - 1) for each in value)
    return row, column


def ground_of(pixels: np.ndarray) -> np.ndarray:
    """The colour that a drawing is drawn on, as far as its edge shows: uint8 [3]."""
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    return np.median(edge, axis=0).astype(np.uint8)


def ink_of(pixels: np.ndarray) -> np.ndarray:
    """Which pixels are drawn: bool [24, 24]."""
    off = pixels.astype(int) - ground_of(pixels).astype(int)
    return np.abs(off).max(axis=2) > INK


def painted(pixels: np.ndarray, cells: Iterable[object], colour: str) -> np.ndarray:
    """With some pixels in a colour of the world, or rubbed out."""
    checks.one_of("colour", colour, (*COLOURS, RUBBER))
    shade = ground_of(pixels) if colour == RUBBER else RGB[colour]
    after = pixels.copy()
    for number, cell in enumerate(cells):
        after[cell_of(f"cells[{number}]", cell)] = shade
    return after


def stamped(pixels: np.ndarray, thing: Thing) -> np.ndarray:
    """With a thing of the world at its place, over what is there."""
    drawn = draw(Scene((thing,)))
    return np.where(drawn.any(axis=2, keepdims=True), drawn, pixels)


def thing_at(pixels: np.ndarray, near: Cell) -> np.ndarray:
    """The ink that hangs together, at the corners too, nearest to a pixel: bool [24, 24].

    Raises ValueError where nothing is drawn.
    """
    ink = ink_of(pixels)
    if not ink.any():
        raise ValueError("nothing is drawn yet: draw or stamp something first")
    rows, columns = ink.nonzero()
    first = np.hypot(rows - near[0], columns - near[1]).argmin()
    found = np.zeros_like(ink)
    found[rows[first], columns[first]] = True
    while True:
        wider = np.pad(found, 1)
        around = [wider[r : r + SIDE, c : c + SIDE] for r in range(3) for c in range(3)]
        grown = ink & np.any(around, axis=0)
        if (grown == found).all():
            return found
        found = grown


def place_of(thing: np.ndarray) -> int:
    """The place, 0 to 8, in which the middle of a thing stands."""
    top, bottom, left, right = _box(thing)
    return 3 * int((top + bottom) / 2 // CELL) + int((left + right) / 2 // CELL)


def colour_of(pixels: np.ndarray, thing: np.ndarray) -> str:
    """The colour of the world that a thing's own is nearest to."""
    own = _shade(pixels, thing)
    return min(COLOURS, key=lambda name: float(np.abs(own - np.array(RGB[name])).sum()))


def in_colour(pixels: np.ndarray, thing: np.ndarray, colour: str) -> np.ndarray:
    """With the thing in another colour; its soft edges stay soft."""
    shade = np.array(RGB[checks.one_of("colour", colour, COLOURS)], dtype=float)
    ground, own = ground_of(pixels).astype(float), _shade(pixels, thing)
    across = own - ground
    share = ((pixels[thing] - ground) @ across / max(1.0, float(across @ across))).clip(0, 1)
    after = pixels.copy()
    after[thing] = np.rint(ground + share[:, None] * (shade - ground)).astype(np.uint8)
    return after


def at_place(pixels: np.ndarray, thing: np.ndarray, place: int) -> np.ndarray:
    """With the thing in the middle of a place, 0 to 8, or as near to it as the edge allows."""
    place = checks.whole("place", place, least=0, most=len(PLACES) - 1)
    top, bottom, left, right = _box(thing)
    down = _moved(top, bottom, CELL * (place // 3))
    across = _moved(left, right, CELL * (place % 3))
    after = rubbed_out(pixels, thing)
    rows, columns = thing.nonzero()
    after[rows + down, columns + across] = pixels[rows, columns]
    return after


def in_shape(pixels: np.ndarray, thing: np.ndarray, shape: str) -> np.ndarray:
    """With another thing of the same colour, at the same place, in its stead."""
    top, bottom, left, right = _box(thing)
    size = SIZES[1] if max(bottom - top, right - left) < _SMALL else SIZES[0]
    checks.one_of("shape", shape, SHAPES)
    drawn = draw(Scene((Thing(shape, COLOURS[0], place_of(thing), size),))).any(axis=2)
    after = rubbed_out(pixels, thing)
    after[drawn] = np.rint(_shade(pixels, thing)).astype(np.uint8)
    return after


def rubbed_out(pixels: np.ndarray, thing: np.ndarray) -> np.ndarray:
    """With the ground where the thing was."""
    return np.where(thing[..., None], ground_of(pixels), pixels)


def covered(pixels: np.ndarray, place: int) -> np.ndarray:
    """With the ground over a whole place."""
    after = pixels.copy()
    top, left = CELL * (place // 3), CELL * (place % 3)
    after[top : top + CELL, left : left + CELL] = ground_of(pixels)
    return after


def to_hex(pixels: np.ndarray) -> str:
    """Six digits a pixel, row by row, as the view draws them."""
    return pixels.tobytes().hex()


def _box(thing: np.ndarray) -> tuple[int, int, int, int]:
    """First and last row, first and last column."""
    rows, columns = thing.nonzero()
    return int(rows.min()), int(rows.max()), int(columns.min()), int(columns.max())


def _moved(first: int, last: int, start: int) -> int:
    """By how much a stretch moves to the middle of the place that begins at `start`."""
    wanted = start + (CELL - 1 - (last - first)) // 2
    return min(max(wanted, 0), SIDE - 1 - (last - first)) - first


def _shade(pixels: np.ndarray, thing: np.ndarray) -> np.ndarray:
    """A thing's own colour: that of its pixels which differ most from the ground."""
    own, ground = pixels[thing].astype(float), ground_of(pixels).astype(float)
    off = np.abs(own - ground).sum(axis=1)
    return np.asarray(np.median(own[off >= 0.8 * off.max()], axis=0))
