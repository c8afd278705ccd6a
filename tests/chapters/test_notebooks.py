"""The stored chapters: up to date, executed, small, compared, and their links lead somewhere."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import nbformat
import pytest

from gptedu import widgets
from gptedu.course.kept import HOME
from gptedu.course.show import inline
from gptedu.tools.build import check_one
from gptedu.tools.notebook import (
    GALLERY,
    LIMIT_BYTES,
    REPOSITORY,
    WIDGET_VIEW,
    read_cost,
    sources,
)

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = ROOT / "chapters"
SOURCES = sources(CHAPTERS, gallery=True)
NOTEBOOKS = sorted(CHAPTERS.glob("*.ipynb"))
IGNORED = {"nbval-ignore-output", "nbval-skip"}
COMPARABLE = {"text/plain", "text/html"}

NUMBERED = [path for path in NOTEBOOKS if path.stem != GALLERY]

notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
chapter = pytest.mark.parametrize("path", NUMBERED, ids=lambda path: path.stem)


def _code(path: Path) -> list[Any]:
    return [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]


def _tags(cell: Any) -> list[str]:
    return cell.metadata.get("tags", [])


def _cards(path: Path, kind: str) -> list[str]:
    """The stored cards of a kind, as HTML."""
    shown = [o.get("data", {}).get("text/html", "") for c in _code(path) for o in c.outputs]
    return [html for html in shown if f'class="gptedu-card gptedu-{kind}' in html]


def _says_something(cell: Any) -> bool:
    return any(
        (o.output_type == "stream" and o.name == "stdout") or COMPARABLE & set(o.get("data", {}))
        for o in cell.outputs
    )


def test_sources_and_notebooks_belong_together() -> None:
    assert [path.stem for path in SOURCES] == [path.stem for path in NOTEBOOKS]


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_a_notebook_is_what_its_source_makes(source: Path) -> None:
    assert check_one(source, CHAPTERS) == []


@chapter
def test_a_guess_can_be_made_before_its_result_is_read(path: Path) -> None:
    """A stored question says how it is answered, and a stored result is folded below it."""
    cards, code = _cards(path, "prediction"), "\n".join(cell.source for cell in _code(path))
    assert len(cards) == len(re.findall(r"^predict\(", code, re.MULTILINE))
    assert all("press Shift+Enter" in card for card in cards)
    for card in _cards(path, "reveal"):
        assert 'class="gptedu-big"' not in card.split("<details>")[0]


@notebook
def test_a_notebook_is_executed_small_and_holds_no_widget_state(path: Path) -> None:
    stored = nbformat.read(path, as_version=4)
    nbformat.validate(stored)
    assert path.stat().st_size < LIMIT_BYTES
    assert "widgets" not in stored.metadata
    for cell in _code(path):
        assert cell.execution_count is not None
        for output in cell.outputs:
            assert WIDGET_VIEW not in output.get("data", {})
            assert output.output_type != "error"
            assert output.get("name") != "stderr"


@chapter
def test_most_outputs_are_compared(path: Path) -> None:
    """Many cells show nothing, so it is not enough that few are ignored."""
    cells = [cell for cell in _code(path) if "setup" not in _tags(cell)]
    ignored = [cell for cell in cells if IGNORED & set(_tags(cell))]
    compared = [cell for cell in cells if cell not in ignored and _says_something(cell)]
    assert len(compared) >= 2 * len(ignored)
    assert len(compared) >= 10


@notebook
def test_learners_see_tags_not_comments(path: Path) -> None:
    for cell in _code(path):
        assert "NBVAL" not in cell.source
        assert "PYTEST_VALIDATE" not in cell.source


@chapter
def test_no_answer_of_the_quiz_stands_in_the_code(path: Path) -> None:
    """A page made from the notebook prints all code: answers are in the package."""
    of_quizzes = re.compile(r"(?<![\w.])question\(")  # not the questions that a model is asked
    assert not [cell.source for cell in _code(path) if of_quizzes.search(cell.source)]
    assert sum("quiz.show()" in cell.source for cell in _code(path)) == 1


@chapter
def test_a_page_made_of_it_shows_no_answer_that_was_not_opened(path: Path) -> None:
    """What an HTML export prints, with all that is folded away: no reason for an answer."""
    shown = "".join(
        "".join(output.data["text/html"])
        for cell in _code(path)
        for output in cell.outputs
        if "text/html" in output.get("data", {})
    )
    while "<details>" in shown:
        shown = re.sub(r"<details>(?:(?!<details>).)*?</details>", "", shown, flags=re.DOTALL)
    quiz = importlib.import_module(f"gptedu.chapters.{path.stem.partition('_')[2]}.exercises").quiz
    for question in quiz.questions:
        assert inline(question.text) in shown
        assert inline(question.why) not in shown
        assert not any(inline(reason) in shown for reason in question.wrong.values())


@notebook
def test_each_cell_has_its_place_on_a_slide(path: Path) -> None:
    cells = nbformat.read(path, as_version=4).cells
    kinds = [cell.metadata.get("slideshow", {}).get("slide_type") for cell in cells]
    assert set(kinds) <= {"slide", "subslide", "fragment", "skip", "notes", "-"}
    assert kinds[0] == "slide"
    headings = [k for k, cell in zip(kinds, cells, strict=True) if cell.source.startswith("## ")]
    assert set(headings) == {"slide"}


@notebook
def test_the_cost_stands_under_the_title(path: Path) -> None:
    """`gptedu bench` compares it with the budget: a busy machine takes longer."""
    title = nbformat.read(path, as_version=4).cells[0].source
    assert read_cost(title) is not None


def test_the_gallery_has_every_widget() -> None:
    text = (CHAPTERS / "source" / f"{GALLERY}.py").read_text(encoding="utf-8")
    cells = [cell for cell in text.split("# %%") if "from gptedu.widgets import" in cell]
    assert sorted(re.findall(r"from gptedu.widgets import (\w+)", text)) == sorted(widgets.__all__)
    assert all(len(cell.strip().splitlines()) <= 9 for cell in cells)


@chapter
def test_an_untouched_chapter_goes_on_with_the_references(path: Path) -> None:
    """Every exercise that a chapter shows is also used, and is untried in the stored notebook."""
    cells = _code(path)
    shown = [c for c in cells if re.search(r"\.show\(\)", c.source) and "xercise" in str(c.outputs)]
    untried = "".join(str(cell.outputs) for cell in cells).count("not tried yet")
    assert len(shown) >= 4
    assert untried == len(shown)


def _links() -> list[tuple[str, str]]:
    found = []
    for path in [*NOTEBOOKS, ROOT / "README.md"]:
        if not path.exists():
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".ipynb":
            text = "\n".join(cell["source"] for cell in nbformat.read(path, as_version=4).cells)
        for colab in re.findall(r"https://colab\.research\.google\.com/github/([^\s)\"'>]+)", text):
            found.append((path.name, colab))
        for binder in re.findall(r"https://mybinder\.org/v2/gh/([^\s)\"'>]+)", text):
            found.append((path.name, binder))
    return found


def _target(link: str) -> str | None:
    """The file that a link names: Colab's .../blob/BRANCH/PATH, Binder's ...?labpath=PATH."""
    if found := re.search(r"/blob/[^/]+/(.+)$", link):
        return unquote(found[1])
    if found := re.search(r"[?&](?:labpath|urlpath|filepath)=([^&]+)", link):
        # binder/start puts the chapters into the learner's folder.
        return unquote(found[1]).removeprefix("lab/tree/").replace(f"{HOME}/", "chapters/")
    return None


@pytest.mark.parametrize(("place", "link"), _links())
def test_links_to_colab_and_binder_lead_to_a_file(place: str, link: str) -> None:
    assert link.startswith(f"{REPOSITORY}/")
    target = _target(link)
    if target is None:  # the whole repository on Binder
        assert re.fullmatch(rf"{REPOSITORY}/[\w.-]+/?", link), link
    else:
        assert (ROOT / target).exists(), f"{place} links to {target}, which is not there"


@notebook
def test_a_chapter_has_both_links(path: Path) -> None:
    title = nbformat.read(path, as_version=4).cells[0].source
    targets = re.findall(r"\((https://(?:colab|mybinder)[^)]+)\)", title)
    assert [_target(link) for link in targets] == [f"chapters/{path.name}"] * 2


def test_the_links_name_this_repository() -> None:
    assert f"https://github.com/{REPOSITORY}" in (ROOT / "pyproject.toml").read_text()
