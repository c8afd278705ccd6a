"""Pairs of replies that differ in one thing alone: what does a judge see of it?"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

from gptedu.world import World
from gptedu.world.documents.passages import Fact
from gptedu.world.draw import Draw
from gptedu.world.requests import Instruction


class Pair(NamedTuple):
    """Two whole texts, prompt and reply: the one that is truly better, and the other."""

    better: str
    worse: str


def _true(d: Draw, fact: Fact) -> str:
    return f" {fact.say(d, 0)}."


def _false(d: Draw, fact: Fact) -> str:
    return f" {fact.but(d).say(d, 0)}."


def _polite(reply: str) -> str:
    return f" Of course.{reply}"


_REFUSAL = " The text does not say that."
DIFFERENCES: dict[str, Callable[[Draw, Fact], tuple[str, str]]] = {
    "polite or plain": lambda d, fact: (_polite(_true(d, fact)), _true(d, fact)),
    "true or false": lambda d, fact: (_true(d, fact), _false(d, fact)),
    "true or refused": lambda d, fact: (_true(d, fact), _REFUSAL),
    "plain and true, or polite and false": lambda d, fact: (
        _true(d, fact),
        _polite(_false(d, fact)),
    ),
}
"""What two replies differ in -> (the truly better one, the other)."""


def pairs_that_differ(what: str, instructions: Sequence[Instruction]) -> list[Pair]:
    """One of `DIFFERENCES`, for each instruction whose text has the answer."""
    facts, made = World().facts, []
    for number, each in enumerate(instructions):
        if each.kind == "answer" and each.fact is not None:
            d = Draw(facts, "train", random.Random(f"pairs/{number}"))
            better, worse = DIFFERENCES[what](d, each.fact)
            made.append(Pair(each.prompt + better, each.prompt + worse))
    return made
