"""The settings of a PPO run (Ziegler et al. 2019, table 4; InstructGPT, appendix C.4)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from gptedu import checks


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
        """Plain values, whatever library they came from; ValueError for what means nothing."""
        checks.settle(self, checks.whole, "batch", "answers", "minibatch", "epochs", "max_tokens")
        checks.settle(
            self, checks.positive,
            "learning_rate", "kl_horizon", "clip", "value_clip", "max_grad_norm",
        )  # fmt: skip
        checks.settle(self, checks.positive, "target_kl", none="to leave beta as it is")
        checks.settle(self, checks.weight, "beta", "value_coefficient", "ptx")
        checks.settle(self, checks.probability, "gamma", "lam")
        checks.settle(self, checks.flag, "whiten_rewards")
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
        if self.target_kl is not None and self.beta == 0:
            raise ValueError("beta is 0, and a share of 0 stays 0: start above 0 to reach a target")

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as in a run's state."""
        return asdict(self)
