"""Perplexity: the exponential of the mean negative log-likelihood of a token."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

import torch

from gptedu.sampling import row_logprobs
from gptedu.text import pad

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel
    from gptedu.world import Document


LOGITS = 2**25  # numbers at once: GPT-2's for 32 windows would take 6.6 GB


@torch.inference_mode()
def perplexity(
    lm: LanguageModel, documents: Iterable[Document | str], batch_size: int = 32
) -> float:
    """exp(-mean log-probability per token) over documents, each read from the start token.

    A document longer than the context is read in windows that follow one another; each starts
    with the last token of the one before, so that every token is predicted exactly once.

    Raises ValueError where there is no token, and for a model that predicts no next token;
    TypeError for one text in place of several, whose letters would be read one by one.
    """
    if isinstance(documents, str):
        raise TypeError(f"documents is {documents[:40]!r}: give a list of texts")
    context = lm.model.config.context
    windows: list[list[int]] = []
    for document in documents:
        text = document if isinstance(document, str) else document.text
        lm.check_predicts(text)
        ids = [lm.tokenizer.end, *lm.tokenizer.encode(text)]
        windows += [ids[at : at + context] for at in range(0, len(ids) - 1, context - 1)]
    if not windows:
        raise ValueError("There is no token to measure: give at least one document with text.")
    windows.sort(key=len)
    total, count = 0.0, 0
    device = next(lm.model.parameters()).device
    for start in range(0, len(windows), batch_size):
        batch = pad(windows[start : start + batch_size])
        tokens, mask = batch.ids.to(device), batch.mask.to(device)
        real = mask[:, 1:]
        states, targets = lm.model.features(tokens, mask=mask)[:, :-1][real], tokens[:, 1:][real]
        some = max(1, LOGITS // lm.model.config.vocab_size)
        for hidden, ids in zip(states.split(some), targets.split(some), strict=True):
            total -= float(row_logprobs(lm.model.unembed(hidden), ids).double().sum())
        count += len(targets)
    return math.exp(total / count)
