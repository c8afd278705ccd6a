"""TaskFormats without a browser: the rows are those that fine-tuning uses."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from widgets.task_formats.samples import EXAMPLES

from gptedu.widgets import TaskFormats
from gptedu.widgets.task_formats.state import FORMS, fields_of
from tiny_models import TinyLm


def test_errors_are_said_and_nothing_is_lost(lm: TinyLm) -> None:
    widget = TaskFormats(lm, EXAMPLES, task="entailment")
    rows = widget.rows
    widget.fields = {**widget.fields, "entailment": {"premise": "Anna", "hypothesis": ""}}
    assert "Hypothesis" in widget.error
    assert "empty" in widget.error
    assert widget.rows == rows
    assert widget.picture().png
    widget.task = "story"
    assert widget.error == ""
    assert widget.rows["task"] == "story"
    widget.task = "essay"
    assert "essay" in widget.error
    assert widget.rows["task"] == "story"


def test_examples_of_the_world_fill_the_forms(lm: TinyLm) -> None:
    widget = TaskFormats(lm, EXAMPLES)
    assert widget.fields["story"]["choice 2"] == " he ate soup"
    assert widget.fields["review"]["text"] == "good soup"
    with pytest.raises(ValueError, match="poem"):
        TaskFormats(lm, {"poem": EXAMPLES["review"]})
    with pytest.raises(ValueError, match="int"):
        fields_of(3)  # type: ignore[arg-type]


@pytest.mark.parametrize("task", FORMS)
def test_pictures(task: str, lm: TinyLm) -> None:
    found = TaskFormats(lm, task=task).picture()
    assert Image.open(io.BytesIO(found.png)).size == (2 * found.width, 2 * found.height)
    assert len(found.png) < 100_000
