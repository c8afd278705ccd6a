"""What the tests of this widget share."""

from __future__ import annotations

import pytest
import torch

from gptedu.language_model import LanguageModel
from gptedu.model import GPT, GPTConfig
from gptedu.sampling import seeded
from gptedu.text import train_tokenizer

TEXT = "The cat sat on the mat. The dog"


def tiny(norm: str = "pre", context: int = 48) -> LanguageModel:
    tokenizer = train_tokenizer([f"{TEXT} saw the cat. A mat is red. Ünder 水"] * 3, 300)
    config = GPTConfig(tokenizer.vocab_size, context, layers=3, width=32, heads=4, norm=norm)
    model = GPT(config, seeded(1))
    with torch.no_grad():
        model.token_embedding.weight.mul_(3)  # far from uniform
    return LanguageModel(model, tokenizer, "tiny")


@pytest.fixture(scope="module")
def lm() -> LanguageModel:
    return tiny()
