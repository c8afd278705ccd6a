"""The learning rate's share of its highest value, as a function of the step (counted from 0)."""

from __future__ import annotations

import math


def rise_and_fall(step: int, steps: int, warmup: float) -> float:
    """Up over `warmup`, a share of the steps, then to 0 in a straight line (GPT-1, section 4.1)."""
    warm = max(1, round(warmup * steps))
    return min((step + 1) / warm, (steps - step) / max(1, steps - warm + 1), 1.0)


def rise_and_cosine(step: int, warm: int, last: int, floor: float = 0.0) -> float:
    """Up over `warm` steps, then half a cosine, which is `floor` at step `last`.

    GPT-3 (appendix B) with a floor of 0.1; InstructGPT (appendix C.1). The first step is above 0.
    """
    if step < warm:
        return (step + 1) / (warm + 1)
    through = min(1.0, (step - warm) / max(1, last - warm))
    return floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * through))
