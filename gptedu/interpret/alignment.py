"""Which word a head looks at while the model is about to write another one.

The classic sight is translation, where attention runs along the source sentence (Bahdanau et al.
2015, "Neural Machine Translation by Jointly Learning to Align and Translate", Figure 3).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel


def attention_between(
    lm: LanguageModel, source: str, target: str, pairs: Sequence[tuple[str, str]]
) -> Tensor:
    """How much every head looks at a word of ``source`` just before ``target`` says its partner.

    The model reads ``source + target``. For each (said, meant) of ``pairs``, the attention is that
    of the last token *before* ``said``, which is the one that has to predict it, summed over the
    tokens of ``meant``. A word that occurs twice is taken where it stands first.

    Returns [pairs, layers, heads], shares from 0 to 1. Raises ValueError where a word is missing.
    """
    attention = lm.attention(source + target)
    text, ends = "", []  # text read so far; where each token ends in it, the start token at 0
    for piece in attention.pieces:
        text += piece if ends else ""
        ends.append(len(text))
    if text != source + target:
        raise ValueError(
            f"the tokens read {text!r}: words can be found only in text whose tokens show as they "
            "are, so use plain letters"
        )
    rows = []
    for said, meant in pairs:
        first, _ = _span(target, said, len(source))
        # The last token that ends where the word, with the space before it, has not begun.
        query = sum(end <= max(first - 1, len(source)) for end in ends) - 1
        start, stop = _span(source, meant, 0)
        keys = [i for i in range(1, len(ends)) if ends[i] > start and ends[i - 1] < stop]
        rows.append(attention.weights[:, :, query, keys].sum(dim=-1))
    return torch.stack(rows)


def _span(text: str, word: str, offset: int) -> tuple[int, int]:
    """Where a word begins and ends, counted from ``offset`` before the text."""
    match = re.search(rf"\b{re.escape(word)}\b", text)
    if match is None:
        raise ValueError(f"{word!r} is not a word of {text!r}: give the pairs as they are written")
    return match.start() + offset, match.end() + offset
