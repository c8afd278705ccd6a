"""The learner's folder: chapters without outputs, and nothing of the learner's overwritten."""

from __future__ import annotations

import errno
import json
from datetime import date
from pathlib import Path

import pytest

from gptedu import assets
from gptedu.course.cards import prediction_card, reveal_card
from gptedu.tools import learn


def notebook(source: str) -> dict:
    output = {"output_type": "stream", "name": "stdout", "text": "the result"}
    cell = {"cell_type": "code", "source": source, "outputs": [output], "execution_count": 3,
            "metadata": {}, "id": "a"}  # fmt: skip
    text = {"cell_type": "markdown", "source": "# Title", "metadata": {}, "id": "b"}
    return {"cells": [text, cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    folder = tmp_path / "shipped"
    folder.mkdir()
    for stem in ("01_one", "02_two"):
        ship(folder, stem, f"print('{stem}')")
    return folder


def ship(folder: Path, stem: str, source: str) -> None:
    (folder / f"{stem}.ipynb").write_text(json.dumps(notebook(source)))


def change(path: Path) -> str:
    text = path.read_text().replace("print", "my_own_print")
    path.write_text(text)
    return text


def test_chapters_come_without_outputs(shipped, tmp_path):
    mine = tmp_path / "mine"
    assert learn.prepare(mine, shipped) == ["01_one.ipynb", "02_two.ipynb"]
    text = (mine / "01_one.ipynb").read_text()
    assert "the result" not in text
    (title, code) = json.loads(text)["cells"]
    assert title["source"] == "# Title"
    assert (code["outputs"], code["execution_count"]) == ([], None)
    assert learn.prepare(mine, shipped) == []


def test_what_asks_something_is_there_before_it_is_run(shipped, tmp_path):
    card = prediction_card("How many points?", "m", span=(0, 60))
    asked, told = notebook("predict(…)"), notebook("reveal(…)")
    for text, html in ((asked, card), (told, reveal_card("How many points?", None, "21", ""))):
        text["cells"][1]["outputs"] = [
            {"output_type": "display_data", "metadata": {}, "data": {"text/html": [html]}},
            {"output_type": "stream", "name": "stdout", "text": "the result"},
        ]
    (shipped / "03_three.ipynb").write_text(json.dumps(asked))
    (shipped / "04_four.ipynb").write_text(json.dumps(told))
    learn.prepare(tmp_path / "mine", shipped)
    first, second = (
        json.loads((tmp_path / "mine" / name).read_text())["cells"][1]
        for name in ("03_three.ipynb", "04_four.ipynb")
    )
    (output,) = first["outputs"]
    assert "How many points?" in output["data"]["text/html"][0]
    assert (first["execution_count"], second["outputs"]) == (None, [])


def test_kernels_say_from_the_start_what_to_do_after_a_restart(monkeypatch):
    monkeypatch.delenv("PYTHONSTARTUP", raising=False)
    startup = Path(learn._environment()["PYTHONSTARTUP"])
    assert "explain()" in startup.read_text()
    monkeypatch.setenv("PYTHONSTARTUP", "mine.py")
    assert learn._environment()["PYTHONSTARTUP"] == "mine.py"


def test_what_was_changed_stays_and_the_new_version_comes_beside(shipped, tmp_path):
    mine, today = tmp_path / "mine", date(2026, 3, 1)
    learn.prepare(mine, shipped)
    own = change(mine / "01_one.ipynb")
    assert learn.prepare(mine, shipped) == []
    for stem in ("01_one", "02_two"):
        ship(shipped, stem, "print('better')")
    first, second = learn.prepare(mine, shipped, today)
    assert first == (
        "01_one-2026-03-01.ipynb: the new version; yours, 01_one.ipynb, stays as it is"
    )
    assert second.startswith("02_two.ipynb: the new version, in place of the old one")
    assert (mine / "01_one.ipynb").read_text() == own
    assert "better" in (mine / "01_one-2026-03-01.ipynb").read_text()
    assert learn.prepare(mine, shipped) == []
    # the one beside is changed, too, and a third version comes
    also_own = change(mine / "01_one-2026-03-01.ipynb")
    ship(shipped, "01_one", "print('best')")
    (line,) = learn.prepare(mine, shipped, today)  # on the same day
    assert line.startswith("01_one-2026-03-01-2.ipynb: the new version; yours, 01_one-2026-03-01.")
    assert (mine / "01_one.ipynb").read_text() == own
    assert (mine / "01_one-2026-03-01.ipynb").read_text() == also_own


def test_a_file_that_was_there_before_is_not_ours(shipped, tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "01_one.ipynb").write_text("a file of mine")
    (line, _) = learn.prepare(mine, shipped, date(2026, 3, 1))
    assert line.startswith("01_one-2026-03-01.ipynb: the new version; yours, 01_one.ipynb, stays")
    assert (mine / "01_one.ipynb").read_text() == "a file of mine"


def test_a_damaged_manifest_overwrites_nothing(shipped, tmp_path):
    mine = tmp_path / "mine"
    learn.prepare(mine, shipped)
    own = change(mine / "01_one.ipynb")
    (mine / learn.MANIFEST).write_text("[half")
    learn.prepare(mine, shipped)
    assert (mine / "01_one.ipynb").read_text() == own


def test_a_chapter_that_was_deleted_comes_again(shipped, tmp_path):
    mine = tmp_path / "mine"
    learn.prepare(mine, shipped)
    (mine / "02_two.ipynb").unlink()
    assert learn.prepare(mine, shipped) == ["02_two.ipynb"]


def test_it_opens_what_the_learner_worked_on(shipped, tmp_path, monkeypatch):
    started = []
    monkeypatch.setattr(
        learn.subprocess, "call", lambda command, cwd, env: started.append((command[-1], cwd)) or 0
    )
    monkeypatch.setattr(assets, "chapters", lambda: shipped)
    mine, said = tmp_path / "mine", []
    assert learn.learn(mine, say=said.append) == 0
    assert said[-2].endswith(str(mine))
    assert "nothing leaves this machine" in said[-1]
    change(mine / "02_two.ipynb")
    learn.learn(mine, ["--no-browser"], say=said.append)
    assert started == [("01_one.ipynb", mine), ("02_two.ipynb", mine)]
    learn.learn(mine, open_lab=False, say=said.append)
    assert len(started) == 2


def test_the_chapters_that_ship_are_there():
    assert list(assets.chapters().glob("01_*.ipynb"))


def test_its_home_is_not_where_a_clone_lies(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert learn.default_folder() == tmp_path / "gptedu-course"


def test_the_chapters_that_ship_are_not_made_blank():
    with pytest.raises(OSError, match="give a folder of your own"):
        learn.prepare(assets.chapters())


def test_a_folder_that_cannot_be_written_is_one_sentence(monkeypatch, tmp_path):
    def refuse(self, **_):
        raise OSError(errno.EROFS, "Read-only file system", str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(OSError, match=r"mine cannot be written \(.+\): give another folder"):
        learn.learn(tmp_path / "mine", open_lab=False)


def test_without_chapters_it_says_so(tmp_path):
    with pytest.raises(FileNotFoundError, match="no chapters in"):
        learn.prepare(tmp_path / "mine", tmp_path)
