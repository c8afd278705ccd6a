"""What a labeler says of several answers to one prompt, and the file that it is kept in.

InstructGPT (Ouyang et al. 2022, section 3.5): a labeler ranks K answers, 4 to 9 of them, to one
prompt. Whoever ranks (a person, a rule, a network), the result is a `Comparison`. A file of them
holds one JSON object a line, written as it is made, and any number of labelers may share it.
"""

from __future__ import annotations

import json
import os
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import BinaryIO

try:
    import fcntl
except ImportError:  # Windows: a file that one labeler writes at a time needs no lock
    fcntl = None  # type: ignore[assignment]

_CUT_OFF = b" <cut off>"  # closes a line that a crash left half-written; no record ends so


@dataclass(frozen=True)
class Comparison:
    """K answers to one prompt, and their ranks.

    prompt: ends as the answers expect it ("...\\nReply:"). answers: at least two texts. ranks: one
    whole number an answer, 1 for the best; equal ranks are a tie. labeler: who ranked.

    >>> Comparison("Name a cat.\\nReply:", (" Tom.", " No.", " Never."), (1, 2, 2)).pairs()
    [(0, 1), (0, 2)]
    """

    prompt: str
    answers: tuple[str, ...]
    ranks: tuple[int, ...]
    labeler: str = ""

    def __post_init__(self) -> None:
        for name in ("prompt", "labeler"):
            if not isinstance(getattr(self, name), str):
                raise ValueError(f"{name} is {getattr(self, name)!r}: give a text")
        for name in ("answers", "ranks"):  # a list, as JSON has it, is as good
            value = getattr(self, name)
            if isinstance(value, str) or not isinstance(value, Sequence):
                raise ValueError(f"{name} is {value!r}: give one entry an answer")
            object.__setattr__(self, name, tuple(value))
        wrong = [answer for answer in self.answers if not isinstance(answer, str)]
        if wrong:
            raise ValueError(f"the answer {wrong[0]!r} is no text")
        if len(self.answers) < 2:
            raise ValueError(f"there are {len(self.answers)} answers: to compare takes at least 2")
        if len(self.ranks) != len(self.answers):
            raise ValueError(
                f"{len(self.ranks)} ranks for {len(self.answers)} answers: give one rank an answer"
            )
        for rank in self.ranks:
            if isinstance(rank, bool) or not isinstance(rank, int) or rank < 1:
                raise ValueError(f"the rank {rank!r}: give whole numbers, 1 for the best answer")

    def pairs(self) -> list[tuple[int, int]]:
        """(better, worse) places in `answers`, at most K(K - 1)/2; a tie makes no pair."""
        return pairs(self.ranks)

    @property
    def texts(self) -> list[str]:
        """Prompt and answer in one string, for each answer: what a reward is given."""
        return [self.prompt + answer for answer in self.answers]


def pairs(ranks: Sequence[int]) -> list[tuple[int, int]]:
    """(better, worse) places in `ranks`; equal ranks make no pair."""
    places = range(len(ranks))
    return [(i, j) for i in places for j in places if ranks[i] < ranks[j]]


def agreement(first: Sequence[Comparison], second: Sequence[Comparison]) -> float:
    """Share of pairs, 0 to 1, that two labelers order alike (InstructGPT, section 3.4: 73%).

    Counted are the comparisons of the same answers to the same prompt, in whatever order the
    answers stand, and of their pairs those that neither labeler calls a tie. Raises ValueError
    where none are left.
    """
    alike = total = 0
    waiting: dict[tuple, list[Comparison]] = defaultdict(list)
    for comparison in first:
        waiting[_key(comparison)].append(comparison)
    for other in second:
        if not waiting[_key(other)]:
            continue
        ranks, others = _by_answer(waiting[_key(other)].pop(0)), _by_answer(other)
        for better, worse in pairs(ranks):
            if others[better] != others[worse]:
                total += 1
                alike += others[better] < others[worse]
    if not total:
        raise ValueError("the two lists have no ordered pair of answers in common to agree on")
    return alike / total


