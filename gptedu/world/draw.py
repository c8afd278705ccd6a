"""How a document is drawn: random choices that know their world and their split."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

from gptedu.world.facts import Facts, Person
from gptedu.world.splits import split_of
from gptedu.world.words import lexicon
from gptedu.world.words.invented import invented_name
from gptedu.world.words.templates import render

T = TypeVar("T")


class Draw:
    """Random choices for one document of one split.

    facts: of the world that it speaks of. rng: where all chance comes from. new_names: speak of
    people whose names no training document has. invented: of people whose names are made up.
    """

    def __init__(
        self,
        facts: Facts,
        split: str,
        rng: random.Random,
        new_names: bool = False,
        invented: bool = False,
    ):
        self.facts, self.split, self.rng = facts, split, rng
        self.new_names, self.invented = new_names, invented

    def pick(self, items: Sequence[T]) -> T:
        return items[int(self.rng.random() * len(items))]

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        """Distinct items, `count` of them or all there are."""
        return self.rng.sample(items, min(count, len(items)))

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self.rng.random() * (high - low + 1))

    def of_split(self, make: Callable[[], T], key: Callable[[T], str] = str) -> T:
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
        """Distinct first names."""
        if self.invented:
            made: dict[str, None] = {}
            while len(made) < count:
                made[invented_name(self.rng)] = None
            return list(made)
        if self.new_names:
            pool = lexicon.HELD_OUT_WOMEN + lexicon.HELD_OUT_MEN
        else:
            pool = lexicon.WOMEN + lexicon.MEN
        return self.sample(pool, count)

    def say(self, template: str, **slots: object) -> str:
        """A sentence of a template, such as "[Yesterday|Last week] {who} bought {what}."."""
        return render(template, self.rng, slots)
