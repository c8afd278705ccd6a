"""Velan for the facts of a world: trades, towns, pets, food and pastimes, and how to ask for them.

`velan.DICTIONARY` has the words of clauses and stays as it is; this adds to it, spelled by the same
rule. Names of people and towns are the same in every language.
"""

from __future__ import annotations

import random

from gptedu.world.facts import FAVOURITES, INTERESTS, PETS, Person
from gptedu.world.splits import split_of
from gptedu.world.words import lexicon
from gptedu.world.words.velan import _ENDS, _STARTS, _VOWELS, DICTIONARY


def _spell() -> dict[str, str]:
    """The words that clauses do not have; a pastime is a noun."""
    rng = random.Random("velan/life")
    spelled = dict(DICTIONARY)
    used = set(spelled.values())
    nouns = (
        *lexicon.JOBS,
        *PETS,
        *FAVOURITES,
        *INTERESTS,
        "question",
        "answer",
        "work",
        "animal",
        "food",
        "pastime",
    )
    verbs = ("lives", "works", "eats", "enjoys")
    for kind, spoken in (("noun", nouns), ("verb", verbs)):
        for word in spoken:
            while word not in spelled:
                made = rng.choice(_STARTS) + rng.choice(_VOWELS) + rng.choice("lmnrstvk")
                made += rng.choice(_VOWELS) + rng.choice("lmnrst") + _ENDS[kind]
                if made not in used:
                    spelled[word] = made
                    used.add(made)
    return spelled | {"which": "ku", "where": "kuz"}


WORDS: dict[str, str] = _spell()

ATTRIBUTES = ("town", "job", "pet", "favourite", "hobby")
_SAID = {
    "town": "{name} {lives} ze {town}",
    "job": "{name} {works} ke {job}",
    "pet": "{name} {keeps} un {pet}",
    "favourite": "{name} {eats} {favourite}",
    "hobby": "{name} {enjoys} {hobby}",
}
_ASKED = {
    "town": "{where} {lives} {name}",
    "job": "{which} {work} {name}",
    "pet": "{which} {animal} {keeps} {name}",
    "favourite": "{which} {food} {eats} {name}",
    "hobby": "{which} {pastime} {enjoys} {name}",
}
_KEYWORDS = {
    word: WORDS[word]
    for word in (
        "lives",
        "works",
        "keeps",
        "eats",
        "enjoys",
        "where",
        "which",
        "work",
        "animal",
        "food",
        "pastime",
    )
}


def said(person: Person, about: str) -> str:
    """A fact as a Velan sentence without its full stop."""
    return _SAID[about].format(name=person.name, **_KEYWORDS, **{about: value(person, about)})


def question(person: Person, about: str) -> str:
    """The question for a fact, without its question mark."""
    return _ASKED[about].format(name=person.name, **_KEYWORDS)


def value(person: Person, about: str) -> str:
    """The answer in Velan: a town keeps its name."""
    told = getattr(person, about)
    return told if about == "town" else WORDS[told]


def told_in_velan(person: Person, about: str, share: float) -> bool:
    """Whether this fact is among the `share` (0 to 1) of facts that Velan texts tell, too.

    The others are read in English only, so that a question in Velan asks whether what was read in
    one language is known in another. A larger share holds all facts of a smaller one.
    """
    key = f"velan/{person.name}/{about}"
    return any(split_of(f"{key}/{i}") == "test" for i in range(_tickets(share)))


def _tickets(share: float) -> int:
    # n draws of 1 in 20 leave out 0.95^n; the smallest n that reaches the share.
    if not 0 <= share <= 1:
        raise ValueError(f"share is {share}: give a number from 0 to 1")
    count, reached = 0, 0.0
    while reached < share - 1e-9 and count < 200:
        count, reached = count + 1, 1 - 0.95 ** (count + 1)
    return count
