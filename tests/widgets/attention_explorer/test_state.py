"""Where heads look and what is expected without some: by themselves."""

from __future__ import annotations

import types

import numpy as np
import pytest
import torch

from gptedu.widgets.attention_explorer.state import (
    pattern_scores,
    read_heads,
)
from gptedu.widgets.base.png import Sheet, scale_table
from tiny_models import TEXT, TinyLm


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


def test_a_model_without_weights_is_named() -> None:
    class Silent:
        tokenizer = TinyLm().tokenizer

        def attention(self, text: str, heads_off: object = ()) -> object:
            return types.SimpleNamespace(pieces=["a", "b"], weights=torch.zeros(0))

    with pytest.raises(ValueError, match="eager"):
        read_heads(Silent(), "a b")  # type: ignore[arg-type]


def test_a_thin_stripe_survives_a_small_picture() -> None:
    weights = np.zeros((200, 200))
    weights[np.arange(1, 200), np.arange(199)] = 1
    sheet = Sheet(20, 20)
    sheet.matrix(0, 0, 20, weights)
    dark = (np.asarray(sheet.image) == scale_table()[255]).all(axis=-1)
    assert dark.any(axis=1).all()
