"""A language model of eight tokens, whose answers can all be counted."""

from __future__ import annotations

import itertools

import torch

from gptedu.language_model import LanguageModel
from gptedu.model import GPT, GPTConfig
from gptedu.sampling import seeded

END, LETTERS = 0, "abcdefg"


class Letters:
    """One token a letter, a to g; 0 ends a text."""

    end, vocab_size = END, len(LETTERS) + 1

    def encode(self, text: str) -> list[int]:
        return [LETTERS.index(letter) + 1 for letter in text]

    def decode(self, ids: list[int]) -> str:
        return "".join(LETTERS[i - 1] if i else "<end>" for i in ids)


def tiny_lm(seed: int = 0, sharp: float = 1.0, **how: object) -> LanguageModel:
    """Random weights; `sharp` scales the embeddings, and with them how uneven its answers are."""
    shape = {"vocab_size": 8, "context": 24, "layers": 2, "width": 16, "heads": 2} | how
    model = GPT(GPTConfig(**shape), seeded(seed))
    with torch.no_grad():
        model.token_embedding.weight.mul_(sharp)
    return LanguageModel(model, Letters(), f"tiny {seed}")  # type: ignore[arg-type]


def all_answers(longest: int) -> list[list[int]]:
    """Every answer of up to `longest` tokens: ended by itself, or cut."""
    found = [
        [*letters, END]
        for length in range(longest)
        for letters in itertools.product(range(1, 8), repeat=length)
    ]
    return found + [list(letters) for letters in itertools.product(range(1, 8), repeat=longest)]
