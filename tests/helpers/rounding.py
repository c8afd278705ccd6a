"""Are two results the same? To the last bit where this processor's products are.

MKL adds up one long sum on several threads on some processors (AVX-512 with AMX is one), so a
gradient of a matrix differs there in its last bit with the number of threads, whatever we do.
"""

from __future__ import annotations

import functools

import torch

from gptedu import threads
from gptedu.sampling import seeded


@functools.cache
def products_are_exact() -> bool:
    """Whether a product over many rows is the same on one thread and on two."""
    left, right = (torch.randn(size, generator=seeded(0)) for size in ((128, 2048), (2048, 128)))
    made = []
    for number in (1, 2):
        with threads.exactly(number):
            made.append(left @ right)
    return torch.equal(*made)


def alike(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Equal, or where products are not exact, equal up to rounding, which Adam makes larger."""
    if products_are_exact():
        return torch.equal(one, other)
    return bool((one - other).norm() <= 1e-3 * one.norm())
