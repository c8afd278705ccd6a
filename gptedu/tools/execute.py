"""Running a chapter from top to bottom in a fresh kernel, and what that cost."""

from __future__ import annotations

import json
import os
import re
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gptedu.course.claims import COLLECTOR
from gptedu.course.exercises import SOLUTIONS
from gptedu.course.kept import STATE
from gptedu.course.scale import VARIABLE as SCALE
from gptedu.course.tries import STRICT
from gptedu.tools.notebook import BuildError, Cost

CELL_SECONDS = 300
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Run:
    """An executed chapter: its cost, its claims in order, and the errors of its cells."""

    cost: Cost
    claims: list[dict[str, Any]]
    errors: list[str]


def execute(
    notebook: Any,
    chapter: str,
    folder: Path,
    *,
    stop_at_error: bool = True,
    variables: Mapping[str, str] | None = None,
) -> Run:
    """Execute `notebook` in place, in `folder`, as a learner's first Run All: without guesses.

    stop_at_error: raise BuildError at the first cell that fails; else go on and list the errors.
    variables: of the kernel's environment, over those of `environment`.
    """
    import nbclient

    peak = 0.0

    def watch(**_: Any) -> None:
        nonlocal peak
        provisioner = getattr(client.km, "provisioner", None)
        if provisioner is not None and provisioner.pid:
            peak = max(peak, peak_gigabytes(provisioner.pid))

    client = nbclient.NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        store_widget_state=False,
        record_timing=False,
        allow_errors=not stop_at_error,
        resources={"metadata": {"path": str(folder)}},
        on_cell_executed=watch,
    )
    with tempfile.TemporaryDirectory() as scratch:
        claims = Path(scratch) / "claims.jsonl"
        started = time.monotonic()
        try:
            own = environment() | {COLLECTOR: str(claims)} | dict(variables or {})
            client.execute(env=os.environ | own)
        except nbclient.exceptions.CellExecutionError as error:
            raise BuildError(f"chapter {chapter} stops:\n{_ANSI.sub('', str(error))}") from None
        except nbclient.exceptions.CellTimeoutError:
            raise BuildError(
                f"chapter {chapter} has a cell that takes more than {CELL_SECONDS} s"
            ) from None
        seconds = time.monotonic() - started
        lines = claims.read_text(encoding="utf-8").splitlines() if claims.exists() else []
    return Run(Cost(seconds, peak), [json.loads(line) for line in lines], _errors(notebook))


def environment() -> dict[str, str]:
    """The variables under which a chapter computes the same everywhere."""
    return {
        STATE: "",
        STRICT: "",
        SOLUTIONS: "",
        SCALE: "small",
        "PYTHONHASHSEED": "0",
        "TQDM_MININTERVAL": "5",
    }


def peak_gigabytes(pid: int) -> float:
    """The most memory that process `pid` has held so far, in GB (10^9 bytes).

    Linux knows the peak; elsewhere it is what the process holds now.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        import psutil

        return psutil.Process(pid).memory_info().rss / 1e9
    peak = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(peak[1]) * 1024 / 1e9 if peak else 0.0


def _errors(notebook: Any) -> list[str]:
    return [
        f"{output.ename}: {output.evalue}"
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "error" and "raises-exception" not in cell.metadata.get("tags", [])
    ]
