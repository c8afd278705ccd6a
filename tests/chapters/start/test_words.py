"""The chapter introduces the course's words, and stays as small as it says."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from gptedu.chapters import IN_PREPARATION
from lesson.source import lesson_of

ROOT = Path(__file__).resolve().parents[3]
LESSON = lesson_of("start")
PROSE = "\n".join(cell.text for cell in LESSON.prose)
OF_DEVELOPERS = {"slug", "state", "picture", "view"}
"""Words for whoever changes the course: a learner meets none of them."""

TO_COME: dict[str, set[str]] = {}
"""Chapter in preparation -> its words, which no learner meets yet."""


def terms() -> set[str]:
    """The course's words, from CONTRIBUTING's table."""
    table = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("## Terms")[1]
    rows = re.findall(r"^\| ([^|]+?) \|", table, re.MULTILINE)[2:]
    later = {term for chapter in IN_PREPARATION for term in TO_COME[chapter]}
    return {term for row in rows for term in row.split(", ")} - OF_DEVELOPERS - later


def test_every_term_of_the_course_stands_in_the_chapters_tables():
    rows = re.findall(r"^\| ([^|]+?) \|", PROSE, re.MULTILINE)
    explained = {term for row in rows for term in row.split(", ")}
    assert len(terms()) > 25
    assert not terms() - explained


def test_what_the_chapter_builds_is_set_off_where_it_is_introduced():
    for term in ("token", "id", "piece", "vocabulary", "embedding", "Attention", "score", "query",
                 "key", "value", "causal mask", "head", "MLP", "norm", "residual stream", "body",
                 "logit", "loss", "nat", "temperature", "claim", "bar"):  # fmt: skip
        assert f"**{term}**" in PROSE, term


def code(start: str) -> list[str]:
    """The lines of the one code cell that has `start` at the beginning of a line."""
    pattern = re.compile(rf"^{re.escape(start)}", re.MULTILINE)
    found = [cell for cell in LESSON.code if pattern.search(cell.text)]
    assert len(found) == 1, start
    return found[0].lines


def test_the_gpt_has_about_eighty_lines():
    """Tokens, network, loss, writing and training, without what is printed; exercises as solved."""
    from gptedu.chapters.start.exercises import EXERCISES

    solved = [line for each in EXERCISES for line in each.solution_source().splitlines() if line]
    shown = ["def stream", "class Attention", "class MLP", "class Block", "class GPT", "@torch",
             "STEPS, ROWS", "for step in"]  # fmt: skip
    lines = [line for start in shown for line in code(start) if "print(" not in line]
    assert 70 <= len(lines) + len(solved) <= 88


def test_cells_fit_beside_the_list_of_files():
    for cell in LESSON.code:
        assert all(len(line) <= 90 for line in cell.lines if '"' not in line or "print" in line)


def test_nothing_but_torch_and_the_course_is_imported():
    modules = set()
    for cell in LESSON.code:
        for node in ast.walk(ast.parse(cell.text)):
            if isinstance(node, ast.Import):
                modules |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                modules.add(node.module)
    assert {m.split(".")[0] for m in modules} == {"torch", "gptedu"}
