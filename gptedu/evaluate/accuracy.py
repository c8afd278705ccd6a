"""Put many questions to a model and count the right answers (Brown et al. 2020, section 2.4)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gptedu.evaluate.prompts import fit_prompt
from gptedu.evaluate.scoring import exact_match, overlap_f1, same_number, score_choices

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel
    from gptedu.world import Question

FREE = {"exact": exact_match, "number": same_number, "f1": overlap_f1}
METRICS = (*FREE, "choice", "choice-normalised")


@dataclass(frozen=True)
class Example:
    """One question as it was put, what came back, and its score (0 to 1)."""

    prompt: str
    wanted: str
    given: str
    score: float
    shown: int


@dataclass(frozen=True)
class Result:
    """What a model scored on a set of questions.

    accuracy: mean score, 0 to 1. interval: its 95% interval (low, high).
    """

    model: str
    task: str
    metric: str
    k: int
    accuracy: float
    count: int
    interval: tuple[float, float]
    examples: tuple[Example, ...]


def evaluate(
    lm: LanguageModel,
    questions: Sequence[Question],
    k: int = 0,
    metric: str = "exact",
) -> Result:
    """Score a model on questions with ``k`` examples in every prompt; no weight changes.

    k: how many of each question's own demonstrations stand before it.
    metric: "exact", "number" (the last one) and "f1" compare what the model writes, greedily, with
        the answer; "choice" and "choice-normalised" take the likeliest of the question's choices,
        by the sum or by the mean of its token log-probabilities.
    """
    if metric not in METRICS:
        raise ValueError(f"Unknown metric {metric!r}: choose one of {', '.join(METRICS)}.")
    if not questions:
        raise ValueError("There are no questions to evaluate on: ask the world for at least one.")
    if len({question.stop for question in questions}) > 1:
        raise ValueError("The answers stop at different texts: evaluate each kind apart.")
    context = lm.model.config.context
    room = max(
        len(lm.tokenizer.encode(text))
        for question in questions
        for text in (question.answer + question.stop, *question.choices)
    )
    room += 2  # an answer that goes on is seen to go on
    prompts = [fit_prompt(lm.tokenizer, q, k, context=context, room=room) for q in questions]
    texts = [prompt.text for prompt in prompts]
    if metric in FREE:
        given = free_answers(lm, texts, questions[0].stop, room)
        scores = [FREE[metric](text, q.answer) for text, q in zip(given, questions, strict=True)]
    else:
        for question in questions:
            if question.answer not in question.choices:
                raise ValueError(
                    f"The question {question.prompt!r} has the choices {question.choices} without "
                    f"its answer {question.answer!r}: use metric='exact'."
                )
        scored = score_choices(lm, texts, [q.choices for q in questions])
        kind = 1 if metric == "choice-normalised" else 0
        given = [
            max(zip(score[kind], q.choices, strict=True))[1]
            for score, q in zip(scored, questions, strict=True)
        ]
        scores = [float(text == q.answer) for text, q in zip(given, questions, strict=True)]

    examples = tuple(
        Example(prompt.text, question.answer, text, score, prompt.shown)
        for prompt, question, text, score in zip(prompts, questions, given, scores, strict=True)
    )
    return Result(
        model=lm.name,
        task=questions[0].task,
        metric=metric,
        k=k,
        accuracy=sum(scores) / len(scores),
        count=len(scores),
        interval=interval(scores),
        examples=examples,
    )


def free_answers(
    lm: LanguageModel, prompts: Sequence[str], stop: str, max_tokens: int, rows: int = 64
) -> list[str]:
    """What the model writes after each prompt, greedily, up to ``stop``."""
    order = sorted(range(len(prompts)), key=lambda index: len(prompts[index]))
    answers = [""] * len(prompts)
    for start in range(0, len(order), rows):  # neighbours of one length: little padding
        block = order[start : start + rows]
        written = lm.generate([prompts[i] for i in block], max_tokens=max_tokens, stop=stop)
        for index, text in zip(block, written, strict=True):
            answers[index] = text
    return answers


def interval(scores: Sequence[float], z: float = 1.96) -> tuple[float, float]:
    """The 95% interval of the mean: Wilson's for right-or-wrong, the normal one for shares."""
    n, mean = len(scores), sum(scores) / len(scores)
    if all(score in (0.0, 1.0) for score in scores):
        middle = (mean + z * z / (2 * n)) / (1 + z * z / n)
        half = z * math.sqrt(mean * (1 - mean) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    else:
        middle = mean
        half = z * math.sqrt(sum((s - mean) ** 2 for s in scores) / max(n - 1, 1) / n)
    return max(0.0, middle - half), min(1.0, middle + half)
