"""What a widget says of words that its model has never read: one sentence, the same in all."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

from gptedu import assets
from gptedu.text import Tokenizer
from gptedu.world.vocabulary import strange_words
from gptedu.world.words import lexicon

MOST = 4  # words that are named


def strange_note(tokenizer: Any, text: str) -> str:
    """Names the words of a text that do not occur in the miniature web, with two that do.

    tokenizer: of the model, or the model itself. Empty where all words occur, and for a model
    whose tokenizer is not the web's: nobody knows what that has read.
    """
    tokenizer = getattr(tokenizer, "tokenizer", tokenizer)
    if not isinstance(tokenizer, Tokenizer) or not _of_the_web(tokenizer):
        return ""
    words = strange_words(text)
    if not words:
        return ""
    more = f" and {len(words) - MOST} more" if len(words) > MOST else ""
    named = ", ".join(words[:MOST]) + more
    one = len(words) == 1
    first, second = instead(words)
    return (
        f"{'This word does' if one else 'These words do'} not occur in its web: {named}. "
        f"Two that do: {first}, {second}."
    )


def instead(words: Sequence[str]) -> tuple[str, str]:
    """Two words of the web to try: those that look most like the strange ones, if any do."""
    there = _things()
    close = [near for word in words for near in difflib.get_close_matches(word.lower(), there, 1)]
    first, second, *_ = dict.fromkeys([*close, *there])
    return first, second


@cache
def _things() -> tuple[str, ...]:
    return tuple(sorted(lexicon.THINGS))


@lru_cache(maxsize=32)
def _of_the_web(tokenizer: Tokenizer) -> bool:
    """Whether it is the tokenizer that ships, which was learned from the web."""
    path = assets.root() / "tokenizer.json"
    if not path.is_file():
        return False
    return tokenizer.backend.get_vocab() == Tokenizer.load(path).backend.get_vocab()
