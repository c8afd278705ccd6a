"""Small random language models far from uniform, and prompts and choices for one of them."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from gptedu.language_model import LanguageModel
from gptedu.model import GPT, GPTConfig
from gptedu.sampling import seeded
from gptedu.text import Tokenizer, train_tokenizer
from gptedu.world import Question
from gptedu.world.words import lexicon

TEXTS = ["the cold dog : the hot cat\nbig : small\nwet : dry and dry and wet\n"] * 20
WEB_TEXTS = ["the dog said that she was late: zib\nhe was mof\n"] * 20
WORDS = [*lexicon.THINGS, *lexicon.WOMEN, *lexicon.TOWNS]
PROMPTS = ["hot :", "the big dog and the wet cat :", "x", "big : small\nwet :"]
CHOICES = (" cold", " dry and wet", " x", "\nhot")


def asked(prompt: str, answer: str, choices: tuple[str, ...] = (), shown: tuple[str, ...] = ()):
    return Question("pairs", prompt, answer, choices, shown, "\n")


def small_lm(
    texts: Sequence[str] = TEXTS, context: int = 48, name: str = "random"
) -> LanguageModel:
    """Two layers far from uniform, so that a wrong position shows."""
    tokenizer = train_tokenizer(texts, 300)
    shape = GPTConfig(tokenizer.vocab_size, context, layers=2, width=32, heads=2)
    model = GPT(shape, seeded(0))
    sharpen(model, 6)
    return LanguageModel(model.eval(), tokenizer, name, {})


def tiny_lm() -> LanguageModel:
    """With room for questions of the web and their examples."""
    return small_lm(WEB_TEXTS, 160, "tiny")


def word_tokenizer() -> Tokenizer:
    """Each of `WORDS`, behind a space, is one token."""
    return train_tokenizer([f"x {word}" for word in WORDS] * 4, 900)


def sharp_lm(tokenizer: Tokenizer) -> LanguageModel:
    """Three layers of four heads with sharp attention, so that every head matters."""
    shape = GPTConfig(tokenizer.vocab_size, context=64, layers=3, width=32, heads=4)
    model = GPT(shape, seeded(0))
    sharpen(model, 3)
    return LanguageModel(model, tokenizer, "random")


def sharpen(model: GPT, factor: float) -> None:
    """Multiplies every matrix."""
    with torch.no_grad():
        for weight in model.parameters():
            if weight.dim() == 2:
                weight.mul_(factor)
