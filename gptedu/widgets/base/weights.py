"""Whether a model's weights are still those that were shown."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

MOST_READ = 1 << 20
"""Eight bytes at a time; of a larger tensor an even sample is read. 100M weights: milliseconds."""


def weights_key(model: Any) -> tuple[tuple[int, ...], ...]:
    """Changes when the model's weights do: one entry a parameter or buffer; () without any.

    A write by an optimiser or `load_state_dict` counts in the tensor's version; one past that
    count (`parameter.data`) is seen in what the tensor holds.
    """
    if not isinstance(model, nn.Module):
        return ()
    return tuple(_key(tensor) for tensor in (*model.parameters(), *model.buffers()))


def _key(tensor: Tensor) -> tuple[int, ...]:
    version = 0 if tensor.is_inference() else tensor._version
    return id(tensor), version, tensor.data_ptr(), _sum(tensor.detach())


def _sum(tensor: Tensor) -> int:
    """The sum of the bits as whole numbers: fast and exact, and NaN is as good as any."""
    flat = tensor.reshape(-1)
    odd = flat.numel() * flat.element_size() % 8 // flat.element_size()
    whole, rest = flat[: len(flat) - odd], flat[len(flat) - odd :]
    if whole.storage_offset() * whole.element_size() % 8:
        whole = whole.clone()
    words = whole.view(torch.int64)
    words = words[:: max(1, len(words) // MOST_READ)]
    return int(words.sum()) + int(rest.contiguous().view(torch.uint8).sum())
