"""Guides for instructors: in step with their chapters, and what is written by hand is kept."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from gptedu.chapters import IN_PREPARATION, exercises_of
from gptedu.course.contents import chapters, find
from gptedu.tools.classroom import guide
from gptedu.tools.notebook import BuildError

CHAPTERS = Path(__file__).resolve().parents[3] / "chapters"
GUIDES = [
    path
    for path in sorted((CHAPTERS / "guides").glob("*.md"))
    if path.stem.partition("_")[2] not in IN_PREPARATION
]
guides = pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)


@guides
def test_a_guide_is_in_step_with_its_chapter(path):
    text = path.read_text(encoding="utf-8")
    fresh = guide.brought_in_step(text, find(path.stem, CHAPTERS))
    assert fresh == text, f"run `gptedu guide {path.stem[:2]}`"


@guides
def test_a_guide_names_every_usual_mistake(path):
    text = path.read_text(encoding="utf-8")
    for exercise in exercises_of(path.stem.partition("_")[2]):
        assert f"`{exercise.id}`" in text
        for mistake in exercise.mistakes:
            assert f"| {mistake.name} |" in text


@guides
def test_what_is_written_by_hand_is_there(path):
    text = path.read_text(encoding="utf-8")
    heads = re.findall(r"^## (.+)$", text, re.MULTILINE)
    for head in ("Plan", "Core path", "What to project", "Questions to ask"):
        assert head in heads
    assert "To be written" not in text
    minutes = [int(each) for each in re.findall(r"^\| (\d+) min", text, re.MULTILINE)]
    assert len(minutes) >= 5
    assert 90 <= sum(minutes) <= 300


def test_a_guide_that_is_not_there_is_begun_and_what_is_written_is_kept(tmp_path):
    stem = chapters(CHAPTERS)[0].stem
    (tmp_path / f"{stem}.ipynb").write_bytes((CHAPTERS / f"{stem}.ipynb").read_bytes())
    path = guide.guide(stem, tmp_path, lambda line: None)
    text = path.read_text(encoding="utf-8").replace("To be written.", "Mine.")
    path.write_text(text, encoding="utf-8")
    guide.guide(stem, tmp_path, lambda line: None)
    assert path.read_text(encoding="utf-8") == text
    path.write_text("without markers")
    with pytest.raises(BuildError, match="put its markers back"):
        guide.guide(stem, tmp_path, lambda line: None)


def sections(stem: str) -> set[str]:
    """The headings of a chapter, without their numbers, their minutes and whether they may wait."""
    cells = json.loads((CHAPTERS / f"{stem}.ipynb").read_text(encoding="utf-8"))["cells"]
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    heads = re.findall(r"^#+ (.+)$", "\n".join(texts), re.MULTILINE)
    plain = (re.sub(r"^\d+ · | \([^)]*\d+ minutes\)$|\*", "", head) for head in heads)
    return {head.removeprefix("Optional: ").lower() for head in plain}


@guides
def test_every_section_that_a_guide_names_is_one_of_its_chapter(path):
    named = re.findall(r"‹([^›]+)›", path.read_text(encoding="utf-8"))
    named = {" ".join(name.split()).lower() for name in named} - {"so"}
    assert len(named) >= 5
    assert not named - sections(path.stem)
