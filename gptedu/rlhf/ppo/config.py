"""The settings of a PPO run (Ziegler et al. 2019, table 4; InstructGPT, appendix C.4)."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class PPOConfig:
    """How to train; the defaults are for models of about a million parameters.

    batch: episodes (one prompt, one answer) a step. answers: to each prompt; with several, a step
    has fewer prompts, and each is read once for all of its answers, which takes less time.
    minibatch: episodes an update. epochs: how often each step's episodes are gone through.
    max_tokens: of an answer.
    beta: weight of the KL penalty. target_kl: nats per answer to which beta is steered, None to
    leave it; kl_horizon: in how many episodes (see `AdaptiveBeta`).
    clip, value_clip: how far the ratio of probabilities, and the value, may pay to move from what
    they were. value_coefficient: weight of the value loss, in the sum whose gradient is clipped.
    gamma, lam: of `gae`. whiten_rewards: to unit variance, the mean kept.
    ptx: weight of the language-model loss on pretraining text ("gamma" in InstructGPT's equation
    2); with more than 0 it is PPO-ptx.
    max_grad_norm: to which gradients are clipped.
    """

    batch: int = 64
    answers: int = 1
    minibatch: int = 32
    epochs: int = 2
    max_tokens: int = 32
    learning_rate: float = 2e-4
    beta: float = 0.05
    target_kl: float | None = None
    kl_horizon: float = 2_000.0
    clip: float = 0.2
    value_clip: float = 0.2
    value_coefficient: float = 0.1
    gamma: float = 1.0
    lam: float = 0.95
    whiten_rewards: bool = False
    ptx: float = 0.0
    max_grad_norm: float = 1.0

    def __post_init__(self) -> None:
        for name in ("batch", "answers", "minibatch", "epochs", "max_tokens"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise ValueError(f"{name} is {value!r}: give a whole number of at least 1")
        if self.batch % self.minibatch:
            raise ValueError(
                f"a batch of {self.batch} does not divide into minibatches of {self.minibatch}: "
                "choose a minibatch that divides it"
            )
        if self.minibatch % self.answers:
            raise ValueError(
                f"a minibatch of {self.minibatch} does not divide into {self.answers} answers a "
                "prompt: choose a number that divides it"
            )
        positive = ("learning_rate", "kl_horizon", "clip", "value_clip", "max_grad_norm")
        for name in positive + (() if self.target_kl is None else ("target_kl",)):
            if not _number(getattr(self, name)) or not getattr(self, name) > 0:
                raise ValueError(f"{name} is {getattr(self, name)!r}: give a positive number")
        for name in ("beta", "value_coefficient", "ptx"):
            if not _number(getattr(self, name)) or not getattr(self, name) >= 0:
                raise ValueError(f"{name} is {getattr(self, name)!r}: give 0 (none) or more")
        for name in ("gamma", "lam"):
            if not _number(getattr(self, name)) or not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name)!r}: give a number from 0 to 1")
        if self.target_kl is not None and self.beta == 0:
            raise ValueError("beta is 0, and a share of 0 stays 0: start above 0 to reach a target")

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as in a run's state."""
        return asdict(self)


def _number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
