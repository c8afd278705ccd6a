"""Chapter 0's exercises: right, untouched and wrong answers."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from exercise_checks import ExerciseChecks
from gptedu.chapters.start import exercises


def _scores(q: torch.Tensor, k: torch.Tensor) -> torch.Tensor:
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    return scores.masked_fill(~exercises.causal_mask.reference(q.shape[-2]), -torch.inf)


class TestExercises(ExerciseChecks):
    chapter = "start"
    exercises = exercises.EXERCISES
    unnamed = {  # noqa: RUF012
        "start/causal-mask": (
            lambda time: torch.ones(time, time, dtype=torch.bool).tril(1),
            lambda time: torch.ones(time, time + 1, dtype=torch.bool).tril(),
            lambda time: torch.ones(time, dtype=torch.bool).tril(),
        ),
        "start/attention": (
            lambda q, k, v: _scores(k, q).softmax(-1) @ v,
            lambda q, k, v: _scores(q, k).softmax(-1) @ q,
            lambda q, k, v: (_scores(q, k).softmax(-1) @ v).transpose(1, 2),
            lambda q, k, v: q @ k,
        ),
        "start/next-token-loss": (
            lambda x, ids: F.cross_entropy(x[:, :-1].flatten(0, 1), ids[:, 1:].flatten()).detach(),
            lambda x, ids: F.cross_entropy(x[:, 0], ids[:, 1]),
            lambda x, ids: F.cross_entropy(x[:, :-1], ids[:, 1:]),
        ),
        "start/probabilities": (
            lambda x, t: (x / t).softmax(dim=0) if x.dim() > 1 else (x / (t + 1)).softmax(-1),
            lambda x, t: ((x - x.max()) / t).exp(),
            lambda x, t: (x / t**2).softmax(-1) if t != 2 else x,
        ),
    }
