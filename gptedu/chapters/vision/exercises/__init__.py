"""Chapter 7's exercises, in the chapter's order, and its quizzes."""

from __future__ import annotations

from gptedu.chapters.vision.exercises.charts import WORKED_OUT as worked_out
from gptedu.chapters.vision.exercises.check_yourself import HALFWAY as halfway
from gptedu.chapters.vision.exercises.check_yourself import QUIZ as quiz
from gptedu.chapters.vision.exercises.loss import CONTRASTIVE as contrastive
from gptedu.chapters.vision.exercises.loss import TARGETS as targets
from gptedu.chapters.vision.exercises.prompts import ENSEMBLE as ensemble
from gptedu.chapters.vision.exercises.stream import LAY_OUT as lay_out
from gptedu.chapters.vision.exercises.temperature import STEP as step

__all__ = [
    "EXERCISES",
    "contrastive",
    "ensemble",
    "halfway",
    "lay_out",
    "quiz",
    "step",
    "targets",
    "worked_out",
]

EXERCISES = (contrastive, step, targets, ensemble, lay_out, worked_out)
