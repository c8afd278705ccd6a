"""Where tensors live: the one place that chooses a device and a number format."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import torch


def pick_device(request: str | torch.device | None = None) -> torch.device:
    """The device to compute on: `request`, or the first GPU where there is one, else the CPU.

    Raises ValueError for a name that is no device, and for one with which torch cannot compute
    here: a GPU that is not there, or "meta", which keeps no numbers.
    """
    if request is None:
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(request)
    except (RuntimeError, TypeError) as error:
        raise ValueError(f"{request!r} is no device: give 'cpu', 'cuda' or 'cuda:1'") from error
    if device.type == "cuda" and not torch.cuda.is_available():
        raise ValueError(
            f"device {str(request)!r} was asked for, but torch finds no CUDA GPU here: "
            "use device='cpu', or install a CUDA build of torch"
        )
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise ValueError(
            f"device {str(request)!r} was asked for, but there are {torch.cuda.device_count()} "
            "GPUs here: count from 'cuda:0'"
        )
    if device.type not in ("cpu", "cuda"):
        try:
            torch.zeros((), device=device).item()
        except (RuntimeError, AssertionError) as error:  # each kind of device has its own way
            raise ValueError(
                f"device {str(request)!r} was asked for, but torch cannot compute there: "
                "use device='cpu'"
            ) from error
    return device


def pick_bfloat16(device: torch.device, request: bool | None = None) -> bool:
    """Whether to multiply in bfloat16: `request`, or where it is known to be fast.

    Fast it is on GPUs of compute capability 8 or more. Some CPUs run it a hundred times slower
    than float32 and a few, with matrix units for it, faster: a CPU uses it only when asked.
    """
    if request is not None:
        return request
    return device.type == "cuda" and torch.cuda.get_device_capability(device)[0] >= 8


def autocast(device: torch.device, bfloat16: bool | None = None) -> AbstractContextManager:
    """Products in bfloat16 where `pick_bfloat16` says so, everything in float32 elsewhere."""
    if pick_bfloat16(device, bfloat16):
        return torch.autocast(device.type, dtype=torch.bfloat16)
    return nullcontext()
