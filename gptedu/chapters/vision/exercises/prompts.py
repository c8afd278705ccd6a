"""An ensemble of prompts: an exercise (CLIP, section 3.1.4)."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from gptedu.course.exercises import Exercise, Mistake, probe


def ensemble(vectors):
    return F.normalize(F.normalize(vectors, dim=-1).mean(dim=0), dim=-1)


def _vectors(prompts, classes, seed):
    chance = torch.Generator().manual_seed(seed)
    lengths = torch.rand(prompts, classes, 1, generator=chance) * 3 + 0.2
    return lengths * torch.randn(prompts, classes, 4, generator=chance)


ENSEMBLE = Exercise(
    id="vision/ensemble",
    title="One vector of many prompts",
    difficulty=2,
    minutes=6,
    task=(
        "`vectors` is [prompts, classes, width]: what the text encoder makes of each class in each "
        "prompt. Return a vector for each class, [classes, width]: every prompt counts alike, and "
        "every class has length 1."
    ),
    hints=(
        "A prompt with a long vector would count for more: bring all to length 1 before the mean.",
        "The mean of two vectors of length 1 is shorter than 1 where they differ.",
        "`F.normalize(F.normalize(vectors, dim=-1).mean(dim=0), dim=-1)`",
    ),
    reference=ensemble,
    probes=(
        probe(_vectors(3, 2, 0)),
        probe(_vectors(5, 3, 1)),
    ),
    mistakes=(
        Mistake(
            "not normalised again",
            lambda vectors: F.normalize(vectors, dim=-1).mean(dim=0),
            "Nearly. A class whose prompts agree has a longer mean, and would win more often: "
            "normalise again, after the mean.",
        ),
        Mistake(
            "not normalised before",
            lambda vectors: F.normalize(vectors.mean(dim=0), dim=-1),
            "The result has length 1, but prompts with long vectors counted for more: normalise "
            "before the mean, too.",
        ),
        Mistake(
            "never normalised",
            lambda vectors: vectors.mean(dim=0),
            "Neither the prompts' vectors nor the classes' have length 1.",
        ),
        Mistake(
            "mean over classes",
            lambda vectors: F.normalize(F.normalize(vectors, dim=-1).mean(dim=1), dim=-1),
            "You took the mean over the classes. The prompts are the first dimension: `dim=0`.",
        ),
    ),
    solution="""
    def ensemble(vectors):
        return F.normalize(F.normalize(vectors, dim=-1).mean(dim=0), dim=-1)
    """,
)
