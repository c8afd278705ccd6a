"""Pairs as rows of numbers, and back."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch

from gptedu import assets
from gptedu.text import Tokenizer
from gptedu.vision.pairs import PIXELS, Corpus, caption_ids, unpack
from gptedu.vision.world.captions import caption
from gptedu.vision.world.scenes import KINDS, random_scene


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.load(assets.path("tokenizer.json"))


def test_rows_are_pictures_and_captions(tokenizer):
    corpus = Corpus()
    rows = corpus.rows(tokenizer, 26, 8, 3, 5)
    assert rows.shape == (8, PIXELS + 26)
    pictures, ids = unpack(rows)
    rng = random.Random(repr(("train", 3, 5)))
    for picture, row in zip(pictures, ids, strict=True):
        drawn, words, _ = corpus.pair(rng)
        assert (picture.numpy() == drawn).all()
        end = row.tolist().index(tokenizer.end)
        assert tokenizer.decode(row[:end].tolist()) == words
        assert set(row[end:].tolist()) == {tokenizer.end}
    assert int((ids[:, -2] != tokenizer.end).sum()) >= 1  # no column that nothing stands in


def test_the_same_numbers_give_the_same_rows_and_others_others(tokenizer):
    corpus = Corpus()
    once = corpus.rows(tokenizer, 26, 4, 0, 1)
    assert torch.equal(once, corpus.rows(tokenizer, 26, 4, 0, 1))
    for other in ((0, 2), (1, 1)):
        assert not torch.equal(once, corpus.rows(tokenizer, 26, 4, *other))
    assert not torch.equal(once, corpus.rows(tokenizer, 26, 4, 0, 1, split="validation"))
    assert not torch.equal(once, Corpus(complete=False).rows(tokenizer, 26, 4, 0, 1))


def test_kinds_come_by_their_shares():
    corpus, rng = Corpus((("one", 3), ("sign", 1))), random.Random(0)
    scenes = [corpus.pair(rng)[2] for _ in range(800)]
    assert np.mean([bool(scene.things) for scene in scenes]) == pytest.approx(0.75, abs=0.05)
    with pytest.raises(ValueError, match="kind is 'three'"):
        Corpus((("three", 1),))
    with pytest.raises(ValueError, match="share is 0"):
        Corpus((("one", 0),))


def test_every_caption_fits_the_context(tokenizer):
    rng = random.Random(1)
    for kind in set(KINDS) - {"odd"}:
        for _ in range(300):
            caption_ids(tokenizer, caption(random_scene(kind, rng), rng), 26)


def test_a_caption_that_does_not_fit_or_is_empty_is_refused(tokenizer):
    with pytest.raises(ValueError, match="tokens: give one of at most 3"):
        caption_ids(tokenizer, "a red ball and a blue ring", 4)
    with pytest.raises(ValueError, match="caption is empty"):
        caption_ids(tokenizer, "", 4)
