"""A vote's share against how often it is right (Wang et al. 2022, figure 5; Huang et al. 2022,
figure 2).

A majority of nearly all paths is mostly right, one of a few is not: so a model's votes say how far
they can be trusted, without anybody's label.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

import torch

from gptedu import checks
from gptedu.evaluate.calibration import calibration_error
from gptedu.reasoning.votes import Vote


@dataclass(frozen=True)
class Bin:
    """Votes of like shares. low, high: of their shares. share, accuracy: means, 0 to 1."""

    low: float
    high: float
    share: float
    accuracy: float
    count: int


def by_share(votes: Sequence[Vote], right: Sequence[str], bins: int = 5) -> list[Bin]:
    """Accuracy of votes by the winner's share, in bins of equal width; empty bins are left out.

    Raises ValueError for no vote, or where there is not one right answer a vote.
    """
    bins = checks.whole("bins", bins)
    scores = _scores(votes, right)
    inside: dict[int, list[tuple[float, float]]] = {}
    for vote, score in zip(votes, scores, strict=True):
        # A share is a fraction of the paths: 0.6 * 5 is 3, whatever floats make of it.
        place = min(int(vote.share * bins + 1e-9), bins - 1)
        inside.setdefault(place, []).append((vote.share, score))
    return [
        Bin(
            low=place / bins,
            high=(place + 1) / bins,
            share=fmean(share for share, _ in pairs),
            accuracy=fmean(score for _, score in pairs),
            count=len(pairs),
        )
        for place, pairs in sorted(inside.items())
    ]


def error(votes: Sequence[Vote], right: Sequence[str]) -> float:
    """How far a vote's share is from its accuracy on average (`evaluate.calibration_error`)."""
    shares = torch.tensor([vote.share for vote in votes])
    return calibration_error(shares, torch.tensor(_scores(votes, right)))


def _scores(votes: Sequence[Vote], right: Sequence[str]) -> list[float]:
    if not votes or len(votes) != len(right):
        raise ValueError(
            f"there are {len(votes)} votes and {len(right)} right answers: give one of each a "
            "problem, and at least one"
        )
    return [vote.score(answer) for vote, answer in zip(votes, right, strict=True)]
