"""A text of bets, for hindsight neglect (McKenzie et al. 2023, on inverse scaling).

A coin is thrown. It is told what could be won and what lost, how it ended, and whether the bet was
a good decision. It was one if more could be won than lost, for that is what counts on average,
however it ended. But most of the bets that are told ended as they deserved. So the outcome is the
easier cue, one symbol that stands beside the verdict, and it is right in most cases; the stakes are
the harder one, two symbols to be compared, and they are always right.

Where outcome and decision part, who goes by the outcome is always wrong, who goes by the stakes is
always right, and a guess is right in half.
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

RECORD = 4
"""Symbols of a bet: win, lose, outcome, verdict."""
EXAMPLES = 3  # the first number of a seed, of questions: TRAINING and HELD_OUT are 1 and 2


@dataclass(frozen=True)
class BetText:
    """Windows of bets, and their exact log-probability.

    agree: share of bets whose outcome agrees with the decision: a good one is won, a bad one lost.
    stakes: what can be won or lost is 1 to so many, never the same.

    Symbols: the wins, the losses, then `won` and lost, `good` and bad, `start`.
    """

    agree: float = 0.9
    stakes: int = 9

    def __post_init__(self) -> None:
        checks.settle(self, checks.probability, "agree")
        checks.settle(self, checks.whole, "stakes", least=2)

    @property
    def won(self) -> int:
        """The symbol of a bet that was won; the next one says that it was lost."""
        return 2 * self.stakes

    @property
    def good(self) -> int:
        """The symbol of a good decision; the next one says that it was bad."""
        return self.won + 2

    @property
    def start(self) -> int:
        """The symbol before the first bet."""
        return self.good + 2

    @property
    def symbols(self) -> int:
        """The vocabulary's size."""
        return self.start + 1

    @cached_property
    def bets(self) -> np.ndarray:
        """All bets that are told, each as often: rows (win, lose), int64 [bets, 2]."""
        sides = np.arange(1, self.stakes + 1)
        every = np.stack(np.meshgrid(sides, sides, indexing="ij"), -1).reshape(-1, 2)
        return every[every[:, 0] != every[:, 1]]

    @property
    def floor(self) -> float:
        """The entropy in nats a symbol. The verdict has none: the stakes decide it."""
        shares = [share for share in (self.agree, 1 - self.agree) if share]
        outcome = -sum(share * math.log(share) for share in shares)
        return (math.log(len(self.bets)) + outcome) / RECORD

    def spelled(self, bets: np.ndarray, agrees: np.ndarray) -> np.ndarray:
        """Bets as symbols: int64 [..., RECORD].

        bets: rows (win, lose) [..., 2]. agrees: whether each ended as it deserved [...].
        """
        win, lose = np.moveaxis(bets, -1, 0)
        bad = win < lose
        parts = [win - 1, self.stakes + lose - 1, self.won + (bad == agrees), self.good + bad]
        return np.stack(parts, axis=-1).astype(np.int64)

    def windows(self, count: int, bets: int, *seed: int) -> tuple[Tensor, np.ndarray]:
        """Windows drawn anew: int64 [count, 1 + bets x RECORD], and their log-probabilities.

        The log-probability of each window, float64 [count], is in nats, given its start symbol.
        """
        random = np.random.default_rng(seed)
        chosen = self._draw(random, (count, bets))
        agrees = random.random((count, bets)) < self.agree
        with np.errstate(divide="ignore"):  # what has no probability is never drawn
            outcomes = np.log(np.where(agrees, self.agree, 1 - self.agree)).sum(axis=1)
        logprobs = outcomes - bets * math.log(len(self.bets))
        return self._rows(self.spelled(chosen, agrees)), logprobs

    def batch(self, context: int, count: int, seed: int, step: int) -> Tensor:
        """What a run reads at a step, never the same twice: int64 [count, context + 1].

        Raises ValueError where the context is not made of whole bets.
        """
        return self.windows(count, self._each(context), TRAINING, seed, step)[0]

    def held_out(self, context: int, symbols: int) -> tuple[list[Tensor], float]:
        """The text on which all runs are measured, in batches of up to 256 windows.

        And its own mean -log probability a symbol in nats: the floor, exact for this draw.
        """
        count = max(1, symbols // context)
        rows, logprobs = self.windows(count, self._each(context), HELD_OUT)
        return list(rows.split(256)), float(-logprobs.sum() / (count * context))

    def questions(
        self, count: int, examples: int, *, part: bool, seed: int = 0
    ) -> tuple[Tensor, Tensor]:
        """Prompts that end before a verdict, and the verdicts that are right.

        In all examples outcome and decision agree. part: whether they part in the last bet, the
        question. The same seed gives the same bets with both.

        Returns int64 [count, 1 + RECORD x examples + RECORD - 1] and int64 [count].
        """
        chosen = self._draw(np.random.default_rng((EXAMPLES, seed)), (count, examples + 1))
        agrees = np.ones((count, examples + 1), dtype=bool)
        agrees[:, -1] = not part
        rows = self._rows(self.spelled(chosen, agrees))
        return rows[:, :-1], rows[:, -1]

    def _draw(self, random: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        return self.bets[random.integers(len(self.bets), size=shape)]

    def _rows(self, spelled: np.ndarray) -> Tensor:
        """int64 [count, bets, RECORD] as windows behind the start symbol."""
        body = torch.from_numpy(spelled.reshape(len(spelled), -1))
        return torch.cat([torch.full((len(body), 1), self.start), body], dim=1)

    def _each(self, context: int) -> int:
        """Bets in a window."""
        if context < 1 or context % RECORD:
            raise ValueError(
                f"context is {context}: give a multiple of a bet's {RECORD} symbols, so that a "
                "window ends with a verdict"
            )
        return context // RECORD

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for a recipe."""
        return {"kind": "bets", **asdict(self)}


@torch.no_grad()
def right(model: nn.Module, text: BetText, prompts: Tensor, verdicts: Tensor) -> float:
    """Share of prompts after which the right verdict is the likelier one of the two.

    prompts: int64 [count, symbols]. verdicts: the right ones, int64 [count]. A guess comes to a
    half.
    """
    with evaluating(model):
        logits = torch.cat([model(part)[:, -1] for part in prompts.split(256)])  # [count, symbols]
    chosen = logits[:, text.good : text.good + 2].argmax(dim=1)
    return float((chosen == verdicts - text.good).double().mean())
