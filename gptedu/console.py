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
