"""What has been done so far, a line a chapter: in a notebook by `progress()`, in a terminal by
`gptedu progress`.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from gptedu.course import kept, tries
from gptedu.course.contents import Contents, chapters, find
from gptedu.course.show import show

NOTHING = (
    "Nothing is kept yet. Your guesses, tries at exercises and quiz answers will be: "
    "in a file of yours, on this machine alone."
)
HEAD = ("chapter", "guesses", "exercises solved", "quiz, right at first", "last time")


@dataclass(frozen=True)
class Solved:
    """How one exercise stands. tries: different answers, up to the right one. on: when solved."""

    tries: int = 0
    on: str = ""
    mistake: str = ""


@dataclass(frozen=True)
class Chapter:
    """How one chapter stands. exercises: id -> how it stands, for those that were tried."""

    contents: Contents
    guesses: Sequence[str] = ()
    exercises: Mapping[str, Solved] = field(default_factory=dict)
    right: int = 0
    answered: int = 0
    questions: int = 0
    last: str = ""

    @property
    def solved(self) -> int:
        """How many of its exercises are solved."""
        return sum(bool(each.on) for each in self.exercises.values())

    def row(self) -> tuple[str, ...]:
        """What the table says of it, in the order of HEAD."""
        quiz = f"{self.right} of {self.questions}" if self.answered else "–"
        return (
            self.contents.title,
            f"{len(self.guesses)} of {len(self.contents.guesses)}",
            f"{self.solved} of {len(self.contents.exercises)}",
            quiz,
            _day(self.last) if self.last else "–",
        )


def progress(chapter: str | int | None = None) -> None:
    """Show how far you are: a table of all chapters, or of one with each of its exercises.

    chapter: its number or its name, as in `progress(1)` or `progress("gpt1")`. Raises ValueError
    for one that is not there.
    """
    file = kept.path()
    stand = standing(kept.events())
    if chapter is None and not any(each.last for each in stand):
        show(f'<div class="gptedu-card"><p>{html.escape(NOTHING)}</p></div>', NOTHING)
        return
    head, rows = (HEAD, [each.row() for each in stand]) if chapter is None else one(stand, chapter)
    notes = remarks(file)
    body = _table(head, rows) + "".join(f"<p>{html.escape(note)}</p>" for note in notes)
    show(f'<div class="gptedu-card gptedu-progress">{body}</div>', in_words(head, rows, notes))


def standing(events: Sequence[kept.Event], folder: Path | None = None) -> list[Chapter]:
    """How each chapter in a folder stands, by default those that ship."""
    return [_stand(contents, events) for contents in chapters(folder)]


def one(
    stand: Sequence[Chapter], chapter: str | int
) -> tuple[Sequence[str], list[tuple[str, ...]]]:
    """Head and rows of the table of one chapter's exercises."""
    contents = find(chapter)
    (each,) = (each for each in stand if each.contents == contents)
    return ("exercise", "tries", "solved", "last mistake"), [
        _exercise_row(title, each.exercises.get(id, Solved()))
        for id, title in contents.exercises.items()
    ]


def remarks(file: Path | None) -> list[str]:
    """Where it is kept, and what of it cannot be read."""
    if file is None:
        return ["Kept in this kernel's memory alone: no folder was found for it."]
    if kept.in_memory():
        notes = [f"{file} could not be written: what is new is kept until this kernel stops."]
    else:
        notes = [f"Kept in {file}. Nothing of it leaves this machine."]
    if damaged := kept.read(file).damaged:
        lines = ", ".join(map(str, damaged))
        many = len(damaged) > 1
        notes.append(
            f"Line{'s' if many else ''} {lines} of it cannot be read and "
            f"{'are' if many else 'is'} left out; all others count."
        )
    return notes


def in_words(head: Sequence[str], rows: Sequence[Sequence[str]], notes: Sequence[str]) -> str:
    """The table for a terminal."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (head, *rows)
    ]
    return "\n".join([*lines, *notes])


def _stand(contents: Contents, events: Sequence[kept.Event]) -> Chapter:
    own = [event for event in events if event["id"].split("/")[0] == contents.slug]
    guessed = {event["id"] for event in own if event["what"] == "guess"}
    first: dict[str, bool] = {}
    questions = 0
    for event in own:
        if event["what"] == "quiz":
            first.setdefault(str(event.get("question")), bool(event.get("right")))
            questions = max(len(first), int(event.get("of") or 0))
    return Chapter(
        contents,
        [id for id in contents.guesses if id in guessed],
        {id: _solved([e for e in own if e["what"] == "try" and e["id"] == id])
         for id in contents.exercises},
        sum(first.values()),
        len(first),
        questions,
        own[-1]["at"] if own else "",
    )  # fmt: skip


def _solved(own: list[kept.Event]) -> Solved:
    right = next((event["at"] for event in own if event.get("passed")), "")
    named = [str(event["mistake"]) for event in own if event.get("mistake")]
    return Solved(tries.counted(own), right, named[-1] if named else "")


def _exercise_row(title: str, stands: Solved) -> tuple[str, ...]:
    return (title, str(stands.tries or "–"), _day(stands.on) if stands.on else "–",
            stands.mistake or "–")  # fmt: skip


def _day(at: str) -> str:
    """The date of a time as it is kept: "1 March 2026"; as it stands where it is none."""
    try:
        when = datetime.fromisoformat(at)
    except ValueError:
        return at
    return f"{when.day} {when:%B %Y}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    def line(cells: Sequence[str], tag: str) -> str:
        left = 'style="text-align: left"'  # JupyterLab has the cells of a table at the right
        made = (f"<{tag} {left}>{html.escape(cell)}</{tag}>" for cell in cells)
        return f"<tr>{''.join(made)}</tr>"

    body = "".join(line(row, "td") for row in rows)
    return f"<table><thead>{line(head, 'th')}</thead><tbody>{body}</tbody></table>"
