"""What an instructor hands out, and the solved notebook: it passes its own checkers."""

from __future__ import annotations

import ast
import json

import nbformat
import pytest

from gptedu.chapters import exercises_of
from gptedu.course import exercises
from gptedu.course.contents import chapters
from gptedu.course.exercises import NotTried
from gptedu.course.tries import STRICT
from gptedu.tools import notebook as nb
from gptedu.tools.classroom import handouts
from gptedu.tools.execute import execute
from stubs import stubs

ALL = [each.stem for each in chapters()]
chapter = pytest.mark.parametrize("stem", ALL)


def code(notebook):
    return [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]


def imported(notebook):
    """What the import lines of a notebook give names to."""
    names = {}
    for source in code(notebook):
        for node in handouts.parse(source).body:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                exec(ast.unparse(node), names)
    return names


@chapter
def test_every_exercise_of_a_chapter_has_its_stub(stem):
    slug = stem.partition("_")[2]
    found = {stub.exercise.id for stub in stubs(stem)}
    assert found == {each.id for each in exercises_of(slug)}


@chapter
def test_all_exercises_pass_their_checkers_with_their_solutions(stem):
    """As a learner would have them: in the notebook's cells, with what the notebook imports."""
    notebook = handouts.solved(stem)
    names = imported(notebook)
    solved = 0
    for cell in notebook["cells"]:
        if (stub := handouts.stub_of(cell, stem)) is None:
            continue
        exec(stub.before + "\n" + stub.stub, names)
        stub.exercise.check(names[stub.name])
        solved += 1
    assert solved == len(exercises_of(stem.partition("_")[2]))


@chapter
def test_a_handout_is_empty_and_whole(stem):
    notebook = handouts.student(stem)
    nbformat.validate(nbformat.from_dict(notebook))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all((cell["outputs"], cell["execution_count"]) == ([], None) for cell in cells)
    names = imported(notebook)
    for stub in stubs(stem):
        exec(stub.stub, names)
        with pytest.raises(NotTried):
            stub.exercise.check(names[stub.name])
    _, shipped = handouts.read(stem)
    assert code(notebook) == code(shipped)


@chapter
def test_without_solutions_the_cards_have_none(stem, monkeypatch, capsys):
    monkeypatch.setenv(exercises.SOLUTIONS, "")
    notebook = handouts.student(stem, solutions=False)
    nbformat.validate(nbformat.from_dict(notebook))
    place = [cell["source"] for cell in notebook["cells"]].index(handouts.WITHHOLD)
    assert "setup" in notebook["cells"][place - 1]["metadata"]["tags"]
    exec(handouts.WITHHOLD, {})
    for stub in stubs(stem):
        with monkeypatch.context() as patch:
            shown = []
            patch.setattr(exercises, "show", lambda card, words, shown=shown: shown.append(card))
            stub.exercise.show()
        assert "Solution" not in shown[0]
        with pytest.raises(ValueError, match="is withheld"):
            stub.exercise.solution_source()
        last = len(stub.exercise.hints)
        stub.exercise.hint(last - 1)
        with pytest.raises(ValueError, match=f"there is no hint {last}"):
            stub.exercise.hint(last)
        assert stub.exercise.use(None) is stub.exercise.reference  # the chapter goes on


def test_a_file_that_is_there_is_not_overwritten(tmp_path):
    file = tmp_path / "x.ipynb"
    handouts.write(handouts.student(ALL[0]), file)
    handouts.write(handouts.student(ALL[0]), file)  # the same again
    file.write_text("mine")
    with pytest.raises(FileExistsError, match="give another name with --out"):
        handouts.write(handouts.student(ALL[0]), file)
    assert file.read_text() == "mine"


def test_the_parts_of_a_cell():
    head = 'def l3(a, b):\n    """Two\n    lines."""'
    use = "l3 = exercises.l3.use(l3)\nprint(l3)"
    source = f"import math\n\n\n{head}\n    raise NotImplementedError\n\n\n{use}"
    cell = {"cell_type": "code", "source": source}
    stub = handouts.stub_of(cell, "01_gpt1")
    assert stub.before.strip() == "import math"
    assert (stub.header, stub.use) == (head, use)
    assert "raise" not in stub.solved
    assert stub.imports == {"F": "import torch.nn.functional as F"}


def shortest():
    costs = nb.built_costs()
    return min(ALL, key=lambda stem: costs[stem].seconds)


def test_the_solved_notebook_runs_and_passes(tmp_path):
    """The shortest chapter, from top to bottom in a kernel, where a wrong answer is an error."""
    stem = shortest()
    results = tmp_path / "results.csv"
    notebook = nbformat.from_dict(handouts.solved(stem))
    execute(notebook, stem, tmp_path, variables={STRICT: str(results)})
    rows = results.read_text().splitlines()[1:]
    assert len(rows) == len(exercises_of(stem.partition("_")[2]))
    assert all(",yes," in row for row in rows)
    said = json.dumps(notebook)
    assert "not tried yet" not in said
    assert said.count("right. The chapter goes on with your answer.") == len(rows)
