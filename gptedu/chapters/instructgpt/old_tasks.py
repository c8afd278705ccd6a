"""What the base model could do before: the tasks on which the alignment tax is measured.

InstructGPT measures it on public tasks (section 4.2); ours are chapter 2's. GPT-4's calibration
before and after (its technical report, figure 8) is of questions with four choices.
"""

from __future__ import annotations

import random

import torch
from torch import Tensor

from gptedu.evaluate.accuracy import evaluate
from gptedu.language_model import LanguageModel
from gptedu.world import World
from gptedu.world.documents import passages
from gptedu.world.draw import Draw

OLD_TASKS = {
    "reading": "answering from a text",
    "closed-book": "facts from memory",
    "translate-into-english": "into English",
    "summary": "summaries",
}
"""Task of chapter 2 -> how a figure calls it."""


def abilities(lm: LanguageModel, count: int = 100, seed: int = 0) -> dict[str, float]:
    """Share of chapter 2's questions that are answered to the letter: task -> 0 to 1."""
    questions = {task: World().questions(task, "test", count, seed=seed) for task in OLD_TASKS}
    return {task: evaluate(lm, own, metric="verbatim").accuracy for task, own in questions.items()}


@torch.inference_mode()
def exam(lm: LanguageModel, count: int = 300, seed: int = 0) -> tuple[Tensor, Tensor]:
    """A text, a question and four answers, as in an exam: (confidence, right), both [count].

    confidence: the probability of the likeliest answer among the four. right: 1.0 where it is the
    one that the text gives.
    """
    facts = World().facts
    confidence, right = torch.zeros(count), torch.zeros(count)
    for i in range(count):
        d = Draw(facts, "test", random.Random(f"choices/{seed}/{i}"))
        told, text = passages.told_passage(d, 2, 3)
        fact = d.pick(told)
        wrong = d.sample([a for a in fact.answers() if a != fact.answer], 3)
        scores = lm.score(
            f"{text}\nQuestion: {fact.question}\nAnswer:", [f" {a}" for a in (fact.answer, *wrong)]
        ).raw
        shares = torch.tensor(scores).softmax(dim=0)
        confidence[i], right[i] = shares.max(), float(shares.argmax() == 0)
    return confidence, right
