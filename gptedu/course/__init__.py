"""What a chapter's notebook needs: claims, exercises, predictions, quizzes, a progress bar.

Everything here prints or displays something that is the same at every run, so that the stored
notebooks can be compared with what they compute. `build` and `report` turn the chapters' sources
into notebooks and into the table of the papers' figures against ours.
"""

from __future__ import annotations

from gptedu.course.claims import ClaimFailed, claim, claims_table, measured
from gptedu.course.exercises import Exercise, Mistake, probe
from gptedu.course.predictions import predict, reveal
from gptedu.course.progress_bar import progress
from gptedu.course.quizzes import question, quiz
from gptedu.course.scale import scale

__all__ = [
    "ClaimFailed",
    "Exercise",
    "Mistake",
    "claim",
    "claims_table",
    "measured",
    "predict",
    "probe",
    "progress",
    "question",
    "quiz",
    "reveal",
    "scale",
]
