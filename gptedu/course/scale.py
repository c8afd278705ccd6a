"""How large the chapters' live experiments are: for two CPU cores, or for a GPU."""

from __future__ import annotations

import os
from typing import TypeVar

Value = TypeVar("Value")

VARIABLE = "GPTEDU_SCALE"


def name() -> str:
    """ "small" or "full": what GPTEDU_SCALE says, else "full" where there is a GPU.

    Raises ValueError for any other value of the variable.
    """
    value = os.environ.get(VARIABLE, "")
    if value in ("small", "full"):
        return value
    if value:
        raise ValueError(f"{VARIABLE} is {value!r}: set it to 'small' or 'full', or unset it")
    import torch

    return "full" if torch.cuda.is_available() else "small"


def scale(small: Value, full: Value) -> Value:
    """`small` on two CPU cores, `full` on a GPU or where GPTEDU_SCALE=full.

    >>> steps = scale(small=120, full=2_000)
    """
    return full if name() == "full" else small
