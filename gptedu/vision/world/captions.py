"""What is written below a picture, in several wordings.

A complete caption names everything that is there, with its colour. A one-object caption names one
thing of it, chosen by chance, and says its colour in one case of four: most captions that come
with pictures of the web are of that kind (arXiv 2507.07985).
"""

from __future__ import annotations

import random
import re

from gptedu.vision.world.held_out import COLOURS, NUMBERS, PLACES, SHAPES, SIZES
from gptedu.vision.world.scenes import Chart, Scene, Thing
from gptedu.world.words.grammar import article

COUNTED = 0.1
"""Share of captions of several equal things that say how many there are: few do (CLIP, section 6,
says of counting that it is rare in what the model learns from)."""
COLOURED = 0.25
"""Share of one-object captions that say the colour."""

_ONE = (
    "{thing} at the {place}",
    "{thing} at the {place}",
    "there is {thing} at the {place}",
    "a picture of {thing} at the {place}",
    "a drawing of {thing} at the {place}",
    "at the {place}: {thing}",
    "{bare}, {place}",
    "the {shape} at the {place} is {colour}",
    "a picture of {thing}",
    "a drawing of {thing}",
    "this is {thing}",
    "{thing}",
)
_TWO = (
    "{first} and {second}",
    "a picture of {first} and {second}",
    "a drawing of {first} and {second}",
    "there is {first} and there is {second}",
    "{first} at the {place} and {second} at the {other_place}",
    "at the {place}: {first}; at the {other_place}: {second}",
    "the {shape} is {colour} and the {other_shape} is {other_colour}",
    "{first} with {second}",
)
_SEVERAL = ("{many}", "a picture of {many}", "a drawing of {many}", "there are {many}")
_ONE_OBJECT = ("{thing}", "a picture of {thing}", "a drawing of {thing}", "this is {thing}")
_ODD = (
    "many {shape}s, all {colour}, and {thing} at the {place}",
    "{colour} {shape}s and {thing} at the {place}",
)
_SIGN = ("the word {word}", "a sign with the word {word}", "it says {word}", "{word}")
_CHART = ("a chart: {bars}", "a picture of a chart: {bars}", "{bars}")


def caption(scene: Scene | Chart, rng: random.Random, complete: bool = True) -> str:
    """A caption of a scene or a chart, in a wording by chance.

    complete: whether it names all that is there; see the module. A word that is painted beside a
    thing is never said: nobody writes "with the word ball on it".
    """
    if isinstance(scene, Chart):
        bars = ", ".join(f"{bar.colour} {bar.height}" for bar in scene.bars)
        return rng.choice(_CHART).format(bars=bars)
    things = list(scene.things)
    if not things:
        return rng.choice(_SIGN).format(word=scene.word)
    rng.shuffle(things)
    if not complete:
        named = things[0]
        words = f"{named.colour} {named.shape}" if rng.random() < COLOURED else named.shape
        return rng.choice(_ONE_OBJECT).format(thing=article(words))
    if len({(thing.shape, thing.colour) for thing in things}) == 1:
        return _of_equals(things, rng)
    if len(things) == 2:
        first, second = things
        return rng.choice(_TWO).format(
            first=named_thing(first, rng),
            second=named_thing(second, rng),
            **_parts(first),
            **{f"other_{name}": value for name, value in _parts(second).items()},
        )
    rest, other = apart(things)
    return rng.choice(_ODD).format(
        shape=rest.shape,
        colour=rest.colour,
        thing=article(f"{other.colour} {other.shape}"),
        place=PLACES[other.place],
    )


def _of_equals(things: list[Thing], rng: random.Random) -> str:
    first = things[0]
    if len(things) == 1:
        template = rng.choice(_ONE)
        bare = f"{first.colour} {first.shape}"
        return template.format(thing=named_thing(first, rng), bare=bare, **_parts(first))
    many = f"{first.colour} {first.shape}s"
    if rng.random() < COUNTED:
        many = f"{NUMBERS[len(things) - 1]} {many}"
    return rng.choice(_SEVERAL).format(many=many)


def wordings() -> tuple[str, ...]:
    """Texts whose words are all that stand in captions, but for the heights of charts."""
    templates = (*_ONE, *_TWO, *_SEVERAL, *_ONE_OBJECT, *_ODD, *_SIGN, *_CHART)
    plain = [re.sub(r"{\w+}s?", " ", template) for template in templates]
    many = [f"{shape}s" for shape in SHAPES]
    return (*plain, *SHAPES, *many, *COLOURS, *PLACES, *SIZES, *NUMBERS[1:], "a an")


def named_thing(thing: Thing, rng: random.Random) -> str:
    """ "a red ball", and in one case of three "a small red ball"."""
    size = f"{thing.size} " if rng.random() < 1 / 3 else ""
    return article(f"{size}{thing.colour} {thing.shape}")


def apart(things: list[Thing]) -> tuple[Thing, Thing]:
    """(one of those that are alike, the one that does not belong).

    Raises ValueError where more than one differs from the others, or none.
    """
    kinds = [(thing.shape, thing.colour) for thing in things]
    odd = [thing for thing, kind in zip(things, kinds, strict=True) if kinds.count(kind) == 1]
    rest = [thing for thing, kind in zip(things, kinds, strict=True) if kinds.count(kind) > 1]
    if len(odd) != 1 or len({(thing.shape, thing.colour) for thing in rest}) != 1:
        raise ValueError(f"{len(odd)} things differ from all others: one has to")
    return rest[0], odd[0]


def _parts(thing: Thing) -> dict[str, str]:
    return {"shape": thing.shape, "colour": thing.colour, "place": PLACES[thing.place]}
