"""`gptedu train mini-m-vision` on networks of a few thousand parameters."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

import gptedu
from gptedu import assets
from gptedu.language_model import LanguageModel
from gptedu.model import GPT, GPTConfig
from gptedu.sampling import seeded, token_logprobs
from gptedu.text import Tokenizer
from gptedu.vision import teaching
from gptedu.vision.asking import PictureModel
from gptedu.vision.clip import Clip
from gptedu.vision.encoders import ClipConfig, ClipModel
from gptedu.vision.lessons import PRACTICE, Lessons, packed, text_row
from gptedu.vision.stream import PictureReader, ReaderConfig
from gptedu.vision.teaching import (
    STEADY,
    fit,
    joined,
    reader_recipe,
    reading_loss,
    steadied_loss,
    text_loss,
    train_reader,
)

TOKENIZER = Tokenizer.load(assets.path("tokenizer.json"))
SHAPE = GPTConfig(2500, 160, layers=1, width=16, heads=2)
WITHOUT_TEXT = Lessons(text=0)


def small(name: str):
    """What `gptedu.load` would give."""
    if name == teaching.BODY:
        return LanguageModel(GPT(SHAPE, seeded(0)).eval(), TOKENIZER, name, {"sha256": "m"})
    config = ClipConfig(2500, width=16, heads=2, layers=1, shared=16)
    return Clip(ClipModel(config, seeded(1)).eval(), TOKENIZER, name, {"sha256": "c"})


def recipe(**how):
    own = {"rows": 16, "batch": 4, "lessons": WITHOUT_TEXT} | how
    return reader_recipe(ReaderConfig(SHAPE), **own)


def test_a_step_is_a_batch_of_rows():
    assert recipe(rows=100, batch=8).steps == 12
    assert recipe().to_dict()["lessons"]["text"] == 0


def test_it_starts_from_both_models_and_learns():
    body, clip = small(teaching.BODY), small("mini-clip")
    before = {
        "body": body.model.token_embedding.weight.clone(),
        "encoder": clip.model.picture_encoder.convolutions[0].weight.clone(),
    }
    lm = fit(joined(body, clip), TOKENIZER, recipe(), progress=False)
    assert isinstance(lm, PictureModel)
    after = {
        "body": lm.model.body.token_embedding.weight,
        "encoder": lm.model.encoder.convolutions[0].weight,
    }
    for part, weight in after.items():
        assert weight.shape == before[part].shape
        assert 0 < (weight - before[part]).abs().max() < 0.5


def test_the_loss_is_the_mean_over_rows():
    model = PictureReader(GPT(SHAPE, seeded(0)), generator=seeded(2)).eval()
    rows = WITHOUT_TEXT.rows(TOKENIZER, 9, 3)
    alone = torch.stack([reading_loss(model, packed([row])) for row in rows])
    torch.testing.assert_close(reading_loss(model, packed(rows)), alone.mean())


def test_the_command_writes_what_load_reads(monkeypatch, tmp_path):
    monkeypatch.setenv("GPTEDU_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(teaching, "LESSONS", WITHOUT_TEXT)
    monkeypatch.setattr(teaching, "PRACTICE", Lessons(PRACTICE, text=0))
    folder = train_reader(load=small, out=tmp_path / "own", rows=64, seed=3, progress=False)
    card = json.loads((folder / "card.json").read_text())
    assert card["command"] == "gptedu train mini-m-vision --seed 3 --no-bfloat16"
    assert set(card["made_from"]) == {teaching.BODY, "mini-clip", "first stage"}
    assert card["recipe"]["lessons"]["kinds"][0][0] == "odd"
    made = gptedu.load(folder)
    assert isinstance(made, PictureModel)
    assert (folder / "tokenizer.json").is_file()  # of what the body has read
    again = train_reader(load=small, out=tmp_path / "more", rows=64, seed=3, progress=False)
    assert (again / "model.safetensors").read_bytes() == (folder / "model.safetensors").read_bytes()


def test_another_seed_does_not_replace_what_ships():
    with pytest.raises(ValueError, match="give a folder for it with --out"):
        train_reader(load=small, seed=1)


def test_in_the_second_stage_a_window_of_text_counts_for_many_rows():
    model = PictureReader(GPT(SHAPE, seeded(0)), generator=seeded(2)).eval()
    window = text_row([5, *range(20, 20 + SHAPE.context - 1)])
    rows = [*WITHOUT_TEXT.rows(TOKENIZER, 3, 3), window]
    alone = [reading_loss(model, packed([row])).item() for row in rows]
    by_hand = (sum(alone[:3]) + STEADY * alone[3]) / (3 + STEADY)
    assert steadied_loss(model, packed(rows)).item() == pytest.approx(by_hand, abs=1e-4)
    assert reading_loss(model, packed(rows)).item() == pytest.approx(sum(alone) / 4, abs=1e-4)


def test_what_sees_is_taken_over_and_what_reads_is_kept():
    one = PictureReader(GPT(SHAPE, seeded(0)), generator=seeded(2))
    other = PictureReader(GPT(SHAPE, seeded(3)), generator=seeded(4))
    before = {name: weight.clone() for name, weight in one.state_dict().items()}
    one.see_as(other)
    theirs = other.state_dict()
    for name, weight in one.state_dict().items():
        assert torch.equal(weight, before[name] if name.startswith("body.") else theirs[name])
    assert not torch.equal(one.places, before["places"])


def test_text_loss_is_of_the_windows_that_are_asked_for(monkeypatch):
    body = GPT(SHAPE, seeded(0)).eval()
    tokens = np.arange(1, 2 * SHAPE.context + 40, dtype=np.uint16)
    monkeypatch.setattr(teaching, "web_tokens", lambda *_: tokens)
    first = torch.from_numpy(tokens[: SHAPE.context + 1].astype(np.int64))[None]
    by_hand = -token_logprobs(body(first[:, :-1]), first).mean().item()
    assert text_loss(body, TOKENIZER, 1) == pytest.approx(by_hand, abs=1e-4)
