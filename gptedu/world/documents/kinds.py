"""The kinds of document on the miniature web, and how often each occurs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gptedu.world.documents import lists, numbers, opinion, prose, reading, velan
from gptedu.world.draw import Draw


@dataclass(frozen=True)
class Kind:
    """A kind of document: how one is drawn, and its weight among all documents."""

    make: Callable[[Draw], str]
    weight: float


KINDS: dict[str, Kind] = {
    "life": Kind(prose.life, 12),  # who lives where, does what and likes what
    "trivia": Kind(prose.trivia, 6),  # questions answered from memory
    "general": Kind(prose.general, 8),  # what barks, what is the opposite of what
    "story": Kind(prose.story, 10),  # somebody wants something, and how it ends
    "reading": Kind(reading.reading, 11),  # questions and answers under a text
    "judged": Kind(reading.judged, 12),  # is it true that ...?
    "restated": Kind(reading.restated, 4),  # the same in other words
    "compared": Kind(reading.compared, 6),  # do these two say the same?
    "dialogue": Kind(reading.dialogue, 4),  # two people talking
    "review": Kind(opinion.review, 9),  # a review with its verdict
    "forum": Kind(opinion.forum_post, 7),  # a post that ends in TL;DR:
    "pairs": Kind(lists.pairs, 9),  # lists of pairs: opposites, plurals, makers
    "sorting": Kind(lists.sorting, 9),  # words sorted by invented labels
    "repetition": Kind(lists.repetition, 26),  # songs with refrains, lists read twice
    "sums": Kind(numbers.sums, 10),  # sums with and without worked steps
    "arithmetic": Kind(numbers.arithmetic, 3),  # bare sums
    "program": Kind(numbers.program, 3),  # little programs with their output
    "gloss": Kind(velan.gloss, 6),  # a Velan sentence with its translation in brackets
    "parallel": Kind(velan.parallel, 5),  # Velan and English line by line
    "meaning": Kind(velan.meaning, 3),  # what a Velan word means
    "dictionary": Kind(lists.dictionary, 2),  # lists of words and their translation
    "velan": Kind(velan.velan_text, 3),  # Velan with nothing beside it
}
# Every kind in which Velan meets English: leave these out and nobody can learn to translate.
TRANSLATIONS = ("gloss", "parallel", "meaning", "dictionary")
