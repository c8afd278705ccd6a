"""An exam of the world's own: a text, a question, and four answers to choose from.

The calibration of GPT-4 is measured on such questions (its technical report, figure 8).
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from gptedu import checks
from gptedu.world import World
from gptedu.world.documents import passages
from gptedu.world.draw import Draw

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel

RIGHT = 0
"""The place of the right answer among the four; a model scores each alone, so it sees no order."""


@torch.inference_mode()
def exam_scores(lm: LanguageModel, count: int = 300, seed: int = 0, split: str = "test") -> Tensor:
    """Log-probability of each of four answers to each question: [count, 4], the right one first."""
    facts, count = World().facts, checks.whole("count", count)
    scores = torch.zeros(count, 4)
    for i in range(count):
        d = Draw(facts, split, random.Random(f"choices/{seed}/{i}"))
        told, text = passages.told_passage(d, 2, 3)
        fact = d.pick(told)
        wrong = d.sample([a for a in fact.answers() if a != fact.answer], 3)
        own = lm.score(
            f"{text}\nQuestion: {fact.question}\nAnswer:", [f" {a}" for a in (fact.answer, *wrong)]
        )
        scores[i] = torch.tensor(own.raw)
    return scores
