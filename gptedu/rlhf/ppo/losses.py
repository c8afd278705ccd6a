"""PPO's losses: the clipped ratio, and the clipped value (Schulman et al. 2017).

Losses are pure functions of tensors [batch, time]. mask is True for the tokens of the answer, the
end-of-text token among them; means run over these, and what stands elsewhere is never read.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor


def mean_over(x: Tensor, mask: Tensor) -> Tensor:
    """The mean of x where mask is True; elsewhere x may hold anything."""
    return x.masked_fill(~mask, 0.0).sum() / mask.sum()


class PolicyLoss(NamedTuple):
    """loss: scalar. clip_fraction: share of tokens whose ratio is outside 1 +- clip. ratio_max:
    the largest ratio of new to old probability."""

    loss: Tensor
    clip_fraction: Tensor
    ratio_max: Tensor


def clipped_policy_loss(
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
