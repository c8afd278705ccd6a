"""How likely continuations are: behind every score of a choice, an ending or a document."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

import torch
from torch import Tensor

from gptedu import threads
from gptedu.model.modes import evaluating
from gptedu.sampling.logprobs import row_logprobs
from gptedu.text.batches import pad

LOGITS = 2**25  # numbers at once: GPT-2's for 32 windows would take 6.6 GB


@torch.inference_mode()
def continuation_logprobs(
    model: Any, pairs: Sequence[tuple[Sequence[int], Sequence[int]]], rows: int = 64
) -> list[Tensor]:
    """log P of each token of a continuation after its text: a float32 [tokens] a pair, in nats.

    model: anything with `features` and `unembed`, such as a GPT or an LSTM. pairs: (ids of the
    text, ids of the continuation); a text begins with the end-of-text token, as in training.
    rows: texts read together.

    A row is what has to be read before a continuation's last token, so continuations of one token
    share the row of their text. Only the places that are needed are unembedded.

    Raises ValueError where one of the two is empty, or does not fit the context.
    """
    served: dict[tuple[int, ...], list[int]] = {}  # what is read -> the pairs that it serves
    for number, (text, continuation) in enumerate(pairs):
        if not len(text) or not len(continuation):
            raise ValueError(f"pair {number} has an empty side: give both at least one token")
        tokens = len(text) + len(continuation)
        if tokens > model.config.context:
            raise ValueError(
                f"pair {number} has {tokens} tokens and the context is {model.config.context}: "
                "shorten its text"
            )
        served.setdefault((*text, *continuation[:-1]), []).append(number)
    logprobs: list[Tensor] = [torch.empty(0)] * len(pairs)
    device = next(model.parameters()).device
    ordered = sorted(served, key=len)  # neighbours of one length: little padding
    for start in range(0, len(ordered), rows):
        block = ordered[start : start + rows]
        # Pads stand on the right: an LSTM would read those on the left.
        batch = pad([list(row) for row in block]).to(device)
        numbers = [(place, number) for place, row in enumerate(block) for number in served[row]]
        lengths = [len(pairs[number][1]) for _, number in numbers]
        places = torch.tensor([place for place, _ in numbers]).repeat_interleave(
            torch.tensor(lengths)
        )
        times = chain.from_iterable(
            range(len(block[place]) - length, len(block[place]))
            for (place, _), length in zip(numbers, lengths, strict=True)
        )
        at = places.to(device), torch.tensor([*times], device=device)
        targets = torch.tensor([i for _, number in numbers for i in pairs[number][1]])
        some = max(1, LOGITS // model.config.vocab_size)
        with evaluating(model), threads.working("reading", model, batch.ids.numel()):
            states = model.features(batch.ids, mask=batch.mask)[at]  # [n, width]
            parts = zip(states.split(some), targets.to(device).split(some), strict=True)
            each = torch.cat([row_logprobs(model.unembed(part), ids).cpu() for part, ids in parts])
        for (_, number), own in zip(numbers, each.split(lengths), strict=True):
            logprobs[number] = own
    return logprobs
