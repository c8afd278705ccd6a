"""The learner's file: written by several at once, damaged, read-only, and in the right folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gptedu.course import kept


@pytest.fixture
def file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv(kept.STATE, str(tmp_path / "mine"))
    return tmp_path / "mine" / kept.FILE


def test_what_is_kept_is_read_again(file):
    assert kept.events() == []
    assert kept.keep("guess", "gpt1/race", guess=35) == ""
    kept.keep("try", "gpt1/l3", passed=True)
    kept.keep("guess", "gpt1/aux", guess="größer 🙂")
    assert [event["guess"] for event in kept.events("guess")] == [35, "größer 🙂"]
    (solved,) = kept.events("try", "gpt1/l3")
    assert solved["passed"] is True
    assert len(file.read_text().splitlines()) == 3


def test_two_notebooks_that_write_at_once_lose_nothing(file):
    code = (
        "from gptedu.course import kept\nfor n in range(200): kept.keep('guess', 'x/{0}', guess=n)"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", code.format(name)], env=dict(os.environ))
        for name in range(4)
    ]
    assert [writer.wait() for writer in writers] == [0] * 4
    assert kept.read(file).damaged == []
    for name in range(4):
        guesses = [event["guess"] for event in kept.events("guess", f"x/{name}")]
        assert guesses == list(range(200))


def test_a_damaged_line_costs_no_other(file):
    kept.keep("guess", "a/b", guess=1)
    with open(file, "ab") as writer:
        writer.write(b'[1]\n\xff\n{"at": "", "what": "guess"}\n\n{"at": "2026", "wha')  # a crash
    kept.keep("guess", "a/b", guess=2)
    read = kept.read(file)
    assert [event["guess"] for event in read.events] == [1, 2]
    assert read.damaged == [2, 3, 4, 6]
    assert file.read_bytes().startswith(b'{"at"')  # nothing was rewritten


@pytest.mark.skipif(sys.platform == "win32", reason="no /dev/full")
def test_a_full_disk_is_said(monkeypatch, tmp_path):
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    monkeypatch.setattr(kept, "FILE", "full")
    (tmp_path / "full").symlink_to("/dev/full")
    monkeypatch.setenv(kept.STATE, str(tmp_path))
    assert "No space left" in kept.keep("guess", "a/b", guess=1)
    assert kept._memory[0]["guess"] == 1


def test_where_nothing_can_be_written_it_is_said_once_and_memory_keeps_it(
    monkeypatch, tmp_path, capsys
):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(kept.STATE, str(tmp_path / "file"))
    for n in range(3):
        kept.keep_and_tell("guess", "a/b", guess=n)
    said = capsys.readouterr().out
    assert said.count("cannot be written") == said.count("\n") == 1
    assert [event["guess"] for event in kept.events("guess", "a/b")] == [0, 1, 2]


def test_an_empty_variable_means_memory(monkeypatch, capsys):
    monkeypatch.setenv(kept.STATE, "")
    assert kept.path() is None
    kept.keep_and_tell("guess", "a/b", guess=1)
    assert kept.events("guess")[0]["guess"] == 1
    assert capsys.readouterr().out == ""


class TestFolder:
    @pytest.fixture(autouse=True)
    def _home(self, monkeypatch, tmp_path):
        for name in (kept.STATE, "XDG_STATE_HOME"):
            monkeypatch.delenv(name, raising=False)
        for name in ("HOME", "USERPROFILE"):
            monkeypatch.setenv(name, str(tmp_path))
        monkeypatch.chdir(tmp_path)

    def test_without_a_learners_folder_it_is_below_home(self, tmp_path, monkeypatch):
        assert kept.folder() == tmp_path / ".local" / "state" / "gptedu"
        monkeypatch.setenv("XDG_STATE_HOME", "~/x")
        assert kept.folder() == tmp_path / "x" / "gptedu"
        kept.keep("guess", "a/b", guess=1)
        assert not (tmp_path / "~").exists()

    def test_the_learners_folder_is_found_from_within_and_from_elsewhere(
        self, tmp_path, monkeypatch
    ):
        for name in (kept.HOME, "other"):
            (tmp_path / name / "deep").mkdir(parents=True)
            (tmp_path / name / kept.MANIFEST).write_text("{}")
        assert kept.folder() == tmp_path / kept.HOME
        monkeypatch.chdir(tmp_path / "other" / "deep")
        assert kept.folder() == tmp_path / "other"
        monkeypatch.setenv(kept.STATE, "~/named")
        assert kept.folder() == tmp_path / "named"

    def test_where_nobodys_home_is_known_memory_has_to_do(self, monkeypatch):
        def unknown(path):
            raise RuntimeError("Could not determine home directory.")

        monkeypatch.setattr(Path, "expanduser", unknown)
        monkeypatch.setattr(Path, "home", lambda: unknown(None))
        assert kept.path() is None


def test_a_line_is_read_by_a_person(file):
    kept.keep("guess", "gpt1/race", guess=35, question="How many?")
    line = json.loads(file.read_text())
    assert list(line)[:3] == ["at", "what", "id"]
