"""A small language model and its reward model."""

from __future__ import annotations

import pytest
import torch

from gptedu.language_model import LanguageModel
from gptedu.model import GPT, GPTConfig
from gptedu.rlhf.reward.model import RewardModel
from gptedu.sampling import seeded
from gptedu.text import Tokenizer, train_tokenizer
from reward_samples import CONTEXT, WORDS


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return train_tokenizer([" ".join(WORDS) + "\nReply:"] * 4, 320)


@pytest.fixture
def lm(tokenizer) -> LanguageModel:
    config = GPTConfig(tokenizer.vocab_size, CONTEXT, layers=2, width=32, heads=4)
    return LanguageModel(GPT(config, seeded(0)), tokenizer, "tiny")


@pytest.fixture
def model(lm) -> RewardModel:
    """A reward model with something to say, in float64 so that parity is parity."""
    model = RewardModel.of(lm)
    torch.nn.init.normal_(model.head.weight, generator=seeded(1))
    model.shift.fill_(0.7)
    return model.double()
