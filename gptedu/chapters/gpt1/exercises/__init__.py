"""Chapter 1's exercises, in the chapter's order, and its quiz."""

from __future__ import annotations

from gptedu.chapters.gpt1.exercises.check_yourself import QUIZ as quiz
from gptedu.chapters.gpt1.exercises.classifier import (
    EXTRACTED as extracted,
)
from gptedu.chapters.gpt1.exercises.classifier import (
    L3 as l3,
)
from gptedu.chapters.gpt1.exercises.mask import BERT_MASK as bert_mask
from gptedu.chapters.gpt1.exercises.rows import (
    ENTAILMENT_ROW as entailment_row,
)
from gptedu.chapters.gpt1.exercises.rows import (
    REVIEW_ROW as review_row,
)

__all__ = [
    "EXERCISES",
    "bert_mask",
    "entailment_row",
    "extracted",
    "l3",
    "quiz",
    "review_row",
]

EXERCISES = (entailment_row, review_row, extracted, l3, bert_mask)
