"""AttentionExplorer without a browser: the computation, the picture, and what goes out."""

from __future__ import annotations

import io
import json
import types

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
    pattern_scores,
    read_heads,
)
from gptedu.widgets.base.png import Sheet, scale_table
from tiny_models import TEXT, TinyLm


@pytest.fixture(scope="module")
def lm() -> TinyLm:
    return TinyLm()


def one_hot(time: int, looks_at: dict[int, int], otherwise: int | None = None) -> np.ndarray:
    """A head whose query i looks at looks_at[i] alone, elsewhere at itself or at `otherwise`."""
    head = np.zeros((time, time))
    for query in range(time):
        head[query, looks_at.get(query, query if otherwise is None else min(otherwise, query))] = 1
    return head


def test_patterns_are_told_apart() -> None:
    tokens = ["a", "b", "c", "d", "a", "b", "c", "d"]
    previous = one_hot(8, {i: i - 1 for i in range(1, 8)})
    first = one_hot(8, {}, otherwise=0)
    # The second "a" (4) looks at the first "b" (1), what came after "a" last time; and so on.
    induction = one_hot(8, {i: i - 3 for i in range(4, 8)})
    itself = one_hot(8, {})
    scores = pattern_scores(np.stack([previous, first, induction, itself])[None], tokens)
    assert scores["previous"][0] == pytest.approx([1, 0, 0, 0])
    assert scores["first"][0] == pytest.approx([0, 1, 0, 0])
    assert scores["induction"][0] == pytest.approx([0, 0, 1, 0])


def test_a_uniform_head_has_the_share_of_chance() -> None:
    time = 6
    uniform = np.tril(np.ones((time, time))) / np.arange(1, time + 1)[:, None]
    scores = pattern_scores(uniform[None, None], list("abcdef"))
    expected = np.mean([1 / (q + 1) for q in range(2, time)])
    assert scores["previous"].item() == pytest.approx(expected)
    assert scores["first"].item() == pytest.approx(expected)


def test_induction_needs_a_token_that_comes_twice() -> None:
    head = one_hot(5, {})[None, None]
    assert np.isnan(pattern_scores(head, list("abcde"))["induction"]).all()
    assert not np.isnan(pattern_scores(head, list("abcae"))["induction"]).any()
    # A token right after its twin: the token after the twin is itself, which says nothing.
    assert np.isnan(pattern_scores(head, list("abccd"))["induction"]).all()
    assert np.isnan(pattern_scores(head[:, :, :2, :2], list("aa"))["previous"]).all()


def test_several_occurrences_add_up() -> None:
    tokens = list("axaya")
    head = np.zeros((5, 5))
    head[:, 0] = 1
    head[4] = [0, 0.25, 0, 0.5, 0.25]
    scores = pattern_scores(head[None, None], tokens)
    # Queries 2 and 4 repeat "a"; query 2 gives 0 to what followed, query 4 gives 0.25 + 0.5.
    assert scores["induction"].item() == pytest.approx((0 + 0.75) / 2)


def test_bytes_are_the_models_attention(lm: TinyLm) -> None:
    reading = read_heads(lm, TEXT)
    exact = lm.attention(TEXT).weights.numpy()
    assert reading.weights.dtype == np.uint8
    assert np.abs(reading.weights / 255 - exact).max() <= 0.5 / 255 + 1e-6
    assert len(reading.weights.tobytes()) <= 1.05 * exact.size


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


def test_a_model_without_weights_is_named() -> None:
    class Silent:
        tokenizer = TinyLm().tokenizer

        def attention(self, text: str, heads_off: object = ()) -> object:
            return types.SimpleNamespace(pieces=["a", "b"], weights=torch.zeros(0))

    with pytest.raises(ValueError, match="eager"):
        read_heads(Silent(), "a b")  # type: ignore[arg-type]


def test_picture_is_a_small_png_whatever_the_text(lm: TinyLm) -> None:
    explorer = AttentionExplorer(lm, TEXT, selected=(1, 2), heads_off=[(0, 1)])
    found = explorer.picture()
    image = Image.open(io.BytesIO(found.png))
    assert image.format == "PNG"
    assert image.size == (2 * found.width, 2 * found.height)
    assert len(found.png) < 150_000
    one = AttentionView(("x",), np.full((1, 1, 1, 1), 255, np.uint8), [[""]], (0, 0), 0)
    assert attention_picture(one).png.startswith(b"\x89PNG")


def test_a_thin_stripe_survives_a_small_picture() -> None:
    weights = np.zeros((200, 200))
    weights[np.arange(1, 200), np.arange(199)] = 1
    sheet = Sheet(20, 20)
    sheet.matrix(0, 0, 20, weights)
    dark = (np.asarray(sheet.image) == scale_table()[255]).all(axis=-1)
    assert dark.any(axis=1).all()


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
