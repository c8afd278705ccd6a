"""What is true in one world: who lives where and does what, which firm makes what.

A seed decides it. People differ in how often the web speaks of them (Zipf's law), so that facts
differ in how often they occur: a closed-book answer is the rarer the smaller the model.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from gptedu.world.splits import split_of
from gptedu.world.words import lexicon
from gptedu.world.words.velan import DICTIONARY, TRANSLATED

PETS = lexicon.words("dog cat rabbit parrot goat hen pony duck mouse snake")
INTERESTS = lexicon.HOBBIES
FAVOURITES = lexicon.CATEGORIES["food"] + lexicon.CATEGORIES["fruit"]


@dataclass(frozen=True)
class Person:
    name: str
    woman: bool
    job: str
    town: str
    pet: str
    favourite: str
    hobby: str

    @property
    def she(self) -> str:
        return "she" if self.woman else "he"

    @property
    def her(self) -> str:
        return "her" if self.woman else "his"


@dataclass(frozen=True)
class Facts:
    """The facts of the world made from `seed`."""

    seed: int
    people: tuple[Person, ...] = field(init=False)
    weights: tuple[float, ...] = field(init=False)
    regions: dict[str, str] = field(init=False)
    makers: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        rng = random.Random(f"facts/{self.seed}")
        names = [(name, True) for name in lexicon.WOMEN] + [(name, False) for name in lexicon.MEN]
        rng.shuffle(names)
        people = []
        for name, woman in names:
            shares = [s if woman else 1 - s for s in lexicon.JOBS.values()]
            people.append(
                Person(
                    name,
                    woman,
                    rng.choices(tuple(lexicon.JOBS), shares)[0],
                    rng.choice(lexicon.TOWNS),
                    rng.choice(PETS),
                    rng.choice(FAVOURITES),
                    rng.choice(INTERESTS),
                )
            )
        products = list(lexicon.PRODUCTS)
        rng.shuffle(products)
        values = {
            "people": tuple(people),
            "weights": tuple(1 / (rank + 3) for rank in range(len(people))),
            "regions": {town: rng.choice(lexicon.REGIONS) for town in lexicon.TOWNS},
            "makers": dict(zip(lexicon.COMPANIES, products, strict=True)),
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def relations(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """Every relation with its pairs: those of the language and those of this world."""
        return lexicon.RELATIONS | {
            "maker": tuple(self.makers.items()),
            "region": tuple(self.regions.items()),
            "into-english": tuple((DICTIONARY[word], word) for word in TRANSLATED),
            "out-of-english": tuple((word, DICTIONARY[word]) for word in TRANSLATED),
        }

    def held_out_pairs(self, relation: str) -> tuple[tuple[str, str], ...]:
        """The pairs (about one in five) that sentences use but no list in training shows."""
        return tuple(
            pair for pair in self.relations()[relation] if _listed_in(relation, pair) == "test"
        )

    def listed_pairs(self, relation: str) -> tuple[tuple[str, str], ...]:
        """The pairs that lists in training show."""
        return tuple(
            pair for pair in self.relations()[relation] if _listed_in(relation, pair) == "train"
        )


def _listed_in(relation: str, pair: tuple[str, str]) -> str:
    # Four hashes at 5% each hold out about 19% of the pairs, in both directions of a relation.
    words = "/".join(sorted(pair))
    held_out = any(split_of(f"pair/{i}/{words}") == "test" for i in range(4))
    return "test" if held_out else "train"
