"""What is counted as a try, and what strict mode refuses and writes."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from gptedu.course import kept, tries
from gptedu.course.exercises import Exercise, Hint, Mistake, NotTried, probe


def add(a, b):
    return a + b


EXERCISE = Exercise(
    id="gpt1/add", title="Add", difficulty=1, minutes=1, task="Add.", hints=("a", "b"),
    reference=add, probes=(probe(1, 2), probe(3, 5)),
    mistakes=(Mistake("times", lambda a, b: a * b, "You multiplied."),),
)  # fmt: skip


def source(text: str):
    """A function as a notebook's cell makes it: at each run a new one, in another place."""
    names: dict = {}
    exec(compile(text, "<cell>", "exec"), names)
    return names["add"]


WRONG, OTHER, RIGHT = (
    f"def add(a, b):\n    return {text}" for text in ("a * b", "a - b", "{1: a + b}[1]")
)


def test_the_same_answer_again_is_no_new_try(capsys):
    def stub(a, b):
        raise NotImplementedError

    for text in (WRONG, WRONG, OTHER, "\n\n" + OTHER, RIGHT, RIGHT):
        EXERCISE.use(source(text))
        EXERCISE.use(stub)
    kept_tries = kept.events("try", "gpt1/add")
    assert [event["passed"] for event in kept_tries] == [False, False, True]
    assert [event.get("mistake") for event in kept_tries] == ["times", None, None]
    assert tries.count("gpt1/add") == 3
    EXERCISE.use(source(WRONG))
    assert tries.count("gpt1/add") == 3  # it was solved at the third


def test_other_constants_names_and_inner_functions_are_other_answers():
    texts = ["lambda x: x + 1", "lambda x: x + 2", "lambda x: f(x)", "lambda x: g(x)",
             "lambda x: [y for y in x]", "lambda x: [y + 1 for y in x]"]  # fmt: skip
    marks = {tries._fingerprint(eval(text)) for text in texts}
    assert len(marks) == len(texts)
    sets = ["lambda x: x in {'a', 'b', 'c'}", "lambda x: x in {'c', 'b', 'a'}"]
    assert len({tries._fingerprint(eval(text)) for text in sets}) == 1


def test_an_untouched_exercise_is_no_try():
    EXERCISE.use(None)
    assert kept.events() == []


def test_strict_mode_refuses_what_is_not_right_and_writes_it_down(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    results = tmp_path / "results.csv"
    monkeypatch.setenv(tries.STRICT, str(results))
    monkeypatch.setenv("JPY_SESSION_NAME", "01_gpt1.ipynb")
    with pytest.raises(NotTried):
        EXERCISE.use(None)
    with pytest.raises(Hint, match="You multiplied"):
        EXERCISE.use(source(WRONG))
    assert EXERCISE.use(right := source(RIGHT)) is right
    with open(results, newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["passed"], row["tries"], row["mistake"]) for row in rows] == [
        ("no", "0", "not tried"),
        ("no", "1", "times"),
        ("yes", "2", ""),
    ]
    assert {(row["exercise"], row["file"]) for row in rows} == {("gpt1/add", "01_gpt1.ipynb")}


def test_strict_mode_without_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(tries.STRICT, "1")
    with pytest.raises(NotTried):
        EXERCISE.use(None)
    assert not list(tmp_path.iterdir())
    monkeypatch.setenv(tries.STRICT, "0")
    assert EXERCISE.use(None) is add
