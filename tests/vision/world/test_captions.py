"""Captions: what they name, and what they leave out."""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest

from gptedu import assets
from gptedu.text import Tokenizer
from gptedu.vision.world import scenes
from gptedu.vision.world.captions import COLOURED, COUNTED, apart, caption, wordings
from gptedu.vision.world.held_out import COLOURS, NUMBERS, SHAPES
from gptedu.vision.world.scenes import Scene, Thing


def test_a_complete_caption_names_every_thing_and_its_colour():
    rng = random.Random(0)
    for kind in ("one", "two", "several", "odd", "label"):
        for _ in range(300):
            scene = scenes.random_scene(kind, rng)
            said = caption(scene, rng)
            for thing in scene.things:
                assert re.search(rf"\b{thing.shape}s?\b", said), (said, scene)
                assert thing.colour in said.split() or f"{thing.colour}," in said, (said, scene)


def test_colours_are_said_of_the_right_thing():
    """Which a test of binding stands on: no wording puts a colour before the other shape."""
    rng = random.Random(1)
    for _ in range(600):
        first, second = scenes.two(rng).things
        said = caption(Scene((first, second)), rng)
        for thing in (first, second):
            before = rf"{thing.colour} {thing.shape}\b"
            behind = rf"{thing.shape} (at the [a-z ]+ )?is {thing.colour}\b"
            assert re.search(f"{before}|{behind}", said), said


def test_a_one_object_caption_names_one_thing_and_seldom_its_colour():
    rng = random.Random(2)
    said = []
    for _ in range(250):
        scene = scenes.two(rng)
        words = caption(scene, rng, complete=False)
        said.append(words)
        named = [thing for thing in scene.things if thing.shape in words.split()]
        assert len(named) == 1
        assert len([c for c in COLOURS if c in words.split()]) <= 1
        assert all(c == named[0].colour for c in COLOURS if c in words.split())
    coloured = sum(any(c in words.split() for c in COLOURS) for words in said) / len(said)
    assert coloured == pytest.approx(COLOURED, abs=0.05)


def test_few_captions_count():
    rng = random.Random(3)
    said = [caption(scenes.several(rng, number=4), rng) for _ in range(2000)]
    counted = sum("four" in words.split() for words in said) / len(said)
    assert counted == pytest.approx(COUNTED, abs=0.03)
    assert not any(set(words.split()) & (set(NUMBERS) - {"four"}) for words in said)


def test_a_painted_word_is_not_said_beside_a_thing():
    rng = random.Random(4)
    scene = Scene((Thing("ring", "red", 1),), "moon")
    assert not any("moon" in caption(scene, rng) for _ in range(300))
    assert all("moon" in caption(Scene(word="moon"), rng) for _ in range(50))


def test_captions_come_in_many_wordings():
    rng = random.Random(5)
    ring = Scene((Thing("ring", "red", 1, "big"),))
    wordings = Counter(caption(ring, rng) for _ in range(2000))
    assert len(wordings) >= 15
    assert caption(ring, random.Random(9)) == caption(ring, random.Random(9))


def test_the_one_that_does_not_belong_is_found_or_missed_in_words():
    things = [Thing("ball", "blue", place) for place in range(3)]
    other = Thing("cup", "blue", 5)
    assert apart([*things, other]) == (things[0], other)
    for wrong in (things, [*things, other, Thing("ring", "blue", 6)], [other]):
        with pytest.raises(ValueError, match="one has to"):
            apart(wrong)


def test_the_familys_tokenizer_has_the_words_nearly_whole():
    """The language model will be asked in the same words: one token each, most of them."""
    tokenizer = Tokenizer.load(assets.path("tokenizer.json"))
    lengths = [len(tokenizer.encode(f" {word}")) for word in (*SHAPES, *COLOURS)]
    assert lengths == [1] * len(lengths)
    rng = random.Random(6)
    longest = max(
        len(tokenizer.encode(caption(scenes.random_scene(kind, rng), rng)))
        for kind in scenes.KINDS
        for _ in range(300)
    )
    assert longest <= 24


def test_wordings_have_every_word_of_captions_and_no_other():
    rng = random.Random(0)
    heard = set()
    for kind in scenes.KINDS:
        for _ in range(250):
            scene = scenes.random_scene(kind, rng)
            heard |= set(re.findall(r"[a-z]+", caption(scene, rng, complete=rng.random() < 0.8)))
    heard |= {"chart"}  # not among scenes
    assert heard == set(re.findall(r"[a-z]+", " ".join(wordings())))
