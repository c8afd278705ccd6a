"""The table of runs: one line of JSON for each, added when the run is whole.

    assets/records/scaling/runs.jsonl

A sweep that is stopped leaves whole lines, and perhaps the beginning of one, which is dropped. The
columns are `Row`'s.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from gptedu import records

NAME = "runs.jsonl"


@dataclass(frozen=True)
class Row:
    """One finished run.

    sweep: the set of runs that it belongs to, as "ladder". recipe: digest of all that decided it.
    text: "records", whose entropy is known, or "library", Python's source by bytes.
    width, layers, context: of the model; context in symbols.
    parameters: all. matrices: weights that multiply, the head once. blocks: without the head.
    symbols: read in all. batch: windows in a step. steps: of the optimiser.
    budget: the FLOPs that it was given, None where the width decided. flops: what it took.
    rule, matrix_rate, learning_rate: of the optimiser, at its highest. horizon: length of the
    schedule over that of the run.
    loss: nats a symbol on held-out text, after the run. floor: the same text's entropy in nats a
    symbol, None where nobody knows it.
    curve: rows [symbols read, nats a symbol]: training losses, each the mean since the row before,
    of text that is read once.
    recall: [rank, log-probability of its value given its key] of some facts; empty for a text
    without facts.
    seconds: that it took on `threads` threads, which is no property of the recipe.
    """

    sweep: str
    recipe: str
    seed: int
    text: str
    width: int
    layers: int
    context: int
    parameters: int
    matrices: int
    blocks: int
    symbols: int
    batch: int
    steps: int
    budget: float | None
    flops: int
    rule: str
    matrix_rate: float
    learning_rate: float
    horizon: float
    loss: float
    floor: float | None
    curve: list[list[float]]
    recall: list[list[float]]
    seconds: float
    threads: int

    @property
    def above(self) -> float:
        """How far the loss lies above the floor. Raises ValueError where that is not known."""
        if self.floor is None:
            raise ValueError(f"the floor of the text {self.text!r} is not known: fit it")
        return self.loss - self.floor


def path(folder: Path | None = None) -> Path:
    """Where the table lies: among the records that ship, or below another folder of records."""
    return (folder or records.folder()) / "scaling" / NAME


def read(file: Path | None = None, sweep: str | None = None) -> list[Row]:
    """The runs of the table, in the order in which they ended; those of one sweep, or all.

    Empty where there is no table. Raises ValueError, with the line, for one that is damaged.
    """
    file = file or path()
    if not file.exists():
        return []
    rows = []
    for number, line in enumerate(lines(file), 1):
        try:
            rows.append(Row(**json.loads(line)))
        except (ValueError, TypeError) as error:
            raise ValueError(
                f"line {number} of {file} is damaged ({error}): restore the table, or delete it"
            ) from None
    return [row for row in rows if sweep in (None, row.sweep)]


def add(row: Row, file: Path | None = None) -> Row:
    """Add a run as a line of its own, on the disk when this returns; the row as it is read again.

    What a stopped run has left behind the last whole line goes.
    """
    file = file or path()
    file.parent.mkdir(parents=True, exist_ok=True)
    kept = shortened(asdict(row))
    whole = sum(len(line) + 1 for line in lines(file)) if file.exists() else 0
    with file.open("r+b" if file.exists() else "wb") as out:
        out.truncate(whole)
        out.seek(whole)
        out.write((json.dumps(kept) + "\n").encode())
        out.flush()
        os.fsync(out.fileno())
    return Row(**kept)


def column(rows: Iterable[Row], name: str) -> np.ndarray:
    """One column of some runs, or a property such as "above": float64, an entry for each run."""
    return np.array([getattr(row, name) for row in rows], dtype=np.float64)


def names() -> list[str]:
    """The columns, in their order."""
    return [field.name for field in fields(Row)]


def shortened(value: Any) -> Any:
    """The same value with its floats to six digits, which is more than two runs agree in."""
    if isinstance(value, dict):
        return {key: shortened(each) for key, each in value.items()}
    if isinstance(value, list):
        return [shortened(each) for each in value]
    return float(f"{value:.6g}") if isinstance(value, float) else value


def lines(file: Path) -> list[bytes]:
    """Whole lines of a table: what stands behind the last line break was not finished."""
    return file.read_bytes().split(b"\n")[:-1]
