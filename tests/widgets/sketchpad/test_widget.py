"""Sketchpad without a browser: what its actions change, and what they refuse."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
import torch
from PIL import Image

from asking import ask
from gptedu.vision.world.drawing import draw
from gptedu.vision.world.scenes import Scene, Thing
from gptedu.widgets import Sketchpad
from gptedu.widgets.sketchpad import canvas
from tiny_vision import tiny_clip, tiny_reader


@pytest.fixture
def pad():
    return Sketchpad(tiny_clip())


def test_a_stroke_is_one_step_to_take_back(pad):
    first = pad.pixels
    assert ask(pad, "paint", cells=[[0, 0]], colour="blue", stroke="1")
    assert ask(pad, "paint", cells=[[0, 0], [0, 1]], colour="blue", stroke="1")
    assert ask(pad, "paint", cells=[[5, 5]], colour="green", stroke="2")
    assert canvas.ink_of(pad.pixels)[[0, 0, 5], [0, 1, 5]].all()
    assert ask(pad, "undo")
    assert not canvas.ink_of(pad.pixels)[5, 5]
    assert ask(pad, "undo")
    assert (pad.pixels == first).all()
    assert not ask(pad, "undo")
    assert "nothing to take back" in pad.error


def test_one_change_shows_before_and_after(pad):
    assert ask(pad, "change", what="colour", to="blue")
    assert (pad.pixels == draw(Scene((Thing("ball", "blue", 4),)))).all()
    assert pad.view["change"] == "It is blue now."
    assert pad.view["before"] == canvas.to_hex(draw(Scene((Thing("ball", "red", 4),))))
    other = Sketchpad(tiny_clip(), picture=draw(Scene((Thing("ball", "red", 4),))))
    assert [row["before"] for row in pad.view["rows"]] == pytest.approx(
        [row["probability"] for row in other.view["rows"]]
    )
    assert ask(pad, "change", what="place", to="bottom right")
    assert ask(pad, "change", what="shape", to="orange") is False
    assert ask(pad, "change", what="shape", to="star")
    assert "It is a star now." in pad.announcement
    assert pad.view["thing"]["place"] == "bottom right"
    assert ask(pad, "paint", cells=[[0, 0]], colour="red")
    assert pad.view["change"] == ""
    assert "before" not in pad.view["rows"][0]


def test_of_two_things_the_pointed_one_changes(pad):
    assert ask(pad, "clear", ground="paper")
    assert pad.view["blank"]
    assert pad.view["thing"] is None
    assert not ask(pad, "change", what="colour", to="red")
    assert "nothing is drawn yet" in pad.error.lower()
    assert ask(pad, "stamp", shape="cup", colour="green", place=0)
    assert ask(pad, "stamp", shape="kite", colour="red", place=8, size="small")
    assert pad.view["thing"]["colour"] == "red"
    assert ask(pad, "point", cell=[2, 2])
    assert pad.view["thing"]["colour"] == "green"
    assert ask(pad, "change", what="colour", to="purple")
    assert tuple(pad.pixels[20, 20]) == (225, 40, 40)


def test_prompts_are_written_added_and_removed(pad):
    count = len(pad.view["rows"])
    assert ask(pad, "write", number=0, prompt="a red dog")
    assert "dog" in pad.strange
    assert ask(pad, "look", number=0)
    assert pad.view["looked"] == 0
    assert pad.view["chosen"]
    assert ask(pad, "look", number=None)
    assert not pad.view["chosen"]
    assert ask(pad, "add", prompt="a white flag")
    assert ask(pad, "remove", number=0)
    texts = [row["text"] for row in pad.view["rows"]]
    assert texts[-1] == "a white flag"
    assert len(texts) == count
    assert pad.strange == ""
    while len(pad.view["rows"]) > 2:
        assert ask(pad, "remove", number=0)
    assert not ask(pad, "remove", number=0)
    assert "two prompts are left" in pad.error.lower()
    assert sum(row["probability"] for row in pad.view["rows"]) == pytest.approx(1)


def png(**more):
    content = io.BytesIO()
    picture = np.zeros((30, 30, 4 if more.get("clear") else 3), dtype=np.uint8)
    picture[:10, :, 0] = 200
    Image.fromarray(picture).save(content, "PNG")
    return content.getvalue()


def sent(content):
    return {"data": base64.b64encode(content).decode(), "size": len(content)}


def test_a_file_is_taken_or_refused_in_one_sentence(pad):
    assert ask(pad, "take", **sent(png()))
    assert pad.pixels[0, 0, 0] == 200
    before = pad.view
    for given, words in (
        (sent(png(clear=True)), "partly transparent"),
        (sent(b"hello"), "no PNG, JPEG or GIF"),
        (sent(png()[:60]), "damaged"),
        ({"data": "", "size": 30_000_000}, "30 MB: give at most 7 MB"),
        ({"data": "%%%", "size": 3}, "did not arrive whole"),
    ):
        assert not ask(pad, "take", **given)
        assert words in pad.error
        assert pad.view == before


def test_what_makes_no_sense_changes_nothing(pad):
    before = pad.view
    for action, given in (
        ("paint", {"cells": [[0, 99]], "colour": "red"}),
        ("paint", {"cells": [[0, 0]], "colour": "</script>"}),
        ("stamp", {"shape": "ball", "colour": "red", "place": 9}),
        ("change", {"what": "mood", "to": "red"}),
        ("write", {"number": 99, "prompt": "a"}),
        ("write", {"number": 0, "prompt": "ball " * 60}),
        ("ask", {"question": "Who?"}),
        ("point", {"cell": "here"}),
    ):
        assert not ask(pad, action, **given)
        assert pad.error
        assert pad.view == before


def test_a_reader_is_asked_and_asked_again_after_a_change():
    reader = tiny_reader()
    pad = Sketchpad(tiny_clip(), reader, question="What is it?")
    assert pad.view["asked"]["answer"] == ""
    assert not ask(pad, "ask", question="")
    assert ask(pad, "ask", question="Where is the ball?")
    asked = pad.view["asked"]
    assert asked["answer"]
    assert len(asked["looks"]) == 9
    assert not asked["stale"]
    assert asked["answer"] in pad.announcement
    first = asked["answer"]
    assert ask(pad, "paint", cells=[[0, 0]], colour="red")
    assert pad.view["asked"]["stale"]
    assert pad.view["asked"]["answer"] == first
    assert ask(pad, "change", what="colour", to="blue")
    assert not pad.view["asked"]["stale"]
    assert pad.view["asked"]["earlier"]
    with pytest.raises(TypeError, match="a PictureModel is needed"):
        Sketchpad(tiny_clip(), tiny_clip())
    with pytest.raises(TypeError, match="a Clip is needed"):
        Sketchpad(reader)


def test_it_shows_the_model_as_it_is_by_now():
    clip = tiny_clip()
    pad = Sketchpad(clip)
    before = [row["cosine"] for row in pad.view["rows"]]
    with torch.no_grad():
        clip.model.picture_head.weight.mul_(-1)
    assert ask(pad, "look", number=0)
    assert [row["cosine"] for row in pad.view["rows"]] == pytest.approx([-each for each in before])


@pytest.mark.parametrize("asks", [False, True])
def test_the_picture_says_what_the_view_says(asks):
    pad = Sketchpad(tiny_clip("<b>"), tiny_reader() if asks else None)
    assert ask(pad, "change", what="colour", to="blue")
    if asks:
        assert ask(pad, "ask", question="What is it?")
    picture = pad.picture()
    image = Image.open(io.BytesIO(picture.png))
    assert image.size == (2 * picture.width, 2 * picture.height)
    best = max(pad.view["rows"], key=lambda row: row["probability"])
    assert best["text"] in picture.alt
    assert pad.view["looks_say"] in picture.alt
    assert ("What is it?" in picture.alt) is asks


def test_pictures_at_first():
    with pytest.raises(ValueError, match=r"is \[9, 9, 3\]"):
        Sketchpad(tiny_clip(), picture=np.zeros((9, 9, 3), dtype=np.uint8))
    with pytest.raises(FileNotFoundError, match="there is no file"):
        Sketchpad(tiny_clip(), picture="nothing.png")
    assert Sketchpad(tiny_clip(), picture=png()).pixels[0, 0, 0] == 200
