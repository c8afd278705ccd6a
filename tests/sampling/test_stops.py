"""A string is found over the borders of tokens and characters: checked against plain bytes."""

from __future__ import annotations

import itertools
import random

import pytest

from gptedu.sampling import StopString, generate, seeded
from tiny_gpt import TINY, tiny


def first_end(stop: str, pieces: list[bytes], tokens: list[int]) -> int | None:
    written = b""
    for place, index in enumerate(tokens):
        written += pieces[index]
        if stop.encode() in written:
            return place + 1
    return None


@pytest.mark.parametrize("stop", ["a", "ab", "aa", "aab", "abab", "aabaab", "bb"])
def test_every_text_of_two_letters(stop):
    pieces = [b"a", b"b", b"ab", b"aab", b""]
    found = StopString(stop, pieces)
    for tokens in itertools.product(range(5), repeat=5):
        assert found.end(tokens) == first_end(stop, pieces, list(tokens))


@pytest.mark.parametrize("stop", ["9", "\u00e9", "\U0001f44d", "\U0001f44d\u00e9", "\u00e9\u00e9"])
def test_characters_in_pieces(stop):
    """Any bytes at all, valid or not: what is found in them is what is found in their text."""
    pieces = [bytes([byte]) for byte in b"9a"] + [bytes([b]) for b in "\u00e9\U0001f44d".encode()]
    pieces += ["\u00e9".encode(), "\U0001f44d".encode()[:3], b"\x8d9", b"\x99"]
    found, rng = StopString(stop, pieces), random.Random(0)
    for _ in range(3000):
        tokens = [rng.randrange(len(pieces)) for _ in range(8)]
        end = found.end(tokens)
        assert end == first_end(stop, pieces, tokens)
        for count in range(len(tokens) + 1):
            text = b"".join(pieces[i] for i in tokens[:count]).decode(errors="replace")
            assert (stop in text) == (end is not None and count >= end)


def test_half_a_surrogate_pair_is_never_written():
    pieces = [bytes([byte]) for byte in range(256)]
    assert StopString("\ud83d", pieces).end(list("a? \U0001f44d".encode())) is None


def test_ids_beyond_the_vocabulary_write_nothing():
    found = StopString("ab", [b"a", b"b"], vocab_size=4)
    assert found.end([0, 3, 2, 1]) == 4


def test_no_string_to_stop_at():
    with pytest.raises(ValueError, match="give the text to stop at"):
        StopString("", [b"a"])


@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_rows_end_at_the_token_that_completes_the_string(temperature):
    """As without it, but cut; whichever rows have ended, the others' chance stays the same."""
    model = tiny(TINY, seed=2)
    pieces = [bytes([97 + index % 3]) for index in range(TINY.vocab_size)]
    prompts = [[1, 2, 3], [4], [5, 6], [7, 8, 9, 1], [3, 3]]

    def write(**settings):
        generator = seeded(0)
        return generate(
            model, prompts, 30, temperature=temperature, generator=generator, **settings
        )

    free = write()
    for stop in ("a", "bc", "abc", "cca", "bbbbbbbb"):
        found = StopString(stop, pieces, TINY.vocab_size)
        assert write(stop=found) == [row[: found.end(row)] for row in free]
