"""A little English grammar: pronouns, articles, capitals."""

from __future__ import annotations

import re

from gptedu.world.words import lexicon

_WOMEN = frozenset(lexicon.WOMEN + lexicon.HELD_OUT_WOMEN)


def pronoun(name: str) -> str:
    """ "she" or "he" for a first name of the miniature web."""
    return "she" if name in _WOMEN else "he"


def article(noun: str) -> str:
    """The noun with "a" or "an" before it."""
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def uncapitalised(sentence: str) -> str:
    """As a sentence stands inside another one: a name keeps its capital."""
    first = sentence.split(maxsplit=1)[0] if sentence.split() else ""
    return sentence if first in lexicon.NAMES else sentence[:1].lower() + sentence[1:]


def hero(text: str) -> str:
    """Whom a text is about: the first name in it. Raises StopIteration where there is none."""
    return next(word for word in re.findall(r"[A-Za-z]+", text) if word in lexicon.NAMES)
