"""Power laws of the loss: with a floor that is known, with one that is fitted, and Chinchilla's.

GPT-4's report (section 3.1) fits L(C) = a C^b + c to runs of at most 1/10,000 of the compute. Here
the exponent is written with its sign turned, so that b is positive: L(C) = floor + a C^-b.

All fits are in float64 and begin at many places: the best of a grid of exponents (for given
exponents the rest is linear), then BFGS. What is made small is the sum of Huber's losses of
log loss - log law (Hoffmann et al. 2022, section 3.3), so that one run gone wrong does not decide.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import brentq, minimize, nnls

from gptedu import checks

DELTA = 1e-3
"""Huber's: residuals of log loss below it count squared, larger ones by their size."""
KEPT_STARTS = 12
Numbers = Sequence[float] | np.ndarray


@dataclass(frozen=True)
class PowerLaw:
    """floor + a x^-b. x: compute in FLOPs, or whatever was fitted."""

    a: float
    b: float
    floor: float

    def __call__(self, x: Any) -> Any:
        """The loss at x: a number for a number, an array for an array."""
        return self.floor + self.a * np.asarray(x, dtype=np.float64)[()] ** -self.b


@dataclass(frozen=True)
class ParametricLaw:
    """L(N, D) = E + A / N^alpha + B / D^beta (Hoffmann et al. 2022, equation 2).

    N: parameters. D: tokens. E: the floor, which neither makes smaller.
    """

    E: float
    A: float
    B: float
    alpha: float
    beta: float

    def __call__(self, n: Any, d: Any) -> Any:
        """The loss of n parameters trained on d tokens."""
        n, d = (np.asarray(each, dtype=np.float64)[()] for each in (n, d))
        return self.E + self.A * n**-self.alpha + self.B * d**-self.beta

    @property
    def a(self) -> float:
        """Exponent of the best size: N ~ C^a, with C = 6 N D (equation 4)."""
        return self.beta / (self.alpha + self.beta)

    @property
    def b(self) -> float:
        """Exponent of the best number of tokens: D ~ C^b, and a + b = 1."""
        return self.alpha / (self.alpha + self.beta)

    def best(self, flops: float, each: float = 6.0) -> tuple[float, float]:
        """The size and tokens that make the loss least for a budget (equation 4).

        each: FLOPs for one parameter and one token.
        """
        work = checks.positive("flops", flops) / checks.positive("each", each)
        g = (self.alpha * self.A / (self.beta * self.B)) ** (1 / (self.alpha + self.beta))
        n = g * work**self.a
        return n, work / n


def fit_power_law(
    x: Numbers,
    losses: Numbers,
    floor: float | None = None,
    *,
    weights: Numbers | None = None,
    delta: float = DELTA,
    starts: int = KEPT_STARTS,
) -> PowerLaw:
    """The law through runs of compute x with these losses.

    floor: where it is known, 0 for none; None fits it. With a floor that is known the residuals are
    those of the logarithm of what lies above it. weights: how often each run counts. starts: places
    from which a floor is looked for.

    Raises ValueError for too few runs (three sizes; four where the floor is fitted), a run that
    stands twice, a number that is none or not positive, and a loss that is not above the floor.
    """
    x, losses = _columns(x=x, losses=losses)
    counts = _counts(weights, len(x))
    needed = 3 if floor is not None else 4
    _enough("x", x, needed)
    if floor is not None:
        floor = checks.number("floor", floor, least=0)
        above = _above(losses, floor)
        (scale, b) = _straight(np.log(x), np.log(above), counts, delta)
        return PowerLaw(float(np.exp(scale)), b, floor)
    unit = np.exp(np.log(x).mean())  # in its units a and the floor are of one size
    (a, c), (b,) = _fit_sum(
        [np.log(x / unit)], losses, counts, delta, [np.linspace(0.02, 1.2, 60)], starts=starts
    )
    return PowerLaw(float(a * unit**b), b, c)


