"""Abilities predicted: -E[log pass rate] = alpha C^-k over problems (GPT-4's report, section 3.2).

A pass rate is the chance that one sampled answer to a problem is right. Its logarithm needs at
least one right answer; which problems have one is decided by the same chance that is measured. So
problems are chosen with one half of the samples, and measured with the other.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gptedu import checks
from gptedu.scaling.laws import Numbers, PowerLaw, fit_power_law

LEAST_SUCCESSES = 10
"""Right answers in the first half that a problem needs with every model: with fewer, the logarithm
of the other half's share is mostly chance."""


def halves(right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Right answers in the first and in the second half of the samples: two int64 arrays.

    right: bool [..., samples]. Raises ValueError for an odd number of samples.
    """
    right = np.asarray(right, dtype=bool)
    samples = right.shape[-1]
    if samples < 2 or samples % 2:
        raise ValueError(f"{samples} samples have no two halves: give an even number")
    first, second = np.split(right, 2, axis=-1)
    return first.sum(-1), second.sum(-1)


def chosen(successes: np.ndarray, least: int = LEAST_SUCCESSES) -> np.ndarray:
    """The problems that every model has solved so often: bool [problems].

    successes: of the half that chooses, [models, problems]. Raises ValueError where none is left.
    """
    least = checks.whole("least", least)
    kept: np.ndarray = np.all(np.asarray(successes) >= least, axis=0)
    if not kept.any():
        raise ValueError(
            f"no problem is solved {least} times by every model: draw more samples, or leave out "
            "the smallest models"
        )
    return kept


def minus_log_pass_rate(successes: np.ndarray, samples: int) -> np.ndarray:
    """-E[log pass rate] of each model, in nats: float64 [models].

    successes: of the half that measures, [models, problems], out of `samples` each. Raises
    ValueError for a problem without a success: choose such problems with the other half, and more
    often than once.
    """
    successes = np.asarray(successes, dtype=np.float64)
    samples = checks.whole("samples", samples)
    if (successes > samples).any():
        raise ValueError(f"{successes.max():g} successes of {samples} samples: count them again")
    nothing = np.argwhere(successes == 0)
    if nothing.size:
        model, problem = nothing[0]
        raise ValueError(
            f"model {model} never solves problem {problem}, and log 0 is no number: keep problems "
            "with more successes in the other half"
        )
    return -np.log(successes / samples).mean(axis=-1)


def fit_pass_rate(flops: Numbers, minus_log: Numbers) -> PowerLaw:
    """-E[log pass rate] = alpha C^-k: a power law without a floor; a is alpha, b is k.

    Raises what `fit_power_law` raises.
    """
    return fit_power_law(flops, minus_log, floor=0.0)


def weights(ranks: Numbers, probabilities: np.ndarray, *, rarer: bool = True) -> np.ndarray:
    """How much each fact that was asked for stands for, where facts are drawn as the text does.

    ranks: of those that were asked for, counted from 1, in their order. probabilities: of all
    facts. Each of them goes to the nearest rank, in the logarithm; the sum is 1. rarer: whether
    those beyond the last rank go there too; without them the sum is less.
    """
    asked = np.asarray(ranks, dtype=np.float64)
    borders = np.sqrt(asked[1:] * asked[:-1])
    facts = len(probabilities) if rarer else min(len(probabilities), int(asked[-1]))
    nearest = np.searchsorted(borders, np.arange(1, facts + 1))
    return np.bincount(nearest, weights=probabilities[:facts], minlength=len(asked))


def exam(
    recall: Sequence[Sequence[float]], probabilities: np.ndarray, guess: float | None = None
) -> float:
    """-E[log pass rate] in nats, over values asked for as often as the text says their facts.

    recall: [rank, log-probability of the value given its key], as a row of the table has them: a
    sampled answer is right with exactly that probability, so nothing needs to be sampled. guess:
    log-probability of a value that is not known, for facts rarer than all that were asked. None
    gives them that of the rarest one, which is wrong as soon as a model knows that one.
    """
    ranks, logprobs = np.array(recall, dtype=np.float64).T
    own = weights(ranks, probabilities, rarer=guess is None)
    return float(-(own * logprobs).sum() - (1 - own.sum()) * (guess or 0.0))


def at_most_of_none(samples: int) -> float:
    """The largest pass rate that a problem with no success may well have: 3 / samples.

    With a rate p nothing is right in n samples with chance (1 - p)^n, which falls below 5% at about
    3 / n (the rule of three).
    """
    return min(1.0, 3.0 / checks.whole("samples", samples))


def buckets(difficulty: Sequence[float], count: int) -> list[np.ndarray]:
    """The problems in `count` groups of one size, easiest first: indices into `difficulty`.

    Raises ValueError for fewer problems than buckets.
    """
    count = checks.whole("count", count)
    if len(difficulty) < count:
        raise ValueError(f"{len(difficulty)} problems do not fill {count} buckets: give fewer")
    return np.array_split(np.argsort(np.asarray(difficulty), kind="stable"), count)
