"""What the figures share: numbers of the chapter's records, and a solution a step a line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gptedu import records
from gptedu.reasoning.checking import Checked
from gptedu.world.problems.sums import TOTAL

GUESSED = 100 / (TOTAL + 1)
"""Percent that a guess among all totals of sums is right."""


def recorded(name: str) -> list[dict[str, Any]]:
    """The results of one of the chapter's experiments, a run for each draw."""
    return records.read("reasoning", name).results


def percent(shares: Iterable[float]) -> list[float]:
    """Shares from 0 to 1 in percent."""
    return [100 * share for share in shares]


def columns(shares: Iterable[float]) -> str:
    """Shares in percent, one beside the other."""
    return "  ".join(f"{100 * share:5.1f}%" for share in shares)


def step_lines(checked: Checked) -> list[str]:
    """A solution, a step a line, and whether its answer is right."""
    lines = []
    for step in checked.steps:
        if step.wrong:
            lines.append(f"✗ {step.text or '…'}   <- {step.wrong}")
        elif step.text:
            lines.append(f"✓ {step.text}")
    verdict = "right" if checked.right else "wrong"
    luck = ", though a step is wrong" if checked.by_luck else ""
    return [*lines, f"  the answer is {verdict}{luck}"]
