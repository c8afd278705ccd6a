"""Probabilities made fair, and how far confidence is from accuracy.

`calibrate` takes away what a choice gets for nothing (Zhao et al. 2021, "Calibrate Before Use");
`calibration_error` compares confidence with accuracy (GPT-4's technical report, figure 8).
"""

from __future__ import annotations

import torch
from torch import Tensor

from gptedu import checks


def calibrate(scores: Tensor, content_free: Tensor) -> Tensor:
    """Contextual calibration (Zhao et al. 2021, section 5).

    scores [..., choices]: log-probabilities of the choices after the prompt.
    content_free [choices] or [inputs, choices]: the same after a prompt that asks about nothing
    ("N/A"). Several such inputs are averaged as probabilities.

    Returns probabilities [..., choices]: each choice's probability divided by what it gets for
    nothing, normalised. The paper's W = diag(p_cf)^-1, b = 0. (The paper then takes a softmax of
    W p, which orders the choices alike; dividing by the sum also keeps the result independent of
    any constant bias of a choice.)
    """
    prior = content_free.log_softmax(-1)
    if prior.dim() == 2:
        prior = prior.logsumexp(0)  # the mean, up to a constant that the softmax removes
    if scores.shape[-1] != prior.shape[-1]:
        raise ValueError(
            f"{scores.shape[-1]} choices cannot be calibrated by {prior.shape[-1]}: "
            "score the same choices on both prompts"
        )
    return (scores - prior).softmax(-1)


def calibration_error(
    confidence: Tensor, right: Tensor, bins: int = 10, *, equal: str = "width"
) -> float:
    """Expected calibration error: how far confidence is from accuracy, on average over answers.

    Answers are put into `bins` by confidence (see `confidence_bins`); in each bin the mean
    confidence is held against the share that is right, weighed by how many answers the bin has.

    confidence, right: [answers]. Raises ValueError where their shapes differ or are empty, and for
    a confidence outside 0 to 1.
    """
    error = 0.0
    for inside in confidence_bins(confidence, right, bins, equal=equal):
        gap = (confidence[inside].mean() - right[inside].mean()).abs().item()
        error += gap * len(inside) / len(right)
    return error


def confidence_bins(
    confidence: Tensor, right: Tensor, bins: int = 10, *, equal: str = "width"
) -> list[Tensor]:
    """Which answers are in which bin: int64 places, each answer once; no bin is empty.

    equal: "width", where bins span alike; a confidence of 1 belongs to the last one. "mass", where
    they hold alike many, so that none rests on a handful. Answers of one confidence stay together:
    which of them is in front would be chance. Raises what `calibration_error` raises.
    """
    bins = checks.whole("bins", bins)
    checks.one_of("equal", equal, ("width", "mass"))
    if confidence.dim() != 1 or confidence.shape != right.shape or not len(right):
        raise ValueError(
            f"confidence {list(confidence.shape)} and right {list(right.shape)}: give one of each "
            "an answer, and at least one"
        )
    outside = confidence[~((confidence >= 0) & (confidence <= 1))]
    if len(outside):
        raise ValueError(f"a confidence is {outside[0].item()}: give probabilities, from 0 to 1")
    if equal == "width":
        which = (confidence * bins).long().clamp(max=bins - 1)
    else:
        values, same = confidence.unique(return_inverse=True)  # in their order
        counts = torch.bincount(same, minlength=len(values))
        middle = counts.cumsum(0) - (counts + 1) / 2  # of the ranks of each value
        which = (middle * bins / len(confidence)).long().clamp(max=bins - 1)[same]
    return [places for b in range(bins) if len(places := (which == b).nonzero()[:, 0])]


def every_option(probabilities: Tensor, answers: Tensor) -> tuple[Tensor, Tensor]:
    """Each option of each question as one answer: (confidence, right), both [questions * options].

    So does the GPT-4 report (figure 8), which bins the probability of every one of A to D, and not
    only of the likeliest. probabilities: [questions, options]. answers: int64 [questions], which
    option is right.
    """
    if probabilities.dim() != 2 or answers.shape != probabilities.shape[:1]:
        raise ValueError(
            f"probabilities {list(probabilities.shape)} and answers {list(answers.shape)}: give "
            "[questions, options], and the right option of each question"
        )
    options = torch.arange(probabilities.shape[1], device=answers.device)
    return probabilities.flatten(), (answers[:, None] == options).float().flatten()
