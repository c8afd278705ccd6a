"""Rankings at random, and the loss of a reward model on them."""

from __future__ import annotations

import random

import torch

from gptedu.rlhf.labels.comparisons import Comparison
from gptedu.rlhf.reward.loss import batch_loss
from gptedu.rlhf.reward.model import RewardModel
from gptedu.rlhf.reward.scorer import read_texts
from gptedu.text import Tokenizer

WORDS = ["the", "cat", "sat", "on", "a", "red", "mat", "and", "looked", "at", "old", "dog"]
CONTEXT = 48


def ranked(seed: int, answers: int = 4, longest: int = 8) -> Comparison:
    """Answers of random words, the longest of which is the best."""
    rng = random.Random(seed)
    lengths = rng.sample(range(1, longest + answers), answers)
    texts = tuple("".join(f" {rng.choice(WORDS)}" for _ in range(n)) + "." for n in lengths)
    order = sorted(lengths, reverse=True)
    return Comparison(
        " ".join(rng.choices(WORDS, k=rng.randint(2, 8))) + "\nReply:",
        texts,
        tuple(order.index(n) + 1 for n in lengths),
    )


def loss_of(
    model: RewardModel, tokenizer: Tokenizer, comparisons: list[Comparison]
) -> torch.Tensor:
    rows = [read_texts(tokenizer, c.texts, CONTEXT) for c in comparisons]
    return batch_loss(model, rows, [c.ranks for c in comparisons])


def gradient(model: RewardModel, loss: torch.Tensor) -> torch.Tensor:
    found = torch.autograd.grad(loss, list(model.parameters()), allow_unused=True)
    return torch.cat([g.flatten() for g in found if g is not None])
