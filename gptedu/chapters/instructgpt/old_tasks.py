"""What the base model could do before: the tasks on which the alignment tax is measured.

InstructGPT measures it on public tasks (section 4.2); ours are chapter 2's. GPT-4's calibration
before and after (its technical report, figure 8) is of questions with four choices.
"""

from __future__ import annotations

from torch import Tensor

from gptedu.evaluate.accuracy import evaluate
from gptedu.evaluate.exam import RIGHT, exam_scores
from gptedu.language_model import LanguageModel
from gptedu.world import World

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


def exam(lm: LanguageModel, count: int = 300, seed: int = 0) -> tuple[Tensor, Tensor]:
    """A text, a question and four answers, as in an exam: (confidence, right), both [count].

    confidence: the probability of the likeliest answer among the four. right: 1.0 where it is the
    one that the text gives.
    """
    shares = exam_scores(lm, count, seed).softmax(dim=1)
    return shares.amax(dim=1), (shares.argmax(dim=1) == RIGHT).float()
