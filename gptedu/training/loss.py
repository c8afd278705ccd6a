"""The language-modelling loss."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from gptedu.sampling import token_logprobs


def lm_loss(model: nn.Module, batch: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """Mean negative log-probability of each next token, in nats (GPT-1, equation 1).

    batch: int64 [batch, context + 1]; the model reads all but the last column. `generator` is
    there for losses that draw (masked language modelling) and is not used.
    """
    return -token_logprobs(model(batch[:, :-1]), batch).mean()
