"""A labeler's ranking of several answers to one prompt, and the file that it is kept in.

InstructGPT (Ouyang et al. 2022, section 3.5): a labeler ranks K answers, 4 to 9 of them, to one
prompt. Whoever ranks (a person, a rule, a network), the result is a `Comparison`. A file of them
holds one JSON object a line, written as it is made, and any number of labelers may share it.
"""

from __future__ import annotations

import json
import os
import re
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields
from io import FileIO
from pathlib import Path
from typing import NamedTuple

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
    first, so that it costs no other record. Raises OSError, and leaves the file as it was, where
    the disk does not take it all; ValueError where the file is a JSON array.
    """
    with _to_write(Path(path)) as file:
        _append(file, path, [comparison])


def revise(path: str | Path, gone: Iterable[Comparison], added: Sequence[Comparison] = ()) -> None:
    """Takes comparisons out of a file, as one undoes a ranking, and puts others behind the rest.

    Of several that are equal the last one goes; one that is not there is passed over. A line is
    taken out by spaces in its place, and blank lines at the end go: so the file stays the same one,
    with its owner, mode and links, no byte of another labeler's is rewritten, and no crash can
    cost one. Raises what `read` and `append` raise: a damaged file is left as it is.
    """
    left = Counter(gone)
    with _to_write(Path(path)) as file:
        before = Path(path).read_bytes()
        records, _ = _records(path, before)
        content = bytearray(before)
        for record in reversed(records):
            if left[record.comparison] > 0:
                left[record.comparison] -= 1
                content[record.place] = b" " * len(content[record.place])
        changed = [r.place for r in records if content[r.place] != before[r.place]]
        if added:
            _append(file, path, added)
        try:
            _overwrite(path, changed, content)
        except OSError:
            file.truncate(len(before))
            with suppress(OSError):
                _overwrite(path, changed, before)
            raise
        if not added:
            file.truncate(_end(content))


def read(path: str | Path) -> list[Comparison]:
    """The comparisons of a file, in the order in which they were made.

    A line that was half-written when something crashed is left out, with a warning that names it.
    Raises ValueError with the line's number where a line is damaged in any other way, or where
    the file is a JSON array, and FileNotFoundError where there is no file.
    """
    records, cut_off = _records(path, Path(path).read_bytes())
    for number in cut_off:
        warnings.warn(
            f"{path}, line {number} was cut off while it was written: it is left out", stacklevel=2
        )
    return [record.comparison for record in records]


class _Record(NamedTuple):
    """A comparison, and the bytes of the file that hold it, without the line's end."""

    comparison: Comparison
    place: slice


def _records(path: str | Path, content: bytes) -> tuple[list[_Record], list[int]]:
    """The records of a file, and the numbers of the lines that were cut off."""
    _refuse_array(path, content)
    records, cut_off = [], []
    start = 0
    for number, ended in enumerate(content.splitlines(keepends=True), 1):
        line = ended.rstrip(b"\r\n")
        place, start = slice(start, start + len(line)), start + len(ended)
        if not line.strip():
            continue
        try:
            records.append(_Record(_comparison(line), place))
        except (ValueError, RecursionError) as error:
            # The last one may be half-written, and one that was being taken out half-blank.
            if line == ended or line.endswith(_CUT_OFF) or line.startswith(b" "):
                cut_off.append(number)
                continue
            raise ValueError(
                f"{path}, line {number} is damaged ({error}): correct the line or remove it"
            ) from None
    return records, cut_off


def _comparison(line: bytes) -> Comparison:
    """What one line says; ValueError where it is no comparison."""
    values = json.loads(line.decode("utf-8-sig"))
    known = [field.name for field in fields(Comparison)]
    if not isinstance(values, dict) or not set(known[:3]) <= set(values) <= set(known):
        raise ValueError(f"a line holds an object of {', '.join(known)}")
    return Comparison(**values)


def _refuse_array(path: str | Path, beginning: bytes) -> None:
    """ValueError where a file begins as a JSON array of objects does, on one line or on many."""
    if re.match(rb"(\xef\xbb\xbf)?\s*\[\s*([{\]]|$)", beginning):
        raise ValueError(
            f"{path} is one JSON array: write each of its objects on a line of its own "
            f"(jq -c '.[]' does)"
        )


def _append(file: FileIO, path: str | Path, comparisons: Iterable[Comparison]) -> None:
    """Lines at the end of a file that is open and locked, or an error and the file as it was."""
    lines = b"".join(map(_line, comparisons))
    end = file.seek(0, os.SEEK_END)
    file.seek(0)
    _refuse_array(path, file.read(100))
    if end:
        file.seek(end - 1)
        if file.read(1) not in (b"\n", b"\r"):
            lines = _ending(Path(path)) + b"\n" + lines
    try:
        _write(file, lines)  # at the end, wherever that is by now
        os.fsync(file.fileno())
    except BaseException:
        file.truncate(end)
        raise


def _line(comparison: Comparison) -> bytes:
    # ASCII alone: half a surrogate pair is no UTF-8, and some characters of Unicode end a line.
    return json.dumps(asdict(comparison), ensure_ascii=True).encode() + b"\n"


def _write(file: FileIO, content: bytes | bytearray) -> None:
    """All of it: where the disk is nearly full, the first call takes a part and says nothing."""
    while content:
        content = content[file.write(content) :]


def _overwrite(path: str | Path, places: Iterable[slice], content: bytes | bytearray) -> None:
    """Put these places of `content` into a file that is locked."""
    with open(path, "r+b", buffering=0) as file:  # a file open to append writes at its end alone
        for place in places:
            file.seek(place.start)
            _write(file, content[place])
        os.fsync(file.fileno())


def _ending(path: Path) -> bytes:
    """What closes a last line without an end: nothing where it is whole, else a mark."""
    try:
        _comparison(path.read_bytes().splitlines()[-1])
    except (ValueError, RecursionError):
        return _CUT_OFF
    return b""


def _end(content: bytes | bytearray) -> int:
    """The length of a file without the blank lines at its end."""
    lines = content.splitlines(keepends=True)
    while lines and not lines[-1].strip():
        lines.pop()
    return sum(map(len, lines))


@contextmanager
def _to_write(path: Path) -> Iterator[FileIO]:
    """The file at a path, made where there is none, with other writers held back.

    The lock is the file's own: it needs no second file that labelers would have to share, and it
    ends with the process. Where a drive has none, each line is still written at the end in one
    piece.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    new = not path.exists()
    with open(path, "ab+", buffering=0) as file:
        if fcntl is not None:
            with suppress(OSError):  # some network drives have no locks
                fcntl.flock(file.fileno(), fcntl.LOCK_EX)
        try:
            yield file
        except BaseException:
            if new and not os.fstat(file.fileno()).st_size:
                path.resolve().unlink(missing_ok=True)
            raise
