"""The table of what has been done: what it counts, and what it says where nothing is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gptedu.chapters import exercises_of
from gptedu.course import kept, progress
from gptedu.course.contents import chapters
from gptedu.course.progress import standing

ALL = chapters()


@pytest.mark.parametrize("contents", ALL, ids=lambda each: each.stem)
def test_contents_are_those_of_the_chapter(contents):
    made = exercises_of(contents.slug)
    assert contents.exercises == {each.id: each.title for each in made}
    assert all(id.startswith(f"{contents.slug}/") for id in contents.guesses)
    assert contents.guesses
    assert all("?" in question for question in contents.guesses.values())
    assert contents.title.startswith(contents.stem[:2])


def test_where_nothing_is_kept_it_says_the_same_whatever_the_chapters_ask(capsys):
    progress()
    said = capsys.readouterr().out
    assert said.startswith("Nothing is kept yet.")
    assert not any(each.title in said for each in ALL)


def keep_some() -> None:
    kept.keep("guess", "gpt1/race", guess=3)
    kept.keep("guess", "gpt1/race", guess=4)
    kept.keep("guess", "gpt1/of-an-older-version", guess=4)
    for passed in (False, True, True):
        kept.keep("try", "gpt1/l3", passed=passed, **({} if passed else {"mistake": "no lambda"}))
    kept.keep("try", "gpt1/extracted", passed=False)
    for right in (False, True):
        kept.keep("quiz", "gpt1", question="a", right=right, of=4)
    kept.keep("quiz", "gpt1", question="b", right=True, of=4)


def test_it_counts_guesses_exercises_and_first_answers(capsys):
    keep_some()
    first, *others = standing(kept.events())
    (one,) = (each for each in (first, *others) if each.contents.slug == "gpt1")
    exercise = one.exercises["gpt1/l3"]
    assert (len(one.guesses), one.solved) == (1, 1)
    assert (one.right, one.answered, one.questions) == (1, 2, 4)
    assert (exercise.tries, bool(exercise.on), exercise.mistake) == (2, True, "no lambda")
    assert one.exercises["gpt1/extracted"].on == ""
    progress()
    assert f"1 of {len(one.contents.exercises)}" in capsys.readouterr().out


@pytest.mark.parametrize("name", [1, "1", "01", "gpt1", "01_gpt1"])
def test_one_chapter_has_a_line_an_exercise(name, capsys):
    keep_some()
    progress(name)
    said = capsys.readouterr().out
    assert "no lambda" in said
    assert all(
        title in said for title in next(c for c in ALL if c.slug == "gpt1").exercises.values()
    )


def test_an_unknown_chapter_is_refused():
    with pytest.raises(ValueError, match="no chapter 99: choose one of"):
        progress(99)


def test_what_cannot_be_written_is_not_said_to_be_kept(monkeypatch, tmp_path: Path, capsys):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(kept.STATE, str(tmp_path / "file"))
    keep_some()
    progress()
    said = capsys.readouterr().out
    assert "could not be written: what is new is kept until this kernel stops" in said
    assert "Kept in" not in said


def test_it_says_where_it_is_kept_and_what_cannot_be_read(monkeypatch, tmp_path: Path, capsys):
    monkeypatch.setenv(kept.STATE, str(tmp_path))
    keep_some()
    file = tmp_path / kept.FILE
    file.write_text(file.read_text() + "{half\n" + json.dumps({"what": 3}) + "\n")
    progress()
    said = capsys.readouterr().out
    assert f"Kept in {file}. Nothing of it leaves this machine." in said
    assert "Lines 11, 12 of it cannot be read and are left out" in said
