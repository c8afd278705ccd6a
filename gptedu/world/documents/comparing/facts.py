"""Facts that may be compared in a split: none of a held-out pair of sentences is among them."""

from __future__ import annotations

from dataclasses import replace

from gptedu.world.documents import passages
from gptedu.world.documents.passages import Fact
from gptedu.world.draw import Draw


def compared_facts(d: Draw, count: int, relation: str | None = None) -> list[Fact]:
    """Facts about different subjects with different values, of one relation or of any.

    The same rule as `reading.two_sentences` decides which split a fact is of.
    """
    chosen: list[Fact] = []
    while len(chosen) < count:
        taken = {word for fact in chosen for word in (fact.subject, fact.value)}
        fact = d.of_split(lambda: passages.draw_facts(d, 1, relation)[0], key=comparison)
        if not taken & {fact.subject, fact.value}:
            chosen.append(fact)
    return chosen


def comparison(fact: Fact) -> str:
    """What decides the split of sentences about one fact that are compared."""
    return f"similarity/{fact}"


def misheard(d: Draw, fact: Fact) -> tuple[Fact, str, str]:
    """The fact with another value, now and then another subject; the word that was and that is."""
    if d.chance(0.7):
        other = fact.but(d)
        return other, fact.value, other.value
    while True:
        subject = passages.draw_facts(d, 1, fact.relation)[0].subject
        if subject not in (fact.subject, fact.value):
            return replace(fact, subject=subject), fact.subject, subject
