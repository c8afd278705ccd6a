"""Probabilities made fair, and how far confidence is from accuracy.

`calibrate` takes away what a choice gets for nothing (Zhao et al. 2021, "Calibrate Before Use");
`calibration_error` compares confidence with accuracy (GPT-4's technical report, figure 8).
"""

from __future__ import annotations

from torch import Tensor


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


def calibration_error(confidence: Tensor, right: Tensor, bins: int = 10) -> float:
    """Expected calibration error: how far confidence is from accuracy, on average over answers.

    Answers are put into `bins` of equal width by confidence; in each bin the mean confidence is
    held against the share that is right, weighed by how many answers the bin has.

    confidence, right: [answers]. Raises ValueError where their shapes differ or are empty, and for
    a confidence outside 0 to 1.
    """
    if confidence.dim() != 1 or confidence.shape != right.shape or not len(right):
        raise ValueError(
            f"confidence {list(confidence.shape)} and right {list(right.shape)}: give one of each "
            "an answer, and at least one"
        )
    outside = confidence[~((confidence >= 0) & (confidence <= 1))]
    if len(outside):
        raise ValueError(f"a confidence is {outside[0].item()}: give probabilities, from 0 to 1")
    which = (confidence * bins).long().clamp(max=bins - 1)
    error = 0.0
    for b in range(bins):
        inside = which == b
        if inside.any():
            gap = (confidence[inside].mean() - right[inside].mean()).abs().item()
            error += gap * inside.float().mean().item()
    return error
