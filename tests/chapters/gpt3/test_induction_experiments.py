"""What is lost without the induction heads."""

from __future__ import annotations

import pytest

from gptedu.chapters.gpt3.experiments.induction import switched_off
from gptedu.language_model import LanguageModel
from gptedu.model import GPT, GPTConfig
from gptedu.sampling import seeded
from gptedu.text import Tokenizer
from gptedu.world import Question
from small_lm import WORDS, sharp_lm, word_tokenizer


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return word_tokenizer()


@pytest.fixture(scope="module")
def lm(tokenizer: Tokenizer) -> LanguageModel:
    return sharp_lm(tokenizer)


def asked(count: int = 30) -> list[Question]:
    words = [f" {word}" for word in WORDS]
    return [
        Question("t", f"x{words[i]} x", words[i + 1], tuple(words[i + 1 : i + 4]), (), "\n")
        for i in range(count)
    ]


OFF = [(0, 2), (2, 1), (2, 3)]


def test_the_heads_and_the_random_sets_are_compared_on_the_same_questions(lm, monkeypatch):
    from gptedu.chapters.gpt3.experiments import induction as experiments

    def scripted(lm, questions, k, heads, metric):
        return {0: 0.5}.get(k, 1.0 if not heads else 0.6 if list(heads) == OFF else 0.9)

    monkeypatch.setattr(experiments, "ablation", scripted)
    found = switched_off(lm, asked(), 12, "choice", OFF, draws=4)
    assert found["lost"] == pytest.approx(0.8)
    assert found["lost at random"] == pytest.approx([0.2] * 4)
    assert all(
        len(heads) == len(OFF) and not set(heads) & set(OFF) for heads in found["random sets"]
    )


def test_a_size_without_heads_has_nothing_switched_off(tokenizer):
    from gptedu.chapters.gpt3.experiments.induction import one_size

    config = GPTConfig(tokenizer.vocab_size, context=64, layers=2, width=16, heads=2)
    fresh = LanguageModel(GPT(config, seeded(0)), tokenizer, "fresh")
    found = one_size(fresh)
    assert found["heads"] == []
    assert set(found) == {"induction", "heads", "gain", "copied"}
