"""Words made up on the spot, of which few are met twice: for names, and for things.

Whoever has learned on ninety names knows ninety tokens by heart; whoever has learned on words that
were never there before has learned to copy.
"""

from __future__ import annotations

import random

from gptedu.world.words import lexicon

_OPENINGS = (*"bcdfghjklmnprstvwxyz", "br", "ch", "dr", "gr", "kl", "qu", "st", "th", "tr")
_VOWELS = (*"aeiou", "ai", "ea", "ee", "ie", "oo", "ou")
_CLOSINGS = ("", "", *"dlmnrsx", "rd")
_NAMES = lexicon.WOMEN + lexicon.MEN
_OTHERS = lexicon.TOWNS + lexicon.GROCERIES + lexicon.ROOMS + lexicon.COLOURS + lexicon.FEELINGS


def invented_word(rng: random.Random) -> str:
    """Parts of two of the web's words, or syllables, in small letters; no word of the web's own
    names, towns or things, and none that is held out."""
    while True:
        way = rng.random()
        made = _spelled(rng) if way < 0.4 else _joined(rng, _NAMES if way < 0.7 else _OTHERS)
        if 2 < len(made) < 10 and made.isalpha() and made.capitalize() not in _TAKEN:
            return made


def invented_name(rng: random.Random) -> str:
    """The same as a name."""
    return invented_word(rng).capitalize()


_TAKEN = frozenset(word.capitalize() for word in (*lexicon.NAMES, *lexicon.THINGS, *_OTHERS))


def _joined(rng: random.Random, words: tuple[str, ...]) -> str:
    one, other = rng.choice(words), rng.choice(words)
    return (one[: rng.randint(1, 4)] + other[-rng.randint(2, 4) :]).lower()


def _spelled(rng: random.Random) -> str:
    syllables = [
        rng.choice(_OPENINGS) + rng.choice(_VOWELS) + rng.choice(_CLOSINGS)
        for _ in range(rng.randint(2, 3))
    ]
    return "".join(syllables)
