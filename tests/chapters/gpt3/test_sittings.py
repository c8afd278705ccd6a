"""The notebook's second sitting begins by itself, and its code is short and of few modules."""

from __future__ import annotations

import ast
import builtins
from pathlib import Path

import jupytext

SOURCE = Path(__file__).resolve().parents[3] / "chapters" / "source" / "03_gpt3.py"
CELLS = jupytext.read(SOURCE, fmt="py:percent").cells
SECOND = "# Second sitting"


def names(code: str) -> tuple[set[str], set[str]]:
    """What code sets and what it reads."""
    written, read = set(), set()
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                read.add(name)
            case ast.Name(id=name) | ast.FunctionDef(name=name) | ast.arg(arg=name):
                written.add(name)
            case ast.alias(name=name, asname=other):
                written.add(other or name.split(".")[0])
    return written, read


def code_from(title: str) -> str:
    start = next(i for i, cell in enumerate(CELLS) if cell.source.startswith(title))
    return "\n".join(cell.source for cell in CELLS[start:] if cell.cell_type == "code")


def test_the_second_sitting_needs_nothing_of_the_first():
    written, read = names(code_from(SECOND))
    assert not read - written - set(dir(builtins))
    assert "lm" in read  # so the check sees the names at all


def test_cells_are_short_and_of_eight_modules():
    code = [cell.source for cell in CELLS if cell.cell_type == "code"]
    for source in code:
        assert sum(bool(line.strip()) for line in source.splitlines()) <= 12, source
    modules = set()
    for node in ast.walk(ast.parse("\n".join(code))):
        if isinstance(node, ast.Import):
            modules.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            modules.add(node.module)
    assert len(modules) <= 8
