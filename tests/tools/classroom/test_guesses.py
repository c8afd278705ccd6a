"""A class's guesses from their files: whose guess counts, and what is made of bad ones."""

from __future__ import annotations

import json

import pytest

from gptedu.tools.classroom import guesses as classroom

RACE = {"question": "How many **points**?", "between": [0, 60], "unit": "points"}
WHICH = {"question": "Which?", "options": ["`a`", "b", "c"]}


def line(what, id="gpt1/race", **more):
    return {"at": "2026-03-01", "what": what, "id": id, **more}


def write(folder, **learners):
    for name, lines in learners.items():
        (folder / name).mkdir()
        text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
        (folder / name / "progress.jsonl").write_text(text)


@pytest.fixture
def group(tmp_path):
    write(
        tmp_path,
        ada=[line("guess", guess=50, **RACE), line("guess", guess=20, **RACE),
             line("result", result=5.7), line("guess", guess=5.7, **RACE),
             line("guess", "gpt1/which", guess="b", **WHICH)],
        bob=[line("guess", guess=60, **RACE), line("result", result=5.9), "{half"],
        cem=[line("guess", guess=25.5, **RACE), line("result", result=9.9),
             line("guess", "gpt1/which", guess="b", **WHICH),
             line("result", "gpt1/which", result="`a`")],
        dan=[line("try", "gpt1/l3", passed=True), line("guess", guess="many", **RACE)],
        eve=[line("guess", guess=1, **RACE | {"between": [0, 1]})],
    )  # fmt: skip
    return tmp_path


def test_the_last_guess_before_the_result_counts(group):
    race, which = classroom.of_class(group)
    assert race.guesses == (20, 60, 25.5)  # eve was asked by another version of the chapter
    assert race.result == 5.9  # the middle of three machines
    assert [count for _, count in race.bars()] == [0, 0, 0, 1, 1, 0, 0, 0, 0, 1]
    assert race.bars()[0] == ("0 to 6", 0)
    assert race.right() == 0
    assert which.bars() == [("a", 0), ("b", 2), ("c", 0)]
    assert (which.right(), which.came_out()) == (0, "a")


def test_it_is_said_with_the_result_marked(group, tmp_path):
    said = []
    out = tmp_path / "page.html"
    classroom.guesses(group, out, said.append)
    assert said[0].startswith("gpt1/race: How many points?")
    assert "→ 0 to 6" in said[0]
    assert "3 guesses. → The result: 5.90 points" in said[0]
    assert "b  ████" in said[1]
    page = out.read_text(encoding="utf-8")
    assert "Guesses: 18 to 24: 1" in page
    assert "cdn.plot.ly" not in page.split("<script")[0]
    with pytest.raises(FileExistsError, match="give another name"):
        classroom.guesses(group, out, said.append)


def test_a_result_that_nobody_reached_or_beyond_the_question_marks_no_bar(tmp_path):
    write(tmp_path, ada=[line("guess", guess=50, **RACE)])
    (race,) = classroom.of_class(tmp_path)
    assert (race.result, race.right()) == (None, None)
    assert "nobody came so far" in classroom.in_words(race)
    write(tmp_path, bob=[line("guess", guess=50, **RACE), line("result", result=-3.0)])
    (race,) = classroom.of_class(tmp_path)
    assert (race.right(), race.came_out()) == (None, "-3.00 points")


def test_without_guesses_it_says_what_to_give(tmp_path):
    with pytest.raises(ValueError, match=r"give a folder with learners' progress\.jsonl"):
        classroom.of_class(tmp_path)
