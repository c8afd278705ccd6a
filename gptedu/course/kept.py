"""What a learner has done, kept in one file of their own: guesses, tries at exercises, quizzes.

`progress.jsonl` lies in the learner's folder. It holds one JSON object a line, in the order in
which things happened, for a person to read as well:

    {"at": "2026-03-01T10:12:44+01:00", "what": "guess", "id": "gpt1/race", "guess": 35.0, …}
    {"at": "…", "what": "try", "id": "gpt1/l3", "passed": false, "mistake": "no lambda", …}
    {"at": "…", "what": "quiz", "id": "gpt1", "question": "…", "right": true, "of": 4}

Lines are added and never rewritten, so two notebooks may write at once, and a line that is damaged
costs no other. Nothing of it leaves this machine.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from gptedu.console import say

try:
    import fcntl
except ImportError:  # Windows: there one line is written in one piece, without a lock
    fcntl = None  # type: ignore[assignment]

STATE = "GPTEDU_STATE"
"""Environment variable: the folder of the file; empty keeps everything in memory only."""
FILE = "progress.jsonl"
MANIFEST = ".gptedu.json"
"""Marks a learner's folder: `gptedu learn` keeps there which chapters it has put into it."""
HOME = "gptedu-course"
"""The learner's folder where no other is named, in the home folder."""

Event = dict[str, Any]

# What could not be written, or was not to be: it lasts as long as the kernel.
_memory: list[Event] = []
_told: set[str] = set()


@dataclass(frozen=True)
class Kept:
    """What a file holds. damaged: the numbers of the lines that cannot be read, from 1."""

    events: Sequence[Event]
    damaged: Sequence[int] = ()


def folder() -> Path | None:
    """Where the learner's file lies; None where there is no folder for it.

    That is the folder named by GPTEDU_STATE; else the learner's folder that we are in; else the
    one in the home folder; else `~/.local/state/gptedu`.
    """
    named = os.environ.get(STATE)
    if named == "":
        return None
    try:
        if named is not None:
            return Path(named).expanduser()
        here = _here()
        for place in (here, *here.parents, Path.home() / HOME):
            if (place / MANIFEST).is_file():
                return place
        return Path(os.environ.get("XDG_STATE_HOME") or "~/.local/state").expanduser() / "gptedu"
    except (RuntimeError, OSError):  # nobody's home is known
        return None


def path() -> Path | None:
    """The learner's file, whether or not it is there yet; None where there is no folder for it."""
    place = folder()
    return None if place is None else place / FILE


def keep(what: str, id: str, **more: Any) -> str:
    """Keep that something happened; returns "", or one sentence where it cannot be written.

    what: "guess", "result", "try" or "quiz". id: a guess's, an exercise's or a chapter's.
    """
    event = {"at": _now(), "what": what, "id": id, **more}
    target = path()
    if target is None:
        _memory.append(event)
        return ""
    try:
        _append(target, event)
    except OSError as error:
        _memory.append(event)
        why = error.strerror or type(error).__name__
        return f"{target} cannot be written ({why}): what you do is kept until this kernel stops"
    return ""


def in_memory() -> bool:
    """Whether something could not be written, and lasts only as long as this kernel."""
    return bool(_memory)


def keep_and_tell(what: str, id: str, **more: Any) -> None:
    """`keep`, which says once in a kernel that nothing can be written."""
    trouble = keep(what, id, **more)
    if trouble and trouble not in _told:
        _told.add(trouble)
        say(f"({trouble}.)")


def events(what: str | None = None, id: str | None = None) -> list[Event]:
    """What was kept, oldest first; what and id: only such."""
    target = path()
    stored = read(target).events if target else ()
    return [
        event
        for event in (*stored, *_memory)
        if what in (None, event["what"]) and id in (None, event["id"])
    ]


def read(file: Path) -> Kept:
    """What a file of this kind holds; nothing where there is none, or it cannot be read."""
    try:
        lines = file.read_bytes().splitlines()
    except OSError:
        return Kept(())
    found, damaged = [], []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        event = _event(line)
        if event is None:
            damaged.append(number)
        else:
            found.append(event)
    return Kept(found, damaged)


def _event(line: bytes) -> Event | None:
    """What a line says; None for one that is damaged."""
    try:
        event = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    keys = ("at", "what", "id")
    if not isinstance(event, dict) or not all(isinstance(event.get(key), str) for key in keys):
        return None
    return event


def _append(target: Path, event: Event) -> None:
    """A line at the end of a file, in one piece; one that a crash left half-written is ended."""
    target.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps(event, ensure_ascii=True).encode() + b"\n"
    with open(target, "ab+", buffering=0) as file:
        if fcntl is not None:
            with suppress(OSError):  # some network drives have no locks
                fcntl.flock(file.fileno(), fcntl.LOCK_EX)
        end = file.seek(0, os.SEEK_END)
        if end:
            file.seek(end - 1)
            if file.read(1) != b"\n":
                line = b"\n" + line
        if file.write(line) != len(line):  # the disk is full: no half line stays
            file.truncate(end)
            raise OSError(28, "No space left on device")


def _here() -> Path:
    return Path.cwd().resolve()


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
