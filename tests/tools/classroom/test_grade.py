"""A class's notebooks, graded: on a chapter made for the test, which takes a second to run."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from gptedu.course import contents, kept
from gptedu.tools.classroom import grade as grading

ROOT = Path(__file__).resolve().parents[3]
CHAPTER = "gpt1"
RIGHT = (
    "def entailment_row(p, h, start, delim, extract):\n    return [start, *p, delim, *h, extract]"
)
WRONG = "def entailment_row(p, h, start, delim, extract):\n    return [start, *p, *h, extract]"
STUB = "def entailment_row(p, h, start, delim, extract):\n    raise NotImplementedError"
USE = "\n\nentailment_row = exercises.entailment_row.use(entailment_row)"
ROW = "gpt1/entailment-row"


def write(folder: Path, answer: str, *, upto: int = 3) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    sources = ["from gptedu.chapters.gpt1 import exercises", answer + USE,
               "review_row = exercises.review_row.use(None)"]  # fmt: skip
    cells = [
        {"cell_type": "code", "id": str(i), "metadata": {}, "outputs": [], "source": source,
         "execution_count": None}
        for i, source in enumerate(sources[:upto])
    ]  # fmt: skip
    made = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "01_gpt1.ipynb").write_text(json.dumps(made))


@pytest.fixture
def graded(monkeypatch, tmp_path):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))

    def run(*paths):
        out = tmp_path / "results.csv"
        said = []
        grading.grade(paths, out, said.append)
        with open(out, newline="") as file:
            rows = list(csv.DictReader(file))
        return {(row["learner"], row["exercise"]): row for row in rows}, said

    return run


def test_right_wrong_and_untouched_answers_are_told_apart(graded, tmp_path):
    group = tmp_path / "class"
    write(group / "ada", RIGHT)
    write(group / "bob", WRONG)
    write(group / "cem", STUB, upto=2)
    event = {"at": "2026-03-01", "what": "try", "id": ROW}
    lines = [event | {"passed": False}, event | {"passed": False}, event | {"passed": True}]
    (group / "ada" / kept.FILE).write_text("\n".join(map(json.dumps, lines)))
    rows, said = graded(group)
    assert len(rows) == 3 * len(contents.find(CHAPTER).exercises)
    told = {
        who: (r["passed"], r["tries"], r["mistake"]) for (who, e), r in rows.items() if e == ROW
    }
    assert told == {
        "ada": ("yes", "3", ""),
        "bob": ("no", "1", "no delim"),
        "cem": ("no", "0", "not tried"),
    }
    assert rows["ada", "gpt1/review-row"]["mistake"] == "not tried"
    assert rows["cem", "gpt1/review-row"]["mistake"] == "not reached"
    assert "1 of 5 exercises solved" in said[0]
    # Nothing of the class was changed: grading is no try.
    assert sorted(path.name for path in group.rglob("*") if path.is_file()) == [
        "01_gpt1.ipynb", "01_gpt1.ipynb", "01_gpt1.ipynb", kept.FILE,
    ]  # fmt: skip
    assert len((group / "ada" / kept.FILE).read_text().splitlines()) == 3


def test_a_notebook_that_is_none_is_said_and_the_others_are_graded(graded, tmp_path):
    group = tmp_path / "class"
    write(group / "ada", RIGHT)
    (group / "bob").mkdir()
    (group / "bob" / "01_gpt1.ipynb").write_text("{half")
    rows, said = graded(group)
    assert rows["ada", ROW]["passed"] == "yes"
    assert rows["bob", ROW]["mistake"] == "not reached"
    assert "bob" in said[1]
    assert len(said[1]) > len("bob/01_gpt1.ipynb: 0 of 5 exercises solved; ")


def test_what_cannot_be_graded_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no notebook of a chapter"):
        grading.grade([tmp_path], tmp_path / "x.csv")
    (tmp_path / "x.csv").write_text("mine")
    with pytest.raises(FileExistsError, match="give another name"):
        grading.grade([tmp_path], tmp_path / "x.csv")
