"""How a document is drawn: a generator of random choices that knows its world and its split."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeVar

from gptedu.world.facts import Facts, Person
from gptedu.world.splits import split_of
from gptedu.world.words import lexicon

T = TypeVar("T")


class Draw:
    """Random choices for one document of one split.

    `say` renders a template: "[Yesterday|Last week] {who} bought {what}." picks one of each
    bracket (brackets nest; an empty choice is allowed), fills the braces, and starts sentences
    with capitals.
    """

    def __init__(self, facts: Facts, split: str, rng: random.Random, new_names: bool = False):
        self.facts, self.split, self.rng = facts, split, rng
        self.new_names = new_names

    def pick(self, items: Sequence[T]) -> T:
        return items[int(self.rng.random() * len(items))]

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        return self.rng.sample(items, min(count, len(items)))

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self.rng.random() * (high - low + 1))

    def fresh(self, make: Callable[[], T], key: Callable[[T], str] = str) -> T:
        """Draw with `make` until the content named by `key` belongs to this split.

        Raises RuntimeError where `make` has too little variety to reach the split.
        """
        for _ in range(2000):
            made = make()
            if split_of(key(made)) == self.split:
                return made
        raise RuntimeError(
            f"2,000 draws like {key(made)!r} gave nothing of the split {self.split!r}"
        )

    def person(self) -> Person:
        """Someone of this world, the well-known more often."""
        return self.rng.choices(self.facts.people, self.facts.weights)[0]

    def names(self, count: int) -> list[str]:
        """Distinct first names; names that no training document has where `new_names` is set."""
        if self.new_names:
            pool = lexicon.HELD_OUT_WOMEN + lexicon.HELD_OUT_MEN
        else:
            pool = lexicon.WOMEN + lexicon.MEN
        return self.sample(pool, count)

    def say(self, template: str, **slots: object) -> str:
        text = "".join(_choose(_plan(template), self.rng))
        text = re.sub(r"  +", " ", text.format(**slots) if slots else text).strip(" ")
        text = re.sub(r" ([.,!?])", r"\1", text)
        return re.sub(r"(^|[.!?] |\n)([a-z])", lambda m: m.group(1) + m.group(2).upper(), text)


def pronoun(name: str) -> str:
    """ "she" or "he" for a first name of the miniature web."""
    return "she" if name in _WOMEN else "he"


_WOMEN = frozenset(lexicon.WOMEN + lexicon.HELD_OUT_WOMEN)
_NAMES = _WOMEN | frozenset(lexicon.MEN + lexicon.HELD_OUT_MEN)


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def uncapitalised(sentence: str) -> str:
    """As a sentence stands inside another one: a name keeps its capital."""
    first = sentence.split(maxsplit=1)[0] if sentence.split() else ""
    return sentence if first in _NAMES else sentence[:1].lower() + sentence[1:]


def hero(text: str) -> str:
    """Whom a text is about: the first name in it. Raises StopIteration where there is none."""
    return next(word for word in re.findall(r"[A-Za-z]+", text) if word in _NAMES)


def article(noun: str) -> str:
    """The noun with "a" or "an" before it."""
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


@lru_cache(maxsize=4096)
def _plan(template: str) -> tuple:
    """ "a [b|c[d|e]]" -> ("a ", (("b",), ("c", (("d",), ("e",)))))"""
    parts, depth, start = [], 0, 0
    for i, character in enumerate(template):
        if character == "[":
            if depth == 0:
                parts.append(template[start:i])
                start = i + 1
            depth += 1
        elif character == "]":
            depth -= 1
            if depth == 0:
                parts.append(tuple(_plan(option) for option in _options(template[start:i])))
                start = i + 1
    parts.append(template[start:])
    return tuple(part for part in parts if part)


def _options(text: str) -> list[str]:
    """Split at the bars that stand outside inner brackets."""
    options, depth, start = [], 0, 0
    for i, character in enumerate(text):
        depth += (character == "[") - (character == "]")
        if character == "|" and depth == 0:
            options.append(text[start:i])
            start = i + 1
    return [*options, text[start:]]


def _choose(plan: tuple, rng: random.Random) -> list[str]:
    chosen: list[str] = []
    for part in plan:
        if isinstance(part, str):
            chosen.append(part)
        else:
            chosen.extend(_choose(part[int(rng.random() * len(part))], rng))
    return chosen
