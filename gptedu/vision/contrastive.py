"""The contrastive loss with its learned temperature (Radford et al. 2021, section 2.3, figure 3).

Of a batch of pictures and captions, each picture has to find its caption and each caption its
picture: two cross-entropies over the same matrix of similarities, one by rows and one by columns.
"""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gptedu.training.optimiser import Optimisers, make_optimiser
from gptedu.training.recipe import Recipe

FIRST_SCALE = math.log(1 / 0.07)
LARGEST_SCALE = math.log(100)
"""Of the parameter, which is the logarithm of what similarities are multiplied by (section 2.5)."""


def normalised(vectors: Tensor) -> Tensor:
    """The same directions at length 1; a vector of zeros stays one: [..., width]."""
    return F.normalize(vectors, dim=-1)


def equal_rows(ids: Tensor) -> Tensor:
    """Which rows are the same: a number for each, equal where the rows are. int64 [batch]."""
    return torch.unique(ids, dim=0, return_inverse=True)[1]


def contrastive_loss(
    pictures: Tensor, texts: Tensor, log_scale: Tensor | float, groups: Tensor | None = None
) -> Tensor:
    """The mean of both cross-entropies in nats, a scalar; pictures and texts are [batch, width].

    Row i of both belongs together. Lengths do not count: both are normalised here. groups: a number
    for each caption, equal where captions are (see `equal_rows`). Captions of a group are right for
    each other's pictures: the target is spread over them evenly. With m captions in each group no
    model gets below log m. Where the texts of a group are one vector, the loss is the same number
    without groups, for their rows see the same similarities; where they are wordings of one thing,
    it is not: a twin then counts as wrong, and they are pushed apart.

    Raises ValueError where there are not as many texts as pictures, or as many groups.
    """
    if pictures.shape != texts.shape or pictures.dim() != 2:
        raise ValueError(
            f"pictures {list(pictures.shape)} and texts {list(texts.shape)}: give as many vectors "
            "of both, [batch, width]"
        )
    scale = torch.as_tensor(log_scale, dtype=pictures.dtype).exp()
    logits = scale * normalised(pictures) @ normalised(texts).T  # [pictures, texts]
    if groups is None:
        groups = torch.arange(len(logits), device=logits.device)
    elif groups.shape != (len(logits),):
        raise ValueError(
            f"groups of shape {list(groups.shape)}: give a number for each of {len(logits)} texts"
        )
    same = (groups[:, None] == groups[None, :]).to(logits.dtype)
    targets = same / same.sum(dim=1, keepdim=True)  # symmetric: a group's rows are all alike
    by_picture = -(targets * logits.log_softmax(dim=1)).sum(dim=1).mean()
    by_text = -(targets * logits.log_softmax(dim=0)).sum(dim=0).mean()
    return (by_picture + by_text) / 2


@torch.no_grad()
def clamp_scale(log_scale: Tensor) -> None:
    """Hold the parameter at or below log 100, in place: to be called after each step.

    To clamp exp(log_scale) in the loss instead would stop its gradient above the limit, from where
    it could then never fall.
    """
    log_scale.clamp_(max=LARGEST_SCALE)


class ClampedOptimisers(Optimisers):
    """Optimisers after whose step a parameter is clamped (see `clamp_scale`)."""

    def __init__(self, *parts: torch.optim.Optimizer, log_scale: Tensor) -> None:
        super().__init__(*parts)
        self.log_scale = log_scale

    def step(self) -> None:
        super().step()
        clamp_scale(self.log_scale)


def clip_optimiser(model: nn.Module, recipe: Recipe) -> Optimisers:
    """The course's optimiser; the temperature has no weight decay and is clamped after the step."""
    parts = make_optimiser(model, recipe).parts
    scale: Any = model.log_scale
    return ClampedOptimisers(*parts, log_scale=scale)
