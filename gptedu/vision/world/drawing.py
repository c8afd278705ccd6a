"""Pictures of scenes and charts: 24 x 24 pixels, drawn by our own code, the same from one seed.

"plain" has hard edges and things moved by a pixel at most, on black. "smooth" has soft edges and
things between the pixels; "paper" has softer colours on grey besides. "varied" is another style for
each picture: one in two has soft edges, one in two stands on a grey, from black to white, with a
hint of a colour. "tinted" has a background in a colour, which no other style has: it shows what a
model makes of drawings of a kind that it has not seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import overload

import numpy as np

from gptedu import checks
from gptedu.vision.world.letters import written
from gptedu.vision.world.scenes import Chart, Scene, Thing

SIDE = 24
"""Pixels."""
_CELL, _CANVAS, _FINE = 8, 11, 4
"""Pixels of a place; of the square in which a thing is drawn; points along a pixel's side."""
_DIAMETER = {"big": 7.0, "small": 5.0}
RGB = {
    "red": (225, 40, 40), "green": (40, 180, 60), "blue": (50, 90, 235), "yellow": (240, 220, 50),
    "purple": (145, 60, 190), "orange": (245, 140, 30), "pink": (250, 150, 190),
    "white": (240, 240, 240),
}  # fmt: skip
_INK = (190, 190, 190)  # of words, axes and lines


@dataclass(frozen=True)
class Style:
    """How a scene is drawn. soft: edges, and places between the pixels. ground: the background's
    red, green and blue. fade: share of the background in each colour."""

    soft: bool
    ground: tuple[int, int, int]
    fade: float


STYLES = {
    "plain": Style(soft=False, ground=(0, 0, 0), fade=0),
    "smooth": Style(soft=True, ground=(0, 0, 0), fade=0),
    "paper": Style(soft=True, ground=(70, 70, 70), fade=0.15),
    "tinted": Style(soft=True, ground=(20, 70, 85), fade=0.15),
}
VARIED = "varied"
_DARK = 110  # the lightest ground under what is itself light
_TINT, _FADE = 20, 0.25  # the most


@overload
def draw(seen: Scene, style: str = ..., seed: int | None = ...) -> np.ndarray: ...
@overload
def draw(seen: Chart, style: str = ..., seed: int | None = ...) -> np.ndarray: ...
def draw(seen: Scene | Chart, style: str = "plain", seed: int | None = None) -> np.ndarray:
    """The picture of a scene or a chart: uint8 [24, 24, 3], rows from the top, red green blue.

    style: one of `STYLES`, or VARIED. seed: by how much each thing stands off its place, and its
    colour off the pure one; None draws all as they are. Raises ValueError for another style, and
    for VARIED without a seed.
    """
    checks.one_of("style", style, (*STYLES, VARIED))
    rng = None if seed is None else np.random.default_rng(checks.seed("seed", seed))
    how = STYLES[style] if style != VARIED else _varied(seen, seed)
    canvas = np.full((SIDE, SIDE, 3), how.ground, dtype=np.float64)
    if isinstance(seen, Chart):
        _draw_chart(canvas, seen, how)
    else:
        for thing in seen.things:
            _draw_thing(canvas, thing, how, rng)
        if seen.word:
            _write(canvas, seen, rng)
    return np.rint(canvas).astype(np.uint8)


def _varied(seen: Scene | Chart, seed: int | None) -> Style:
    """A style by chance, under which all that is drawn can still be seen."""
    if seed is None:
        raise ValueError(f"style is {VARIED!r} and seed is None: give a seed, which decides it")
    rng = np.random.default_rng((seed, 1))  # not that of the places, which are plain's
    light = isinstance(seen, Chart) or bool(seen.word) or "white" in (t.colour for t in seen.things)
    soft, black = rng.random() < 0.5, rng.random() < 0.5
    if black:
        return Style(soft, (0, 0, 0), 0)
    grey = rng.uniform(0, _DARK if light else 255)
    red, green, blue = np.rint((grey + rng.uniform(-_TINT, _TINT, 3)).clip(0, 255)).astype(int)
    return Style(soft, (red, green, blue), float(rng.uniform(0, _FADE)))


def _draw_thing(
    canvas: np.ndarray, thing: Thing, how: Style, rng: np.random.Generator | None
) -> None:
    row, column = divmod(thing.place, 3)
    spare = int(_CELL - _DIAMETER[thing.size])  # rows of its place that stay free: 1 or 3
    if how.soft:
        off = (0, 0) if rng is None else np.rint(_FINE * rng.uniform(-0.5, 0.5, 2) * spare)
        ink = _coverage(thing.shape, thing.size, int(off[0]), int(off[1]))
    else:
        first = spare // 2
        moved = (first, first) if rng is None else rng.integers(0, spare + 1, 2)
        hard = (_coverage(thing.shape, thing.size, 0, 0) >= 0.5).astype(np.float64)
        ink = np.roll(hard, (int(moved[0]) - first, int(moved[1]) - first), axis=(0, 1))
    _lay(canvas, ink, row * _CELL - 2, column * _CELL - 2, _colour(thing.colour, how, rng))


