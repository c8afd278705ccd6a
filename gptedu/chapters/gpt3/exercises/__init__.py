"""Chapter 3's exercises, in the chapter's order, and its quiz."""

from __future__ import annotations

from gptedu.chapters.gpt3.exercises.calibration import CALIBRATED as calibrated
from gptedu.chapters.gpt3.exercises.check_yourself import QUIZ as quiz
from gptedu.chapters.gpt3.exercises.context import THAT_FIT as that_fit
from gptedu.chapters.gpt3.exercises.induction import INDUCTION_SCORE as induction_score
from gptedu.chapters.gpt3.exercises.mixture import EPOCHS as epochs
from gptedu.chapters.gpt3.exercises.own_rule import RULE as rule
from gptedu.chapters.gpt3.exercises.own_rule import lines_of
from gptedu.chapters.gpt3.exercises.prompts import FEW_SHOT_PROMPT as few_shot_prompt
from gptedu.chapters.gpt3.exercises.sizes import GPT3_PARAMETERS as gpt3_parameters

__all__ = [
    "EXERCISES",
    "calibrated",
    "epochs",
    "few_shot_prompt",
    "gpt3_parameters",
    "induction_score",
    "lines_of",
    "quiz",
    "rule",
    "that_fit",
]

EXERCISES = (few_shot_prompt, rule, calibrated, that_fit, induction_score, gpt3_parameters, epochs)
