"""A small random language model far from uniform, and prompts and choices for it."""

from __future__ import annotations

import torch

from gptedu.language_model import LanguageModel
from gptedu.model import GPT, GPTConfig
from gptedu.text import train_tokenizer
from gptedu.world import Question

TEXTS = ["the cold dog : the hot cat\nbig : small\nwet : dry and dry and wet\n"] * 20
PROMPTS = ["hot :", "the big dog and the wet cat :", "x", "big : small\nwet :"]
CHOICES = (" cold", " dry and wet", " x", "\nhot")


def asked(prompt: str, answer: str, choices: tuple[str, ...] = (), shown: tuple[str, ...] = ()):
    return Question("pairs", prompt, answer, choices, shown, "\n")


def small_lm() -> LanguageModel:
    torch.manual_seed(0)
    tokenizer = train_tokenizer(TEXTS, 300)
    model = GPT(GPTConfig(vocab_size=tokenizer.vocab_size, context=48, layers=2, width=32, heads=2))
    with torch.no_grad():  # far from uniform, so that a wrong position shows
        for weight in model.parameters():
            if weight.dim() == 2:
                weight.mul_(6)
    return LanguageModel(model=model.eval(), tokenizer=tokenizer, name="random", card={})
