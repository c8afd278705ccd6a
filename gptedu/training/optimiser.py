"""Optimiser groups: which parameter decays, and how its learning rate follows the width."""

from __future__ import annotations

import torch
from torch import nn

from gptedu.training.recipe import Recipe


def parameter_groups(model: nn.Module, recipe: Recipe) -> list[dict]:
    """Three groups for AdamW: "matrices", "embeddings", "vectors" (gains and biases).

    Adam moves every entry of a matrix by about its learning rate, so the change of a sum over
    `width` inputs grows with the width. Dividing the matrices' rate by the width keeps it the
    same, and one rate tuned on a small model serves the large ones: muP (Yang et al. 2022,
    "Tensor Programs V", table 3). Embeddings and vectors sum over no width: their rate stays.
    Only matrices decay, and rate times decay is kept over widths too, so that all sizes forget
    at one pace. A tied head is an embedding.
    """
    scale = recipe.base_width / recipe.model.width
    embedded = {
        id(parameter)
        for module in model.modules()
        if isinstance(module, nn.Embedding)
        for parameter in module.parameters(recurse=False)
    }
    kinds: dict[str, list[nn.Parameter]] = {"matrices": [], "embeddings": [], "vectors": []}
    for parameter in model.parameters():
        if not parameter.requires_grad:
            continue
        if id(parameter) in embedded:
            kinds["embeddings"].append(parameter)
        else:
            kinds["matrices" if parameter.ndim >= 2 else "vectors"].append(parameter)
    rates = {"matrices": recipe.learning_rate * scale}
    decays = {"matrices": recipe.weight_decay / scale}
    return [
        {
            "name": kind,
            "params": parameters,
            "peak": rates.get(kind, recipe.learning_rate),
            "lr": rates.get(kind, recipe.learning_rate),
            "weight_decay": decays.get(kind, 0.0),
        }
        for kind, parameters in kinds.items()
        if parameters
    ]


def make_optimiser(model: nn.Module, recipe: Recipe) -> torch.optim.AdamW:
    """AdamW over `parameter_groups`, in torch's fused form (one pass over the weights)."""
    return torch.optim.AdamW(parameter_groups(model, recipe), betas=recipe.betas, fused=True)


def set_learning_rate(optimiser: torch.optim.Optimizer, ratio: float) -> None:
    """Sets each group's rate to `ratio` times its peak."""
    for group in optimiser.param_groups:
        group["lr"] = group["peak"] * ratio
