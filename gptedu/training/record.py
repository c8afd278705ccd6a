"""The record of a run: what was trained, how it went, where."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch

from gptedu import assets


@dataclass(frozen=True)
class RunRecord:
    """What came of a run.

    recipe: `Recipe.to_dict()`. tokens: read in all. seconds: of training, over all starts.
    train, validation: loss curves, rows of (step, tokens, nats per token); a training row is the
    mean since the row before. final_loss: the last validation loss, or the last training row
    where nothing was held out. commit: of the source tree when the run began, None outside one.
    machine: where it ran, with how many processes, and whether products were in bfloat16.
    """

    name: str
    recipe: dict[str, Any]
    seed: int
    steps: int
    tokens: int
    seconds: float
    final_loss: float
    train: list[tuple[int, int, float]]
    validation: list[tuple[int, int, float]]
    commit: str | None
    machine: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as in record.json."""
        return asdict(self)

    @classmethod
    def load(cls, path: str | Path) -> RunRecord:
        """Reads a record.json."""
        fields = json.loads(Path(path).read_text())
        for curve in ("train", "validation"):
            fields[curve] = [tuple(row) for row in fields[curve]]
        return cls(**fields)


def source_commit() -> str | None:
    """The commit of the tree that this package is imported from, None outside a git checkout."""
    tree = assets.checkout()
    if tree is None:
        return None
    try:
        done = subprocess.run(
            ["git", "rev-parse", "HEAD"],
            cwd=tree,
            capture_output=True,
            text=True,
            timeout=10,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None


def machine(device: torch.device) -> dict[str, Any]:
    """What the loss curve and the time depend on beside the recipe."""
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else platform.processor()
    return {
        "device": device.type,
        "processor": name or platform.machine(),
        "system": platform.system(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "python": platform.python_version(),
    }
