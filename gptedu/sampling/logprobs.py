"""The log-probability of tokens: what is behind every loss and every score."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.autograd.function import once_differentiable


def token_logprobs(logits: Tensor, ids: Tensor) -> Tensor:
    """log P(ids[:, t+1] | ids[:, :t+1]) for each t: [batch, time - 1], in nats.

    logits: [batch, time, vocab], a model's output for ids [batch, time], or one place shorter: its
    output for ids[:, :-1]. The language-model loss is the mean of its negative over real tokens
    (GPT-1, equation 1); choice scores, the KL to a reference and PPO's ratio are sums and
    differences of it.

    Raises ValueError where the shapes do not belong together.
    """
    if (
        logits.dim() != 3
        or logits.shape[0] != ids.shape[0]
        or ids.shape[1] - logits.shape[1] not in (0, 1)
    ):
        raise ValueError(
            f"logits {tuple(logits.shape)} and ids {tuple(ids.shape)} do not belong together: "
            "give [batch, time, vocab] and [batch, time]"
        )
    # The targets are shifted, not the logits: slicing those would copy the largest tensor of a
    # training step. A last place has no target: it is given one, and its answer is left out.
    targets = ids[:, 1:]
    if logits.shape[1] == ids.shape[1]:
        targets = F.pad(targets, (0, 1))
    logprobs = row_logprobs(logits.flatten(0, 1), targets.flatten())
    return logprobs.view(targets.shape)[:, : ids.shape[1] - 1]


def row_logprobs(logits: Tensor, ids: Tensor) -> Tensor:
    """log P of one id by each row of logits: logits [n, vocab] and ids [n] -> [n], in nats.

    Raises ValueError where there are not as many ids as rows.
    """
    if logits.dim() != 2 or ids.shape != logits.shape[:1]:
        raise ValueError(
            f"logits {tuple(logits.shape)} and ids {tuple(ids.shape)} do not belong together: "
            "give [n, vocab] and [n]"
        )
    return Picked.apply(logits.float(), ids)


class Picked(torch.autograd.Function):
    """log softmax(logits)[target] of each row: logits [rows, vocab], targets [rows] -> [rows].

    Its gradient is one-hot(target) - softmax(logits). Cross entropy comes to the same through one
    more tensor of the logits' size, with which a whole training step takes about 4% longer.
    """

    @staticmethod
    def forward(ctx: Any, logits: Tensor, targets: Tensor) -> Tensor:
        logprobs = logits.log_softmax(dim=-1)
        ctx.save_for_backward(logprobs, targets)
        return logprobs.gather(1, targets[:, None])[:, 0]

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *incoming: Tensor) -> tuple[Tensor, None]:
        logprobs, targets = ctx.saved_tensors
        (gradient,) = incoming
        of_logits = logprobs.exp().mul_(-gradient[:, None])
        return of_logits.scatter_add_(1, targets[:, None], gradient[:, None]), None
