"""What came of an exercise: kept for the learner and, in strict mode, written down for grading.

`GPTEDU_STRICT=results.csv` makes an exercise that was left untouched, or is wrong, an error in its
cell, and adds a line to that file for each exercise that is run; `GPTEDU_STRICT=1` writes nothing.
"""

from __future__ import annotations

import csv
import getpass
import hashlib
import os
from pathlib import Path
from typing import Any

from gptedu.course import kept

STRICT = "GPTEDU_STRICT"
"""Environment variable: the CSV file that results are added to; empty or unset: not strict."""
COLUMNS = ("learner", "file", "exercise", "passed", "tries", "mistake")


def strict() -> bool:
    """Whether an exercise that is not solved is an error."""
    return os.environ.get(STRICT, "") not in ("", "0")


def tried(id: str, answer: Any, *, passed: bool, mistake: str = "") -> None:
    """Keep a try at exercise `id`. The same answer again, as in another Run All, is no new try."""
    mark = _fingerprint(answer)
    before = kept.events("try", id)
    if not before or before[-1].get("answer") != mark:
        named = {"mistake": mistake} if mistake else {}
        kept.keep_and_tell("try", id, passed=passed, **named, answer=mark)
    _write_result(id, passed, mistake)


def untouched(id: str) -> None:
    """Exercise `id` was run as it came: nothing to keep, and in strict mode a result."""
    _write_result(id, False, "not tried")


def count(id: str) -> int:
    """How many different answers were tried, up to the first right one."""
    return counted(kept.events("try", id))


def counted(tries: list[kept.Event]) -> int:
    """The same, of the tries at one exercise in their order."""
    passed = (number for number, event in enumerate(tries, start=1) if event.get("passed"))
    return next(passed, len(tries))


def _write_result(id: str, passed: bool, mistake: str) -> None:
    target = os.environ.get(STRICT, "")
    if target in ("", "0", "1"):
        return
    path = Path(target)
    new = not path.exists() or not path.stat().st_size
    with open(path, "a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        if new:
            writer.writerow(COLUMNS)
        said = "yes" if passed else "no"
        writer.writerow((_learner(), _notebook(), id, said, count(id), mistake))


def _learner() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without a name
        return ""


def _notebook() -> str:
    """The notebook's file where Jupyter says it, else the folder."""
    return os.environ.get("JPY_SESSION_NAME") or os.getcwd()


def _fingerprint(answer: Any) -> str:
    """Short, and the same for the same answer: of a function by its code, not its address."""
    return hashlib.sha256(_essence(answer).encode()).hexdigest()[:12]


def _essence(value: Any) -> str:
    if isinstance(value, frozenset):  # in an order of its own
        return str(sorted(map(_essence, value)))
    code = getattr(value, "__code__", value)
    if not hasattr(code, "co_code"):
        return repr(value)
    # Line numbers and the file's name, which change from run to run, are no part of it.
    inside = [_essence(each) for each in code.co_consts]
    return repr((code.co_code.hex(), inside, code.co_names, code.co_varnames))
