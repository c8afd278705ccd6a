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


HARD = (5, 7)
"""Facts of a text in the hard exam. A model that reads nearly every short text rightly is as sure
as it is right whatever is done to it."""


@torch.inference_mode()
def exam_scores(
    lm: LanguageModel, count: int = 300, seed: int = 0, split: str = "test", *, hard: bool = False
) -> Tensor:
    """Log-probability of each of four answers to each question: [count, 4], the right one first.

    hard: longer texts, and wrong answers that stand in the text, as far as there are some.
    """
    facts, count = World().facts, checks.whole("count", count)
    scores = torch.zeros(count, 4)
    for i in range(count):
        d = Draw(facts, split, random.Random(f"choices/{seed}/{i}"))
        told, text = passages.told_passage(d, *(HARD if hard else (2, 3)))
        fact = d.pick(told)
        others = [a for a in fact.answers() if a != fact.answer]
        near = [each.answer for each in told if each.answer in others] if hard else []
        far = d.sample([a for a in others if a not in near], 3)
        wrong = [*dict.fromkeys(near), *far][:3]
        own = lm.score(
            f"{text}\nQuestion: {fact.question}\nAnswer:", [f" {a}" for a in (fact.answer, *wrong)]
        )
        scores[i] = torch.tensor(own.raw)
    return scores
