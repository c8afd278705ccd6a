"""A reader for use: answers, what it writes, where it looks, and what it refuses."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch

import gptedu
from gptedu import assets
from gptedu.model import GPT, GPTConfig
from gptedu.sampling import seeded
from gptedu.text import Tokenizer
from gptedu.training.checkpoint import save_model
from gptedu.vision.asking import Asked, PictureModel, as_question
from gptedu.vision.stream import IMAGE, SEEN, PictureReader
from gptedu.vision.world import scenes
from gptedu.vision.world.drawing import draw

TOKENIZER = Tokenizer.load(assets.path("tokenizer.json"))
QUESTION = as_question("What is it?")


def picture(seed: int) -> np.ndarray:
    return draw(scenes.one(random.Random(seed)), seed=seed)


@pytest.fixture(scope="module")
def lm() -> PictureModel:
    body = GPT(GPTConfig(2500, 80, layers=2, width=32, heads=2), seeded(0))
    return PictureModel(PictureReader(body, generator=seeded(1)).eval(), TOKENIZER, "small")


def test_answers_are_compared_with_their_ends(lm):
    """By hand: the sum of the log-probabilities of the answer's tokens and of the end."""
    answers = ["ball", "top left", "top"]
    found = lm.ask(picture(0), QUESTION, answers)
    rows = [lm.row(picture(0), QUESTION, answer) for answer in answers]
    assert all(row.ids[-1] == TOKENIZER.end for row in rows)
    by_hand = torch.stack([lm.model.logprobs([row])[0].sum() for row in rows]).softmax(dim=0)
    torch.testing.assert_close(found, by_hand, atol=1e-5, rtol=1e-5)


def test_many_prompts_together_are_as_each_alone(lm):
    asked = [
        Asked(picture(0), QUESTION, ["ball", "ring"]),
        Asked([picture(1), picture(2)], f"{IMAGE} a, {IMAGE} b", ["ball", "ring", "a red moon"]),
        Asked([], "no picture", ["x", "y"]),
    ]
    for each, found in zip(asked, lm.ask_all(asked), strict=True):
        alone = lm.ask(each.pictures, each.text, each.answers)
        torch.testing.assert_close(found, alone, atol=1e-5, rtol=1e-5)
    texts = [lm.write(each.pictures, each.text, 8) for each in asked]
    assert lm.write_all(asked, 8) == texts


def test_it_writes_the_likeliest_token_each_time(lm):
    """As by asking for the next token again and again."""
    ids: list[int] = []
    for _ in range(6):
        said = TOKENIZER.decode(ids)
        following = int(lm.next_token(picture(3), QUESTION + said).argmax())
        longer = QUESTION + said + TOKENIZER.decode([following])
        if TOKENIZER.encode(longer) != [*TOKENIZER.encode(QUESTION + said), following]:
            break  # read again as text, it would be other tokens
        ids.append(following)
    assert ids
    assert lm.write(picture(3), QUESTION, len(ids)) == TOKENIZER.decode(ids).strip()


def test_where_it_looks_is_attention_from_the_last_token(lm):
    own = [picture(0), picture(1)]
    text = f"{IMAGE} and {IMAGE} {QUESTION}"
    looks, every = lm.looks(own, text), lm.attention(own, text)
    assert looks.shape == (2, 2, 2, 3, 3)
    ids = lm.row(own, text).ids
    torch.testing.assert_close(every.sum(dim=-1), torch.ones(every.shape[:3]))
    first = ids.index(SEEN)
    assert looks[1, 0, 0, 2, 1] == every[1, 0, -1, first + 7]
    assert looks.sum(dim=(2, 3, 4)).max() < 1


def test_pictures_stand_first_where_no_mark_says_so(lm):
    own = [picture(0), picture(1)]
    assert lm.row(own, QUESTION).ids == lm.row(own, f"{IMAGE}{IMAGE} {QUESTION}").ids
    assert lm.row([], QUESTION).ids == lm.row([], QUESTION).ids
    assert lm.row(np.stack(own), QUESTION).ids == lm.row(own, QUESTION).ids


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda lm: lm.ask(picture(0), QUESTION, ["one"]), "answers is too short"),
        (lambda lm: lm.ask(picture(0), QUESTION, ["one", ""]), r"answers\[1\] is empty"),
        (
            lambda lm: lm.ask(picture(0), f"{IMAGE}{IMAGE}?", ["a", "b"]),
            "2 <image> marks and 1 pic",
        ),
        (lambda lm: lm.write([picture(0)] * 2, f"{IMAGE}?"), "1 <image> marks and 2 pictures"),
        (
            lambda lm: lm.write(np.zeros((0, 0, 3), dtype=np.uint8), "x"),
            r"is \[0, 0, 3\]",
        ),
        (lambda lm: lm.write(picture(0).astype(float), "x"), "of float64: give uint8"),
        (lambda lm: lm.write(picture(0), "x", 80), "80 are to follow"),
        (lambda lm: lm.write(picture(0), "word " * 90), "fit: leave out an example"),
        (lambda lm: lm.looks([], "x"), "no picture to look at"),
        (lambda lm: as_question(""), "question is empty"),
    ],
)
def test_what_cannot_be_asked_is_said(lm, ask, words):
    with pytest.raises(ValueError, match=words):
        ask(lm)


def test_it_is_saved_and_loaded_again(lm, tmp_path):
    card = {"name": "small", "kind": "picture-reader", "model": lm.model.config.to_dict()}
    save_model(tmp_path / "small", lm.model, card)
    again = gptedu.load(tmp_path / "small")
    assert isinstance(again, PictureModel)
    assert again.size == lm.size
    found, before = (each.ask(picture(0), QUESTION, ["ball", "ring"]) for each in (again, lm))
    torch.testing.assert_close(found, before, atol=1e-2, rtol=0)
