"""PPO's losses and settings (Schulman et al. 2017; Ziegler et al. 2019; InstructGPT, section 3.5).

Losses are pure functions of tensors [batch, time]. mask is True for the tokens of the answer, the
end-of-text token among them; means run over these, and what stands elsewhere is never read.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from gptedu.training.loss import lm_loss


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


def mean_over(x: Tensor, mask: Tensor) -> Tensor:
    """The mean of x where mask is True; elsewhere x may hold anything."""
    return x.masked_fill(~mask, 0.0).sum() / mask.sum()


def token_rewards(scores: Tensor, log_ratios: Tensor, mask: Tensor, beta: float) -> Tensor:
    """What each token brings: -beta (log pi - log ref), and the score at the answer's last token.

    scores: [batch], of the whole texts. log_ratios: [batch, time]. A row sums to its score less
    beta times its log-ratios: InstructGPT's equation 2, without the last term.
    """
    rewards = -beta * log_ratios.masked_fill(~mask, 0.0)
    places = torch.arange(mask.shape[1], device=mask.device)
    last = (places * mask).argmax(dim=1)
    rewards[torch.arange(len(rewards), device=mask.device), last] += scores.to(rewards.dtype)
    return rewards


class PolicyLoss(NamedTuple):
    """loss: scalar. clip_fraction: share of tokens whose ratio is outside 1 +- clip. ratio_max:
    the largest ratio of new to old probability."""

    loss: Tensor
    clip_fraction: Tensor
    ratio_max: Tensor


def policy_loss(
    logprobs: Tensor, old_logprobs: Tensor, advantages: Tensor, mask: Tensor, clip: float
) -> PolicyLoss:
    """-E[min(ratio A, clip(ratio, 1 - clip, 1 + clip) A)] (Schulman et al. 2017, equation 7).

    old_logprobs: under the policy that wrote the answers.
    """
    ratio = (logprobs - old_logprobs).masked_fill(~mask, 0.0).exp()
    advantages = advantages.masked_fill(~mask, 0.0)
    gain = torch.min(ratio * advantages, ratio.clamp(1 - clip, 1 + clip) * advantages)
    with torch.no_grad():
        clipped = mean_over(((ratio - 1).abs() > clip).to(ratio.dtype), mask)
        largest = ratio.masked_fill(~mask, 0.0).max()
    return PolicyLoss(-mean_over(gain, mask), clipped, largest)


def value_loss(
    values: Tensor, old_values: Tensor, returns: Tensor, mask: Tensor, clip: float
) -> Tensor:
    """Half the squared error, the larger of the values' own and that of the values held within
    `clip` of the old ones: it does not pay to move further at once."""
    values, old_values = values.masked_fill(~mask, 0.0), old_values.masked_fill(~mask, 0.0)
    returns = returns.masked_fill(~mask, 0.0)
    near = old_values + (values - old_values).clamp(-clip, clip)
    error = torch.max((values - returns) ** 2, (near - returns) ** 2)
    return mean_over(error, mask) / 2


def ptx_loss(model: nn.Module, batch: Tensor, weight: float) -> Tensor:
    """-gamma E_pretrain[log pi] (InstructGPT, equation 2): `weight` times the language-model loss.

    batch: int64 [batch, time + 1], of pretraining text.
    """
    return weight * lm_loss(model, batch)


def explained_variance(values: Tensor, returns: Tensor, mask: Tensor) -> float:
    """1 - Var(returns - values) / Var(returns): 1 knows them all, 0 no better than their mean."""
    real = returns[mask]
    spread = real.var(correction=0)
    if spread < 1e-12:
        return 0.0
    return float(1 - (real - values[mask]).var(correction=0) / spread)
