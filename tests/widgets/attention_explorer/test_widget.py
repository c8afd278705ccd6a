"""AttentionExplorer without a browser: the computation, the picture, and what goes out."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
import torch
from PIL import Image

from asking import ask
from gptedu.widgets import AttentionExplorer
from gptedu.widgets.attention_explorer.picture import attention_picture
from gptedu.widgets.attention_explorer.state import (
    MAX_TOKENS,
    AttentionView,
    check_text,
    compare_answers,
    next_token,
)
from tiny_models import TEXT, TinyLm


def test_the_answer_is_the_models_own(lm: TinyLm) -> None:
    off = [(1, 2), (0, 0)]
    before, after = next_token(lm, TEXT), next_token(lm, TEXT, off)
    rows = compare_answers(before, after, lm.tokenizer.pieces)
    assert len(rows) == 8
    assert [row.before for row in rows] == sorted((row.before for row in rows), reverse=True)
    shown = {row.piece for row in rows}
    likeliest = lm.tokenizer.pieces([int(before.argmax()), int(after.argmax())])
    assert shown.issuperset(likeliest)
    explorer = AttentionExplorer(lm, TEXT, heads_off=off)
    sent = {piece: (b, a) for piece, b, a in explorer.answer["rows"]}
    for row in rows:
        assert sent[row.piece] == (row.before, row.after)


def test_switching_off_changes_the_answer_and_later_heads_only(lm: TinyLm) -> None:
    explorer = AttentionExplorer(lm, TEXT)
    whole = np.frombuffer(explorer.weights, np.uint8).reshape(3, 4, 20 + 1, -1)
    assert all(before == after for _, before, after in explorer.answer["rows"])
    explorer.heads_off = [[1, 2]]
    without = np.frombuffer(explorer.weights, np.uint8).reshape(whole.shape)
    assert (without[:2] == whole[:2]).all()
    assert (without[2] != whole[2]).any()
    assert any(before != after for _, before, after in explorer.answer["rows"])
    explorer.heads_off = []
    assert (np.frombuffer(explorer.weights, np.uint8).reshape(whole.shape) == whole).all()


@pytest.mark.parametrize(
    ("text", "word"),
    [("", "empty"), ("a " * (MAX_TOKENS + 50), "shorten"), ("b " * 200, "context")],
)
def test_what_cannot_be_read_is_said_and_nothing_is_lost(lm: TinyLm, text: str, word: str) -> None:
    explorer = AttentionExplorer(lm, TEXT)
    shown, answer = explorer.weights, explorer.answer
    explorer.text = text
    assert word in explorer.error
    assert explorer.error.count("\n") == 0
    assert explorer.text == text
    assert explorer.weights == shown
    assert explorer.answer == answer
    assert explorer.picture().png
    explorer.text = "the cat"
    assert explorer.error == ""
    assert explorer.reading["text"] == "the cat"


def test_wrong_heads_are_named(lm: TinyLm) -> None:
    with pytest.raises(ValueError, match=r"\(0, 9\)"):
        AttentionExplorer(lm, TEXT, selected=(0, 9))
    explorer = AttentionExplorer(lm, TEXT)
    explorer.heads_off = [[7, 0]]
    assert "(7, 0)" in explorer.error
    for wrong in ([9, 9], [0], [0, -1]):
        with pytest.raises(ValueError, match="no head"):
            explorer.selected = wrong
    explorer.selected = [1, 0]
    assert explorer.result().selected == (1, 0)
    with pytest.raises(ValueError, match="empty"):
        check_text(lm, "")


def test_picture_is_a_small_png_whatever_the_text(lm: TinyLm) -> None:
    explorer = AttentionExplorer(lm, TEXT, selected=(1, 2), heads_off=[(0, 1)])
    found = explorer.picture()
    image = Image.open(io.BytesIO(found.png))
    assert image.format == "PNG"
    assert image.size == (2 * found.width, 2 * found.height)
    assert len(found.png) < 150_000
    one = AttentionView(("x",), np.full((1, 1, 1, 1), 255, np.uint8), [[""]], (0, 0), 0)
    assert attention_picture(one).png.startswith(b"\x89PNG")


def test_weights_that_change_behind_it_are_seen() -> None:
    lm = TinyLm()
    explorer = AttentionExplorer(lm, TEXT, heads_off=[(0, 1)])
    weights, answer = explorer.weights, explorer.answer
    with torch.no_grad():
        for parameter in lm.model.parameters():
            parameter.add_(0.3 * torch.randn(parameter.shape))
    explorer.outputs()  # displayed again
    assert explorer.weights != weights
    fresh = AttentionExplorer(lm, TEXT, heads_off=[(0, 1)])
    assert explorer.answer == fresh.answer != answer
    assert explorer.weights == fresh.weights
    lm.model.token_embedding.weight.data.mul_(-1)
    assert ask(explorer, "switch_off", heads=[[2, 2]])
    assert explorer.answer == AttentionExplorer(lm, TEXT, heads_off=[(2, 2)]).answer


@pytest.mark.parametrize(
    "heads",
    [
        torch.tensor([[2, 2], [0, 1]]),
        np.array([[2, 2], [0, 1]]),
        [(np.int64(2), torch.tensor(2)), [0, 1]],
        ((2, 2), (0, 1)),
    ],
)
def test_heads_of_any_library_are_switched_off(lm: TinyLm, heads: object) -> None:
    plain = AttentionExplorer(lm, TEXT, heads_off=[(2, 2), (0, 1)])
    explorer = AttentionExplorer(lm, TEXT, heads_off=heads, query=np.int64(3))  # type: ignore[arg-type]
    assert explorer.answer == plain.answer
    assert explorer.heads_off == [[2, 2], [0, 1]]
    explorer.selected = list(heads[0])  # type: ignore[index]
    json.dumps([explorer.selected, explorer.heads_off, explorer.reading, explorer.query])


@pytest.mark.parametrize("wrong", [[(2.5, 1)], [(1,)], [(1, 2, 0)], [(True, 1)], [("1", 1)]])
def test_what_is_no_head_is_said(lm: TinyLm, wrong: list) -> None:
    with pytest.raises(ValueError, match="no head"):
        AttentionExplorer(lm, TEXT, heads_off=wrong)
    explorer = AttentionExplorer(lm, TEXT)
    assert not ask(explorer, "switch_off", heads=wrong)
    assert "no head" in explorer.error
    assert explorer.heads_off == []


def test_a_view_asks_for_a_text_and_for_heads(lm: TinyLm) -> None:
    explorer = AttentionExplorer(lm, TEXT)
    assert ask(explorer, "read", text="the cat")
    assert explorer.reading["text"] == "the cat"
    assert not ask(explorer, "read", text="")
    assert (explorer.text, explorer.reading["text"]) == ("", "the cat")
    assert ask(explorer, "read", text="the cat sat")
    assert ask(explorer, "switch_off", heads=[[1, 1]])
    assert explorer.answer["heads_off"] == [[1, 1]]
    assert not ask(explorer, "switch_off", heads=[[9, 9]])
    assert "(9, 9)" in explorer.error
