"""The Python standard library's source, by bytes: a text that every learner has installed.

GPT-4's loss was predicted on OpenAI's own code base, which is not in any training set. Nobody knows
the entropy of a code base, so here the floor has to be fitted.
"""

from __future__ import annotations

import hashlib
import os
import platform
import sysconfig
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gptedu.training.data.batches import Batches, validation_batches

FEWEST = 1_000_000
"""Bytes below which something is missing: a whole library has several million."""
OTHER = 127  # stands for all bytes above 126, which are rare in source
END = 0  # between files
LEFT_OUT = {"site-packages", "dist-packages", "test", "tests", "idlelib", "__pycache__"}


def folder() -> Path:
    """Where this Python keeps its standard library."""
    return Path(sysconfig.get_path("stdlib"))


def sources(where: Path) -> list[Path]:
    """The library's modules, in the order of their names, without tests and installed packages."""
    found = []
    for folder, inner, files in os.walk(where):
        inner[:] = [name for name in inner if name not in LEFT_OUT]  # installed packages are many
        found += [Path(folder, name).relative_to(where) for name in files if name.endswith(".py")]
    return sorted(found)


def is_held_out(path: Path) -> bool:
    """Whether a file is kept for measuring: one in ten, decided by its name alone."""
    return int(hashlib.sha256(path.as_posix().encode()).hexdigest(), 16) % 10 == 0


@cache
def read(where: Path) -> tuple[np.ndarray, np.ndarray]:
    """The library as two rows of symbols, to train on and held out: uint8, 0 to 127.

    Split by file. Raises FileNotFoundError where the sources are not there, as in a Python that
    keeps compiled modules only.
    """
    parts: dict[bool, list[bytes]] = {False: [], True: []}
    for path in sources(where):
        parts[is_held_out(path)].append(bytes([END]) + (where / path).read_bytes())
    trained, kept = (np.frombuffer(b"".join(parts[held]), dtype=np.uint8) for held in (False, True))
    if len(trained) + len(kept) < FEWEST:
        raise FileNotFoundError(
            f"{where} holds {len(trained) + len(kept):,} bytes of Python source, not a standard "
            "library: use a Python that was installed with its sources"
        )
    return np.minimum(trained, OTHER), np.minimum(kept, OTHER)


@dataclass(frozen=True)
class LibraryText:
    """The library of the Python that runs this, or of another folder. symbols: bytes up to 127.

    where: the folder. Its digest and Python's version belong to a recipe: another version is
    another text.
    """

    where: Path = field(default_factory=folder)

    @property
    def symbols(self) -> int:
        return OTHER + 1

    def batch(self, context: int, count: int, seed: int, step: int) -> Tensor:
        """What a run reads at a step: int64 [count, context + 1], each window once an epoch."""
        return _batches(self.where, context, count, seed)(step)

    def held_out(self, context: int, symbols: int) -> tuple[list[Tensor], None]:
        """About so many symbols of the files kept for measuring; their floor is not known.

        Windows are taken at equal distances, so that all files have their share.
        """
        windows = torch.cat(validation_batches(read(self.where)[1], context, 256))
        count = min(len(windows), max(1, symbols // context))
        chosen = torch.linspace(0, len(windows) - 1, count).round().long()
        return list(windows[chosen].split(256)), None

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for a recipe."""
        trained, kept = read(self.where)
        digest = hashlib.sha256(trained.tobytes() + b"|" + kept.tobytes()).hexdigest()
        python = platform.python_version()
        return {"kind": "library", "python": python, "bytes": len(trained), "sha256": digest}


@cache
def _batches(where: Path, context: int, count: int, seed: int) -> Batches:
    return Batches(read(where)[0], context, count, seed)
