"""LayerNorm and Linear whose results are the same to the last bit for any number of threads.

The number is chosen by timing (`gptedu.threads`), and a run that is made again, or goes on, must
come to the same weights. Three operations of torch's would not:

- the gradients of a norm's weight and bias are added up in as many parts as there are threads; here
  always in two, which is what torch makes of them with two threads;
- the product of a few rows (5 to 11, with MKL and two threads) is computed another way, and so is
  the attention of up to 3 queries; here few have one thread, and are faster so (`alone`).

What remains is a matrix whose columns threads cannot share in blocks of 16 (ours can, or belong to
models so small that they run on one thread), and a processor on which MKL shares out one long sum:
there the gradient of a matrix differs in its last bit, and so do runs.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from gptedu import threads

PARTS = 2
FEW = 12  # rows of a product
FEW_QUERIES = 5  # of attention

_backward = torch.ops.aten.native_layer_norm_backward


class LayerNorm(nn.LayerNorm):
    """`torch.nn.LayerNorm` over the last dimension, the same to the last bit for any number of
    threads (on a CPU, in float32; elsewhere it is torch's).

    What is computed on two threads has to be differentiated on two: there it is torch's own, whose
    gradient takes a third less time.
    """

    def forward(self, x: Tensor) -> Tensor:
        if (
            torch.get_num_threads() != PARTS
            and torch.is_grad_enabled()
            and self.weight.requires_grad
            and x.device.type == "cpu"
            and x.dtype == self.weight.dtype == torch.float32
            and len(self.normalized_shape) == 1
        ):
            return _Norm.apply(x, self.weight, self.bias, self.eps)
        return super().forward(x)


class _Norm(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
        x = x.contiguous()
        y, mean, scale = torch.native_layer_norm(x, weight.shape, weight, bias, eps)
        ctx.save_for_backward(x, weight, bias, mean, scale)
        return y

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        """Gradients of x [..., C], weight [C] and bias [C]."""
        (gradient,) = gradients
        x, weight, bias, mean, scale = ctx.saved_tensors
        gradient, shape = gradient.contiguous(), weight.shape
        if torch.get_num_threads() == PARTS:
            parts = _backward(gradient, x, shape, mean, scale, weight, bias, [True] * 3)
            return (*parts, None)
        half = -(-mean.numel() // PARTS)
        lone = torch.get_num_threads() == 1
        with nullcontext() if lone else threads.exactly(1):
            parts = [
                _backward(dy, of, shape, m, s, weight, bias, [lone, True, True])
                for dy, of, m, s in zip(
                    gradient.view(-1, *shape).split(half),
                    x.view(-1, *shape).split(half),
                    mean.view(-1, 1).split(half),
                    scale.view(-1, 1).split(half),
                    strict=True,
                )
            ]
        # Row by row: no sum over rows that threads could share.
        of_x = (
            torch.cat([part[0] for part in parts]).view_as(x)
            if lone
            else _backward(gradient, x, shape, mean, scale, weight, bias, [True, False, False])[0]
        )
        of_weight, of_bias = parts[0][1], parts[0][2]
        for part in parts[1:]:
            of_weight, of_bias = of_weight + part[1], of_bias + part[2]
        return of_x, of_weight, of_bias, None


class Linear(nn.Linear):
    """`torch.nn.Linear`, the same to the last bit for any number of threads (on a CPU)."""

    def forward(self, x: Tensor) -> Tensor:
        return linear(x, self.weight, self.bias)


def linear(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """x [..., K] times weight [N, K] transposed, plus bias [N]: [..., N]."""
    few = x.numel() < FEW * x.shape[-1] and x.device.type == "cpu"
    if not few or torch.is_autocast_enabled("cpu"):
        return F.linear(x, weight, bias)
    return alone(F.linear, x, weight, bias)


def alone(function: Callable[..., Tensor], *tensors: Tensor | None) -> Tensor:
    """function(*tensors) on one thread, and its gradients, too. It may draw nothing by chance."""
    if torch.get_num_threads() == 1:
        return function(*tensors)
    if torch.is_grad_enabled() and any(x is not None and x.requires_grad for x in tensors):
        return _Alone.apply(function, *tensors)
    with threads.exactly(1):
        return function(*tensors)


class _Alone(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, function: Callable[..., Tensor], *tensors: Tensor | None) -> Tensor:
        ctx.function = function
        ctx.save_for_backward(*tensors)
        with threads.exactly(1):
            return function(*tensors)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        """Computed anew, which for little work costs less than keeping it."""
        wanted = ctx.needs_input_grad[1:]
        copies = [
            None if x is None else x.detach().requires_grad_(want)
            for x, want in zip(ctx.saved_tensors, wanted, strict=True)
        ]
        with threads.exactly(1), torch.enable_grad():
            y = ctx.function(*copies)
            learned = [x for x in copies if x is not None and x.requires_grad]
            found = iter(torch.autograd.grad(y, learned, gradients[0]))
        return None, *(next(found) if want else None for want in wanted)
