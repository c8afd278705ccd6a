"""Which words the miniature web has: a model that has read nothing else knows no others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from gptedu.world.requests import CLOSINGS, OPENINGS, REFUSALS, submissions
from gptedu.world.world import World

MOST_READ = 10_000
"""Documents until a word counts as one that does not occur: each word of the web is in by then."""
AT_ONCE = 1_000
REQUESTS = 500  # of users: what a model of chapter 4 has read besides, with what is replied

_WORD = re.compile(r"[^\W\d_]+")


def words_of(text: str) -> list[str]:
    """The words of a text, each once, in its order and as they are written there.

    A letter alone is none, as x in a sum, and neither is what has digits in it.
    """
    found: dict[str, str] = {}
    for word in _WORD.findall(text):
        if len(word) > 1:
            found.setdefault(word.lower(), word)
    return list(found.values())


def strange_words(text: str) -> list[str]:
    """The words of a text that do not occur in the web, nor in what users ask and labelers reply.

    Reads on in the web as long as a word is missing: a second or so, once in a process.
    """
    missing = [word for word in words_of(text) if word.lower() not in _known()]
    while missing and _read_on():
        missing = [word for word in missing if word.lower() not in _known()]
    return missing


@cache
def _known() -> set[str]:
    """The words that were met so far, in small letters."""
    asked = (each.prompt for each in submissions(World(), REQUESTS))
    texts = " ".join([*asked, *OPENINGS, *CLOSINGS, *REFUSALS])
    return {word.lower() for word in _WORD.findall(texts)}


@cache
def _pages() -> Iterator[list[str]]:
    def pages() -> Iterator[list[str]]:
        documents = World().documents("train", MOST_READ)
        for _ in range(MOST_READ // AT_ONCE):
            yield [next(documents).text for _ in range(AT_ONCE)]

    return pages()


def _read_on() -> bool:
    """Meet more words; False when all has been read."""
    page = next(_pages(), None)
    for text in page or ():
        _known().update(word.lower() for word in _WORD.findall(text))
    return page is not None
