"""Tiny random language models of the real classes, for the browser tests."""

from __future__ import annotations

import time
from pathlib import Path

import torch

from gptedu.language_model import LanguageModel
from gptedu.model import GPT, GPTConfig
from gptedu.sampling import seeded
from gptedu.text import train_tokenizer

TEXTS = ["The cat sat on the mat. The dog saw the red house.", "tall: short\nbig: small\nhot: cold"]
HOSTILE = "</script><b>x"
TOKENIZER = train_tokenizer(TEXTS * 3, 320)


def load(name: str, width: int = 32) -> LanguageModel:
    """A model whose context is 96 tokens; the larger its width, the later it is asked."""
    config = GPTConfig(TOKENIZER.vocab_size, 96, layers=3, width=width, heads=4)
    model = GPT(config, seeded(width))
    with torch.no_grad():
        model.token_embedding.weight.mul_(3)  # far from uniform
    return LanguageModel(model, TOKENIZER, name)


class Slow(LanguageModel):
    """Answers only while there is no file named `hold` beside the notebook."""

    def generate(self, *given: object, **options: object) -> object:  # type: ignore[override]
        while Path("hold").exists():
            time.sleep(0.05)
        return super().generate(*given, **options)  # type: ignore[call-overload]


def load_slow(name: str) -> Slow:
    lm = load(name, 64)
    return Slow(lm.model, lm.tokenizer, name)
