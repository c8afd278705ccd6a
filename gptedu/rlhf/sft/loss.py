"""The loss of supervised fine-tuning: the language model's, on the tokens of the answer alone.

What people ask is given, and only how to reply is learned (InstructGPT, section 3.5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from gptedu import threads
from gptedu.language_model import LanguageModel
from gptedu.model import GPT
from gptedu.model.llama import Llama
from gptedu.rlhf.labels.demonstrations import Demonstration
from gptedu.sampling import token_logprobs
from gptedu.text import Tokenizer, pad


@dataclass(frozen=True)
class Encoded:
    """One demonstration as ids, end-of-text before and behind; the answer begins at `border`."""

    ids: list[int]
    border: int


def encode(tokenizer: Tokenizer, demonstration: Demonstration, context: int) -> Encoded:
    """Ids of a demonstration. Raises ValueError where it does not fit the context, or is empty."""
    prompt = tokenizer.encode(demonstration.prompt)
    answer = tokenizer.encode(demonstration.answer)
    if not prompt or not answer:
        raise ValueError(f"{demonstration!r} has an empty side: give both some text")
    ids = [tokenizer.end, *prompt, *answer, tokenizer.end]
    if len(ids) > context:
        raise ValueError(
            f"the demonstration {demonstration.prompt[:40]!r} has {len(ids)} tokens and the "
            f"context is {context}: shorten it"
        )
    return Encoded(ids, 1 + len(prompt))


def answer_loss(model: GPT | Llama, examples: Sequence[Encoded]) -> Tensor:
    """Mean of -log P over all tokens of the answers, their ends included: a scalar, in nats."""
    device = model.token_embedding.weight.device
    batch = pad([example.ids for example in examples]).to(device)
    first = min(example.border for example in examples) - 1
    hidden = model.features(batch.ids, mask=batch.mask)[:, first:]
    logprobs = token_logprobs(
        model.unembed(hidden), batch.ids[:, first:]
    )  # of tokens first + 1 ...
    places = torch.arange(first + 1, batch.ids.shape[1], device=device)
    borders = torch.tensor([example.border for example in examples], device=device)
    answer = (places >= borders[:, None]) & batch.mask[:, first + 1 :]
    return -logprobs[answer].mean()


@torch.inference_mode()
def validation_loss(lm: LanguageModel, demonstrations: Sequence[Demonstration]) -> float:
    """Mean loss over the tokens of held-out answers, in nats a token."""
    context = lm.model.config.context
    data = [encode(lm.tokenizer, shown, context) for shown in demonstrations]
    total = tokens = 0.0
    for start in range(0, len(data), 64):
        group = data[start : start + 64]
        count = sum(len(example.ids) - example.border for example in group)
        with threads.working("reading", lm.model, sum(len(each.ids) for each in group)):
            total += count * answer_loss(lm.model, group).item()
        tokens += count
    return total / tokens
