"""What is in a picture, as plain values; and how one is chosen by chance.

Training scenes hold only pairs of training (see `held_out`). A scene of several things belongs to
the split that its own key hashes to, so that none is both learned and asked about.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from gptedu import checks
from gptedu.vision.world.held_out import (
    COLOURS,
    HEIGHTS,
    NUMBERS,
    PLACES,
    SHAPES,
    SIZES,
    colour_split,
    colours_of,
    pairs,
    place_split,
    places_of,
)
from gptedu.world.splits import check_split, split_of

KINDS = ("one", "two", "several", "odd", "sign", "label")
LONGEST_WORD = 6  # letters that fit across a picture
BELOW = len(PLACES) - 3
"""The first place of the bottom row, over which a word is painted."""
FEWEST_BARS, MOST_BARS = 3, 5
T = TypeVar("T")


@dataclass(frozen=True)
class Thing:
    """One thing: a shape in a colour, at a place (0 to 8, row by row), big or small."""

    shape: str
    colour: str
    place: int
    size: str = "big"

    def __post_init__(self) -> None:
        checks.one_of("shape", self.shape, SHAPES)
        checks.one_of("colour", self.colour, COLOURS)
        checks.whole("place", self.place, least=0, most=len(PLACES) - 1)
        checks.one_of("size", self.size, SIZES)

    @property
    def split(self) -> str:
        """Training, unless one of its pairs is held out; the pair of the test split decides."""
        own = {colour_split(self.shape, self.colour), place_split(self.shape, self.place)}
        return next(split for split in ("test", "validation", "train") if split in own)


@dataclass(frozen=True)
class Scene:
    """Things at different places, and perhaps a word painted across.

    word: of small letters, six at most. Raises ValueError where two things share a place, and for
    a scene in which there is nothing.
    """

    things: tuple[Thing, ...] = ()
    word: str = ""

    def __post_init__(self) -> None:
        places = [thing.place for thing in self.things]
        if len(set(places)) < len(places):
            twice = next(place for place in places if places.count(place) > 1)
            raise ValueError(f"two things at {PLACES[twice]!r}: give each a place of its own")
        if self.word and not (self.word.isascii() and self.word.isalpha() and self.word.islower()):
            raise ValueError(f"word is {self.word!r}: give small letters from a to z")
        if len(self.word) > LONGEST_WORD:
            raise ValueError(
                f"word is {self.word!r}, {len(self.word)} letters: {LONGEST_WORD} fit at most"
            )
        if not self.things and not self.word:
            raise ValueError("the scene is empty: give it a thing or a word")

    @property
    def key(self) -> str:
        """What decides the split of a scene of several things: all of it, in order of place."""
        things = sorted(self.things, key=lambda thing: thing.place)
        return repr(tuple((t.shape, t.colour, t.place, t.size) for t in things)) + self.word


@dataclass(frozen=True)
class Bar:
    """A bar of a chart: a colour and a height from 1 to 9."""

    colour: str
    height: int

    def __post_init__(self) -> None:
        checks.one_of("colour", self.colour, COLOURS)
        checks.settle(self, checks.whole, "height", least=HEIGHTS[0], most=HEIGHTS[-1])


@dataclass(frozen=True)
class Chart:
    """3 to 5 bars of different colours, from left to right; or their tops, joined by a line."""

    bars: tuple[Bar, ...]
    line: bool = False

    def __post_init__(self) -> None:
        if not FEWEST_BARS <= len(self.bars) <= MOST_BARS:
            raise ValueError(f"a chart of {len(self.bars)} bars: give {FEWEST_BARS} to {MOST_BARS}")
        if len({bar.colour for bar in self.bars}) < len(self.bars):
            raise ValueError("two bars of one colour: give each a colour of its own")

    def height(self, colour: str) -> int:
        """The height of the bar of a colour. Raises ValueError where there is none."""
        for bar in self.bars:
            if bar.colour == colour:
                return bar.height
        there = ", ".join(bar.colour for bar in self.bars)
        raise ValueError(f"the chart has no {colour} bar: its bars are {there}")


def random_thing(
    rng: random.Random, split: str = "train", new: str = "colour", taken: tuple[int, ...] = ()
) -> Thing:
    """A thing of a split, of any size, at a place that is not `taken`.

    new: what of it is held out where the split is not training: its "colour" or its "place". All
    its other pairs are of training.
    """
    checks.one_of("new", new, ("colour", "place"))
    check_split(split)
    colour_from, place_from = (split, "train") if new == "colour" else ("train", split)
    while True:  # some shapes have no colour or no place of a split
        shape = rng.choice(SHAPES)
        colours = colours_of(shape, colour_from)
        places = [place for place in places_of(shape, place_from) if place not in taken]
        if colours and places:
            return Thing(shape, rng.choice(colours), rng.choice(places), rng.choice(SIZES))


def one(rng: random.Random, split: str = "train", new: str = "colour") -> Scene:
    """A scene of one thing, of the split by one of its pairs (see `random_thing`)."""
    return Scene((random_thing(rng, split, new),))


def two(rng: random.Random, split: str = "train") -> Scene:
    """Two things that differ in shape and colour. All pairs are of training, also those with the
    colours exchanged: so the two captions of a test of binding are equally known."""

    def make() -> Scene:
        while True:
            first = random_thing(rng)
            second = random_thing(rng, taken=(first.place,))
            differ = first.shape != second.shape and first.colour != second.colour
            known = second.colour in colours_of(first.shape, "train")
            if differ and known and first.colour in colours_of(second.shape, "train"):
                return Scene((first, second))

    return of_split(make, split)


def several(rng: random.Random, split: str = "train", number: int | None = None) -> Scene:
    """One to six equal things at different places. number: so many, by default by chance."""
    most = len(NUMBERS)
    number = checks.whole("number", number, most=most, none="for one by chance")

    def make() -> Scene:
        shape, colour = rng.choice(pairs("train"))
        places = places_of(shape, "train")
        count = number or rng.randint(1, most)
        size = rng.choice(SIZES)
        return Scene(tuple(Thing(shape, colour, p, size) for p in rng.sample(places, count)))

    return of_split(make, split)


def odd(rng: random.Random, split: str = "train") -> Scene:
    """A grid of equal things, of which one differs in shape or in colour.

    Places that are held out for their shape stay empty: seven or eight of the nine are full.
    """

    def make() -> Scene:
        known = pairs("train")
        shape, colour = rng.choice(known)
        other = rng.choice([p for p in known if (p[0] == shape) != (p[1] == colour)])
        here = rng.choice(places_of(other[0], "train"))
        cells = dict.fromkeys(places_of(shape, "train"), (shape, colour)) | {here: other}
        return Scene(tuple(Thing(s, c, place) for place, (s, c) in sorted(cells.items())))

    return of_split(make, split)


def sign(rng: random.Random, split: str = "train") -> Scene:
    """A word and nothing else: that of a shape or of a colour."""
    return Scene(word=rng.choice((*SHAPES, *COLOURS)))


def label(rng: random.Random, split: str = "train") -> Scene:
    """A thing of training with its own name painted below it, as on a label."""
    while True:
        thing = random_thing(rng)
        if thing.place < BELOW:
            return Scene((thing,), thing.shape)


def random_scene(kind: str, rng: random.Random, split: str = "train") -> Scene:
    """A scene of one of `KINDS`."""
    return _MAKE[checks.one_of("kind", kind, KINDS)](rng, split)


_MAKE: dict[str, Callable[[random.Random, str], Scene]] = {
    "one": one, "two": two, "several": several, "odd": odd, "sign": sign, "label": label,
}  # fmt: skip


def random_chart(rng: random.Random) -> Chart:
    """A chart of 3 to 5 bars, one in four as a line. Its split is that of the sum asked for."""
    colours = rng.sample(COLOURS, rng.randint(FEWEST_BARS, MOST_BARS))
    bars = tuple(Bar(colour, rng.choice(HEIGHTS)) for colour in colours)
    return Chart(bars, line=rng.random() < 0.25)


def of_split(make: Callable[[], Scene], split: str) -> Scene:
    """Draws until the scene's key belongs to the split."""
    check_split(split)
    while True:
        made = make()
        if split_of(f"picture/{made.key}") == split:
            return made
