"""What the figures share: the chapter's records, and lines of text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from gptedu import records


def record(name: str) -> dict[str, Any]:
    """What an experiment of this chapter found, where it has one run."""
    return records.read("scaling", name).results[0]


def in_lines(lines: Iterable[str]) -> str:
    """One text of several lines, with a minus that is as wide as a plus."""
    return re.sub(r"(?<!\w)-(?=\d)", "−", "\n".join(lines))
