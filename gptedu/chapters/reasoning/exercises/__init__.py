"""Chapter 5's exercises, in the chapter's order, and its quizzes."""

from __future__ import annotations

from gptedu.chapters.reasoning.exercises.answers import ANSWER as answer
from gptedu.chapters.reasoning.exercises.bridge import IMPOSSIBLE as impossible
from gptedu.chapters.reasoning.exercises.check_yourself import HALFWAY as halfway
from gptedu.chapters.reasoning.exercises.check_yourself import QUIZ as quiz
from gptedu.chapters.reasoning.exercises.labels import KEPT as kept
from gptedu.chapters.reasoning.exercises.steps import FIRST_WRONG as first_wrong
from gptedu.chapters.reasoning.exercises.votes import SCORE as score
from gptedu.chapters.reasoning.exercises.votes import TWO_ANSWERS as two_answers
from gptedu.chapters.reasoning.exercises.written import ANSWERS as written_answers
from gptedu.chapters.reasoning.exercises.written import VERDICT as verdict

__all__ = [
    "EXERCISES",
    "answer",
    "first_wrong",
    "halfway",
    "impossible",
    "kept",
    "quiz",
    "score",
    "two_answers",
    "verdict",
    "written_answers",
]

EXERCISES = (answer, first_wrong, impossible, verdict, score, two_answers, kept)
