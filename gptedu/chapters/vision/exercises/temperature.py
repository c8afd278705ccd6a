"""The temperature's limit: an exercise (CLIP, section 2.5)."""

from __future__ import annotations

import math

from gptedu.course.exercises import Exercise, Mistake, probe


def step(log_scale, gradient, rate):
    return min(log_scale - rate * gradient, math.log(100))


def _clamped_before(log_scale, gradient, rate):
    return min(log_scale, math.log(100)) - rate * gradient


def _in_the_loss(log_scale, gradient, rate):
    return log_scale - rate * (gradient if log_scale < math.log(100) else 0.0)


STEP = Exercise(
    id="vision/temperature",
    title="The limit of the scale",
    difficulty=2,
    minutes=6,
    task=(
        "CLIP learns `log_scale`. Cosines are multiplied by its exponential, the scale, which may "
        "be 100 at most. Take one step of gradient descent, `log_scale - rate * gradient`, and "
        "return the new `log_scale`: where its exponential would be above 100, the logarithm of "
        "100 instead."
    ),
    hints=(
        "The limit is one of the exponential. Of `log_scale` itself it is the logarithm of 100.",
        "First the step, then the limit: `min(…, math.log(100))`.",
    ),
    reference=step,
    probes=(
        probe(2.66, 0.5, 0.1),
        probe(4.6, -2.0, 0.1),
        probe(6.0, 5.0, 0.4),
        probe(6.0, 0.1, 0.4),
        probe(-1.0, 3.0, 0.5),
        probe(150.0, 1.0, 0.4),
    ),
    mistakes=(
        Mistake(
            "100 itself",
            lambda log_scale, gradient, rate: min(log_scale - rate * gradient, 100),
            "You hold `log_scale` at 100: its exponential would then have 44 digits. The limit of "
            "the logarithm is `math.log(100)`.",
        ),
        Mistake(
            "no limit",
            lambda log_scale, gradient, rate: log_scale - rate * gradient,
            "The step is right; the limit is missing.",
        ),
        Mistake(
            "limit before the step",
            _clamped_before,
            "You apply the limit before the step, which may lead out again: first the step.",
        ),
        Mistake(
            "stuck above the limit",
            _in_the_loss,
            "Above the limit you take no step at all. That is what happens where the exponential "
            "is limited inside the loss: no gradient comes through, and the scale stays for ever.",
        ),
        Mistake(
            "uphill",
            lambda log_scale, gradient, rate: min(log_scale + rate * gradient, math.log(100)),
            "You go up the gradient: the loss would rise. Subtract.",
        ),
        Mistake(
            "the scale",
            lambda log_scale, gradient, rate: math.exp(step(log_scale, gradient, rate)),
            "That is the scale. What is learned, and asked for, is its logarithm.",
        ),
    ),
    solution="""
    def step(log_scale, gradient, rate):
        return min(log_scale - rate * gradient, math.log(100))
    """,
)