def through_three(x: Numbers, losses: Numbers) -> PowerLaw:
    """The one law with a floor on which three runs lie exactly.

    No run is left over to judge it by: a loss that is off a little moves floor and exponent much.

    Raises ValueError for another number of runs, and where no floor above 0 fits: losses that rise,
    or that fall no more slowly, as ratios, from the second run to the third.
    """
    x, losses = _columns(x=x, losses=losses)
    if len(x) != 3 or len(np.unique(x)) != 3:
        raise ValueError(f"{len(x)} runs of {len(np.unique(x))} sizes: give three of three sizes")
    order = np.argsort(x)
    x, losses = x[order], losses[order]

    def bend(floor: float) -> float:
        """How much steeper the first half is than the second, above this floor."""
        first, second = np.diff(np.log(losses - floor)) / np.diff(np.log(x))
        return float(second - first)

    if not (np.diff(losses) < 0).all() or bend(0.0) <= 0:
        raise ValueError(
            f"losses {losses.round(4).tolist()} do not flatten towards a floor above 0: give more "
            "runs, or fit a law without a floor"
        )
    floor = float(brentq(bend, 0.0, losses[-1] * (1 - 1e-12), xtol=1e-14))
    scale, b = np.log(losses[0] - floor), -np.diff(np.log(losses - floor)) / np.diff(np.log(x))
    return PowerLaw(float(np.exp(scale + b[0] * np.log(x[0]))), float(b[0]), floor)


def fit_parametric(
    n: Numbers,
    d: Numbers,
    losses: Numbers,
    *,
    floor: float | None = None,
    weights: Numbers | None = None,
    delta: float = DELTA,
    average: bool = False,
) -> ParametricLaw:
    """Chinchilla's law through runs of n parameters and d tokens (approach 3).

    floor: E where it is known; None fits it. weights: how often each run counts. average: makes the
    mean of Huber's losses small and not their sum. Both have one solution; an optimiser that stops
    at an absolute size of the gradient finds it with the sum only, which is how the paper's own fit
    went wrong (Besiroglu et al. 2024). Ours measures the gradient in units of what it sums.

    Raises ValueError for too few runs (six, of three sizes and three numbers of tokens), a run that
    stands twice, a number that is none or not positive, and a loss that is not above the floor.
    """
    n, d, losses = _columns(n=n, d=d, losses=losses)
    counts = _counts(weights, len(n))
    _enough("n", n, 3)
    _enough("d", d, 3)
    if len(n) < 6:
        raise ValueError(f"{len(n)} runs cannot fix five numbers: give six or more")
    if floor is not None:
        floor = checks.number("floor", floor, least=0)
        losses = _above(losses, floor)
    units = [np.exp(np.log(each).mean()) for each in (n, d)]
    grid = np.linspace(0.04, 1.2, 30)
    sizes, exponents = _fit_sum(
        [np.log(n / units[0]), np.log(d / units[1])], losses, counts, delta, [grid, grid],
        with_floor=floor is None, average=average,
    )  # fmt: skip
    scales = [float(s * unit**e) for s, unit, e in zip(sizes, units, exponents, strict=False)]
    return ParametricLaw(sizes[2] if floor is None else floor, *scales, *exponents)


def huber(residuals: np.ndarray, delta: float) -> np.ndarray:
    """r^2 / 2 up to delta, delta (|r| - delta / 2) beyond (Huber 1964)."""
    size = np.abs(residuals)
    return np.where(size <= delta, 0.5 * size**2, delta * (size - 0.5 * delta))


def _straight(
    log_x: np.ndarray, log_y: np.ndarray, counts: np.ndarray, delta: float
) -> tuple[float, float]:
    """The line log y = scale - b log x, with the least sum of Huber's losses."""
    centre = log_x.mean()
    start = np.polyfit(log_x - centre, log_y, 1, w=np.sqrt(counts))

    def objective(line: np.ndarray) -> tuple[float, np.ndarray]:
        residuals = line[0] * (log_x - centre) + line[1] - log_y
        slopes = counts * np.clip(residuals, -delta, delta)
        gradient = np.array([slopes @ (log_x - centre), slopes.sum()])
        return counts @ huber(residuals, delta) / delta, gradient / delta

    slope, height = _least(objective, [start])
    return float(height - slope * centre), float(-slope)


