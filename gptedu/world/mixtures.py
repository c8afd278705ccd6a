"""Mixtures: which kinds of document a web is made of, and how often each occurs, by name.

"first" is the web that the first family was trained on: `KINDS` with their weights, unchanged.
"second" adds ways of working, comparing, sayings, advice, facts in other languages, programs and
sentences said twice; the second family reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gptedu import checks
from gptedu.world.documents import (
    advice,
    comparing,
    echoes,
    languages,
    programs,
    said_twice,
    sayings,
)
from gptedu.world.documents.comparing import texts
from gptedu.world.documents.comparing.verdicts import as_text
from gptedu.world.documents.kinds import KINDS, TRANSLATIONS, Kind
from gptedu.world.problems import pages

PRIMER = ("primer-words", "primer-copies", "primer-sentences", "primer-claims")
_COMPARING = dict.fromkeys(PRIMER, 0.5) | {
    "tallies": 1, "doubles": 1, "lists": 1, "rounds": 1, "copies": 2,
    "sentences": 3, "statements": 1.5, "voices": 2, "claims": 3, "endings": 2,
}  # fmt: skip
"""Kind that passes verdicts (see `comparing.PAGES`) -> its weight."""

ADDED: dict[str, Kind] = {
    "told-sums": Kind(pages.page("sums"), 44),  # told sums worked in four ways
    "exchanges": Kind(pages.page("exchanges"), 8),  # who has what in the end
    "ages": Kind(pages.page("ages"), 6),  # who is how old
    "shelves": Kind(pages.page("shelves"), 8),  # what stands where after some moves
    **{name: Kind(as_text(comparing.PAGES[name]), weight) for name, weight in _COMPARING.items()},
    "differences": Kind(texts.differences, 3),  # spot the difference
    "corrections": Kind(texts.corrections, 3),  # no, not so but so
    "notices": Kind(texts.notices, 2),  # the prices of two shops
    "quiz": Kind(texts.quiz, 3),  # answers given and answers that count
    "sentences-twice": Kind(said_twice.said_twice, 10),  # a text said again, word for word
    "sayings": Kind(sayings.saying, 5),  # what people say, and what the encyclopaedia has
    "advice": Kind(advice.advice, 3),  # bets judged by what was known before
    "functions": Kind(programs.function, 4),  # little functions over lists
    "velan-life": Kind(languages.velan_life_page(), 4),  # facts about people in Velan
    "velan-both": Kind(languages.both_languages_page(), 4),  # facts in Velan and in English
    **{f"echo-{longest}": Kind(echoes.echo(longest), 0) for longest in (3, 8, 16, 30)},
    "kesh": Kind(languages.kesh_text, 0.6),  # a third language with nothing beside it
    "kesh-parallel": Kind(languages.kesh_parallel, 0.6),  # Kesh and English line by line
}
"""Kinds that the second web has and the first has not.

Those without a weight are read in the lead and beside the web, not in it (see `leads`).
"""

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
