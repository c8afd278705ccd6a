"""Chapter 8's exercises, in the chapter's order."""

from __future__ import annotations

from gptedu.chapters.safety.exercises.calibration import CALIBRATION_ERROR as calibration_error
from gptedu.chapters.safety.exercises.check_yourself import HALFWAY as halfway
from gptedu.chapters.safety.exercises.check_yourself import QUIZ as quiz
from gptedu.chapters.safety.exercises.classes import CLASS_OF as class_of
from gptedu.chapters.safety.exercises.hinge import HINGE as hinge_loss
from gptedu.chapters.safety.exercises.loop import KEPT as kept
from gptedu.chapters.safety.exercises.rewards import MEAN_REWARD as mean_reward
from gptedu.chapters.safety.exercises.rules import PRECISION_RECALL as precision_recall

__all__ = [
    "EXERCISES",
    "calibration_error",
    "class_of",
    "halfway",
    "hinge_loss",
    "kept",
    "mean_reward",
    "precision_recall",
    "quiz",
]

EXERCISES = (class_of, precision_recall, mean_reward, hinge_loss, kept, calibration_error)
