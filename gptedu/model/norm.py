"""LayerNorm whose gradients do not depend on the number of threads.

torch adds up the gradients of a norm's weight and bias in as many parts as there are threads, so
that their last bits differ with the number. It is the only operation of a training step here that
does. These are added up in two parts always: what torch makes of them with two threads.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from gptedu import threads

PARTS = 2

_backward = torch.ops.aten.native_layer_norm_backward


class LayerNorm(nn.LayerNorm):
    """`torch.nn.LayerNorm` over the last dimension, the same to the last bit for any number of
    threads (on a CPU, in float32; elsewhere it is torch's)."""

    def forward(self, x: Tensor) -> Tensor:
        if (
            torch.is_grad_enabled()
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
        of_x = None
        if ctx.needs_input_grad[0]:  # row by row: no sum over rows that threads could share
            of_x = _backward(gradient, x, shape, mean, scale, weight, bias, [True, False, False])[0]
        of_weight, of_bias = torch.zeros_like(weight), torch.zeros_like(bias)
        width = shape[0]
        rows = gradient.view(-1, width), x.view(-1, width), mean.view(-1, 1), scale.view(-1, 1)
        size = max(1, -(-len(rows[0]) // PARTS))
        with threads.exactly(1):
            for dy, of, m, s in zip(*(row.split(size) for row in rows), strict=True):
                part = _backward(dy, of, shape, m, s, weight, bias, [False, True, True])
                of_weight += part[1]
                of_bias += part[2]
        return of_x, of_weight, of_bias, None
