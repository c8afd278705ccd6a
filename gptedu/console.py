"""Words for a screen or a file that may not know every sign: Windows' cp1252, a pipe in ASCII.

A sign that cannot be written is written in others, and printing never fails for it.
"""

from __future__ import annotations

import codecs
import sys
import unicodedata
from typing import TextIO

PLAIN = "gptedu.plain"
"""The way of treating such signs, as `errors` of a stream or of `str.encode` takes it."""

SIGNS = {
    "✓": "ok", "✗": "x", "→": "->", "←": "<-", "·": "-", "−": "-", "–": "-", "—": "-", "×": "x",
    "≥": ">=", "≤": "<=", "≈": "~", "…": "...", "’": "'", "‘": "'", "“": '"', "”": '"',
    "≠": "!=", "•": "*", "○": "o", "β": "beta", "λ": "lambda", "γ": "gamma", "▁": "_", "█": "#",
}  # fmt: skip


def _spell(error: UnicodeError) -> tuple[str, int]:
    """What stands in place of signs that an encoding does not have."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_plain, error.object[error.start : error.end])), error.end


def _plain(sign: str) -> str:
    if sign in SIGNS:
        return SIGNS[sign]
    # é without its accent; anything else as a question mark.
    bare = unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode()
    return bare or "?"


NO_DEAD_VIEW = (
    ".jp-OutputArea-child:has(.gptedu-caption) + * + * > .jupyter-widgets:not(:has(.gptedu)), "
    ".jp-OutputArea-child:has(.gptedu-card) + * > .jupyter-widgets:not(:has(.gptedu)) "
    "{ display: none; }"
)
"""CSS: where a view has no kernel, JupyterLab says "model not found" below what stands there."""

RUN_IT = "click here and press Shift+Enter"
"""How a cell is run, said inside its output: a click there chooses the cell."""


class Stopped(KeyboardInterrupt):
    """Somebody stopped what ran; the words say what is kept and how to go on.

    A notebook shows them as one line: there is nothing to look for in a traceback.
    """

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback."""
        return [str(self)]


codecs.register_error(PLAIN, _spell)


def tolerate(*streams: TextIO) -> None:
    """From now on these streams, or stdout and stderr, write every sign in some way."""
    for stream in streams or (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure") and "utf" not in (stream.encoding or "utf").lower():
            stream.reconfigure(errors=PLAIN)


def say(words: str) -> None:
    """`print`, on any stream."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    print(words.encode(encoding, PLAIN).decode(encoding))


def in_notebook() -> bool:
    """Whether there is a notebook kernel that shows HTML (a terminal does not)."""
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    shell = get_ipython()
    return shell is not None and getattr(shell, "kernel", None) is not None
