"""Where heads look just before a word is written: positions found in tokens of any cut."""

from __future__ import annotations

import pytest
import torch

from gptedu.interpret.alignment import attention_between
from gptedu.language_model import Attention

SOURCE, TARGET = 'She wrote: "la mulo mata" (', "the green cat"


class Fixed:
    """A model of one layer and two heads whose attention names each (query, key) apart."""

    def __init__(self, pieces: list[str]):
        self.pieces = ["<|endoftext|>", *pieces]
        time = len(self.pieces)
        first = torch.arange(time * time, dtype=torch.float32).view(time, time)
        self.weights = torch.stack([first, -first])[None]

    def attention(self, text: str) -> Attention:
        assert text == SOURCE + TARGET
        return Attention(self.pieces, self.weights)

    def at(self, query: str, *keys: str) -> float:
        row = self.pieces.index(query)
        return float(sum(self.weights[0, 0, row, self.pieces.index(key)] for key in keys))


WORDS = ["She", " wrote", ":", ' "', "la", " mulo", " mata", '"', " (", "the", " green", " cat"]
SPLIT = ["She", " wrote:", ' "la', " mu", "lo", " ", "mata", '" (', "t", "he", " gr", "een", " cat"]


def test_it_is_the_token_before_the_word_that_looks():
    lm = Fixed(WORDS)
    found = attention_between(
        lm, SOURCE, TARGET, [("the", "la"), ("green", "mata"), ("cat", "mulo")]
    )
    wanted = [lm.at(" (", "la"), lm.at("the", " mata"), lm.at(" green", " mulo")]
    assert found.shape == (3, 1, 2)
    assert found[:, 0, 0].tolist() == wanted
    assert found[:, 0, 1].tolist() == [-share for share in wanted]


def test_a_word_of_several_tokens_counts_with_all_of_them():
    lm = Fixed(SPLIT)
    pairs = [("the", "la"), ("green", "mata"), ("cat", "mulo")]
    found = attention_between(lm, SOURCE, TARGET, pairs)
    wanted = [lm.at('" (', ' "la'), lm.at("he", "mata"), lm.at("een", " mu", "lo")]
    assert found[:, 0, 0].tolist() == wanted


def test_a_space_alone_before_a_word_belongs_to_the_word():
    """The token before it looks: the space may be the first of what it has to predict."""
    lm = Fixed([*WORDS[:10], " ", "green", *WORDS[11:]])
    found = attention_between(lm, SOURCE, TARGET, [("green", "mata"), ("cat", "mulo")])
    assert found[:, 0, 0].tolist() == [lm.at("the", " mata"), lm.at("green", " mulo")]


@pytest.mark.parametrize("pair", [("red", "mata"), ("green", "mat"), ("gre", "mata")])
def test_a_word_that_is_not_there_is_named(pair):
    with pytest.raises(ValueError, match="is not a word of"):
        attention_between(Fixed(WORDS), SOURCE, TARGET, [pair])


def test_tokens_that_do_not_show_as_their_text_are_refused():
    with pytest.raises(ValueError, match="plain letters"):
        attention_between(Fixed([r"\xe2", *WORDS]), SOURCE, TARGET, [("green", "mata")])
