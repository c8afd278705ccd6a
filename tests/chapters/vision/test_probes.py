"""The probes measure what they say: two that know what is drawn, by what they know of it."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest
import torch

from gptedu import assets
from gptedu.chapters.vision import experiments, probes
from gptedu.text import Tokenizer
from gptedu.training import loop
from gptedu.vision.clip import Clip
from gptedu.vision.encoders import ClipConfig, ClipModel
from gptedu.vision.world import held_out
from gptedu.vision.world.held_out import COLOURS, NUMBERS, PLACES, SHAPES
from gptedu.vision.world.scenes import Scene

WIDTH = 4096


def features(scene: Scene, binds: bool, reads: bool) -> dict[str, float]:
    """What somebody knows who sees the scene."""
    known: dict[str, float] = {}
    for thing in scene.things:
        known |= {thing.shape: 1, thing.colour: 1, f"{thing.shape}/{PLACES[thing.place]}": 1}
        if binds:
            known[f"{thing.colour} {thing.shape}"] = 1
    known[NUMBERS[min(len(scene.things), 6) - 1]] = 1
    if reads and scene.word:
        known[scene.word] = 5
    return known


def said(text: str) -> dict[str, float]:
    """What a text speaks of."""
    words = re.findall(r"[a-z]+", text)
    singular = [word.removesuffix("s") if word != "is" else word for word in words]
    known = {w: 1.0 for w in singular if w in (*SHAPES, *COLOURS, *NUMBERS)}
    for colour, shape in pairwise(singular):
        if colour in COLOURS and shape in SHAPES:
            known[f"{colour} {shape}"] = 1
    if place := re.search(r"at the ([a-z ]+)$", text):
        known |= {f"{w}/{place[1]}": 1 for w in singular if w in SHAPES}
    return known


def vector(known: dict[str, float], places: dict[str, int]) -> torch.Tensor:
    out = torch.zeros(WIDTH)
    for name, weight in known.items():
        out[places.setdefault(name, len(places))] = weight
    return torch.nn.functional.normalize(out, dim=0)


@pytest.fixture
def oracle(monkeypatch):
    """(binds, reads) -> a CLIP that is told what is drawn."""
    monkeypatch.setattr(probes, "PICTURES", 120)
    drawn: list[Scene] = []

    def remember(seen, rng, style="plain"):
        first = len(drawn)
        drawn.extend(seen)
        return np.arange(first, len(drawn))

    monkeypatch.setattr(probes, "drawn", remember)
    config = ClipConfig(2500, width=16, heads=2, layers=1)
    tokenizer = Tokenizer.load(assets.path("tokenizer.json"))

    def make(binds: bool = True, reads: bool = False) -> Clip:
        clip = Clip(ClipModel(config), tokenizer, "oracle")
        places: dict[str, int] = {}
        monkeypatch.setattr(Clip, "texts", lambda self, texts: torch.stack(
            [vector(said(text), places) for text in texts]))  # fmt: skip
        monkeypatch.setattr(Clip, "pictures", lambda self, numbers: torch.stack(
            [vector(features(drawn[i], binds, reads), places) for i in numbers]))  # fmt: skip
        return clip

    return make


@pytest.mark.parametrize("split", ["validation", "test"])
def test_who_sees_all_is_always_right(oracle, split):
    clip = oracle()
    assert set(probes.zero_shot(clip, split, 0).values()) == {100}
    assert probes.binding(clip, split, 0) == 100
    assert set(probes.counting(clip, split, 0).values()) == {100}
    assert probes.prompts(clip, split, 0)["all"] == 100


def test_who_knows_colours_and_shapes_apart_cannot_bind(oracle):
    """Both captions are then as near: no picture is nearer to its own."""
    assert probes.binding(oracle(binds=False), "test", 0) == 0


def test_who_reads_is_fooled_by_another_shapes_word_and_by_no_colours(oracle):
    found = probes.typographic(oracle(reads=True), "test", 0)
    assert found == {
        "plain": 100, "said already": 0, "a colour's word": 100, "right": 0, "fooled": 100,
    }  # fmt: skip
    assert probes.typographic(oracle(), "test", 0)["fooled"] == 0


def test_probes_are_of_their_split():
    for split in ("validation", "test"):
        _, names = probes.held_out_pictures(split, 0)
        pairs = {tuple(reversed(name.split())) for name in names}
        assert pairs == set(held_out.pairs(split))


def test_every_experiment_has_its_pilot_and_its_settings():
    assert set(experiments.PILOTS) == set(experiments.EXPERIMENTS)
    for name, pilot in experiments.PILOTS.items():
        assert pilot.keywords == {"split": "validation"}
        measured = "validation" if name == "text" else "test"  # of the web there are no test tokens
        assert experiments.EXPERIMENTS[name].settings["split"] == measured


def test_a_training_is_made_once_and_kept(monkeypatch, tmp_path):
    monkeypatch.setenv("GPTEDU_CACHE", str(tmp_path))
    small = experiments.recipe(7, pictures=32, batch=16)
    monkeypatch.setattr(experiments, "recipe", lambda seed, **_: small)
    experiments.trained.cache_clear()
    first = experiments.trained(7)
    experiments.trained.cache_clear()
    monkeypatch.setattr(loop, "_one_step", lambda *args: pytest.fail("trained again"))
    again = experiments.trained(7)
    experiments.trained.cache_clear()
    assert again is not first
    for one, other in zip(first.model.parameters(), again.model.parameters(), strict=True):
        assert torch.equal(one, other)
