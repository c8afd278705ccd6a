"""How far a policy has moved from its reference, and how much that costs.

A log-ratio is log pi(token) - log ref(token), in nats, for tokens drawn from pi.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from gptedu import checks


def k1(log_ratios: Tensor) -> Tensor:
    """log pi - log ref: unbiased for KL(pi, ref), and often negative for a single token."""
    return log_ratios


def k3(log_ratios: Tensor) -> Tensor:
    """ref/pi - 1 - log(ref/pi): unbiased, and never negative.

    ref/pi - 1 is 0 on average over pi, so adding it to k1 changes no expectation; log x <= x - 1
    does the rest.
    """
    return torch.expm1(-log_ratios) + log_ratios


def check_beta(beta: float) -> float:
    """beta as a plain number; ValueError where it is none of 0 or more."""
    return checks.number("beta", beta, least=0, give="0 (no penalty) or more")


@dataclass
class FixedBeta:
    """The same weight throughout, as in InstructGPT; `value` may be set at any time."""

    value: float

    def __post_init__(self) -> None:
        self.value = check_beta(self.value)

    def update(self, kl: float, episodes: int) -> None:
        """Told the KL per answer (nats) of so many episodes; changes nothing."""


@dataclass
class AdaptiveBeta:
    """Steers the KL per answer to a target (Ziegler et al. 2019, section 2.2).

    e = clip(kl / target - 1, -0.2, 0.2); beta <- beta * (1 + e * episodes / horizon). The paper
    writes K_beta = 0.1 for episodes / horizon. target: nats per answer. horizon: episodes; in so
    many, beta changes by about a fifth at most in either direction, and never by more at once: a
    horizon much shorter than a batch would otherwise make it negative.
    """

    value: float
    target: float
    horizon: float

    def __post_init__(self) -> None:
        self.value = check_beta(self.value)
        if self.value == 0:
            raise ValueError("beta is 0, and a share of 0 stays 0: start above 0 to reach a target")
        checks.settle(self, checks.positive, "target", "horizon")

    def update(self, kl: float, episodes: int) -> None:
        """Told the KL per answer (nats) of so many episodes."""
        error = min(max(kl / self.target - 1, -0.2), 0.2)
        self.value *= 1 + error * min(1.0, episodes / self.horizon)
