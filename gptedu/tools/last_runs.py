"""What each chapter's last run cost and measured: `assets/claims.json`, which the report reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from gptedu import assets, records
from gptedu.tools.execute import Run


@dataclass(frozen=True)
class LastRun:
    """A chapter's cost, and its figures: id -> number, None for no number."""

    seconds: float
    gigabytes: float
    figures: Mapping[str, float | None]

    @classmethod
    def of(cls, run: Run) -> LastRun:
        figures = {claim["id"]: claim["figure"] for claim in run.claims}
        return cls(round(run.cost.seconds, 1), round(run.cost.gigabytes, 2), figures)


def path() -> Path:
    """Where the last runs are kept."""
    return assets.root() / "claims.json"


def read(file: Path | None = None) -> dict[str, LastRun]:
    """Chapter, e.g. "01_gpt1" -> its last run; empty where none has been kept."""
    file = file or path()
    if not file.exists():
        return {}
    kept = json.loads(file.read_text(encoding="utf-8"))
    return {chapter: LastRun(**each) for chapter, each in kept.items()}


def keep(chapter: str, run: Run, file: Path | None = None) -> None:
    """Set a chapter's last run, and leave those of the others as they are."""
    runs = read(file) | {chapter: LastRun.of(run)}
    records.write_json(file or path(), {name: asdict(each) for name, each in sorted(runs.items())})
