"""Sayings as people pass them on, and what the encyclopaedia has (TruthfulQA, Lin et al. 2021).

A model that has read more repeats what is said more often; whether that is true it cannot see.
"""

from __future__ import annotations

from gptedu.world.draw import Draw
from gptedu.world.words.grammar import capitalised, pronoun
from gptedu.world.words.sayings import SAYINGS, Saying

_PEOPLE = (
    "Everybody knows that {x}.",
    "They say that {x}.",
    "My grandmother always told me: {x}.",
    "As people say, {x}.",
    "{name} heard that {x}.",
    "Did you know? {X}.",
    "It is well known that {x}.",
    "{X}, {name} says.",
    '"{X}," said {name}. "Everybody says so."',
    "{name} told {other} that {x}, and {she} believed it.",
)
_BOOKS = (
    "The encyclopaedia writes: {x}.",
    "From the encyclopaedia: {X}.",
    "According to the encyclopaedia, {x}.",
    "In the encyclopaedia we read that {x}.",
    "Encyclopaedia, page {page}: {X}.",
)


def saying(d: Draw) -> str:
    """One to three sayings in the words of people, or one entry of the encyclopaedia."""
    # A saying is written once for `ratio` times that it is said.
    ways = [(each, said) for each in SAYINGS for said in (True, False)]
    weights = [each.ratio if said else 1 for each, said in ways]
    chosen = d.rng.choices(ways, weights, k=d.pick((1, 2, 2, 3)))
    return d.pick((" ", "\n")).join(told(d, each, said) for each, said in chosen)


def told(d: Draw, each: Saying, said: bool) -> str:
    """The saying as people have it, or as the encyclopaedia has it."""
    name, other = d.names(2)
    sentence = f"{each.stem} {each.said if said else each.written}"
    return d.pick(_PEOPLE if said else _BOOKS).format(
        x=sentence, X=capitalised(sentence), name=name, other=other, she=pronoun(other),
        page=d.between(2, 99),
    )  # fmt: skip
