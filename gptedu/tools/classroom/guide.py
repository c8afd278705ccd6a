"""`gptedu guide NN`: the part of an instructor's guide that follows from the chapter.

A guide is `chapters/guides/NN_name.md`. Its plan and its questions are written by hand; between two
markers stand the guesses that the chapter asks for and, for each exercise, the usual mistakes that
its checker knows: what people get wrong. `gptedu build` brings that part in step as well.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from gptedu import console
from gptedu.chapters import exercises_of
from gptedu.course.contents import Contents, find
from gptedu.course.exercises import Exercise
from gptedu.tools.notebook import BuildError

MARKERS = ("<!-- made by gptedu guide -->", "<!-- /made by gptedu guide -->")
EMPTY = """\
# Guide to chapter {number}

## Plan

To be written.

{start}
{end}
"""


def guide(chapter: str | int, folder: Path, say: Callable[[str], None] = console.say) -> Path:
    """Bring a chapter's guide in step, or begin it; `folder`: the checkout's `chapters/`."""
    contents = find(chapter, folder)
    path = path_of(contents.stem, folder)
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        text = EMPTY.format(number=contents.stem[:2], start=MARKERS[0], end=MARKERS[1])
    else:
        text = path.read_text(encoding="utf-8")
    path.write_text(brought_in_step(text, contents), encoding="utf-8")
    say(f"{contents.stem}: {path.name} is in step")
    return path


def path_of(stem: str, folder: Path) -> Path:
    """Where a chapter's guide lies."""
    return folder / "guides" / f"{stem}.md"


def exists(stem: str, folder: Path) -> bool:
    """Whether a chapter has a guide yet."""
    return path_of(stem, folder).is_file()


def brought_in_step(text: str, contents: Contents) -> str:
    """A guide with what follows from the chapter between its markers.

    Raises BuildError for a guide without them.
    """
    before, start, rest = text.partition(MARKERS[0])
    _, end, after = rest.partition(MARKERS[1])
    if not (start and end):
        raise BuildError(f"the guide of {contents.stem} has no {MARKERS[0]}: put its markers back")
    return f"{before}{start}\n{made(contents)}\n{end}{after}"


def made(contents: Contents) -> str:
    """The guesses and the exercises of a chapter, in Markdown."""
    parts = ["", "## Guesses that the chapter asks for", ""]
    parts += [f"- {question}" for question in contents.guesses.values()]
    parts += ["", "## What people get wrong", ""]
    parts.append("The usual mistakes that the checkers know, with what they say to them.")
    for exercise in exercises_of(contents.slug):
        parts += ["", *_exercise(exercise)]
    return "\n".join([*parts, ""])


def _exercise(exercise: Exercise) -> list[str]:
    head = (
        f"### {exercise.title} (`{exercise.id}`: difficulty {exercise.difficulty} of 5, "
        f"{exercise.minutes} minutes)"
    )
    rows = [
        f"| {_cell(mistake.name)} | {_cell(mistake.message)} |" for mistake in exercise.mistakes
    ]
    return [head, "", "| mistake | what the checker says |", "|---|---|", *rows]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
