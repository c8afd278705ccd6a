"""A chapter's source, read: cells with their section and sitting, and the plan under the title."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import jupytext

from gptedu.course.claims import Claim
from gptedu.course.quizzes import Quiz
from gptedu.tools import notebook

SOURCES = sorted((notebook.chapters_folder() / "source").glob("[0-9][0-9]_*.py"))
"""Of every chapter, also of those in preparation."""


@dataclass(frozen=True)
class Heading:
    """level: its number of signs. sitting and optional: as those of a cell below it."""

    level: int
    words: str
    sitting: int
    optional: bool


@dataclass(frozen=True)
class Cell:
    """A cell that is not empty.

    kind: "code" or "markdown". section: the heading that says where it belongs and whether it may
    be left out. sitting: 1 or 2; all cells of a chapter in one sitting have 1.
    """

    kind: str
    text: str
    tags: tuple[str, ...] = ()
    section: str = ""
    sitting: int = 1
    optional: bool = False

    @property
    def lines(self) -> list[str]:
        return [line for line in self.text.splitlines() if line.strip()]

    @property
    def start(self) -> str:
        return self.text.partition("\n")[0][:60]

    @cached_property
    def calls(self) -> list[tuple[str, ast.Call]]:
        """What is called, as it is written, in the order of reading."""
        found = [node for node in ast.walk(ast.parse(self.text)) if isinstance(node, ast.Call)]
        found.sort(key=lambda node: (node.lineno, node.col_offset))
        return [(ast.unparse(call.func), call) for call in found]


@dataclass(frozen=True)
class Row:
    """A line of the plan: sections that are told together, with the minutes they take."""

    sitting: int
    sections: tuple[str, ...]
    minutes: int
    optional: bool


@dataclass(frozen=True)
class Lesson:
    """A chapter as it is read. Claims, exercises, quizzes: the names that its modules have."""

    slug: str
    cells: list[Cell]
    headings: list[Heading]
    claims: list[str]
    exercises: list[str]
    quizzes: list[str]

    @classmethod
    def of_text(cls, slug: str, text: str, **named: list[str]) -> Lesson:
        cells, headings = _read(text)
        parts = {"claims": [], "exercises": [], "quizzes": []} | named
        return cls(slug, cells, headings, **parts)

    @property
    def code(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.kind == "code"]

    @property
    def prose(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.kind == "markdown"]

    @property
    def title(self) -> str:
        """The first cell: what a learner will be able to do, the minutes, the plan."""
        return self.cells[0].text

    @property
    def has_table(self) -> bool:
        return "| sitting | section | minutes |" in self.title

    @property
    def plan(self) -> list[Row]:
        """From the table under the title; where there is none, from the minutes in headings."""
        return list(self._rows_of_table() if self.has_table else self._rows_of_headings())

    @property
    def sittings(self) -> list[str]:
        """What the table calls the sittings."""
        return re.findall(r"^\| \*\*\d\. ([^|]+)\*\* \|", self.title, re.MULTILINE)

    def _rows_of_table(self) -> Iterator[Row]:
        row = re.compile(r"^\|([^|]*)\| ([^|]+) \| (\d+) \| (core|optional) \|$", re.MULTILINE)
        sitting = 0
        for begins, sections, minutes, kind in row.findall(self.title):
            sitting += bool(begins.strip())
            yield Row(sitting, tuple(sections.split(" · ")), int(minutes), kind == "optional")

    def _rows_of_headings(self) -> Iterator[Row]:
        for each in self.headings:
            if told := re.search(r"^(.*) \((?:optional, )?(\d+) minutes\)$", each.words):
                yield Row(each.sitting, (told[1],), int(told[2]), each.optional)


@cache
def lesson(path: Path) -> Lesson:
    """The chapter of a source, with the claims and exercises of its modules in their order."""
    slug = notebook.slug(path)
    exercises = importlib.import_module(f"gptedu.chapters.{slug}.exercises")
    names = {id(each): name for name, each in vars(exercises).items() if name.islower()}
    return Lesson.of_text(
        slug,
        path.read_text(encoding="utf-8"),
        claims=_of_kind(importlib.import_module(f"gptedu.chapters.{slug}.claims"), Claim),
        exercises=[names[id(each)] for each in exercises.EXERCISES],
        quizzes=_of_kind(exercises, Quiz),
    )


def lesson_of(slug: str) -> Lesson:
    """The lesson of the chapter with this slug."""
    return next(lesson(path) for path in SOURCES if notebook.slug(path) == slug)


def _of_kind(module: object, kind: type) -> list[str]:
    return [name for name, each in vars(module).items() if isinstance(each, kind)]


def _read(text: str) -> tuple[list[Cell], list[Heading]]:
    cells: list[Cell] = []
    headings: list[Heading] = []
    above: list[Heading] = []  # the last one of each level, without those that it has ended
    sitting = 1
    for cell in jupytext.reads(text, fmt="py:percent").cells:
        if cell.cell_type == "markdown":
            for signs, words in _headings(cell.source):
                sitting = 2 if signs == "#" and words.startswith("Second sitting") else sitting
                above = [each for each in above if each.level < len(signs)]
                optional = any(each.optional for each in above) or _is_optional(words)
                above.append(Heading(len(signs), words, sitting, optional))
                headings.append(above[-1])
        if cell.source.strip():
            tags = tuple(cell.metadata.get("tags", []))
            optional = any(each.optional for each in above)
            section = _first(above, lambda each: each.optional) or _first(
                above[::-1], lambda each: each.level < 3
            )
            cells.append(Cell(cell.cell_type, cell.source, tags, section, sitting, optional))
    return cells, headings


def _headings(markdown: str) -> list[tuple[str, str]]:
    """(signs, words) of each heading; a sign at the start of a line of code is none."""
    text = re.sub(r"^```.*?^```", "", markdown, flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"^(#{1,3}) (.+)$", text, re.MULTILINE)


def _is_optional(words: str) -> bool:
    return words.startswith("Optional: ") or "(optional, " in words


def _first(headings: list[Heading], fits: Callable[[Heading], bool]) -> str:
    return next((each.words for each in headings if fits(each)), "")
