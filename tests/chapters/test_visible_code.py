"""Visible code is for learning: short cells, few modules, claims in one line."""

from __future__ import annotations

import ast
import builtins
import re

import pytest

from gptedu.tools import notebook
from gptedu.tools.notebook import chapters_folder

LONGEST_CELL, MOST_MODULES = 12, 8
PLAIN = ("01_gpt1", "02_gpt2")
"""Chapters that are written so; the others follow."""

SOURCES = [each for each in notebook.sources(chapters_folder()) if each.stem in PLAIN]
chapter = pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)


def cells(source, kind="code"):
    """The cells of a chapter without the one that installs the course on Colab."""
    made = notebook.read_source(source).cells
    return [
        c.source for c in made if c.cell_type == kind and "setup" not in c.metadata.get("tags", [])
    ]


@chapter
def test_a_cell_fits_a_screen_and_a_line_its_width(source):
    for code in cells(source):
        lines = [line for line in code.splitlines() if line.strip()]
        assert len(lines) <= LONGEST_CELL, code
        assert all(len(line) <= 100 for line in lines), code


@chapter
def test_a_chapter_imports_few_modules(source):
    nodes = [node for code in cells(source) for node in ast.walk(ast.parse(code))]
    modules = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    modules |= {alias.name for n in nodes if isinstance(n, ast.Import) for alias in n.names}
    assert len(modules) <= MOST_MODULES, modules


@chapter
def test_a_claim_is_one_line(source):
    calls = [line for code in cells(source) for line in code.splitlines() if "claims." in line]
    assert all(re.fullmatch(r"claims\.\w+(\.recorded)?\(.*\)", line) for line in calls)
    assert len(calls) >= 5


@chapter
def test_every_now_you_has_what_you_should_see(source):
    asked = [text for text in cells(source, "markdown") if "**Now you" in text]
    assert len(asked) >= 5
    for text in asked:
        assert text.count("<summary>What you should see</summary>") == text.count("**Now you")


@chapter
def test_a_guess_is_asked_for_before_its_result(source):
    text = source.read_text(encoding="utf-8")
    for id in re.findall(r'predict\(\s*"([^"]+)"', text):
        assert text.index(f'predict(\n    "{id}"') < text.index(f'reveal("{id}"')


@pytest.mark.parametrize("source", notebook.sources(chapters_folder()), ids=lambda path: path.stem)
def test_what_is_left_out_as_optional_is_not_needed_later(source):
    """Every name that a core section uses is bound in one of them."""
    bound, used = set(dir(builtins)), set()
    for node in (node for code in core(source) for node in ast.walk(ast.parse(code))):
        if isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.alias):
            bound.add((node.asname or node.name).split(".")[0])
    assert used - bound == set()


def core(source):
    """The code of the sections whose headings do not say that they are optional."""
    kept, optional = [], [False, False]  # of a heading of two signs, and of three
    for cell in notebook.read_source(source).cells:
        if cell.cell_type == "code" and not any(optional):
            kept.append(cell.source)
        for signs, words in re.findall(r"^(##|###) (.*)$", cell.source, re.M):
            if cell.cell_type == "markdown":
                optional[len(signs) - 2 :] = ["optional" in words, False][: 4 - len(signs)]
    return kept


@chapter
def test_sections_say_how_long_they_take_and_which_are_optional(source):
    """The minutes under the title are the sum of those in the headings."""
    text = "\n".join(cells(source, "markdown"))
    minutes = {False: 0, True: 0}
    for optional, count in re.findall(r"^##.* \((optional, )?(\d+) minutes\)$", text, re.M):
        minutes[bool(optional)] += int(count)
    told = re.search(r"(\d+) minutes for the core sections.*?and (\d+) more", text)
    assert (int(told[1]), int(told[2])) == (minutes[False], minutes[True])
