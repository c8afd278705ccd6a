"""Chapter 1's exercises: right, untouched and wrong answers."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from exercise_checks import ExerciseChecks
from gptedu.chapters.gpt1 import exercises
from gptedu.course.exercises import Hint


def _l1(logprobs: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
    return -(logprobs * real).sum() / real.sum()


class TestExercises(ExerciseChecks):
    chapter = "gpt1"
    exercises = exercises.EXERCISES
    unnamed = {  # noqa: RUF012
        "gpt1/entailment-row": (
            lambda p, h, s, d, e: [s, *p, e, *h, d],
            lambda p, h, s, d, e: [s, *p, d, *h, d, e],
            lambda p, h, s, d, e: [*p, d, *h, e],
        ),
        "gpt1/review-row": (
            lambda t, s, e, n: [s, *t[: n - 1], e],
            lambda t, s, e, n: [s, *t[:-2], e],
            lambda t, s, e, n: ([s, *t[: n - 2], e] + n * [0])[:n],
        ),
        "gpt1/extracted": (
            lambda h, m: h[:, m.sum(1) - 1],
            lambda h, m: h[:, m[0].sum() - 1],
            lambda h, m: torch.tensor(h[torch.arange(len(h)), m.sum(1) - 1].tolist()),
        ),
        "gpt1/l3": (
            lambda x, y, p, r, w: F.cross_entropy(x, y) + w * _l1(p, r).item(),
            lambda x, y, p, r, w: F.cross_entropy(x.detach(), y) + w * _l1(p, r),
            lambda x, y, p, r, w: F.cross_entropy(x, y, reduction="sum") + w * _l1(p, r),
            lambda x, y, p, r, w: F.cross_entropy(x, y) + w * _l1(p, ~r),
        ),
        "gpt1/bert-mask": (
            lambda r: r[:, None, :].expand(-1, r.shape[1], -1).float(),
            lambda r: r[:, None, :] | r[:, :, None],
            lambda r: r[:, None, :] & ~torch.eye(r.shape[1], dtype=torch.bool),
        ),
    }


def test_one_who_writes_into_the_tensor_of_another_is_told_so() -> None:
    def times(logits, labels, logprobs, real, weight):  # type: ignore[no-untyped-def]
        logprobs *= real
        return F.cross_entropy(logits, labels) - weight * logprobs.sum() / real.sum()

    with pytest.raises(Hint, match="you write into `logprobs`"):
        exercises.l3.check(times)
