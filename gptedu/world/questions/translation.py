"""Sentences to translate, from Velan and into it."""

from __future__ import annotations

from gptedu.world.documents import velan
from gptedu.world.draw import Draw
from gptedu.world.questions.question import Draft, task_with_demonstrations


def _into_english(d: Draw) -> Draft:
    clause = velan.clause(d)
    return f"Velan: {clause.velan()}\nEnglish:", f" {clause.english()}", ()


def _out_of_english(d: Draw) -> Draft:
    clause = velan.clause(d)
    return f"English: {clause.english()}\nVelan:", f" {clause.velan()}", ()


_SOURCE = "GPT-2, section 3.7, and GPT-3, section 3.3: translation"

TASKS = (
    task_with_demonstrations("translate-into-english", "exact", _SOURCE, _into_english, shown=8),
    task_with_demonstrations(
        "translate-out-of-english", "exact", _SOURCE, _out_of_english, shown=8
    ),
)