def _key(comparison: Comparison) -> tuple:
    return comparison.prompt, tuple(sorted(comparison.answers))


def _by_answer(comparison: Comparison) -> list[int]:
    """The ranks, in alphabetical order of the answers."""
    places = sorted(range(len(comparison.answers)), key=comparison.answers.__getitem__)
    return [comparison.ranks[place] for place in places]


def append(path: str | Path, comparison: Comparison) -> None:
    """Writes one comparison behind those in a file, and returns when it is on the disk.

    Several processes may append to one file. A line that a crash left half-written is closed
    first, so that it costs no other record.
    """
    with _to_write(Path(path)) as file:
        line = _line(comparison)
        if file.seek(0, os.SEEK_END):
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                line = _ending(Path(path)) + b"\n" + line
        file.write(line)  # in one piece, at the end, wherever the end is by now
        os.fsync(file.fileno())


def rewrite(path: str | Path, change: Callable[[list[Comparison]], list[Comparison]]) -> None:
    """Puts what `change` makes of a file's comparisons in their place, as one undoes a ranking.

    The file is written anew beside the old one and put in its place in one step, so that a crash
    leaves the one or the other; what other processes append meanwhile waits and is kept. Raises
    what `read` raises: a damaged file is left as it is.
    """
    from gptedu.training.checkpoint import (
        write_whole,
    )  # brings torch, which the rest can do without

    path = Path(path)
    with _to_write(path) as file:
        content = b"".join(map(_line, change(read(path))))
        if fcntl is None:
            file.close()  # Windows replaces no file that is open
        write_whole(path, content)


def _line(comparison: Comparison) -> bytes:
    # ASCII alone: half a surrogate pair is no UTF-8, and some characters of Unicode end a line.
    return json.dumps(asdict(comparison), ensure_ascii=True).encode() + b"\n"


def read(path: str | Path) -> list[Comparison]:
    """The comparisons of a file, in the order in which they were made.

    A line that was half-written when something crashed is left out, with a warning that names it.
    Raises ValueError with the line's number where a line is damaged in any other way, and
    FileNotFoundError where there is no file.
    """
    *lines, last = Path(path).read_bytes().split(b"\n")
    found, cut_off = [], []
    for number, line in enumerate(lines, 1):
        if line.endswith(_CUT_OFF):
            cut_off.append(number)
        elif line.strip():
            try:
                found.append(_comparison(line))
            except (ValueError, RecursionError) as error:
                raise ValueError(
                    f"{path}, line {number} is damaged ({error}): mend the line or take it out"
                ) from None
    if last.strip():  # no newline behind it: whole all the same, or half-written
        try:
            found.append(_comparison(last))
        except (ValueError, RecursionError):
            cut_off.append(len(lines) + 1)
    for number in cut_off:
        warnings.warn(
            f"{path}, line {number} was cut off while it was written: it is left out", stacklevel=2
        )
    return found


def _comparison(line: bytes) -> Comparison:
    """What one line says; ValueError where it is no comparison."""
    values = json.loads(line.decode("utf-8-sig"))
    known = [field.name for field in fields(Comparison)]
    if not isinstance(values, dict) or not set(known[:3]) <= set(values) <= set(known):
        raise ValueError(f"a line holds an object of {', '.join(known)}")
    return Comparison(**values)


def _ending(path: Path) -> bytes:
    """What closes a last line without a newline: nothing where it is whole, else a mark."""
    try:
        _comparison(path.read_bytes().rpartition(b"\n")[2])
    except (ValueError, RecursionError):
        return _CUT_OFF
    return b""


@contextmanager
def _to_write(path: Path) -> Iterator[BinaryIO]:
    """The file at a path, made where there is none, with other writers held back.

    The lock ends with the file, also when the process is killed.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    while True:
        with open(path, "ab+", buffering=0) as file:
            if fcntl is not None:
                with suppress(OSError):  # some network drives have no locks
                    fcntl.flock(file.fileno(), fcntl.LOCK_EX)
            # While we waited the file may have been replaced: what is written here were lost.
            if path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat()):
                yield file
                return
