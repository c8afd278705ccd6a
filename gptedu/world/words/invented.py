"""First names made up on the spot, of which few are met twice.

Whoever has learned on ninety names knows ninety tokens by heart; whoever has learned on names that
were never there before has learned to copy.
"""

from __future__ import annotations

import random

from gptedu.world.words import lexicon

_CONSONANTS, _VOWELS = "bcdfghjklmnprstvwxz", "aeiou"
_USED = lexicon.WOMEN + lexicon.MEN


def invented_name(rng: random.Random) -> str:
    """Parts of two of the web's names, or syllables; neither one of the web's nor held out."""
    while True:
        made = _joined(rng) if rng.random() < 0.6 else _spelled(rng)
        if len(made) > 2 and made not in lexicon.NAMES:
            return made


def _joined(rng: random.Random) -> str:
    one, other = rng.choice(_USED), rng.choice(_USED)
    return one[: rng.randint(1, 3)] + other[-rng.randint(2, 4) :].lower()


def _spelled(rng: random.Random) -> str:
    syllables = [
        rng.choice(_CONSONANTS) + rng.choice(_VOWELS) + rng.choice(("", "", *_CONSONANTS[:4], "n"))
        for _ in range(rng.randint(2, 3))
    ]
    return "".join(syllables).capitalize()
