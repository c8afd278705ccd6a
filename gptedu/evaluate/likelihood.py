"""Perplexity: the exponential of the mean negative log-likelihood of a token."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from gptedu.language_model import check_predicts, check_text
from gptedu.sampling import continuation_logprobs

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel
    from gptedu.world import Document


def perplexity(
    lm: LanguageModel, documents: Iterable[Document | str], batch_size: int = 32
) -> float:
    """exp(-mean log-probability per token) over documents, each read from the start token.

    A document longer than the context is read in windows that follow one another; each starts
    with the last token of the one before, so that every token is predicted exactly once.

    Raises ValueError where there is no token; TypeError for a model that predicts no next token,
    and for one text in place of several, whose letters would be read one by one.
    """
    check_predicts(lm)
    if isinstance(documents, str):
        raise TypeError(f"documents is {documents[:40]!r}: give a list of texts")
    context = lm.model.config.context
    windows: list[list[int]] = []
    for document in documents:
        text = document if isinstance(document, str) else document.text
        check_text(text)
        ids = [lm.tokenizer.end, *lm.tokenizer.encode(text)]
        windows += [ids[at : at + context] for at in range(0, len(ids) - 1, context - 1)]
    if not windows:
        raise ValueError("there is no token to measure: give at least one document with text")
    logprobs = continuation_logprobs(
        lm.model, [(window[:1], window[1:]) for window in windows], batch_size
    )
    total = sum(float(each.double().sum()) for each in logprobs)
    return math.exp(-total / sum(map(len, logprobs)))
