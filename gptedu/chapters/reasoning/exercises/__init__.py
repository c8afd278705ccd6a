"""Chapter 5's exercises, in the chapter's order."""

from __future__ import annotations

from gptedu.chapters.reasoning.exercises.answers import ANSWER as answer
from gptedu.chapters.reasoning.exercises.bridge import IMPOSSIBLE as impossible
from gptedu.chapters.reasoning.exercises.labels import KEPT as kept
from gptedu.chapters.reasoning.exercises.steps import FIRST_WRONG as first_wrong
from gptedu.chapters.reasoning.exercises.votes import SCORE as score
from gptedu.chapters.reasoning.exercises.votes import TWO_ANSWERS as two_answers

__all__ = ["EXERCISES", "answer", "first_wrong", "impossible", "kept", "score", "two_answers"]

EXERCISES = (answer, first_wrong, impossible, score, two_answers, kept)
