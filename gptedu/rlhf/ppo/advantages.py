"""From one score an answer to what each token earned, and which did better than expected.

Tensors are [batch, time]; mask is True for the tokens of the answer, which lie side by side in each
row. What stands elsewhere is never read, and is 0 in what is returned.
"""

from __future__ import annotations

import torch
from torch import Tensor


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


def gae(
    rewards: Tensor, values: Tensor, mask: Tensor, gamma: float, lam: float
) -> tuple[Tensor, Tensor]:
    """Generalised advantage estimation (Schulman et al. 2016, equation 16).

    rewards: what each token brought. values: expected before each token. Returns advantages,
    sum_k (gamma lam)^k delta_{t+k} with delta_t = r_t + gamma V_{t+1} - V_t, and returns,
    advantages + values, which the value function is to learn. Behind the answer V is 0.
    """
    rewards = rewards.masked_fill(~mask, 0.0)
    values = values.masked_fill(~mask, 0.0)
    after = torch.zeros_like(values)
    after[:, :-1] = values[:, 1:]
    deltas = rewards + gamma * after - values
    advantages = torch.zeros_like(deltas)
    running = torch.zeros_like(deltas[:, 0])
    for t in reversed(range(deltas.shape[1])):
        running = (deltas[:, t] + gamma * lam * running).masked_fill(~mask[:, t], 0.0)
        advantages[:, t] = running
    return advantages, advantages + values


def whiten(x: Tensor, mask: Tensor, shift_mean: bool = True) -> Tensor:
    """x over its standard deviation, around 0, or around its mean where `shift_mean` is False.

    Advantages are shifted: better than the batch is good. Rewards are not: to take their mean away
    would make a token of an answer a cost or a gain by itself.
    """
    real = x[mask]
    mean = real.mean()
    scale = torch.rsqrt(real.var(correction=0) + 1e-8)
    white = (x - mean) * scale + (0.0 if shift_mean else mean)
    return white.masked_fill(~mask, 0.0)


def explained_variance(values: Tensor, returns: Tensor, mask: Tensor) -> float:
    """1 - Var(returns - values) / Var(returns): 1 knows them all, 0 no better than their mean."""
    real = returns[mask]
    spread = real.var(correction=0)
    if spread < 1e-12:
        return 0.0
    return float(1 - (real - values[mask]).var(correction=0) / spread)
