"""GPT-2's four tasks without training, and its summaries with and without the hint (section 3)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from gptedu.evaluate.answers import exact_match, overlap_f1, words
from gptedu.world import World, metrics

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel
    from gptedu.world import Question

__all__ = ["TASKS", "gist", "overlap", "summaries", "translated", "words"]

TASKS = metrics("reading", "closed-book", "translate-into-english", "summary")
"""The four panels of Figure 1: task of the world -> how its answers are judged."""
HINT = "\nTL;DR:"


def gist(written: str) -> str:
    """The first line that was written, without a label such as "TL;DR:" or "Reply:"."""
    first = written.strip().split("\n")[0]
    return re.sub(r"^[\w;]+:\s*", "", first)


def summaries(
    lm: LanguageModel, questions: Sequence[Question], hint: bool, seed: int = 0
) -> list[str]:
    """A summary of each post, drawn among the two likeliest tokens (paper, Section 3.6).

    Without the hint the prompt is the post alone. The model may then write the label itself; that
    is taken off, so only the summary counts.
    """
    ends = HINT if hint else ""
    posts = [question.prompt.removesuffix(HINT) + ends for question in questions]
    written = lm.generate(posts, max_tokens=24, temperature=1.0, top_k=2, seed=seed)
    return [gist(text) for text in written]


def overlap(given: Sequence[str], questions: Sequence[Question]) -> float:
    """The mean overlap (ROUGE-1 F1) with the reference summaries, in points."""
    each = [overlap_f1(text, q.answer) for text, q in zip(given, questions, strict=True)]
    return 100 * sum(each) / len(each)


def translated(lm: LanguageModel, template: str, count: int = 100, seed: int = 0) -> float:
    """The share of new Velan sentences that a model translates word for word after a prompt.

    template: the prompt, with {} where the sentence goes. An answer is what is written up to the
    end of a line, of a sentence or of a bracket.
    """
    questions = World(seed=0).questions("translate-into-english", "test", count, seed=seed)
    sentences = [q.prompt.removeprefix("Velan: ").split("\n")[0] for q in questions]
    written = lm.generate([template.replace("{}", each) for each in sentences], max_tokens=24)
    lines = [(text.strip().splitlines() or [""])[0] for text in written]
    answers = [line.split(")")[0].split(".")[0] for line in lines]
    return sum(map(exact_match, answers, [q.answer for q in questions])) / count
