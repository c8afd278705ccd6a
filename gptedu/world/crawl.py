"""The rest of the web: pages of little worth, as a crawl brings them home (GPT-3, section 2.2).

Menus, cookie banners, advertisements, word salad for search engines, texts cut off in the middle
and carelessly copied. None of it is among `World.documents`; chapter 3 mixes the two.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from gptedu.world.draw import Draw
from gptedu.world.splits import check_split
from gptedu.world.words import lexicon
from gptedu.world.world import Document, World

_WORDS = (
    *(word for words in lexicon.CATEGORIES.values() for word in words),
    *lexicon.THINGS,
    *lexicon.TOWNS,
    *lexicon.COMPANIES,
    *lexicon.JOBS,
)
_MENU = (
    *("Home", "About us", "Contact", "Log in", "Register", "Basket (0)", "Help", "Search", "News"),
    *("Shop", "Archive", "Sitemap", "Terms of use", "Privacy", "Next page", "Previous page"),
    *("Back to top", "Print this page", "Share", "More"),
)
_BANNERS = (
    "We use cookies. By going on you agree to our use of cookies.\nAccept all\nReject\nSettings",
    "This page needs scripts to be switched on.\nPlease switch on scripts and try again.",
    "Error 404: page not found.\nThe page that you asked for has been moved or deleted.",
    "Your session has run out. Please log in again.\nUser name:\nPassword:\nForgot your password?",
    "All rights reserved. No part of this page may be copied.\nTerms of use | Privacy | Sitemap",
)
_PITCHES = (
    "Best {x} in {town}! Cheap {x}, new {x}, used {x}. Buy {x} now at {firm}!",
    "BUY {x} CHEAP CHEAP CHEAP!!! {n}% off at {firm}. Only today!!!",
    "You have won a {x}! Click here to get your {x} from {firm}. Click here!",
    "{x} {x} {x} {town} {town} {firm} best price {x} {n} review {x} buy {x} online",
    "{n} people in {town} look at this {x} right now. Do not wait! {firm} has {n} left.",
)


def crawl(
    world: World, split: str = "train", count: int | None = None, *, seed: int = 0, start: int = 0
) -> Iterator[Document]:
    """Pages `start`, `start` + 1, ... of the crawl; without `count` they never end.

    A page's kind is a key of `CRAWL`. What is copied or cut off is a document of the same split, so
    nothing of a held-out split gets in. Raises ValueError for an unknown split.
    """
    check_split(split)
    return _pages(world, split, count, seed, start)


def _pages(
    world: World, split: str, count: int | None, seed: int, start: int
) -> Iterator[Document]:
    weights = [weight for _, weight in CRAWL.values()]
    index = start
    while count is None or index < start + count:
        rng = random.Random(f"crawl/{world.seed}/{split}/{seed}/{index}")
        kind = rng.choices(tuple(CRAWL), weights)[0]
        yield Document(kind, CRAWL[kind][0](world, Draw(world.facts, split, rng)))
        index += 1


def _menu(world: World, d: Draw) -> str:
    """The links of a page without the page."""
    mark = d.pick((" | ", "\n", " » ", " - "))
    links = [*d.sample(_MENU, d.between(5, 12)), *d.sample(_WORDS, d.between(0, 6))]
    return mark.join(links) + f"\n© {d.between(1996, 2019)} {d.pick(lexicon.COMPANIES)}"


def _banner(world: World, d: Draw) -> str:
    return "\n".join(d.sample(_BANNERS, d.between(1, 3)))


def _advertisement(world: World, d: Draw) -> str:
    thing, town, firm = d.pick(lexicon.THINGS), d.pick(lexicon.TOWNS), d.pick(lexicon.COMPANIES)
    return "\n".join(
        pitch.format(x=thing, town=town, firm=firm, n=d.between(2, 99))
        for pitch in d.sample(_PITCHES, d.between(1, 4))
    )


def _salad(world: World, d: Draw) -> str:
    """Words in no order, written to be found."""
    return " ".join(d.pick(_WORDS) for _ in range(d.between(20, 80)))


def _cut(world: World, d: Draw) -> str:
    """Beginnings of documents, each cut off."""
    pieces = []
    for _ in range(d.between(1, 4)):
        text = _some_document(world, d)
        pieces.append(text[: d.between(10, max(10, len(text) // 2))].rstrip() + "...")
    return "\nRead more\n".join(pieces)


def _copied(world: World, d: Draw) -> str:
    """A document with letters lost, doubled and swapped, and some of its words in disorder."""
    words = [_slip(word, d) if d.chance(0.4) else word for word in _some_document(world, d).split()]
    for place in range(len(words) - 1):
        if d.chance(0.2):
            words[place], words[place + 1] = words[place + 1], words[place]
    return " ".join(words)


def _slip(word: str, d: Draw) -> str:
    at = d.between(0, max(0, len(word) - 2))
    letters = word[at : at + 2]
    return word[:at] + d.pick((letters[:1], letters[:1] + letters, letters[::-1])) + word[at + 2 :]


def _some_document(world: World, d: Draw) -> str:
    index = d.between(0, 10**9)
    return next(world.documents(d.split, 1, seed=1_000_003, start=index)).text


CRAWL: dict[str, tuple[Callable[[World, Draw], str], float]] = {
    "menu": (_menu, 20),
    "banner": (_banner, 10),
    "advertisement": (_advertisement, 20),
    "salad": (_salad, 20),
    "cut": (_cut, 10),
    "copied": (_copied, 20),
}
"""Kind of page -> how one is written, and its weight among all pages."""
