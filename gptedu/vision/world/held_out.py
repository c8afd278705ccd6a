"""What there is in pictures, and what of it is kept from training.

Held out are pairs: a colour that a shape never has in training, a place at which it never stands.
Each value is seen in at least five other pairs, so that a model which has learned both parts has
all that it needs. The same holds of the two heights that are added in a chart. Words are the
miniature web's where it has them: the language model of the family will be asked about them.
"""

from __future__ import annotations

from functools import cache

from gptedu.world.splits import check_split
from gptedu.world.words import lexicon

SHAPES = ("ball", "ring", "square", "star", "moon", "kite", "flag", "cup")
COLOURS = ("red", "green", "blue", "yellow", "purple", "orange", "pink", "white")
PLACES = (
    "top left", "top", "top right",
    "left", "middle", "right",
    "bottom left", "bottom", "bottom right",
)  # fmt: skip
"""Row by row: the place of a thing is its number here."""
SIZES = ("big", "small")
HEIGHTS = range(1, 10)
"""Of bars."""
NUMBERS = ("one", "two", "three", "four", "five", "six")
"""How many equal things there may be; a caption says them as words."""
_HELD_OUT_NAMES = 6


def colour_split(shape: str, colour: str) -> str:
    """The split of a shape in a colour: one colour of each shape is tested, one is for pilots."""
    apart = (COLOURS.index(colour) - SHAPES.index(shape)) % len(COLOURS)
    return {0: "test", 3: "validation"}.get(apart, "train")


def place_split(shape: str, place: int) -> str:
    """The split of a shape at a place: one place of each shape is tested, one is for pilots."""
    apart = (place - SHAPES.index(shape)) % len(PLACES)
    return {0: "test", 5: "validation"}.get(apart, "train")


def sum_split(first: int, second: int) -> str:
    """The split of two heights that are added, in either order."""
    low, high = sorted((first, second))
    return {0: "test", 4: "validation"}.get((low + 2 * high) % 7, "train")


@cache
def pairs(split: str) -> tuple[tuple[str, str], ...]:
    """The (shape, colour) pairs of a split."""
    check_split(split)
    return tuple((s, c) for s in SHAPES for c in COLOURS if colour_split(s, c) == split)


@cache
def placings(split: str) -> tuple[tuple[str, int], ...]:
    """The (shape, place) pairs of a split."""
    check_split(split)
    every = ((shape, place) for shape in SHAPES for place in range(len(PLACES)))
    return tuple(pair for pair in every if place_split(*pair) == split)


@cache
def sums(split: str) -> tuple[tuple[int, int], ...]:
    """The pairs of heights of a split, in both orders."""
    check_split(split)
    return tuple((a, b) for a in HEIGHTS for b in HEIGHTS if sum_split(a, b) == split)


@cache
def colours_of(shape: str, split: str) -> tuple[str, ...]:
    """The colours of a shape that are of a split."""
    return tuple(colour for each, colour in pairs(split) if each == shape)


@cache
def places_of(shape: str, split: str) -> tuple[int, ...]:
    """The places of a shape that are of a split."""
    return tuple(place for each, place in placings(split) if each == shape)


def names(split: str) -> tuple[str, ...]:
    """Invented names that things may be given: no name is of two splits."""
    check_split(split)
    if split == "test":
        return lexicon.HELD_OUT_LABELS
    known = lexicon.LABELS
    return known[-_HELD_OUT_NAMES:] if split == "validation" else known[:-_HELD_OUT_NAMES]
