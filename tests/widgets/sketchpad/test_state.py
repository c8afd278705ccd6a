"""Captions ranked, places that count, answers: as the models themselves say."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from gptedu.vision.asking import as_question
from gptedu.vision.world.drawing import draw
from gptedu.vision.world.scenes import Scene, Thing
from gptedu.widgets.sketchpad import canvas
from gptedu.widgets.sketchpad.state import (
    PROMPTS,
    answer_of,
    looked_words,
    prompts_of,
    rank,
    unread,
)
from tiny_vision import tiny_clip, tiny_reader

BALL = draw(Scene((Thing("ball", "red", 4),)))


def test_probabilities_are_clips_own():
    clip = tiny_clip()
    found = rank(clip, BALL, PROMPTS, None)
    own = (clip.scale * clip.similarities(BALL, PROMPTS)[0]).softmax(dim=0)
    torch.testing.assert_close(torch.tensor(found.probabilities), own)
    assert found.best == int(own.argmax())


def test_a_place_counts_by_what_is_lost_when_it_is_covered():
    clip = tiny_clip()
    found = rank(clip, BALL, PROMPTS, 2)
    for place in range(9):
        covered = clip.similarities(canvas.covered(BALL, place), PROMPTS)[0, 2]
        assert found.looks[place] == pytest.approx(found.cosines[2] - float(covered), abs=1e-5)
    assert np.abs(found.looks[4]) > 0
    assert max(abs(found.looks[place]) for place in (0, 2, 6, 8)) < 1e-5  # nothing to cover


def test_an_answer_is_the_readers_with_where_it_looked():
    reader = tiny_reader()
    answer = answer_of(reader, BALL, " What is it? ")
    prompt = as_question("What is it?")
    assert answer.question == "What is it?"
    assert answer.words == (reader.write(BALL, prompt, 32) or "(nothing)")
    own = reader.looks(BALL, prompt).mean(dim=(0, 1)).flatten()
    torch.testing.assert_close(torch.tensor(answer.looks), own)
    with pytest.raises(ValueError, match="question is empty"):
        answer_of(reader, BALL, "  ")


def test_prompts_are_checked():
    assert prompts_of([" a ", "b"]) == ("a", "b")
    for prompts, words in (
        (["a"], "too short"),
        (["a", " a"], "is there twice"),
        (["a", "  "], "empty"),
        ([f"{i}" for i in range(13)], "13 prompts are too many"),
    ):
        with pytest.raises(ValueError, match=words):
            prompts_of(prompts)


def test_words_that_no_caption_has_are_named():
    assert unread(["there are six small orange rings, all", "the word kite"]) == ""
    assert unread(["a red dog"]).endswith("pictures: dog.")
    assert unread(["two ab cd ef gh ij"]).endswith("pictures: ab, cd, ef, gh and 1 more.")


def test_the_place_that_counts_is_said_with_its_sign():
    nine = [0.0] * 9
    assert "No place counts" in looked_words(nine)
    assert "the bottom takes most of the likeness: 0.30" in looked_words(
        [0.1, *nine[:6], 0.3, -0.5]
    )
    assert "the top left makes the drawing more like" in looked_words([-0.4, *nine[:8]])
