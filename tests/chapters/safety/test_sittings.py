"""The chapter's source, before there is a notebook: sittings, cells, claims, guesses, names."""

from __future__ import annotations

import ast
import builtins
import re
from pathlib import Path

import jupytext

import gptedu.safety
from gptedu.chapters import claims_of, exercises_of
from gptedu.chapters.safety import claims, exercises, figures

SOURCE = Path(__file__).resolve().parents[3] / "chapters" / "source" / "08_safety.py"
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


def test_the_second_sitting_needs_nothing_of_the_first():
    start = next(i for i, cell in enumerate(CELLS) if cell.source.startswith(SECOND))
    written, read = names([c.source for c in CELLS[start:] if c.cell_type == "code"])
    assert not read - written - set(dir(builtins))
    assert "policy" in read  # so the check sees the names at all


def test_what_is_optional_is_not_needed():
    core, optional = [], False
    for cell in CELLS:
        if cell.cell_type == "markdown":
            for heading in re.findall(r"^##? (.+)$", cell.source, re.MULTILINE):
                optional = heading.startswith("Optional")
        elif not optional:
            core.append(cell.source)
    written, read = names(core)
    assert not read - written - set(dir(builtins))
    assert len(core) < len(CODE)


def test_cells_are_short():
    for code in CODE:
        assert sum(bool(line.strip()) for line in code.splitlines()) <= 12, code


def test_each_claim_is_stated_once_and_in_its_order():
    stated = re.findall(r"^claims\.(\w+)\.recorded\(\)$", "\n".join(CODE), re.MULTILINE)
    assert [getattr(claims, name) for name in stated] == claims_of("safety")


def test_each_exercise_is_shown_and_used_in_its_order():
    text = "\n".join(CODE)
    shown = re.findall(r"^exercises\.(\w+)\.show\(\)$", text, re.MULTILINE)
    used = re.findall(r"= exercises\.(\w+)\.use\(", text)
    assert [each for each in shown if each not in ("halfway", "quiz")] == used
    assert tuple(getattr(exercises, name) for name in used) == exercises_of("safety")
    numbers = re.findall(r"^### Exercise (\d+)$", "\n".join(PROSE), re.MULTILINE)
    assert numbers == [str(n) for n in range(1, len(used) + 1)]


def test_each_guess_is_asked_for_before_it_is_revealed():
    text = "\n".join(CODE)
    asked = re.findall(r'^predict\(\s*"(.+?)"', text, re.MULTILINE)
    shown = re.findall(r'^reveal\(\s*"(.+?)"', text, re.MULTILINE)
    assert asked == shown
    assert len(set(asked)) == len(asked) >= 8


def test_whoever_is_asked_to_try_something_can_see_what_to_expect():
    tries = [text for text in PROSE if "**Now you:**" in text]
    assert len(tries) >= 5
    assert all("<summary>What you should see</summary>" in text for text in tries)


def test_what_a_learner_imports_from_one_place_is_there_and_no_more():
    used = {
        alias.name
        for code in CODE
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.ImportFrom) and node.module == "gptedu.safety"
        for alias in node.names
    }
    assert used == set(gptedu.safety.__all__)
    assert all(getattr(gptedu.safety, name) is not None for name in used)


def test_figures_that_are_asked_for_are_there():
    asked = set(re.findall(r"figures\.(\w+)", "\n".join(CODE)))
    assert asked
    assert all(hasattr(figures, name) for name in asked)


def test_few_cells_are_left_uncompared_and_each_says_why():
    code = [cell for cell in CELLS if cell.cell_type == "code"]
    tags = [cell.metadata.get("tags", []) for cell in code]
    ignored = [own for own in tags if "nbval-ignore-output" in own]
    assert 5 * len(ignored) <= len(code)
    assert all(any(tag.startswith("why: ") for tag in own) for own in ignored)
