"""Mixtures: which kinds of document a web is made of, and how often each occurs, by name.

"first" is the web that the family was trained on: `KINDS` with their weights, unchanged. "second"
adds ways of working, comparing, sayings, advice, facts in other languages, programs and sentences
said twice; it is what the next family is tried out on, and may still change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gptedu import checks
from gptedu.world.documents import advice, comparing, languages, programs, said_twice, sayings
from gptedu.world.documents.kinds import KINDS, TRANSLATIONS, Kind
from gptedu.world.problems import pages

ADDED: dict[str, Kind] = {
    "told-sums": Kind(pages.page("sums"), 17),  # told sums worked in four ways
    "exchanges": Kind(pages.page("exchanges"), 4),  # who has what in the end
    "ages": Kind(pages.page("ages"), 3),  # who is how old
    "shelves": Kind(pages.page("shelves"), 4),  # what stands where after some moves
    "scraps": Kind(comparing.scraps, 8),  # same or different, in two words
    "sentences": Kind(comparing.sentences, 16),  # do these two say the same?
    "claims": Kind(comparing.claims, 14),  # what follows from a text, contradicts it, is not said
    "voices": Kind(comparing.voices, 6),  # two people agree, or not
    "differences": Kind(comparing.differences, 3),  # spot the difference
    "corrections": Kind(comparing.corrections, 3),  # no, not so but so
    "notices": Kind(comparing.notices, 2),  # the prices of two shops
    "quiz": Kind(comparing.quiz, 4),  # answers given and answers that count
    "endings": Kind(comparing.endings, 6),  # does this end belong to this story?
    "sentences-twice": Kind(said_twice.said_twice, 10),  # a text said again, word for word
    "sayings": Kind(sayings.saying, 5),  # what people say, and what the encyclopaedia has
    "advice": Kind(advice.advice, 3),  # bets judged by what was known before
    "functions": Kind(programs.function, 4),  # little functions over lists
    "velan-life": Kind(languages.velan_life_page(), 4),  # facts about people in Velan
    "velan-both": Kind(languages.both_languages_page(), 4),  # facts in Velan and in English
    "kesh": Kind(languages.kesh_text, 0.6),  # a third language with nothing beside it
    "kesh-parallel": Kind(languages.kesh_parallel, 0.6),  # Kesh and English line by line
}
"""Kinds that the second web has and the first has not."""

_CHANGED = {"sums": None, "compared": 4, "judged": 8, "repetition": 18, "reading": 16}
"""Kinds of the first web that the second has at another weight, or not at all.

Its sums know one way of working, which is always right; there a vote has nothing to correct.
"""

SECOND: dict[str, Kind] = {
    name: replace(kind, weight=weight)
    for name, kind in KINDS.items()
    if (weight := _CHANGED.get(name, kind.weight)) is not None
} | ADDED

MIXTURES: Mapping[str, Mapping[str, Kind]] = {"first": KINDS, "second": SECOND}
"""Mixture -> its kinds of document, with their weights."""

TRANSLATIONS_OF: Mapping[str, tuple[str, ...]] = {
    "first": TRANSLATIONS,
    "second": (*TRANSLATIONS, "velan-both", "kesh-parallel"),
}
"""Mixture -> every kind in which a foreign language meets English."""


def find_mixture(name: str) -> Mapping[str, Kind]:
    """The kinds of a mixture. Raises ValueError with the names there are."""
    return MIXTURES[checks.one_of("mixture", name, MIXTURES)]
