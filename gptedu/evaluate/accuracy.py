"""Put many questions to a model and count the right answers (Brown et al. 2020, section 2.4)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, stdev
from typing import TYPE_CHECKING

from gptedu.evaluate.answers import exact_match, overlap_f1, same_answer, same_number, verbatim
from gptedu.evaluate.choices import score_choices
from gptedu.evaluate.prompts import fit_prompt
from gptedu.progress import track

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel
    from gptedu.world import Question

FREE = {
    "exact": exact_match,
    "verbatim": verbatim,
    "number": same_number,
    "answer": same_answer,
    "f1": overlap_f1,
}
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
    max_tokens: int | None = None,
) -> Result:
    """Score a model on questions with ``k`` examples in every prompt; no weight changes.

    k: how many of each question's own demonstrations stand before it.
    metric: "exact" (the same words), "verbatim" (the same letters), "number" (the last one),
        "answer" (of a worked solution, see `same_answer`) and "f1" compare what the model writes,
        greedily, with the answer; "choice" and "choice-normalised" take the likeliest of the
        question's choices, by the sum or by the mean of its token log-probabilities.
    max_tokens: of what the model writes; by default two more than the longest answer has, so that
        an answer that goes on is seen to go on.

    Raises ValueError for another metric, for no questions, for questions whose answers end
    differently, and for a question whose choices lack its answer.
    """
    if metric not in METRICS:
        raise ValueError(f"metric is {metric!r}: choose one of {', '.join(METRICS)}")
    if not questions:
        raise ValueError("there are no questions to evaluate on: give at least one")
    stops = {question.stop for question in questions}
    if len(stops) > 1:
        raise ValueError(f"the answers stop at one of {sorted(stops)}: evaluate each kind apart")
    context = lm.model.config.context
    room = 2 + max(
        len(lm.tokenizer.encode(text))
        for question in questions
        for text in (question.answer + question.stop, *question.choices)
    )
    room = room if max_tokens is None else max_tokens
    prompts = [fit_prompt(lm.tokenizer, q, k, context=context, room=room) for q in questions]
    texts = [prompt.text for prompt in prompts]
    if metric in FREE:
        given = free_answers(lm, texts, questions[0].stop, room)
        scores = [FREE[metric](text, q.answer) for text, q in zip(given, questions, strict=True)]
    else:
        given = _chosen(lm, texts, questions, normalised=metric == "choice-normalised")
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
    starts = range(0, len(order), rows)  # neighbours of one length: little padding
    for start in track(starts, f"{lm.name} answers", notebook_only=True):
        block = order[start : start + rows]
        written = lm.generate([prompts[i] for i in block], max_tokens=max_tokens, stop=stop)
        for index, text in zip(block, written, strict=True):
            answers[index] = text
    return answers


def _chosen(
    lm: LanguageModel, prompts: Sequence[str], questions: Sequence[Question], normalised: bool
) -> list[str]:
    """The likeliest choice of each question."""
    for question in questions:
        if question.answer not in question.choices:
            raise ValueError(
                f"the question {question.prompt!r} has the choices {question.choices} without "
                f"its answer {question.answer!r}: use metric='exact'"
            )
    scored = score_choices(lm, prompts, [question.choices for question in questions])
    return [
        max(zip(score[normalised], question.choices, strict=True))[1]
        for score, question in zip(scored, questions, strict=True)
    ]


def interval(scores: Sequence[float], level: float = 0.95) -> tuple[float, float]:
    """The interval of the mean of scores, 0 to 1, with a confidence of ``level``.

    Wilson's where every score is 0 or 1 (right or wrong); the normal one, cut at 0 and 1, for
    shares. Raises ValueError where there is no score.
    """
    if not scores:
        raise ValueError("there are no scores: give at least one")
    n, total = len(scores), sum(scores)
    if all(score in (0.0, 1.0) for score in scores):
        from scipy.stats import binomtest  # half a second, and only who evaluates needs it

        low, high = binomtest(round(total), n).proportion_ci(level, method="wilson")
        return float(low), float(high)
    half = NormalDist().inv_cdf((1 + level) / 2) * (stdev(scores) if n > 1 else 0.0) / math.sqrt(n)
    return max(0.0, total / n - half), min(1.0, total / n + half)
