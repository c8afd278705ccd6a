"""An honest pass rate: an exercise (GPT-4 report, section 3.2)."""

from __future__ import annotations

import numpy as np

from gptedu.course.exercises import Exercise, Mistake, probe


def minus_log(right, least):
    right = np.array(right)
    half = right.shape[1] // 2
    kept = right[:, :half].sum(axis=1) >= least
    return float(-np.log(right[kept, half:].mean(axis=1)).mean())


def _halves(right, least, choose, measure):
    right = np.array(right)
    half = right.shape[1] // 2
    parts = {"first": right[:, :half], "second": right[:, half:], "all": right}
    kept = parts[choose].sum(axis=1) >= least
    return parts[measure][kept]


def _rows(*shares: tuple[int, int], samples=40):
    """Problems with so many right answers in the first and in the second half of the samples."""
    half = samples // 2
    return [[*([1] * a + [0] * (half - a)), *([1] * b + [0] * (half - b))] for a, b in shares]


MINUS_LOG = Exercise(
    id="scaling/pass-rate",
    title="Choose with one half, measure with the other",
    difficulty=3,
    minutes=10,
    task=(
        "`right` has a row for each problem, 1 where a sampled answer was right. Keep the problems "
        "with at least `least` right answers **in the first half** of their samples. Return "
        "−E[log pass rate] over them, each pass rate **from the second half**."
    ),
    hints=(
        "`np.array(right)[:, :half].sum(axis=1) >= least` says which problems to keep.",
        "`right[kept, half:].mean(axis=1)` are their pass rates.",
        "First the logarithm of each, then the mean, then the sign.",
    ),
    reference=minus_log,
    probes=(
        probe(_rows((12, 8), (3, 10), (15, 15), (10, 4)), 10),
        probe(_rows((10, 7), (11, 6), (9, 12)), 10),
    ),
    mistakes=(
        Mistake(
            "one half for both",
            lambda right, least: float(
                -np.log(_halves(right, least, "first", "first").mean(axis=1)).mean()
            ),
            "You measure with the half that chose. Problems that were lucky there are kept for "
            "their luck: the pass rate comes out too high.",
        ),
        Mistake(
            "all samples measure",
            lambda right, least: float(
                -np.log(_halves(right, least, "first", "all").mean(axis=1)).mean()
            ),
            "You measure with all samples; half of them have chosen the problems.",
        ),
        Mistake(
            "log of the mean",
            lambda right, least: float(-np.log(_halves(right, least, "first", "second").mean())),
            "You take the logarithm of the mean pass rate. The report has the mean of the "
            "logarithms, in which a hard problem weighs more.",
        ),
        Mistake(
            "the sign",
            lambda right, least: -minus_log(right, least),
            "The sign is turned: −E[log pass rate] is above 0.",
        ),
        Mistake(
            "the second half chooses",
            lambda right, least: float(
                -np.log(_halves(right, least, "second", "first").mean(axis=1)).mean()
            ),
            "The halves are the wrong way round: the first one chooses.",
        ),
    ),
    solution="""
    def minus_log(right, least):
        right = np.array(right)
        half = right.shape[1] // 2
        kept = right[:, :half].sum(axis=1) >= least
        return float(-np.log(right[kept, half:].mean(axis=1)).mean())
    """,
)
