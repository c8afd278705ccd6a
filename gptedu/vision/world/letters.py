"""Small letters of three by five pixels, to paint a word into a picture."""

from __future__ import annotations

from functools import cache

import numpy as np

WIDTH, HEIGHT = 3, 5
# Row by row, from the top; # is ink.
_DRAWN = {
    "a": ".#. #.# ### #.# #.#", "b": "##. #.# ##. #.# ##.", "c": ".## #.. #.. #.. .##",
    "d": "##. #.# #.# #.# ##.", "e": "### #.. ##. #.. ###", "f": "### #.. ##. #.. #..",
    "g": ".## #.. #.# #.# .##", "h": "#.# #.# ### #.# #.#", "i": "### .#. .#. .#. ###",
    "j": "..# ..# ..# #.# .#.", "k": "#.# #.# ##. #.# #.#", "l": "#.. #.. #.. #.. ###",
    "m": "#.# ### ### #.# #.#", "n": "##. #.# #.# #.# #.#", "o": ".#. #.# #.# #.# .#.",
    "p": "##. #.# ##. #.. #..", "q": ".#. #.# #.# ##. .##", "r": "##. #.# ##. ##. #.#",
    "s": ".## #.. .#. ..# ##.", "t": "### .#. .#. .#. .#.", "u": "#.# #.# #.# #.# ###",
    "v": "#.# #.# #.# .#. .#.", "w": "#.# #.# ### ### #.#", "x": "#.# #.# .#. #.# #.#",
    "y": "#.# #.# .#. .#. .#.", "z": "### ..# .#. #.. ###",
}  # fmt: skip


@cache
def written(word: str) -> np.ndarray:
    """A word's ink: bool [5, 4 x letters - 1], False between the letters."""
    ink = np.zeros((HEIGHT, (WIDTH + 1) * len(word) - 1), dtype=bool)
    for place, letter in enumerate(word):
        left = place * (WIDTH + 1)
        rows = _DRAWN[letter].split()
        ink[:, left : left + WIDTH] = [[dot == "#" for dot in row] for row in rows]
    return ink
