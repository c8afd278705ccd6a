"""Muon: momentum whose steps are made orthogonal (Jordan et al. 2024).

torch has it too (`torch.optim.Muon`), but always multiplies in bfloat16, which some CPUs do a
hundred times more slowly than float32; here that is for autocast to say. A test holds the two equal
up to that rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

# Coefficients of the quintic that pushes all singular values towards 1 (Jordan et al. 2024).
_A, _B, _C = 3.4445, -4.7750, 2.0315


def orthogonalised(matrix: Tensor, iterations: int = 5) -> Tensor:
    """The matrix with its singular values moved to about 1 (0.7 to 1.2): [rows, columns].

    Newton and Schulz's iteration: X <- a X + (b XX' + c (XX')^2) X.
    """
    wide = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T  # the cheaper side
    x = wide / wide.norm().clamp(min=1e-7)
    for _ in range(iterations):
        gram = x @ x.T
        x = _A * x + (_B * gram + _C * gram @ gram) @ x
    return x if matrix.shape[0] <= matrix.shape[1] else x.T


class Muon(torch.optim.Optimizer):
    """For matrices only. One step moves a matrix by lr x sqrt(max(1, rows / columns)) in spectral
    norm, whatever its gradient's size. Decay is decoupled, momentum is Nesterov's.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float,
        weight_decay: float = 0.0,
        momentum: float = 0.95,
    ) -> None:
        super().__init__(params, {"lr": lr, "weight_decay": weight_decay, "momentum": momentum})
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.ndim != 2:
                    raise ValueError(
                        f"Muon takes matrices, and one parameter is {tuple(parameter.shape)}: "
                        "give that one to AdamW"
                    )

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        for group in self.param_groups:
            momentum = group["momentum"]
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                state = self.state[parameter]
                if "momentum" not in state:
                    state["momentum"] = torch.zeros_like(parameter)
                running = state["momentum"].lerp_(parameter.grad, 1 - momentum)
                update = orthogonalised(parameter.grad.lerp(running, momentum))
                rows, columns = parameter.shape
                parameter.mul_(1 - group["lr"] * group["weight_decay"])
                parameter.add_(update, alpha=-group["lr"] * max(1, rows / columns) ** 0.5)
