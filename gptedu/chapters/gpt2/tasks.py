"""GPT-2's four tasks without training, and its summaries with and without the hint (section 3)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from gptedu.evaluate.answers import overlap_f1
from gptedu.world import metrics

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel
    from gptedu.world import Question

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
