"""What each chapter asks of a learner, as its notebook that ships has it: guesses and exercises.

The notebooks are read, not the chapters' code: so this takes milliseconds, and needs no torch.
"""

from __future__ import annotations

import functools
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gptedu import assets

_EXERCISE = re.compile(r"^Exercise (\S+): (.+) \(difficulty", re.MULTILINE)
_QUESTION = re.compile(r"^Your guess, before you look: (.+)$", re.MULTILINE)
_GUESS = re.compile(r"^predict\(\s*[\"']([^\"']+)", re.MULTILINE)


@dataclass(frozen=True)
class Contents:
    """One chapter. exercises: id -> title, guesses: id -> question, in the chapter's order."""

    stem: str
    title: str
    exercises: dict[str, str]
    guesses: dict[str, str]

    @property
    def slug(self) -> str:
        """The chapter's name without its number: "gpt1" of 01_gpt1."""
        return self.stem.partition("_")[2]


def chapters(folder: Path | None = None) -> list[Contents]:
    """The chapters in a folder, by default those that ship, in order."""
    paths = sorted((folder or assets.chapters()).glob("[0-9][0-9]_*.ipynb"))
    return [_read(path, path.stat().st_mtime_ns) for path in paths]


def find(chapter: str | int, folder: Path | None = None) -> Contents:
    """A chapter by its number or its name: 1, "01", "gpt1", "01_gpt1".

    Raises ValueError for one that is not there.
    """
    name, there = str(chapter), chapters(folder)
    for each in there:
        number = each.stem.partition("_")[0]
        if name in (each.stem, each.slug) or (name.isdigit() and int(name) == int(number)):
            return each
    names = ", ".join(each.stem for each in there) or "none yet"
    raise ValueError(f"there is no chapter {chapter!r}: choose one of {names}")


@functools.lru_cache(maxsize=64)
def _read(path: Path, _: int) -> Contents:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    heading = re.search(r"^# (.+)$", "".join(cells[0]["source"]), re.MULTILINE)
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    shown = "\n".join(map(_words, code))
    asked = {}
    for cell in code:
        if ids := _GUESS.findall("".join(cell["source"])):
            asked |= dict(zip(ids, _QUESTION.findall(_words(cell)), strict=False))
    return Contents(
        path.stem,
        heading[1] if heading else path.stem,
        dict(_EXERCISE.findall(shown)),
        asked,
    )


def _words(cell: dict[str, Any]) -> str:
    """What a code cell shows, as plain text."""
    shown = (output.get("data", {}).get("text/plain", "") for output in cell["outputs"])
    return "\n".join(map("".join, shown))
