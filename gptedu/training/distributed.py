"""Several processes on one run: what `torchrun` starts, gptedu joins.

`torchrun --nproc-per-node 2 -m gptedu train mini-m`: gloo on CPUs, nccl on GPUs.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch
import torch.distributed as dist

from gptedu.device import pick_device


@contextmanager
def processes(request: str | None = None) -> Iterator[torch.device]:
    """Joins the processes that torchrun started, if it did, and gives each its device."""
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield pick_device(request)
        return
    device = pick_device(request)
    if device.type == "cuda":
        device = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
        torch.cuda.set_device(device)
    dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield device
    finally:
        dist.destroy_process_group()


def process_rank() -> int:
    """The number of this process, from 0."""
    return dist.get_rank() if dist.is_initialized() else 0


def is_lead() -> bool:
    """Whether this process is the one that writes files and shows progress."""
    return process_rank() == 0


def process_count() -> int:
    """How many processes take part in the run."""
    return dist.get_world_size() if dist.is_initialized() else 1


@contextmanager
def lead_first() -> Iterator[None]:
    """The lead runs the block alone (to fill a cache), the others after it."""
    if dist.is_initialized() and not is_lead():
        dist.barrier()
    yield
    if dist.is_initialized() and is_lead():
        dist.barrier()
