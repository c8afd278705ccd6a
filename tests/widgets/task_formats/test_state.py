"""Rows are those that fine-tuning uses."""

from __future__ import annotations

import pytest
from widgets.task_formats.samples import EXAMPLES

from gptedu.finetuning.formats import Formats
from gptedu.widgets.task_formats.state import FORMS, fields_of, lay_out
from gptedu.world import LABELS
from tiny_models import TinyLm


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


def test_both_orders_of_a_similarity(lm: TinyLm, formats: Formats) -> None:
    one, two = lay_out(
        "similarity", fields_of(EXAMPLES["similarity"]), formats, lm.tokenizer.pieces
    ).rows
    assert one.roles[1] == "first"
    assert two.roles[1] == "second"
    assert sorted(one.pieces) == sorted(two.pieces)
