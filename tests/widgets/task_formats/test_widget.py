"""TaskFormats without a browser: the rows are those that fine-tuning uses."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from gptedu.finetuning.formats import Formats
from gptedu.widgets import TaskFormats
from gptedu.widgets.task_formats.state import FORMS, fields_of, lay_out
from gptedu.world import LABELS, Classification, Entailment, MultipleChoice, Similarity
from tiny_models import TinyLm

EXAMPLES = {
    "review": Classification("good soup", 1),
    "entailment": Entailment("Anna has a hat", "Anna has it", 0),
    "similarity": Similarity("the dog barks", "a dog is loud", 1),
    "story": MultipleChoice("Peter fell", (" he cried", " he ate soup"), 0),
}


@pytest.fixture(scope="module")
def lm() -> TinyLm:
    return TinyLm()


@pytest.fixture(scope="module")
def formats(lm: TinyLm) -> Formats:
    return Formats(lm.tokenizer.encode, lm.tokenizer.vocab_size, 64)


@pytest.mark.parametrize("task", FORMS)
def test_rows_are_fine_tunings_rows(task: str, lm: TinyLm, formats: Formats) -> None:
    view = lay_out(task, fields_of(EXAMPLES[task]), formats, lm.tokenizer.pieces)
    rows = formats.rows(EXAMPLES[task])
    assert len(view.rows) == len(rows)
    assert view.labels == LABELS[task]
    names = {formats.start: "[Start]", formats.delim: "[Delim]", formats.extract: "[Extract]"}
    for shown, row in zip(view.rows, rows, strict=True):
        assert shown.roles == row.roles
        expected = [names.get(i) or lm.tokenizer.pieces([i])[0] for i in row.ids]
        assert list(shown.pieces) == expected
        assert shown.pieces[0] == "[Start]"
        assert shown.pieces[row.extract] == "[Extract]"


def test_text_that_looks_like_a_special_stays_text(lm: TinyLm, formats: Formats) -> None:
    view = lay_out("review", {"text": "[Extract] </script><b>x"}, formats, lm.tokenizer.pieces)
    (row,) = view.rows
    assert [role for role in row.roles if role == "extract"] == ["extract"]
    assert row.roles[-1] == "extract"
    assert "".join(row.pieces[1:-1]) == "[Extract] </script><b>x"


def test_what_does_not_fit_is_counted(lm: TinyLm) -> None:
    short = Formats(lm.tokenizer.encode, lm.tokenizer.vocab_size, 10)
    (row,) = lay_out("review", {"text": "a " * 20}, short, lm.tokenizer.pieces).rows
    assert len(row.pieces) == 10
    assert row.cut == len(lm.tokenizer.encode("a " * 20)) - 8
    assert row.pieces[-1] == "[Extract]"


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


def test_both_orders_of_a_similarity(lm: TinyLm, formats: Formats) -> None:
    one, two = lay_out(
        "similarity", fields_of(EXAMPLES["similarity"]), formats, lm.tokenizer.pieces
    ).rows
    assert one.roles[1] == "first"
    assert two.roles[1] == "second"
    assert sorted(one.pieces) == sorted(two.pieces)


@pytest.mark.parametrize("task", FORMS)
def test_pictures(task: str, lm: TinyLm) -> None:
    found = TaskFormats(lm, task=task).picture()
    assert Image.open(io.BytesIO(found.png)).size == (2 * found.width, 2 * found.height)
    assert len(found.png) < 100_000
