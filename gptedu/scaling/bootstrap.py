"""How sure a fit is: the same fit again, on runs drawn with replacement (Efron 1979)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from gptedu import checks


@dataclass(frozen=True)
class Interval:
    """From `low` to `high` lie `level` of what the fits said. draws: the fits that counted."""

    low: float
    high: float
    level: float
    draws: int

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


def bootstrap(
    columns: Sequence[np.ndarray],
    figures: Callable[..., Sequence[float]],
    *,
    draws: int = 400,
    seed: int = 0,
    level: float = 0.9,
) -> list[Interval]:
    """Intervals of what a fit says, over sets of runs drawn from these.

    columns: one array for each argument of `figures`, with an entry for each run.
    figures: (columns, weights=) -> the numbers in question; it gets each run that was drawn once,
    and how often it was as its weight. A draw in which too few sizes are left to fit (`figures`
    raises ValueError) is drawn again. An interval says how far chance among these runs moves the
    fit; it knows nothing of a law that bends beyond them.

    Raises ValueError where more than half of the draws cannot be fitted.
    """
    draws = checks.whole("draws", draws, least=20)
    level = checks.number("level", level, above=0, below=1)
    arrays = [np.asarray(column) for column in columns]
    generator, found = np.random.default_rng(seed), []
    for _ in range(2 * draws):
        chosen = generator.integers(0, len(arrays[0]), len(arrays[0]))
        places, counts = np.unique(chosen, return_counts=True)
        try:
            found.append(tuple(figures(*(array[places] for array in arrays), weights=counts)))
        except ValueError:
            continue
        if len(found) == draws:
            break
    if len(found) < draws:
        raise ValueError(
            f"only {len(found)} of {2 * draws} draws of {len(arrays[0])} runs could be fitted: "
            "give more runs"
        )
    tail = (1 - level) / 2
    lows, highs = np.quantile(np.array(found), [tail, 1 - tail], axis=0)
    pairs = zip(lows, highs, strict=True)
    return [Interval(float(low), float(high), level, draws) for low, high in pairs]
