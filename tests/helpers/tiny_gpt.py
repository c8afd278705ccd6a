"""A tiny GPT, pre- and post-norm, and ids for it."""

from __future__ import annotations

import torch

from gptedu.model import GPT, GPTConfig
from gptedu.sampling import seeded

TINY = GPTConfig(vocab_size=61, context=24, layers=3, width=20, heads=4)
POST = GPTConfig(vocab_size=61, context=24, layers=2, width=20, heads=4, norm="post")


def tiny(config=TINY, seed=0):
    """A model with no weight at a value, such as 0 or 1, that would hide a mistake."""
    draw = seeded(seed)
    model = GPT(config, draw).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=draw) * 0.1)
    return model


def some_ids(rows=2, time=11, seed=0):
    return torch.randint(0, 61, (rows, time), generator=seeded(seed))
