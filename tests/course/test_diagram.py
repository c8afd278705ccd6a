"""The diagram of a GPT: every part can be lit, and all of it can be read."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from gptedu.course import diagram
from gptedu.course.diagram import PARTS, TASK_PARTS, gpt_diagram
from gptedu.plots.colours import ACCENT, ACCENT_WASH, FAINT, INK, PAPER, WASH
from gptedu.widgets.base.png import DENSITY, Sheet, luminance


def pixels(shown: diagram.Diagram) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(shown.picture.png)).convert("RGB")).astype(int)


PLAIN = pixels(gpt_diagram())
NEW = [part for part in TASK_PARTS if part not in PARTS]


def lit_where(lit: np.ndarray, plain: np.ndarray, y: int) -> None:
    """Something has changed in the drawing; beside it, at the label at y and nowhere else."""
    change = np.abs(lit - plain).sum(axis=-1)
    border = (diagram.LABELS - 8) * DENSITY
    assert (change[:, :border] > 60).sum() > 300  # of the drawing
    much = change[:, border:] > 150  # more than another palette changes
    rows = np.flatnonzero(much.any(axis=1)) / DENSITY
    assert y - 12 <= rows.min()
    assert rows.max() <= y + 44


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_lit_in_the_drawing_and_beside_its_label(part):
    lit_where(pixels(gpt_diagram(part)), PLAIN, PARTS[part][0])


@pytest.mark.parametrize("part", TASK_PARTS)
def test_so_is_a_part_of_a_network_that_answers_a_task(part):
    other = next(each for each in NEW if each != part)
    lit_where(pixels(gpt_diagram(other, part)), pixels(gpt_diagram(other)), TASK_PARTS[part][0])


def test_a_part_that_is_new_for_a_task_draws_the_network_of_a_task():
    assert "answer layer: new" in repr(gpt_diagram("body", "answer layer"))
    with pytest.raises(ValueError, match="no part 'loss'"):
        gpt_diagram("answer layer", "loss")


def test_several_parts_are_lit_at_once():
    both = pixels(gpt_diagram("attention", "MLP"))
    for part in ("attention", "MLP"):
        assert (np.abs(both - pixels(gpt_diagram(part))).sum(axis=-1) > 60).any()


@pytest.mark.parametrize("lit", [(), ("answer layer",)])
def test_words_stay_within_the_sheet_and_apart(monkeypatch, lit):
    written = []
    text = Sheet.text

    def noted(self, x, y, words, **how):
        width = self.measure(words, size=how.get("size", 12), bold=how.get("bold", False),
                             mono=how.get("mono", False))  # fmt: skip
        left = {"l": x, "m": x - width / 2, "r": x - width}[how.get("anchor", "la")[0]]
        written.append((left, left + width, y, words))
        text(self, x, y, words, **how)

    monkeypatch.setattr(Sheet, "text", noted)
    gpt_diagram(*lit)
    assert all(left >= 0 and right <= diagram.WIDTH for left, right, _, _ in written)
    assert all(0 <= y <= diagram.HEIGHT - 8 for *_, y, _ in written)
    labels = sorted(y for left, _, y, _ in written if left >= diagram.LABELS)
    assert min(np.diff(labels)) >= 14


def test_all_words_are_dark_enough():
    def contrast(ink: tuple[int, int, int], paper: tuple[int, int, int]) -> float:
        light, dark = sorted((luminance(ink), luminance(paper)), reverse=True)
        return (light + 0.05) / (dark + 0.05)

    pairs = [(INK, PAPER), (FAINT, PAPER), (FAINT, ACCENT_WASH), (ACCENT, ACCENT_WASH),
             (PAPER, ACCENT), (ACCENT, PAPER), (FAINT, WASH)]  # fmt: skip
    assert all(contrast(*pair) >= 4.5 for pair in pairs)


def test_a_notebook_gets_a_picture_with_its_words():
    data, metadata = gpt_diagram("norm")._repr_mimebundle_()
    assert data["image/png"]
    assert data["text/plain"] == metadata["image/png"]["alt"]
    assert data["text/plain"] == "A GPT, with parts lit up. norm: brings the numbers to one size."
    assert all(f"{part}: " in repr(gpt_diagram()) for part in PARTS)
    assert metadata["image/png"]["width"] <= 720  # what a notebook beside its file list has


def test_an_unknown_part_is_told_which_there_are():
    with pytest.raises(ValueError, match="no part 'attentoin': choose of text, tokens"):
        gpt_diagram("attentoin")
