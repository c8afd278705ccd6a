"""What the tests of this widget share."""

from __future__ import annotations

import pytest
import torch

from gptedu.language_model import LanguageModel
from gptedu.model import GPT, GPTConfig
from gptedu.rlhf.reward.model import RewardModel
from gptedu.rlhf.reward.scorer import Scorer
from gptedu.sampling import seeded
from gptedu.text import train_tokenizer

TEXT = "The cat sat on the mat. The dog saw the red house."


PROMPT = "The dog saw the cat.\nReply:"


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    tokenizer = train_tokenizer([TEXT, "Reply:"] * 3, 300)
    config = GPTConfig(tokenizer.vocab_size, 96, layers=2, width=16, heads=2)
    lm = LanguageModel(GPT(config, seeded(0)), tokenizer, "tiny")
    model = RewardModel.of(lm)
    torch.nn.init.normal_(model.head.weight, 0, 0.3, generator=seeded(1))
    return Scorer(model, tokenizer)


def same(reward: float, scorer: Scorer, text: str) -> bool:
    return reward == pytest.approx(float(scorer([text])[0]), abs=1e-5)
