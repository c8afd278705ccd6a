"""New names for new things: episodes whose names mean something only by their pictures.

Two invented names stand for two kinds of thing. Some pictures are shown with their names, then one
is asked for. Names are drawn anew for each episode, so that a model which learns them by heart
learns nothing: it has to look (KOSMOS-1, section 2.3, learns from pictures among texts for this).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gptedu import checks
from gptedu.vision.stream import IMAGE
from gptedu.vision.world.held_out import SIZES, names, pairs, places_of
from gptedu.vision.world.scenes import Scene, Thing

NAMES = 2
"""In an episode: chance is one in so many."""
_FIRST = ("b", "d", "f", "fl", "g", "h", "j", "k", "kr", "l", "m", "n", "p", "qu", "r", "s", "sk",
          "t", "tr", "v", "w", "z")  # fmt: skip
_LAST = ("b", "bb", "ck", "d", "ff", "g", "lk", "m", "mp", "n", "nd", "p", "rd", "rp", "rt", "sk",
         "t", "x")  # fmt: skip


@dataclass(frozen=True)
class Episode:
    """shown: pictures with their names, in the order of the prompt. asked: the last picture.
    answer: its name. choices: all names of the episode. kinds: name -> (shape, colour)."""

    shown: tuple[tuple[Scene, str], ...]
    asked: Scene
    answer: str
    choices: tuple[str, ...]
    kinds: tuple[tuple[str, tuple[str, str]], ...]

    @property
    def prompt(self) -> str:
        """What a model continues with the answer: a mark for each picture (see `stream`)."""
        return lines([IMAGE] * len(self.shown), [name for _, name in self.shown], IMAGE)

    def told(self, words: Sequence[str]) -> str:
        """The same with words on each picture, in the order of `scenes`, the asked one's at last:
        what a model says that it sees, before it is asked for the name."""
        seen = [f"{IMAGE} {said}" for said in words]
        return lines(seen[:-1], [name for _, name in self.shown], seen[-1])

    @property
    def scenes(self) -> tuple[Scene, ...]:
        """What the pictures show, in the order of their marks."""
        return (*(scene for scene, _ in self.shown), self.asked)

    @property
    def described(self) -> str:
        """The same with the names' meaning in words, and the asked picture alone."""
        return described(self.kinds)

    def shuffled(self, rng: random.Random) -> Episode:
        """The control: the same pictures and names, but names and pictures no longer agree.

        Half the examples of each name show the other's thing, so that nothing follows from them.
        Raises ValueError for an odd number of examples, of which no half can be exchanged.
        """
        shots = len(self.shown) // len(self.choices)
        if shots % 2:
            raise ValueError(f"{shots} examples of each name have no half: give an even number")
        by_name = {name: [s for s, own in self.shown if own == name] for name in self.choices}
        first, second = (rng.sample(by_name[name], len(by_name[name])) for name in self.choices)
        half = len(first) // 2
        first[:half], second[:half] = second[:half], first[:half]
        for mixed in (first, second):  # or each name's first example would still be its own
            rng.shuffle(mixed)
        queues = dict(zip(self.choices, (first, second), strict=True))
        return replace(self, shown=tuple((queues[name].pop(), name) for _, name in self.shown))


def lines(things: Sequence[str], names: Sequence[str], asked: str) -> str:
    """A line for each thing with its name, and the thing that is asked for without one."""
    known = [f"{thing}: {name}\n" for thing, name in zip(things, names, strict=True)]
    return "".join([*known, f"{asked}:"])


def described(kinds: Sequence[tuple[str, tuple[str, str]]]) -> str:
    """A prompt that says in words what each name is, (name, (shape, colour)), and asks for one."""
    return lines([in_words(kind) for _, kind in kinds], [name for name, _ in kinds], IMAGE)


def in_words(kind: tuple[str, str]) -> str:
    """ "red ball", of ("ball", "red")."""
    shape, colour = kind
    return f"{colour} {shape}"


def invented(rng: random.Random, count: int = NAMES) -> list[str]:
    """New names of three to five letters, begun by different ones; none is of another split's."""
    taken = {*names("train"), *names("validation"), *names("test")}
    found: list[str] = []
    while len(found) < count:
        first, rest = rng.choice(_FIRST), rng.choice(_LAST)
        name = first + rng.choice("aeiou") + rest + rng.choice(("", "", *"aeo"))
        if name not in taken and all(name[0] != other[0] for other in found):
            found.append(name)
    return found


def episode(
    rng: random.Random, split: str = "train", shots: int = 2, fresh: bool = False
) -> Episode:
    """An episode with names of a split, `shots` examples of each name in an order by chance.

    fresh: names made up on the spot (see `invented`), of which few are ever met twice. Things are
    of training: what is new is what they are called. The answer is either name with the same
    chance.
    """
    checks.whole("shots", shots)
    called = invented(rng) if fresh else rng.sample(names(split), NAMES)
    kinds = dict(zip(called, rng.sample(pairs("train"), NAMES), strict=True))
    order = called * shots
    rng.shuffle(order)
    shown = tuple((_seen(*kinds[name], rng), name) for name in order)
    answer = rng.choice(called)
    return Episode(shown, _seen(*kinds[answer], rng), answer, tuple(called), tuple(kinds.items()))


def _seen(shape: str, colour: str, rng: random.Random) -> Scene:
    """A thing of a kind, at any place of training, of any size."""
    place = rng.choice(places_of(shape, "train"))
    return Scene((Thing(shape, colour, place, rng.choice(SIZES)),))
