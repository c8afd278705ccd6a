"""Which parameter is moved how: Muon for the matrices inside, AdamW for everything else."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from gptedu.training.muon import Muon
from gptedu.training.recipe import Recipe


class Optimisers:
    """Several optimisers that are stepped, saved and scheduled as one."""

    def __init__(self, *parts: torch.optim.Optimizer) -> None:
        self.parts = parts

    @property
    def param_groups(self) -> list[dict[str, Any]]:
        return [group for part in self.parts for group in part.param_groups]

    def step(self) -> None:
        for part in self.parts:
            part.step()

    def zero_grad(self) -> None:
        for part in self.parts:
            part.zero_grad(set_to_none=True)

    def state_dict(self) -> dict[str, Any]:
        return {str(i): part.state_dict() for i, part in enumerate(self.parts)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        for i, part in enumerate(self.parts):
            part.load_state_dict(state[str(i)])


def parameter_groups(model: nn.Module, recipe: Recipe) -> list[dict[str, Any]]:
    """Three groups: "matrices" (of two dimensions, inside), "embeddings", "vectors".

    The matrices' rate serves all widths as it is: a Muon step has a spectral norm of
    rate x sqrt(max(1, rows / columns)) whatever the width, which is the condition under which what
    a layer learns does not change with the width (Yang, Simon and Bernstein 2023). Embeddings and
    vectors sum over no width, so AdamW's rate for them stays too. Only matrices decay. A tied head
    is an embedding.
    """
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
            kinds["matrices" if parameter.ndim == 2 else "vectors"].append(parameter)
    rates = {"matrices": recipe.matrix_rate}
    decays = {"matrices": recipe.weight_decay}
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


def make_optimiser(model: nn.Module, recipe: Recipe) -> Optimisers:
    """Muon for matrices, fused AdamW for embeddings and vectors.

    With AdamW alone the heads that copy from the context did not form in the 16M tokens that two
    cores read in half an hour; with Muon they do.
    """
    groups = parameter_groups(model, recipe)
    matrices = [group for group in groups if group["name"] == "matrices"]
    others = [group for group in groups if group["name"] != "matrices"]
    parts: list[torch.optim.Optimizer] = []
    if matrices:
        parts.append(Muon(matrices, lr=recipe.matrix_rate))
    if others:
        parts.append(torch.optim.AdamW(others, betas=recipe.betas, fused=True))
    return Optimisers(*parts)


def set_learning_rate(optimiser: Optimisers, ratio: float) -> None:
    """Sets each group's rate to `ratio` times its peak."""
    for group in optimiser.param_groups:
        group["lr"] = group["peak"] * ratio
