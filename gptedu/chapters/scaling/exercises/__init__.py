"""Chapter 6's exercises, in the chapter's order, and its quizzes."""

from __future__ import annotations

from gptedu.chapters.scaling.exercises.check_yourself import HALFWAY as halfway
from gptedu.chapters.scaling.exercises.check_yourself import QUIZ as quiz
from gptedu.chapters.scaling.exercises.compute import TRAINING_FLOPS as training_flops
from gptedu.chapters.scaling.exercises.constants import MEAN_RESIDUAL as mean_residual
from gptedu.chapters.scaling.exercises.constants import (
    TOKENS_PER_PARAMETER as tokens_per_parameter,
)
from gptedu.chapters.scaling.exercises.lines import BEST_SIZE as best_size
from gptedu.chapters.scaling.exercises.lines import FIT_ABOVE as fit_above
from gptedu.chapters.scaling.exercises.pass_rates import MINUS_LOG as minus_log

__all__ = [
    "EXERCISES",
    "best_size",
    "fit_above",
    "halfway",
    "mean_residual",
    "minus_log",
    "quiz",
    "tokens_per_parameter",
    "training_flops",
]

EXERCISES = (training_flops, fit_above, best_size, tokens_per_parameter, mean_residual, minus_log)
