"""`gptedu grade FILES`: run the notebooks of a class in strict mode, and write what was solved.

Each notebook is run from top to bottom in a kernel of its own, as the learner's Run All would. An
exercise that is not right is an error in its cell; the cells after it run all the same.

A notebook is a program, and it is run with your rights: grade what strangers send in a container.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from gptedu import assets, console
from gptedu.course import kept, tries
from gptedu.course.contents import Contents, chapters
from gptedu.tools.execute import execute
from gptedu.tools.notebook import BuildError

NOT_REACHED = "not reached"


@dataclass(frozen=True)
class Row:
    """One exercise of one learner. tries: from the learner's file, where it lies beside."""

    learner: str
    file: str
    exercise: str
    passed: str
    tries: int
    mistake: str


def grade(
    paths: Sequence[str | Path],
    out: str | Path = "results.csv",
    say: Callable[[str], None] = console.say,
) -> list[Row]:
    """Grade notebooks, or all those in folders, and write one CSV file with a line an exercise.

    The learner is the folder that a notebook lies in. say: gets a line a notebook. Raises
    ValueError where no notebook of a chapter is found, FileExistsError for a file that is there.
    """
    target = assets.expanded(out)
    if target.exists():
        raise FileExistsError(f"{target} is there already: give another name with --out")
    files = [file for path in paths for file in notebooks(assets.expanded(path))]
    if not files:
        raise ValueError(f"no notebook of a chapter is in {', '.join(map(str, paths))}")
    rows = []
    for file in files:
        own, trouble = grade_one(file)
        rows += own
        solved = sum(row.passed == "yes" for row in own)
        say(f"{file}: {solved} of {len(own)} exercises solved{trouble and f'; {trouble}'}")
    assets.write_whole(target, table(rows).encode("utf-8"))
    say(f"written: {target}")
    return rows


def notebooks(path: Path) -> list[Path]:
    """The notebooks of chapters at a path: a file, or all in a folder and those below it."""
    found = sorted(path.rglob("*.ipynb")) if path.is_dir() else [path]
    return [file for file in found if _chapter(file) and ".ipynb_checkpoints" not in file.parts]


def grade_one(file: Path) -> tuple[list[Row], str]:
    """The rows of one notebook, and a remark where it could not be run to its end."""
    import nbformat

    chapter = _chapter(file)
    if chapter is None:
        raise ValueError(f"{file} is no notebook of a chapter: its name starts as a chapter's does")
    trouble = ""
    with tempfile.TemporaryDirectory() as scratch:
        results = Path(scratch) / "results.csv"
        try:
            made = nbformat.read(file, as_version=4)
            execute(made, chapter.stem, file.parent, stop_at_error=False,
                    variables={tries.STRICT: str(results)})  # fmt: skip
        except (BuildError, OSError, ValueError, nbformat.ValidationError) as error:
            trouble = " ".join(str(error).split())[:200]
        came = _results(results)
    kept_tries = kept.read(file.parent / kept.FILE).events
    rows = []
    for id in chapter.exercises:
        passed, mistake = came.get(id, ("no", NOT_REACHED))
        own = [event for event in kept_tries if event["what"] == "try" and event["id"] == id]
        count = max(tries.counted(own), int(mistake not in ("not tried", NOT_REACHED)))
        rows.append(Row(file.resolve().parent.name, file.name, id, passed, count, mistake))
    return rows, trouble


def table(rows: Sequence[Row]) -> str:
    """The rows as CSV, with a head."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([tries.COLUMNS, *map(astuple, rows)])
    return text.getvalue()


def _chapter(file: Path) -> Contents | None:
    """The chapter whose name a file's begins with: 01_gpt1-2026-03-01.ipynb is one of 01_gpt1."""
    return next((each for each in chapters() if file.stem.startswith(each.stem)), None)


def _results(file: Path) -> dict[str, tuple[str, str]]:
    """exercise -> (passed, mistake), as the kernel wrote it; of several the last."""
    if not file.exists():
        return {}
    with open(file, encoding="utf-8", newline="") as lines:
        found: list[dict[str, Any]] = list(csv.DictReader(lines))
    return {row["exercise"]: (row["passed"], row["mistake"]) for row in found}
