"""A primer of comparing: the plainest page of each kind, in one form, with one verdict.

With ten ways to put it, a model that begins learns none; with one, which stands at the same places
every time, it has the comparing of two words after a few thousand pages, and that of sentences and
claims soon after. Then it is ready for other forms and other places.
"""

from __future__ import annotations

from gptedu.world.documents import passages
from gptedu.world.documents.comparing.facts import compared_facts, misheard
from gptedu.world.documents.comparing.verdicts import Page, page, verdict
from gptedu.world.documents.comparing.words import ALL
from gptedu.world.documents.reading import judgement
from gptedu.world.draw import Draw

_SAME = ("different", "same")
_VERDICTS = ("entailed", "contradicted", "neither")
_FOLLOWS = ("true", "false", "not said")


def two_words(d: Draw) -> Page:
    """ "- lamp, lamp: same" """
    same = d.chance(0.5)
    first, other = d.sample(ALL, 2)
    return page(
        [verdict("- {a}, {b}: {verdict}", _SAME, same, a=first, b=first if same else other)]
    )


def two_copies(d: Draw) -> Page:
    """A sentence, and the same one or one with another word in it."""
    [fact] = compared_facts(d, 1)
    same, way = d.chance(0.5), d.between(0, 1)
    other = fact if same else misheard(d, fact)[0]
    return _two_lines(fact.say(d, way), other.say(d, way), same)


def two_sentences(d: Draw) -> Page:
    """Two sentences about one subject, which say the same in other words or something else."""
    [fact] = compared_facts(d, 1)
    same = d.chance(0.5)
    first, second = fact.two_ways(d)
    return _two_lines(first, second if same else fact.but(d).say(d), same)


def _two_lines(first: str, second: str, same: bool) -> Page:
    return page([verdict("{a}.\n{b}: {verdict}", _SAME, same, a=first, b=second)])


def one_claim(d: Draw) -> Page:
    """A short text and a statement: it is true, false, or not said."""
    told, text = passages.told_passage(d, 1, 3)
    fact, which = judgement(d, told)
    right = _VERDICTS.index(which)
    return page([verdict("{text}\n{b}: {verdict}", _FOLLOWS, right, text=text, b=fact.say(d))])
