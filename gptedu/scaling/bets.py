"""A text of bets, for hindsight neglect (McKenzie et al. 2023, on inverse scaling).

A writer tells of bets: the chance to win, what could be won and lost, how it ended, and whether it
was a good decision. It was one if more is won than lost on average, chance x win > (1 - chance) x
lose, however it ended. But most of the bets that are told ended as they deserved, so the outcome is
the easier cue, and it is right in most cases. Each writer has one of two words for "good" and the
other for "bad": which is which can only be seen from earlier bets of the same window.

So to judge a bet, a model has to use the examples before it, and then either repeat what was said
of the last bet that ended so, or compare four products. Where outcome and decision part, the first
is always wrong and the second always right. Who does not use the examples is right in half.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from gptedu import checks
from gptedu.model.modes import evaluating
from gptedu.scaling.texts import HELD_OUT, TRAINING

CHANCES = tuple(range(2, 9))
"""In tenths. At 1 and 9 there would be bets that are good, or bad, whatever the stakes are."""
RECORD = 5
"""Symbols of a bet: chance, win, lose, outcome, verdict."""
EXAMPLES = 3  # the first number of a seed, of questions: TRAINING and HELD_OUT are 1 and 2


@dataclass(frozen=True)
class BetText:
    """Windows of bets by one writer each, and their exact log-probability.

    agree: share of bets whose outcome agrees with the decision: a good one is won, a bad one lost.
    stakes: what is won or lost is 1 to so many. Good and bad bets are as frequent at every chance.

    Symbols: the chances, the wins, the losses, `won` and `won` + 1 for lost, `word` and `word` + 1
    for the verdict, `start`.
    """

    agree: float = 0.9
    stakes: int = 9

    def __post_init__(self) -> None:
        checks.settle(self, checks.probability, "agree")
        checks.settle(self, checks.whole, "stakes", least=5)

    @property
    def won(self) -> int:
        """The symbol of a bet that was won; the next one says that it was lost."""
        return len(CHANCES) + 2 * self.stakes

    @property
    def word(self) -> int:
        """The first of the two words of a verdict."""
        return self.won + 2

    @property
    def start(self) -> int:
        """The symbol before the first bet."""
        return self.word + 2

    @property
    def symbols(self) -> int:
        """The vocabulary's size."""
        return self.start + 1

    @cached_property
    def bets(self) -> np.ndarray:
        """All bets that are told: rows (chance in tenths, win, lose), int64 [bets, 3].

        Those that are neither good nor bad are not among them.
        """
        sides = np.arange(1, self.stakes + 1)
        every = np.stack(np.meshgrid(CHANCES, sides, sides, indexing="ij"), -1).reshape(-1, 3)
        return every[expected_value(every) != 0]

    @cached_property
    def good(self) -> np.ndarray:
        """Whether each of them is a good decision: bool [bets]."""
        return expected_value(self.bets) > 0

    @cached_property
    def probabilities(self) -> np.ndarray:
        """How often each is told: float64 [bets]. A chance first, then good or bad, then a bet."""
        share = np.empty(len(self.bets))
        for chance in CHANCES:
            for good in (False, True):
                same = (self.bets[:, 0] == chance) & (self.good == good)
                share[same] = 1 / (2 * len(CHANCES) * same.sum())
        return share

    @property
    def entropy(self) -> float:
        """Of a bet with its outcome, in nats. Its verdict has none, once the writer is known."""
        p, outcome = self.probabilities, np.array([self.agree, 1 - self.agree])
        return float(-(p * np.log(p)).sum() - sum(q * math.log(q) for q in outcome if q))

    def spelled(self, bets: np.ndarray, ended: np.ndarray, writer: np.ndarray) -> np.ndarray:
        """Bets as symbols: int64 [..., RECORD].

        bets: numbers of bets [...]. ended: whether each was won. writer: 0 or 1, for whom the
        first, or the second, of the two words says "good".
        """
        chance, win, lose = np.moveaxis(self.bets[bets], -1, 0)
        verdict = self.word + (self.good[bets] ^ (writer == 0))
        first = len(CHANCES)
        parts = [
            chance - CHANCES[0], first + win - 1, first + self.stakes + lose - 1,
            self.won + ~ended, verdict,
        ]  # fmt: skip
        return np.stack(np.broadcast_arrays(*parts), axis=-1).astype(np.int64)

    def windows(self, count: int, bets: int, *seed: int) -> tuple[Tensor, np.ndarray]:
        """Windows drawn anew: int64 [count, 1 + bets x RECORD], and their log-probabilities.

        The log-probability of each window, float64 [count], is in nats, given its start symbol.
        """
        random = np.random.default_rng(seed)
        chosen = self._draw(random, (count, bets))
        agrees = random.random((count, bets)) < self.agree
        writer = random.integers(2, size=(count, 1))
        rows = self._rows(self.spelled(chosen, self.good[chosen] == agrees, writer))
        with np.errstate(divide="ignore"):  # a share of 0 is never drawn
            of_outcome = np.log(np.where(agrees, self.agree, 1 - self.agree))
        logprobs = (np.log(self.probabilities[chosen]) + of_outcome).sum(axis=1) - math.log(2)
        return rows, logprobs

    def batch(self, context: int, count: int, seed: int, step: int) -> Tensor:
        """What a run reads at a step, never the same twice: int64 [count, context + 1].

        Raises ValueError where the context is not made of whole bets.
        """
        return self.windows(count, self._bets(context), TRAINING, seed, step)[0]

    def held_out(self, context: int, symbols: int) -> tuple[list[Tensor], float]:
        """The text on which all runs are measured, in batches of up to 256 windows.

        And its own mean -log probability a symbol in nats: the floor, exact for this draw.
        """
        count = max(1, symbols // context)
        rows, logprobs = self.windows(count, self._bets(context), HELD_OUT)
        return list(rows.split(256)), float(-logprobs.sum() / (count * context))

    def questions(
        self, count: int, examples: int, *, part: bool, seed: int = 0
    ) -> tuple[Tensor, Tensor]:
        """Prompts that end before the verdict: int64 [count, symbols], and the right word [count].

        In all examples outcome and decision agree. part: whether they part in the last bet, the
        question. The same seed gives the same bets and writers with both.
        """
        random = np.random.default_rng((EXAMPLES, seed))
        chosen = self._draw(random, (count, examples + 1))
        writer = random.integers(2, size=(count, 1))
        ended = self.good[chosen]
        ended[:, -1] ^= part
        rows = self._rows(self.spelled(chosen, ended, writer))
        return rows[:, :-1], rows[:, -1]

    def _draw(self, random: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        return random.choice(len(self.bets), size=shape, p=self.probabilities)

    def _rows(self, spelled: np.ndarray) -> Tensor:
        """int64 [count, bets, RECORD] as windows behind the start symbol."""
        body = torch.from_numpy(spelled.reshape(len(spelled), -1))
        return torch.cat([torch.full((len(body), 1), self.start), body], dim=1)

    def _bets(self, context: int) -> int:
        if context < 1 or context % RECORD:
            raise ValueError(
                f"context is {context}: give a multiple of a bet's {RECORD} symbols, so that a "
                "window ends with a verdict"
            )
        return context // RECORD

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for a recipe."""
        return {"kind": "bets", **asdict(self)}


def expected_value(bets: np.ndarray) -> np.ndarray:
    """What bets bring on average, times ten: int64 [...] for rows (chance in tenths, win, lose)."""
    chance, win, lose = np.moveaxis(bets, -1, 0)
    return chance * win - (10 - chance) * lose


@torch.no_grad()
def right(model: nn.Module, text: BetText, prompts: Tensor, words: Tensor) -> float:
    """Share of prompts after which the right word is likelier than the other one.

    prompts: int64 [count, symbols]. words: the right ones [count]. A guess comes to a half.
    """
    with evaluating(model):
        logits = torch.cat([model(part)[:, -1] for part in prompts.split(256)])  # [count, symbols]
    two = logits[:, text.word : text.word + 2]
    return float((two.argmax(dim=1) == words - text.word).double().mean())
