"""A text whose entropy is known: records of facts, drawn by Zipf's law.

The floor of a language model's loss, the constant c of L(C) = a C^b + c, is the entropy of the
text, which nobody knows of English. Of this text it is known: it is made of independent draws, and
it gives the exact probability of every window.

A fact is a number k from 1 to `facts`, its rank; a record says it as a key and a value, both in
symbols 0 to `base` - 1. The key is k itself, the value is fixed for each k and follows no rule: it
can only be learned by heart. The k-th fact comes with probability proportional to k^-exponent.
So a model learns first what keys look like, then the values of the most frequent facts, then of
rarer ones: there is always more to learn, and each part of it is worth less.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gptedu import checks

TRAINING, HELD_OUT = 1, 2  # the first number of a seed: the two never draw alike


@dataclass(frozen=True)
class RecordText:
    """Windows of records, and their exact log-probability.

    >>> text = RecordText()
    >>> batch, logprobs = text.windows(16, records=4, seed=0)

    facts: how many there are. exponent: of Zipf's law. base: number of symbols. key, value: symbols
    of a record's two parts. A window is the symbol `start`, then whole records.

    Raises ValueError where keys of that length cannot name all facts.
    """

    facts: int = 1_000_000
    exponent: float = 1.3
    base: int = 32
    key: int = 4
    value: int = 4

    def __post_init__(self) -> None:
        checks.settle(self, checks.whole, "facts", "key", "value")
        checks.settle(self, checks.whole, "base", least=2)
        checks.settle(self, checks.weight, "exponent")
        if self.base**self.key < self.facts:
            raise ValueError(
                f"{self.key} symbols of {self.base} name {self.base**self.key:,} facts at most, "
                f"not {self.facts:,}: give a longer key or fewer facts"
            )

    @property
    def start(self) -> int:
        """The symbol before the first record."""
        return self.base

    @property
    def symbols(self) -> int:
        """The vocabulary's size: the base's symbols, and the start."""
        return self.base + 1

    @property
    def record(self) -> int:
        """Symbols of a record."""
        return self.key + self.value

    @cached_property
    def probabilities(self) -> np.ndarray:
        """Of the facts, from the most frequent one: float64 [facts], their sum is 1."""
        weights = np.arange(1, self.facts + 1, dtype=np.float64) ** -self.exponent
        return weights / weights.sum()

    @cached_property
    def _cumulated(self) -> np.ndarray:
        total = self.probabilities.cumsum()
        return total / total[-1]

    @property
    def floor(self) -> float:
        """The entropy in nats a symbol: no model's mean loss can be below it.

        A record has as much entropy as its fact, for the fact decides it, and it the fact.
        """
        p = self.probabilities
        return float(-(p * np.log(p)).sum()) / self.record

    def unseen(self, records: float) -> float:
        """Nats a symbol above the floor that no learner can save after so many records.

        A value follows no rule: of a fact that has not been met yet, nobody can do better than to
        guess among all values. So this is the chance that a record's fact is new, times the entropy
        of such a guess: a lower bound, whatever the model.
        """
        p = self.probabilities
        new = float((p * np.exp(records * np.log1p(-p))).sum())
        return new * self.value * float(np.log(self.base)) / self.record

    def spelled(self, ranks: np.ndarray) -> np.ndarray:
        """The records of facts, counted from 0: int64 [..., record]."""
        numbers = np.asarray(ranks, dtype=np.uint64)
        keys = digits(numbers, self.base, self.key)
        values = np.stack(
            [mixed(numbers, place) % np.uint64(self.base) for place in range(self.value)], axis=-1
        )
        return np.concatenate([keys, values.astype(np.int64)], axis=-1)

    def draw(self, shape: tuple[int, ...], *seed: int) -> np.ndarray:
        """Ranks of facts, counted from 0, drawn by Zipf's law: int64 of that shape."""
        uniform = np.random.default_rng(seed).random(shape)
        return np.searchsorted(self._cumulated, uniform, side="right").astype(np.int64)

    def windows(self, count: int, records: int, *seed: int) -> tuple[Tensor, np.ndarray]:
        """Windows drawn anew: int64 [count, 1 + records x record], and their log-probabilities.

        The log-probability of each window, float64 [count], is in nats, given its start symbol.
        seed: one number or several, as (run, step); the same give the same windows.
        """
        ranks = self.draw((count, records), *seed)
        body = self.spelled(ranks).reshape(count, -1)
        rows = np.concatenate([np.full((count, 1), self.start, dtype=np.int64), body], axis=1)
        return torch.from_numpy(rows), np.log(self.probabilities[ranks]).sum(axis=1)

    def batch(self, context: int, count: int, seed: int, step: int) -> Tensor:
        """What a run reads at a step, never the same twice: int64 [count, context + 1].

        Raises ValueError where the context is not made of whole records.
        """
        return self.windows(count, self._records(context), TRAINING, seed, step)[0]

    def held_out(self, context: int, symbols: int) -> tuple[list[Tensor], float]:
        """The text on which all runs are measured, and its own mean -log probability in nats.

        In batches of up to 256 windows; their floor is exact for these symbols, so that of the
        chance in drawing them nothing is left in the difference between a loss and the floor.
        """
        count = max(1, symbols // context)
        rows, logprobs = self.windows(count, self._records(context), HELD_OUT)
        return list(rows.split(256)), float(-logprobs.sum() / (count * context))

    def _records(self, context: int) -> int:
        if context < 1 or context % self.record:
            raise ValueError(
                f"context is {context}: give a multiple of a record's {self.record} symbols, so "
                "that a window ends with a record"
            )
        return context // self.record

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for a recipe."""
        return {"kind": "records", **asdict(self)}


def digits(numbers: np.ndarray, base: int, count: int) -> np.ndarray:
    """Whole numbers in a base, the highest digit first: int64 [..., count]."""
    powers = np.array([base**place for place in reversed(range(count))], dtype=np.uint64)
    return (numbers[..., None] // powers % np.uint64(base)).astype(np.int64)


def mixed(numbers: np.ndarray, salt: int) -> np.ndarray:
    """A hash of whole numbers (Steele et al. 2014, SplitMix64): uint64, the same on any machine."""
    with np.errstate(over="ignore"):
        x = numbers + np.uint64(salt + 1) * np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return x ^ (x >> np.uint64(31))
