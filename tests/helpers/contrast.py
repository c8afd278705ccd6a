"""The contrast of two colours, as WCAG 2 defines it."""

from __future__ import annotations

from gptedu.widgets.base.png import luminance


def contrast(first: tuple[int, int, int], second: tuple[int, int, int]) -> float:
    """Contrast ratio, 1 to 21; text wants at least 4.5."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)
