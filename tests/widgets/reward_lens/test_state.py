"""A reward token by token, and edits of words: by themselves."""

from __future__ import annotations

import itertools

import pytest
import torch
from widgets.reward_lens.samples import PROMPT, same

from gptedu.sampling import seeded
from gptedu.widgets.reward_lens.state import (
    ABREAST,
    edited,
    edits_of,
    landscape,
    read,
    scale_of,
    with_space,
    words_of,
)


def test_the_last_tokens_reward_is_the_texts_and_changes_add_up(scorer):
    for answer in (" The cat sat.", "", " 日本 😀 </script><b>x", "\n\n"):
        reading = read(scorer, PROMPT, answer)
        assert same(reading.reward, scorer, PROMPT + answer)
        first = reading.tokens[0].reward
        total = first + sum(token.change for token in reading.tokens[1:])
        assert total == pytest.approx(reading.reward, abs=1e-5)
        parts = [token.part for token in reading.tokens]
        assert parts == sorted(parts, key=["start", "prompt", "answer", "end"].index)
        assert parts.count("start") == parts.count("end") == 1


def test_each_token_belongs_to_the_word_that_it_is_part_of(scorer):
    answer = "  The\ncat's 日本 mat😀 "
    reading = read(scorer, PROMPT, answer)
    assert reading.words == ("  The", "\ncat's", " 日本", " mat😀", " ")
    for place, word in enumerate(reading.words):
        pieces = "".join(token.piece for token in reading.tokens if token.word == place)
        raw = "".join(
            c if c.isascii() else "".join(f"\\x{b:02x}" for b in c.encode()) for c in word
        )
        assert pieces.replace(word, raw) in (raw, word)
    whole = "".join(token.piece for token in reading.tokens if token.part == "prompt")
    assert whole == PROMPT


def test_words_joined_are_the_answer_again():
    for answer in ("", "one", " one  two\n", "\n", " a\tb "):
        assert "".join(words_of(answer)) == answer


def test_edits_keep_the_spaces_where_they_are():
    answer = " The cat\nsat."
    assert edited(answer, 0, "delete") == " cat\nsat."
    assert edited(answer, 1, "repeat") == " The cat cat\nsat."
    assert edited(answer, 1, "swap") == " The sat.\ncat"
    assert edited("The cat", 0, "repeat") == "The The cat"
    assert edited("The cat", 0, "swap") == "cat The"
    for word, edit in ((3, "delete"), (-1, "delete"), (2, "swap"), (0, "turn")):
        with pytest.raises(ValueError, match=r"word|edited"):
            edited(answer, word, edit)


def test_what_an_edit_would_do_is_what_it_does(scorer):
    reading = read(scorer, PROMPT, " The cat sat.")
    for word in range(3):
        would = edits_of(scorer, reading, word)
        assert (would["swap"] is None) == (word == 2)
        for edit, change in would.items():
            if change is not None:
                answer = with_space(PROMPT, edited(reading.answer, word, edit))
                now = read(scorer, PROMPT, answer)
                assert now.reward - reading.reward == pytest.approx(change, abs=1e-5)
    alone = edits_of(scorer, read(scorer, "", "cat"), 0)
    assert alone["delete"] is None  # nothing would be left to score


def test_a_space_parts_prompt_and_answer_where_nothing_does():
    assert with_space("Reply:", "Yes") == " Yes"
    assert with_space("Reply:", "\nYes") == "\nYes"
    assert [with_space("Reply: ", "Yes"), with_space("", "Yes")] == ["Yes", "Yes"]
    assert with_space("Reply:", "") == ""


def test_the_colours_scale_moves_in_steps():
    assert [scale_of(changes) for changes in ([], [0.0], [0.3, -0.6], [1.0], [-70.0])] == [
        0.05, 0.05, 1.0, 1.0, 70.0,
    ]  # fmt: skip


def test_dots_of_the_landscape_are_in_order_and_never_touch():
    rewards = torch.randn(150, generator=seeded(0)).tolist()
    spots = landscape([str(i) for i in range(150)], rewards)
    assert [spot["reward"] for spot in spots] == sorted(rewards)
    assert all(spot["answer"] == str(spot["index"]) for spot in spots)
    apart = (max(rewards) - min(rewards)) / ABREAST
    for row in range(max(spot["row"] for spot in spots) + 1):
        own = [spot["reward"] for spot in spots if spot["row"] == row]
        assert all(b - a >= apart for a, b in itertools.pairwise(own))
    assert landscape([], []) == []
    assert [spot["row"] for spot in landscape(["a", "b"], [1.0, 1.0])] == [0, 1]
