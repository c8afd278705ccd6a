"""How an answer is judged: by its log-probability among choices, or by its words.

Choices follow Brown et al. 2020, section 2.4; the overlap is ROUGE-1 (Lin 2004, "ROUGE: A Package
for Automatic Evaluation of Summaries"); calibration is Zhao et al. 2021, "Calibrate Before Use".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from gptedu.language_model import split_choices
from gptedu.sampling import row_logprobs
from gptedu.text import pad

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel


@torch.inference_mode()
def score_choices(
    lm: LanguageModel,
    prompts: Sequence[str],
    choices: Sequence[Sequence[str]],
    batch_size: int = 64,
) -> list[tuple[list[float], list[float]]]:
    """Score many prompts and their choices together; equal to ``lm.score`` one at a time.

    Returns, for each prompt, (raw, normalised): the sum of the choice's token log-probabilities in
    nats, and that sum divided by its number of tokens. Raw scores favour short choices.

    A row of the batch is what has to be read before a choice's last token, so choices of one token
    share the row of their prompt. Rows are padded on the left: the answers then end together.

    Raises ValueError where `lm.score` does, and for an LSTM where prompts differ in length.
    """
    context = lm.model.config.context
    rows: dict[tuple[int, ...], list[tuple[int, int]]] = {}  # read -> the choices it serves
    tails: list[list[list[int]]] = []
    for index, (prompt, options) in enumerate(zip(prompts, choices, strict=True)):
        lm.check_predicts(prompt)
        head, ends = split_choices(lm.tokenizer, prompt, options)
        tails.append(ends)
        for number, tail in enumerate(ends):
            row = (*head, *tail[:-1])
            if len(row) > context:
                raise ValueError(
                    f"A prompt with its choice takes {len(row)} tokens, but the context of "
                    f"{lm.name} holds {context}: use fewer examples or a shorter text."
                )
            rows.setdefault(row, []).append((index, number))

    sums = [[0.0] * len(ends) for ends in tails]
    device = next(lm.model.parameters()).device
    ordered = sorted(rows, key=len)  # neighbours of one length: little padding
    for start in range(0, len(ordered), batch_size):
        block = ordered[start : start + batch_size]
        asked = [(place, i, n) for place, row in enumerate(block) for i, n in rows[row]]
        longest = max(len(tails[i][n]) for _, i, n in asked)
        batch = pad([list(row) for row in block], side="left", value=lm.tokenizer.end)
        hidden = lm.model.features(batch.ids.to(device), mask=batch.mask.to(device))
        logits = lm.model.unembed(hidden[:, -longest:])  # [rows, longest, vocab]
        logits = logits[torch.tensor([place for place, _, _ in asked], device=device)]
        ids = pad([tails[i][n] for _, i, n in asked], side="left").ids  # [asked, longest]
        each = row_logprobs(logits.flatten(0, 1), ids.to(device).flatten()).view(ids.shape).cpu()
        for line, (_, i, n) in zip(each, asked, strict=True):
            sums[i][n] = float(line[-len(tails[i][n]) :].sum())
    return [
        (raw, [total / len(tail) for total, tail in zip(raw, ends, strict=True)])
        for raw, ends in zip(sums, tails, strict=True)
    ]


def calibrate(scores: Tensor, content_free: Tensor) -> Tensor:
    """Contextual calibration (Zhao et al. 2021, section 5).

    scores [..., choices]: log-probabilities of the choices after the prompt.
    content_free [choices] or [inputs, choices]: the same after a prompt that asks about nothing
    ("N/A"). Several such inputs are averaged as probabilities.

    Returns probabilities [..., choices]: each choice's probability divided by what it gets for
    nothing, normalised. The paper's W = diag(p_cf)^-1, b = 0. (The paper then takes a softmax of
    W p, which orders the choices alike; dividing by the sum also keeps the result independent of
    any constant bias of a choice.)
    """
    prior = content_free.log_softmax(-1)
    if prior.dim() == 2:
        prior = prior.logsumexp(0)  # the mean, up to a constant that the softmax removes
    if scores.shape[-1] != prior.shape[-1]:
        raise ValueError(
            f"{scores.shape[-1]} choices cannot be calibrated by {prior.shape[-1]}: "
            "score the same choices on both prompts."
        )
    return (scores - prior).softmax(-1)


def words(text: str) -> list[str]:
    """The words of a text in lower case, without punctuation."""
    return re.findall(r"\w+", text.lower())


def exact_match(given: str, wanted: str) -> float:
    """1.0 where the two texts have the same words in the same order, else 0.0."""
    return float(words(given) == words(wanted))


def same_number(given: str, wanted: str) -> float:
    """1.0 where both texts end in the same whole number, whatever steps lead to it.

    A sign belongs to a number unless a word or another number stands right before it, as in "3-5".
    """
    number = re.compile(r"(?<!\w)-\d+|\d+")
    found, right = (number.findall(text.replace(",", "")) for text in (given, wanted))
    return float(bool(found) and bool(right) and int(found[-1]) == int(right[-1]))


def overlap_f1(given: str, wanted: str) -> float:
    """ROUGE-1 F1: the harmonic mean of precision and recall over single words, with counts."""
    left, right = Counter(words(given)), Counter(words(wanted))
    shared = (left & right).total() if left and right else 0
    if shared == 0:
        return 0.0
    precision, recall = shared / left.total(), shared / right.total()
    return 2 * precision * recall / (precision + recall)
