"""What the reader learns from: what of a row is learned, what is never shown, rows as numbers."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch

from gptedu import assets
from gptedu.text import Tokenizer
from gptedu.vision import lessons
from gptedu.vision.lessons import LESSONS, PRACTICE, Lessons, packed, text_row, unpacked
from gptedu.vision.stream import OPEN, Stream
from gptedu.vision.world import naming
from gptedu.vision.world.held_out import COLOURS, PLACES, names
from gptedu.vision.world.scenes import Chart

TOKENIZER = Tokenizer.load(assets.path("tokenizer.json"))
KINDS = sorted({kind for kind, _ in (*LESSONS, *PRACTICE)})


def rows_of(kind: str, count: int = 40, split: str = "train") -> list[Stream]:
    return Lessons(((kind, 1.0),)).rows(TOKENIZER, count, 0, split=split)


def said(row: Stream, learned: bool | None = None) -> str:
    """The words of a row: all, or those that are learned."""
    pairs = zip(row.ids, row.learned, strict=True)
    return TOKENIZER.decode([t for t, own in pairs if t > 0 and learned in (None, own)])


@pytest.mark.parametrize("kind", KINDS)
def test_of_every_kind_something_is_learned_and_never_a_picture(kind):
    rows = rows_of(kind)
    assert all(any(row.learned) for row in rows)
    assert all(
        not own for row in rows for t, own in zip(row.ids, row.learned, strict=True) if t < 0
    )
    assert len({said(row) for row in rows}) > 20
    most = max(len(row.ids) for row in rows)
    assert most <= lessons_longest(kind)


def lessons_longest(kind: str) -> int:
    """Rows lie side by side in short windows; none is as long as a page of text."""
    return 128 if kind in ("shots", "told", "lines") else 88


@pytest.mark.parametrize(
    ("kind", "prompt", "answer"),
    [
        ("question", " Question: ", None),
        ("sum", " Question: ", None),
        ("worked", "Let's think step by step.\nAnswer:", "The answer is"),
        ("steps", "Let's think step by step.\nAnswer:", "The answer is"),
        ("described", " is ", None),
    ],
)
def test_only_the_answer_is_learned(kind, prompt, answer):
    for row in rows_of(kind):
        assert prompt in said(row, learned=False)
        assert answer is None or answer in said(row, learned=True)
        assert "?" not in said(row, learned=True)
        assert row.ids[-1] == TOKENIZER.end
        assert row.learned[-1]


def test_an_odd_one_is_named_with_its_place():
    for row in rows_of("odd-named"):
        assert len(row.pictures) == 1
        assert any(place in said(row, learned=True) for place in PLACES)


def test_what_is_read_blind_has_no_picture():
    assert not any(row.pictures for kind in ("blind", "unseen") for row in rows_of(kind))
    assert all(len(row.pictures) == 1 for row in rows_of("worked"))


def test_bars_are_read_out_in_the_second_stage_alone():
    assert not any("the bars are" in said(row) for row in rows_of("worked") + rows_of("blind"))
    assert all("the bars are" in said(row, learned=True) for row in rows_of("read"))
    assert 5 < sum("the bars are" in said(row) for row in rows_of("unseen")) < 25


def test_a_name_is_learned_where_it_has_stood_before():
    """Of two names that stand twice each, the second time; and the one that is asked for."""
    lengths = set()
    for row in rows_of("shots"):
        assert row.ids.count(OPEN) == len(row.pictures)
        lengths.add(len(row.pictures))
        every = [line.removeprefix(" This is a") for line in said(row).split(".\n")]
        again = [name for i, name in enumerate(every) if name in every[:i]]
        assert len(again) == len(row.pictures) - 2
        assert said(row, learned=True) == "".join(again)
    assert lengths == {3, 5}


def test_in_lines_a_picture_may_be_described_before_it_is_named():
    for row in rows_of("told"):
        first, *_, last = said(row, learned=True).split(" ")[1:]
        assert first in COLOURS, "what is seen is learned from the first line on"
        every = [line.strip() for line in said(row).split("\n")]
        named = [line.split(": ")[1] for line in every]
        assert last == named[-1] in named[:-1]
        assert len({line for line in every if line.endswith(named[-1])}) == 1
    for row in rows_of("lines"):
        assert set(said(row).split()) == {":", *said(row).replace(":", "").split()}
        assert not set(said(row).split()) & set(COLOURS)
    described = rows_of("meant")
    assert all(len(row.pictures) == 1 for row in described)
    assert (
        8
        < sum(
            ": " in said(row, learned=True)
            or any(colour in said(row, learned=True) for colour in COLOURS)
            for row in described
        )
        < 32
    )


def test_nothing_that_is_held_out_is_drawn(monkeypatch):
    """Every thing of every picture is of training; no sum that is asked for is held out."""
    seen = []
    monkeypatch.setattr(lessons, "draw", lambda what, *how, **too: seen.append(what) or BLANK)
    for kind in KINDS:
        rows_of(kind, 30)
    things = [thing for what in seen if not isinstance(what, Chart) for thing in what.things]
    assert len(things) > 500
    assert {thing.split for thing in things} == {"train"}


BLANK = np.zeros((24, 24, 3), dtype=np.uint8)


def test_names_made_up_are_no_others():
    rng = random.Random(0)
    pairs = [naming.invented(rng) for _ in range(500)]
    known = {*names("train"), *names("validation"), *names("test")}
    assert not known & {name for pair in pairs for name in pair}
    assert len({name for pair in pairs for name in pair}) > 400
    assert all(one[0] != other[0] for one, other in pairs)
    episode = naming.episode(rng, fresh=True)
    assert not known & set(episode.choices)


def test_rows_go_through_numbers_and_come_back():
    rows = [*Lessons().rows(TOKENIZER, 20, 1, 2), text_row(range(1, 200))]
    made = packed(rows)
    assert made.dtype == torch.int64
    for row, again in zip(rows, unpacked(made), strict=True):
        assert (again.ids, again.learned) == (row.ids, row.learned)
        assert len(again.pictures) == len(row.pictures)
        assert all(np.array_equal(a, b) for a, b in zip(again.pictures, row.pictures, strict=True))
    some = unpacked(made[3:5])  # as a part of a batch
    assert [row.ids for row in some] == [row.ids for row in rows[3:5]]


def test_rows_follow_from_their_seed():
    mixed = Lessons()
    one, same, other = (mixed.rows(TOKENIZER, 8, 0, step) for step in (5, 5, 6))
    assert [row.ids for row in one] == [row.ids for row in same]
    assert [row.ids for row in one] != [row.ids for row in other]
    assert all(np.array_equal(a, b) for x, y in zip(one, same, strict=True)
               for a, b in zip(x.pictures, y.pictures, strict=True))  # fmt: skip


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Lessons((("tale", 1.0),)), "kind is 'tale'"),
        (lambda: Lessons((("odd", 0.0),)), "share is 0"),
        (lambda: Lessons(text=-1), "text is -1"),
        (lambda: Lessons().rows(TOKENIZER, 1, split="exam"), "exam"),
    ],
)
def test_lessons_that_mean_nothing_are_refused(make, words):
    with pytest.raises(ValueError, match=words):
        make()
