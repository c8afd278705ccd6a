"""A power law and a valley, by hand: two exercises (GPT-4 report, section 3.1; Hoffmann et al.
2022, approach 2).
"""

from __future__ import annotations

import numpy as np

from gptedu.course.exercises import Exercise, Mistake, probe


def fit_above(flops, losses, floor):
    slope, height = np.polyfit(np.log(flops), np.log(np.subtract(losses, floor)), 1)
    return float(np.exp(height)), float(-slope)


def _line(x, y, sign=-1.0):
    slope, height = np.polyfit(x, y, 1)
    return float(np.exp(height)), float(sign * slope)


def _height_as_it_is(flops, losses, floor):
    slope, height = np.polyfit(np.log(flops), np.log(np.subtract(losses, floor)), 1)
    return float(height), float(-slope)


def best_size(sizes, losses):
    curve, slope, _ = np.polyfit(np.log(sizes), losses, 2)
    return float(np.exp(-slope / (2 * curve)))


def _over_sizes(sizes, losses):
    curve, slope, _ = np.polyfit(sizes, losses, 2)
    return float(-slope / (2 * curve))


def _without_the_half(sizes, losses):
    x = np.log(sizes)
    curve, slope, _ = np.polyfit(x - x.mean(), losses, 2)
    return float(np.exp(x.mean() - slope / curve))


FLOPS = [4e9, 1.5e10, 4.4e10, 1e11]
SIZES = [2000, 4000, 8000, 16000, 32000]

FIT_ABOVE = Exercise(
    id="scaling/fit",
    title="Draw the line",
    difficulty=2,
    minutes=8,
    task=(
        "The floor of a text is known. Fit `loss = floor + a·C^(-b)` to runs: return `(a, b)`. "
        "What stands above the floor is a straight line where both axes are logarithms; "
        "`np.polyfit(x, y, 1)` gives its slope and its height at 0."
    ),
    hints=(
        "Take the logarithm of `loss - floor = a·C^(-b)`: it is `log a - b·log C`.",
        "`slope, height = np.polyfit(np.log(flops), np.log(np.subtract(losses, floor)), 1)`",
        "The slope is `-b`, and the height is the logarithm of `a`.",
    ),
    reference=fit_above,
    probes=(
        probe(FLOPS, [0.6 + 900 * c**-0.31 for c in FLOPS], 0.6),
        probe(FLOPS, [1.31, 1.16, 1.10, 1.08], 0.96),
    ),
    mistakes=(
        Mistake(
            "with the floor in it",
            lambda flops, losses, floor: _line(np.log(flops), np.log(losses)),
            "You fit the loss itself. Its logarithm bends, since the floor is part of it: take the "
            "floor away first.",
        ),
        Mistake(
            "the sign",
            lambda flops, losses, floor: _line(
                np.log(flops), np.log(np.subtract(losses, floor)), 1.0
            ),
            "Nearly: the slope is `-b`. More compute, less loss, so `b` is above 0 here.",
        ),
        Mistake(
            "log a",
            _height_as_it_is,
            "The second part is right. The height is `log a`: take its exponential.",
        ),
        Mistake(
            "one logarithm",
            lambda flops, losses, floor: _line(flops, np.log(np.subtract(losses, floor))),
            "Only the losses are logarithms here. That is an exponential: a power law needs the "
            "logarithm of the compute too.",
        ),
    ),
    solution="""
    def fit_above(flops, losses, floor):
        slope, height = np.polyfit(np.log(flops), np.log(np.subtract(losses, floor)), 1)
        return float(np.exp(height)), float(-slope)
    """,
)

BEST_SIZE = Exercise(
    id="scaling/valley",
    title="The lowest point of a valley",
    difficulty=2,
    minutes=8,
    task=(
        "Models of several `sizes` had one budget. Fit a parabola to their losses **over the "
        "logarithm of the size** and return the size at its lowest point, in parameters. "
        "`np.polyfit(x, y, 2)` gives the three coefficients, that of x² first."
    ),
    hints=(
        "A parabola `c·x² + s·x + h` is lowest where its slope `2·c·x + s` is 0.",
        "`x = -s / (2*c)` is the logarithm of the size.",
    ),
    reference=best_size,
    probes=(
        probe(SIZES, [1.3, 1.22, 1.2, 1.23, 1.31]),
        probe(SIZES, [1.21, 1.17, 1.18, 1.24, 1.36]),
    ),
    mistakes=(
        Mistake(
            "the best of those tried",
            lambda sizes, losses: sizes[int(np.argmin(losses))],
            "That is the best of the sizes that were tried. The lowest point of the parabola lies "
            "between them.",
        ),
        Mistake(
            "over the size itself",
            _over_sizes,
            "Your parabola runs over the size itself. Valleys are even to both sides over its "
            "logarithm: from 2,000 to 4,000 is as far as from 16,000 to 32,000.",
        ),
        Mistake(
            "still a logarithm",
            lambda sizes, losses: float(np.log(best_size(sizes, losses))),
            "That is the logarithm of the size: take its exponential.",
        ),
        Mistake(
            "without the half",
            _without_the_half,
            "You have left out the 2: the slope of `c·x²` is `2·c·x`.",
        ),
    ),
    solution="""
    def best_size(sizes, losses):
        curve, slope, _ = np.polyfit(np.log(sizes), losses, 2)
        return float(np.exp(-slope / (2 * curve)))
    """,
)
