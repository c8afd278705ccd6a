"""Each experiment on trainings of a few steps: what it returns is what its claims read."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest

from gptedu.chapters import claims_of
from gptedu.chapters.vision import experiments, probes, reading
from gptedu.language_model import LanguageModel
from gptedu.model import GPT, GPTConfig
from gptedu.records import rounded
from gptedu.sampling import seeded
from gptedu.training.command import shipped_tokenizer
from gptedu.vision.asking import PictureModel
from gptedu.vision.clip import Clip
from gptedu.vision.stream import PictureReader


@pytest.fixture
def little(monkeypatch, tmp_path):
    """Four steps each, and few pictures asked for."""
    monkeypatch.setenv("GPTEDU_CACHE", str(tmp_path))
    monkeypatch.setattr(probes, "PICTURES", 24)
    monkeypatch.setattr(reading, "ASKED", 6)
    monkeypatch.setattr(reading, "EPISODES", 6)
    body = GPT(GPTConfig(2500, 200, layers=1, width=16, heads=2), seeded(0))
    reader = PictureModel(PictureReader(body, generator=seeded(1)), shipped_tokenizer(), "little")
    monkeypatch.setattr(reading, "_model", lambda: reader)
    text = LanguageModel(body, shipped_tokenizer(), "little")
    monkeypatch.setattr(reading, "_language_model", lambda: text)
    monkeypatch.setattr(reading, "text_loss", lambda body, tokenizer: float(body.config.layers))
    monkeypatch.setattr(experiments, "ASKED", 6)
    monkeypatch.setattr(experiments, "FEW", 64)
    whole = experiments.recipe
    monkeypatch.setattr(
        experiments,
        "recipe",
        lambda seed, **how: whole(seed, **(how | {"pictures": 64, "batch": 16})),
    )
    experiments.trained.cache_clear()
    yield
    experiments.trained.cache_clear()


def test_every_claim_is_computed_from_its_experiments_run(little):
    runs = {
        name: json.loads(json.dumps(rounded(pilot(0))))
        for name, pilot in experiments.PILOTS.items()
    }
    claims = claims_of("vision")
    assert {claim.record for claim in claims} == set(runs)
    for claim in claims:
        assert claim.slug == "vision"
        assert math.isfinite(claim.of(runs[claim.record]))
        assert claim.bar is not None
        assert len(claim.what) <= 70


def test_the_one_object_twin_differs_in_its_captions_alone():
    both = (replace(experiments.OF_TWO, complete=each) for each in (True, False))
    complete, one = (experiments.recipe(0, corpus=each).to_dict() for each in both)
    differing = {key for key in complete if complete[key] != one[key]}
    assert differing == {"corpus"}
    assert complete["corpus"] | {"complete": False} == one["corpus"]


def test_a_probe_of_a_trained_clip_is_the_same_again(little):
    clip = experiments.trained(0)
    assert isinstance(clip, Clip)
    assert probes.typographic(clip, "validation", 3) == probes.typographic(clip, "validation", 3)
