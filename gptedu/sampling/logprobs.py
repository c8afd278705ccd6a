"""The log-probability of tokens: the one function behind every loss and every score."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor


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
    # training step. A last place without a target is skipped by cross entropy.
    targets = ids[:, 1:]
    if logits.shape[1] == ids.shape[1]:
        targets = F.pad(targets, (0, 1), value=-100)
    losses = F.cross_entropy(
        logits.float().flatten(0, 1), targets.flatten(), ignore_index=-100, reduction="none"
    )
    return -losses.view(targets.shape)[:, : ids.shape[1] - 1]
