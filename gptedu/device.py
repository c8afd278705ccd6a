"""Where tensors live: the one place that chooses a device and a number format."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import torch


def pick_device(request: str | torch.device | None = None) -> torch.device:
    """The device to compute on: `request`, or the first GPU where there is one, else the CPU.

    Raises ValueError when a GPU is asked for by name and this machine has none.
    """
    if request is None:
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    device = torch.device(request)
    if device.type == "cuda" and not torch.cuda.is_available():
        raise ValueError(
            f"device {str(request)!r} was asked for, but torch finds no CUDA GPU here: "
            "use device='cpu', or install a CUDA build of torch."
        )
    return device


def autocast(device: torch.device, bfloat16: bool | None = None) -> AbstractContextManager:
    """bfloat16 where it is known to be fast, float32 everywhere else.

    Fast it is on GPUs of compute capability 8 or more. Some CPUs run it a hundred times slower
    than float32 and a few, with matrix units for it, faster: a CPU uses it only where `bfloat16`
    is True. False means float32 anywhere.
    """
    if bfloat16 is None:
        bfloat16 = device.type == "cuda" and torch.cuda.get_device_capability(device)[0] >= 8
    return torch.autocast(device.type, dtype=torch.bfloat16) if bfloat16 else nullcontext()
