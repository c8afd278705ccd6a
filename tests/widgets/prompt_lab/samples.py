"""What the tests of this widget share."""

from __future__ import annotations

import pytest

from gptedu.language_model import LanguageModel
from gptedu.model import GPT, GPTConfig
from gptedu.sampling import seeded
from gptedu.text import train_tokenizer

EXAMPLES = ["tall: short", "big: small", "wet: dry", "fast: slow", "old: young"]


TOKENIZER = train_tokenizer([*EXAMPLES, "hot: cold", "The cat sat on the mat."] * 3, 300)


def tiny(name: str, width: int, context: int = 64) -> LanguageModel:
    config = GPTConfig(TOKENIZER.vocab_size, context, layers=2, width=width, heads=2)
    return LanguageModel(GPT(config, seeded(width)), TOKENIZER, name)


@pytest.fixture(scope="module")
def family() -> list[LanguageModel]:
    return [tiny("large", 32), tiny("small", 8)]
