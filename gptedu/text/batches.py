"""Sequences of different lengths in one rectangular tensor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Batch:
    """Padded ids and which of them are real.

    >>> pad([[5, 6, 7], [8]])
    Batch(ids=[[5, 6, 7], [8, 0, 0]], mask=[[True, True, True], [True, False, False]])
    """

    ids: Tensor  # [batch, time] int64
    mask: Tensor  # [batch, time] bool, True for a real token

    def to(self, device: torch.device | str) -> Batch:
        return Batch(self.ids.to(device), self.mask.to(device))


def pad(sequences: Sequence[Sequence[int]], side: str = "right", value: int = 0) -> Batch:
    """Fill sequences up to the longest with `value`, on the right or (to generate) on the left.

    `value` may also occur as a real token: only the mask says what is a pad.
    """
    if side not in ("right", "left"):
        raise ValueError(f"side is {side!r}: choose right or left")
    if not sequences or not any(len(sequence) for sequence in sequences):
        raise ValueError("there is nothing to pad: give at least one token")
    time = max(len(sequence) for sequence in sequences)
    ids = torch.full((len(sequences), time), value, dtype=torch.long)
    mask = torch.zeros(len(sequences), time, dtype=torch.bool)
    for row, sequence in enumerate(sequences):
        start = 0 if side == "right" else time - len(sequence)
        ids[row, start : start + len(sequence)] = torch.as_tensor(sequence, dtype=torch.long)
        mask[row, start : start + len(sequence)] = True
    return Batch(ids, mask)
