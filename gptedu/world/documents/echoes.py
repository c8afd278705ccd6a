"""Words said twice at once: the plainest pages on which looking back pays.

A head that copies what stood behind a word before (an induction head) needs another that tells each
place what stood just before it. In rows of 256 tokens `lists.repetition` alone brings both about
after six to eight million tokens; lists of two or three words in rows of sixteen do so within half
a million, and each longer row within a few hundred thousand more.
"""

from __future__ import annotations

from collections.abc import Callable

from gptedu.world.documents.lists import any_words
from gptedu.world.draw import Draw

_FORMS = ("{x}\n{x}", "{x}. {x}.", "{x}, {x}", "{x}: {x}", "- {x}\n- {x}")


def echo(longest: int) -> Callable[[Draw], str]:
    """Draws two to `longest` words, and the same words again: "bag, kite: bag, kite"."""

    def make(d: Draw) -> str:
        words = any_words(d, d.between(2, longest))
        return d.pick(_FORMS).format(x=d.pick((" ", ", ")).join(words))

    return make
