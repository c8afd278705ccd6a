"""What the tests of this folder share: a tokenizer of words, and a model with sharp attention."""

from __future__ import annotations

import pytest

from gptedu.language_model import LanguageModel
from gptedu.text import Tokenizer
from small_lm import sharp_lm, word_tokenizer


@pytest.fixture(scope="session")
def tokenizer() -> Tokenizer:
    return word_tokenizer()


@pytest.fixture(scope="module")
def lm(tokenizer: Tokenizer) -> LanguageModel:
    return sharp_lm(tokenizer)
