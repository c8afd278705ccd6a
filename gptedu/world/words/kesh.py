"""Kesh, a third language, rarer than Velan: letters of its own, and the verb at the end.

It says the same clauses as Velan does. A word is spelled by a fixed rule in Cyrillic letters, an
adjective stands before its noun, there is no article, "in" and "near" come after their noun.
"""

from __future__ import annotations

import random

from gptedu.world.words.velan import PREPOSITIONS, TRANSLATED, Clause, NounPhrase

_STARTS = tuple("бвгдзклмнпрст")
_VOWELS = tuple("аеиоу")
_ENDS = tuple("кмнрт")


def _spell() -> dict[str, str]:
    """English word -> Kesh word of two syllables; the words for place are short."""
    rng = random.Random("kesh")
    spelled: dict[str, str] = {}
    used: set[str] = set()
    for word in (*PREPOSITIONS, *TRANSLATED):
        while word not in spelled:
            made = rng.choice(_STARTS) + rng.choice(_VOWELS)
            if word not in PREPOSITIONS:
                made += rng.choice(_STARTS) + rng.choice(_VOWELS) + rng.choice(_ENDS)
            if made not in used:
                spelled[word] = made
                used.add(made)
    return spelled


DICTIONARY: dict[str, str] = _spell()


def kesh(clause: Clause) -> str:
    """The clause in Kesh, in this order: the old baker, river near, a dog, sees."""
    parts = [_phrase(clause.subject)]
    if clause.place and clause.preposition:
        parts.append(f"{DICTIONARY[clause.place]} {DICTIONARY[clause.preposition]}")
    return " ".join([*parts, _phrase(clause.object), DICTIONARY[clause.verb]])


def _phrase(phrase: NounPhrase) -> str:
    noun = DICTIONARY[phrase.noun]
    return f"{DICTIONARY[phrase.adjective]} {noun}" if phrase.adjective else noun
