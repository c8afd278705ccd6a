"""What the figures share: numbers of the chapter's records."""

from __future__ import annotations

from typing import Any

from gptedu import records


def draws(name: str, *path: str | int) -> list[float]:
    """One number of each run of an experiment, by the keys that lead to it."""
    found: Any = records.read("vision", name).results
    for key in path:
        found = [each[key] for each in found]
    return found
