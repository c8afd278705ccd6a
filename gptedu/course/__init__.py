"""What a chapter's notebook needs: claims, exercises, predictions, quizzes, a diagram, progress, a
scale.

Imported in a notebook, it also has the kernel say what to do where a cell is stopped or comes too
early (`faults`).

Everything here prints or displays something that is the same at every run, so that the stored
notebooks can be compared with what they compute.
"""

from __future__ import annotations

from gptedu.course.claims import ClaimFailed, claims_table
from gptedu.course.diagram import gpt_diagram
from gptedu.course.exercises import Exercise, Mistake, probe, withhold_solutions
from gptedu.course.faults import explain
from gptedu.course.predictions import predict, reveal
from gptedu.course.progress import progress
from gptedu.course.quizzes import Quiz, question
from gptedu.course.scale import scale

__all__ = [
    "ClaimFailed",
    "Exercise",
    "Mistake",
    "Quiz",
    "claims_table",
    "gpt_diagram",
    "predict",
    "probe",
    "progress",
    "question",
    "reveal",
    "scale",
    "withhold_solutions",
]

explain()