def _lay(canvas: np.ndarray, ink: np.ndarray, top: int, left: int, colour: np.ndarray) -> None:
    """Colours the canvas where there is ink; what would stand outside is cut off."""
    rows = slice(max(top, 0), min(top + len(ink), SIDE))
    columns = slice(max(left, 0), min(left + ink.shape[1], SIDE))
    part = ink[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    canvas[rows, columns] += part[..., None] * (colour - canvas[rows, columns])


@cache
def _coverage(shape: str, size: str, down: int, right: int) -> np.ndarray:
    """How much of each pixel a shape covers, 0 to 1: float64 [11, 11].

    The place's eight pixels are those from 2 to 9. down, right: quarters of a pixel off the middle
    of pixel 5, the upper left one of the place's four middle pixels.
    """
    points = (np.arange(_CANVAS * _FINE) + 0.5) / _FINE
    middle = 2 + 3.5
    scale = _DIAMETER[size] / 2
    v = (points - middle - down / 4)[:, None] / scale
    u = (points - middle - right / 4)[None, :] / scale
    inside = _inside(shape, *np.broadcast_arrays(u, v))
    return inside.reshape(_CANVAS, _FINE, _CANVAS, _FINE).mean(axis=(1, 3))


def _inside(shape: str, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Which points belong to a shape. u to the right, v downwards, both -1 to 1."""
    radius = np.hypot(u, v)
    if shape == "ball":
        return radius <= 1
    if shape == "ring":
        return (radius <= 1) & (radius >= 0.55)
    if shape == "square":
        return (abs(u) <= 1) & (abs(v) <= 1)
    if shape == "star":  # eight rays
        across = np.minimum(np.minimum(abs(u), abs(v)), abs(abs(u) - abs(v)) / np.sqrt(2))
        return (across <= 0.17) & (radius <= 1.3) & (abs(u) <= 1) & (abs(v) <= 1)
    if shape == "moon":
        return (radius <= 1) & (np.hypot(u - 0.55, v) >= 0.85)
    if shape == "kite":
        return abs(u) + abs(v) <= 1.05
    if shape == "flag":
        pole = (u >= -1) & (u <= -0.6) & (abs(v) <= 1)
        return pole | ((u >= -1) & (u <= 1) & (v >= -1) & (v <= 0.1))
    if shape == "cup":
        wall = (abs(u) <= 1) & (abs(v) <= 1)
        return wall & ~((abs(u) < 0.5) & (v < 0.4))
    raise AssertionError(shape)


def _colour(name: str, how: Style, rng: np.random.Generator | None) -> np.ndarray:
    colour = np.array(RGB[name], dtype=np.float64)
    if rng is not None:
        colour = np.clip(colour * rng.uniform(0.9, 1.05), 0, 255)
    return colour + how.fade * (np.array(how.ground) - colour)


def _write(canvas: np.ndarray, scene: Scene, rng: np.random.Generator | None) -> None:
    """Paints the word across: below a thing, and anywhere where there is none."""
    ink = written(scene.word)
    room = SIDE - ink.shape[1]
    lowest = SIDE - len(ink)
    first = 2 * _CELL + 1 if scene.things else 1
    top = (first + lowest) // 2 if rng is None else int(rng.integers(first, lowest + 1))
    left = room // 2 if rng is None else int(rng.integers(0, room + 1))
    shade = np.array(_INK, dtype=np.float64)
    _lay(canvas, ink.astype(np.float64), top, left, shade)


def _draw_chart(canvas: np.ndarray, chart: Chart, how: Style) -> None:
    """Bars on a line, two pixels a unit; marks at the left of every second unit."""
    ink = np.array(_INK, dtype=np.float64)
    ground = SIDE - 2  # the row of the line on which the bars stand
    canvas[ground, 1:] = ink
    canvas[[ground - 2 * unit for unit in range(2, 10, 2)], 0] = ink
    step = (SIDE - 3) // len(chart.bars)
    width = min(step - 1, 4)
    lefts = [2 + i * step for i in range(len(chart.bars))]
    if chart.line:
        columns = np.arange(lefts[0] + 1, lefts[-1] + 1)
        tops = [ground - 2 * bar.height for bar in chart.bars]
        heights = np.interp(columns, [left + 1 for left in lefts], tops)
        canvas[np.rint(heights).astype(int), columns] = ink * 0.6
    for left, bar in zip(lefts, chart.bars, strict=True):
        colour = _colour(bar.colour, how, None)
        top = ground - 2 * bar.height
        if chart.line:
            canvas[top - 1 : top + 2, left : left + 3] = colour
        else:
            canvas[top:ground, left : left + width] = colour