def _fit_sum(
    logs: Sequence[np.ndarray],
    losses: np.ndarray,
    counts: np.ndarray,
    delta: float,
    grids: Sequence[np.ndarray],
    with_floor: bool = True,
    average: bool = False,
    starts: int = KEPT_STARTS,
) -> tuple[list[float], list[float]]:
    """Sizes s_i (the floor last) and exponents e_i of losses = sum of s_i exp(-e_i log_i) + floor.

    The parameters are log s_i and e_i, so that sizes stay positive (Hoffmann, equation 3).
    """
    powers, observed = len(logs), np.log(losses)
    scale = 1 / (delta * counts.sum()) if average else 1 / delta

    def objective(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        heights, exponents = parameters[:-powers], parameters[-powers:]
        terms = [h - e * x for h, e, x in zip(heights, exponents, logs, strict=False)]
        if with_floor:
            terms.append(np.full_like(observed, heights[-1]))
        stacked = np.stack(terms)
        total = np.logaddexp.reduce(stacked, axis=0)
        shares = np.exp(stacked - total)
        residuals = total - observed
        slopes = counts * np.clip(residuals, -delta, delta)
        by_height = shares @ slopes
        by_exponent = [-(shares[i] * logs[i]) @ slopes for i in range(powers)]
        gradient = np.concatenate([by_height, by_exponent])
        return scale * (counts @ huber(residuals, delta)), scale * gradient

    best = _least(objective, _starts(logs, losses, counts, grids, with_floor)[:starts])
    return [float(s) for s in np.exp(best[:-powers])], [float(e) for e in best[-powers:]]


def _starts(
    logs: Sequence[np.ndarray],
    losses: np.ndarray,
    counts: np.ndarray,
    grids: Sequence[np.ndarray],
    with_floor: bool,
) -> list[np.ndarray]:
    """The best places of a grid of exponents: for each, the sizes by least relative squares."""
    found: list[tuple[float, np.ndarray]] = []
    each = np.sqrt(counts)
    for exponents in np.stack(np.meshgrid(*grids, indexing="ij"), -1).reshape(-1, len(grids)):
        columns = [np.exp(-e * x) for e, x in zip(exponents, logs, strict=True)]
        if with_floor:
            columns.append(np.ones_like(losses))
        sizes, miss = nnls(np.stack(columns, 1) * (each / losses)[:, None], each)
        heights = np.log(np.maximum(sizes, 1e-6 * losses.min()))
        found.append((miss, np.concatenate([heights, exponents])))
    return [start for _, start in sorted(found, key=lambda pair: pair[0])[:KEPT_STARTS]]


def _least(
    objective: Callable[[np.ndarray], tuple[float, np.ndarray]], starts: Sequence[np.ndarray]
) -> np.ndarray:
    """Where the objective is least, from the best of many starts."""
    ends = [
        minimize(objective, start, jac=True, method="BFGS", options={"gtol": 1e-9, "maxiter": 500})
        for start in starts
    ]
    return min(ends, key=lambda end: end.fun).x


def _columns(**named: Numbers) -> list[np.ndarray]:
    """The columns as float64, all of one length, positive, without a run that stands twice."""
    columns = {name: np.asarray(values, dtype=np.float64) for name, values in named.items()}
    lengths = {name: column.shape for name, column in columns.items()}
    if any(len(shape) != 1 for shape in lengths.values()) or len(set(lengths.values())) > 1:
        raise ValueError(f"the columns have shapes {lengths}: give one number of each for each run")
    for name, column in columns.items():
        wrong = np.flatnonzero(~(np.isfinite(column) & (column > 0)))
        if wrong.size:
            place = int(wrong[0])
            raise ValueError(
                f"{name}[{place}] is {column[place]:g}: give positive numbers, and leave out a run "
                "that came to none"
            )
    seen: dict[tuple[float, ...], int] = {}
    for place, run in enumerate(zip(*columns.values(), strict=True)):
        if run in seen:
            raise ValueError(
                f"runs {seen[run]} and {place} are the same to the last digit: give each run once"
            )
        seen[run] = place
    return list(columns.values())


def _counts(weights: Numbers | None, runs: int) -> np.ndarray:
    counts = np.ones(runs) if weights is None else np.asarray(weights, dtype=np.float64)
    if counts.shape != (runs,) or not (np.isfinite(counts) & (counts > 0)).all():
        raise ValueError(f"weights are {checks.shown(weights)}: give one positive number a run")
    return counts


def _enough(name: str, column: np.ndarray, needed: int) -> None:
    sizes = len(np.unique(column))
    if sizes < needed:
        runs = f"{len(column)} run{'s' if len(column) != 1 else ''}"
        raise ValueError(
            f"{runs} with {sizes} different {name} cannot fix this law: give runs of {needed} or "
            "more sizes"
        )


def _above(losses: np.ndarray, floor: float) -> np.ndarray:
    below = np.flatnonzero(losses <= floor)
    if below.size:
        place = int(below[0])
        raise ValueError(
            f"losses[{place}] is {losses[place]:g}, not above the floor of {floor:g}: one of the "
            "two is wrong, or belongs to another text"
        )
    return losses - floor
