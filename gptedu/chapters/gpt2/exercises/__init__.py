"""Chapter 2's exercises, in the chapter's order, and its quiz."""

from __future__ import annotations

from gptedu.chapters.gpt2.exercises.check_yourself import QUIZ as quiz
from gptedu.chapters.gpt2.exercises.prompts import (
    PROMPT as prompt,
)
from gptedu.chapters.gpt2.exercises.prompts import (
    SEARCH as search,
)
from gptedu.chapters.gpt2.exercises.scores import (
    CHOICE_SCORE as choice_score,
)
from gptedu.chapters.gpt2.exercises.scores import (
    OVERLAP as overlap,
)
from gptedu.chapters.gpt2.exercises.scores import (
    PERPLEXITY as perplexity,
)
from gptedu.chapters.gpt2.exercises.sizes import (
    GPT1_VOCABULARY,
    GPT2_VOCABULARY,
    SIZES,
    gpt2_parameters,
)
from gptedu.chapters.gpt2.exercises.sizes import (
    PARAMETERS as parameters,
)

__all__ = [
    "EXERCISES",
    "GPT1_VOCABULARY",
    "GPT2_VOCABULARY",
    "SIZES",
    "choice_score",
    "gpt2_parameters",
    "overlap",
    "parameters",
    "perplexity",
    "prompt",
    "quiz",
    "search",
]

EXERCISES = (search, prompt, choice_score, overlap, perplexity, parameters)
