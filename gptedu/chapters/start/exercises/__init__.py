"""Chapter 0's exercises, in the chapter's order."""

from __future__ import annotations

from gptedu.chapters.start.exercises.attention import (
    ATTENTION as attention,
)
from gptedu.chapters.start.exercises.attention import (
    CAUSAL_MASK as causal_mask,
)
from gptedu.chapters.start.exercises.check_yourself import QUIZ as quiz
from gptedu.chapters.start.exercises.check_yourself import READY as ready
from gptedu.chapters.start.exercises.predicting import (
    NEXT_TOKEN_LOSS as next_token_loss,
)
from gptedu.chapters.start.exercises.predicting import (
    PROBABILITIES as probabilities,
)

__all__ = [
    "EXERCISES",
    "attention",
    "causal_mask",
    "next_token_loss",
    "probabilities",
    "quiz",
    "ready",
]

EXERCISES = (causal_mask, attention, next_token_loss, probabilities)
