"""The chapter's source, before there is a notebook: sittings, cells, claims, guesses, minutes."""

from __future__ import annotations

import ast
import builtins
import re
from pathlib import Path

import jupytext
import pytest

import gptedu.chapters.reasoning.exercises
import gptedu.reasoning
from gptedu.chapters import claims_of, exercises_of
from gptedu.chapters.reasoning import claims

SOURCE = Path(__file__).resolve().parents[3] / "chapters" / "source" / "05_reasoning.py"
CELLS = jupytext.read(SOURCE, fmt="py:percent").cells
CODE = [cell.source for cell in CELLS if cell.cell_type == "code"]
PROSE = [cell.source for cell in CELLS if cell.cell_type == "markdown"]
SECOND = "# Second sitting"


def names(code: list[str]) -> tuple[set[str], set[str]]:
    """What code sets and what it reads."""
    written, read = set(), set()
    for node in ast.walk(ast.parse("\n".join(code))):
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                read.add(name)
            case ast.Name(id=name) | ast.FunctionDef(name=name) | ast.arg(arg=name):
                written.add(name)
            case ast.alias(name=name, asname=other):
                written.add(other or name.split(".")[0])
    return written, read


def sections() -> list[tuple[str, list[str]]]:
    """Headings of two signs, each with the code below it."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for cell in CELLS:
        if cell.cell_type == "code":
            found[-1][1].append(cell.source)
        else:
            found += [(each, []) for each in re.findall(r"^## (.+)$", cell.source, re.MULTILINE)]
    return found


def test_the_second_sitting_needs_nothing_of_the_first():
    start = next(i for i, cell in enumerate(CELLS) if cell.source.startswith(SECOND))
    written, read = names([c.source for c in CELLS[start:] if c.cell_type == "code"])
    assert not read - written - set(dir(builtins))
    assert "lm" in read  # so the check sees the names at all


def test_what_is_optional_is_not_needed():
    core = [code for title, own in sections() if not title.startswith("Optional") for code in own]
    written, read = names(core)
    assert not read - written - set(dir(builtins))
    assert len(core) < len(CODE)


def test_cells_are_short():
    for code in CODE:
        lines = [line for line in code.splitlines() if line.strip()]
        assert len(lines) <= 12, code
        assert all(len(line) <= 100 or line.strip().startswith('"') for line in lines), code


def test_each_claim_is_stated_once_and_in_its_order():
    stated = re.findall(r"^claims\.(\w+)\.recorded\(\)$", "\n".join(CODE), re.MULTILINE)
    assert [getattr(claims, name) for name in stated] == claims_of("reasoning")


def test_each_exercise_is_shown_and_used_in_its_order():
    text = "\n".join(CODE)
    shown = re.findall(r"^exercises\.(\w+)\.show\(\)$", text, re.MULTILINE)
    used = re.findall(r"= exercises\.(\w+)\.use\(", text)
    assert [each for each in shown if each not in ("halfway", "quiz")] == used
    assert {"halfway", "quiz"} <= set(shown)
    assert len(used) == len(exercises_of("reasoning"))
    for name, exercise in zip(used, exercises_of("reasoning"), strict=True):
        assert getattr(gptedu.chapters.reasoning.exercises, name) is exercise


def test_a_guess_is_asked_for_before_its_result():
    text = "\n".join(CODE)
    asked = re.findall(r'predict\(\s*"([^"]+)"', text)
    assert asked == re.findall(r'reveal\(\s*"([^"]+)"', text)
    for each in asked:
        assert text.index(f'predict(\n    "{each}"') < text.index(f'reveal("{each}"')


def test_whoever_is_asked_to_try_something_can_see_what_to_expect():
    asked = [text for text in PROSE if "**Now you:**" in text]
    assert len(asked) >= 5
    assert all("<summary>What you should see</summary>" in text for text in asked)


def test_the_minutes_under_the_title_add_up():
    rows = re.findall(r"^\|([^|]*)\| [^|]+ \| (\d+) \| (core|optional) \|$", PROSE[0], re.MULTILINE)
    minutes = {(0, "core"): 0, (1, "core"): 0, (0, "optional"): 0, (1, "optional"): 0}
    sitting = -1
    for begins, count, kind in rows:
        sitting += bool(begins.strip())
        minutes[sitting, kind] += int(count)
    told = re.search(r"about (\d+) and (\d+) minutes.*another (\d+) minutes", PROSE[0])
    assert told is not None
    optional = minutes[0, "optional"] + minutes[1, "optional"]
    assert [int(each) for each in told.groups()] == [
        minutes[0, "core"], minutes[1, "core"], optional
    ]  # fmt: skip


def test_the_table_names_the_sections():
    named = re.findall(r"^\| [^|]*\| ([^|]+) \| \d+ \|", PROSE[0], re.MULTILINE)
    titles = {title.removeprefix("Optional: ").lower() for title, _ in sections() if title}
    listed = {name.strip().lower() for row in named for name in row.split(" · ")}
    alias = {"the first sitting in four lines"}  # a heading of three signs
    assert listed - alias <= titles


def test_names_from_one_place_are_those_that_the_notebook_needs():
    tree = ast.parse("\n".join(CODE))
    used = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "gptedu.reasoning"
        for alias in node.names
    }
    assert used - {"bridge", "planted", "problems"} == set(gptedu.reasoning.__all__) - {"LMSI"}
    for name in gptedu.reasoning.__all__:
        assert getattr(gptedu.reasoning, name) is not None
    assert set(gptedu.reasoning.__all__) <= set(dir(gptedu.reasoning))
    with pytest.raises(AttributeError, match="no 'tomorrow'"):
        gptedu.reasoning.tomorrow  # noqa: B018


def test_most_cells_are_compared_and_each_other_has_its_reason():
    ignored = 0
    for cell in CELLS:
        tags = cell.metadata.get("tags", [])
        if "nbval-ignore-output" in tags:
            ignored += 1
            assert any(tag.startswith("why: ") for tag in tags), cell.source
    assert 5 * ignored <= len(CODE)
