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
    asked = os.environ.get(VARIABLE, "")
    if asked in ("small", "full"):
        return asked
    if asked:
        raise ValueError(f"{VARIABLE} is {asked!r}: set it to 'small' or 'full', or unset it")
    import torch

    return "full" if torch.cuda.is_available() else "small"


def scale(small: Value, full: Value) -> Value:
    """`small` on two CPU cores, `full` on a GPU or where GPTEDU_SCALE=full.

    >>> steps = scale(small=120, full=2_000)
    """
    return full if name() == "full" else small
