"""Zero-shot classification and the ensemble, on an untrained CLIP and one that was trained."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest
import torch

import gptedu
from gptedu import assets
from gptedu.text import Tokenizer
from gptedu.training.checkpoint import load_model, save_model
from gptedu.vision import recipes
from gptedu.vision.clip import PROMPTS, Clip, clip_loss, ensemble, filled
from gptedu.vision.encoders import ClipConfig, ClipModel
from gptedu.vision.pairs import Corpus
from gptedu.vision.recipes import clip_recipe, fit, train_clip
from gptedu.vision.world import scenes
from gptedu.vision.world.drawing import draw
from gptedu.vision.world.held_out import COLOURS, SHAPES

TOKENIZER = Tokenizer.load(assets.path("tokenizer.json"))
SMALL = ClipConfig(2500, width=16, heads=2, layers=1, shared=16)


@pytest.fixture(scope="module")
def clip() -> Clip:
    model = ClipModel(SMALL, torch.Generator().manual_seed(0))
    return Clip(model.eval(), TOKENIZER, "small")


def pictures(count: int) -> list[np.ndarray]:
    rng = random.Random(0)
    return [draw(scenes.one(rng), seed=i) for i in range(count)]


def test_a_class_is_the_caption_that_names_it(clip):
    names = ["red ball", "blue cup", "orange ring"]
    seen = pictures(5)
    probabilities = clip.classify(seen, names)
    texts = ["a picture of a red ball", "a picture of a blue cup", "a picture of an orange ring"]
    by_hand = (clip.scale * clip.similarities(seen, texts)).softmax(dim=1)
    torch.testing.assert_close(probabilities, by_hand)
    assert clip.classify(seen[0], names).shape == (1, 3)
    logits = clip.model(torch.from_numpy(np.array(seen)), torch.tensor([[5, 0], [6, 0]]))
    assert logits.shape == (5, 2)


def test_an_ensemble_is_normalised_twice():
    vectors = torch.randn(4, 3, 6, generator=torch.Generator().manual_seed(0))
    together = ensemble(vectors)
    torch.testing.assert_close(together.norm(dim=1), torch.ones(3))
    longer = vectors * torch.tensor([1.0, 7.0, 0.1, 3.0])[:, None, None]
    torch.testing.assert_close(ensemble(longer), together)
    assert not torch.allclose(ensemble(vectors), vectors.mean(dim=0), atol=1e-2)
    torch.testing.assert_close(ensemble(vectors[:1]), vectors[0] / vectors[0].norm(dim=1)[:, None])


def test_one_prompt_is_an_ensemble_of_one_and_order_does_not_count(clip):
    names = ["red ball", "blue cup"]
    one = clip.class_vectors(names, "this is {thing}")
    torch.testing.assert_close(one, clip.class_vectors(names, ["this is {thing}"]))
    torch.testing.assert_close(
        clip.class_vectors(names, PROMPTS), clip.class_vectors(names, PROMPTS[::-1])
    )
    torch.testing.assert_close(one, clip.texts(["this is a red ball", "this is a blue cup"]))


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda clip: clip.classify(pictures(1), ["ball"]), "names is too short"),
        (lambda clip: clip.classify(pictures(1), ["ball", ""]), r"names\[1\] is empty"),
        (lambda clip: clip.classify(pictures(1), ["a", "b"], "a picture"), "names no class"),
        (lambda clip: clip.texts([]), "texts is too short"),
        (lambda clip: clip.texts(["ball " * 40]), "give one of at most 25"),
        (lambda clip: clip.pictures(np.zeros((1, 9, 9, 3), dtype=np.uint8)), "give uint8"),
    ],
)
def test_what_cannot_be_asked_is_said(clip, ask, words):
    with pytest.raises(ValueError, match=words):
        ask(clip)


def test_a_prompt_is_filled_with_its_article():
    assert filled("a picture of {thing}", "orange cup") == "a picture of an orange cup"
    assert filled("{name}", "red ball") == "red ball"


def test_captions_that_are_all_the_same_leave_the_loss_at_its_floor():
    """No features get below log batch: there is nothing to tell apart."""
    rows = Corpus().rows(TOKENIZER, SMALL.context, 16, 0)
    rows[:, -SMALL.context :] = rows[0, -SMALL.context :].clone()
    model = ClipModel(SMALL, torch.Generator().manual_seed(0))
    optimiser = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(15):
        loss = clip_loss(model, rows)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert loss.item() == pytest.approx(np.log(16), abs=0.1)
    assert loss.item() >= np.log(16) - 1e-4


# --- training


@pytest.fixture
def little(monkeypatch, tmp_path):
    """A run of seconds, away from the shipped files."""
    monkeypatch.setenv("GPTEDU_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(recipes, "ClipConfig", lambda vocab_size: SMALL)
    return tmp_path


def test_it_learns_in_a_few_steps(little):
    losses = []
    recipe = clip_recipe(2500, pictures=960, batch=32, corpus=Corpus((("one", 1),)))
    fit(recipe, TOKENIZER, progress=False, on_step=lambda s: losses.append(s.loss.item()))
    assert len(losses) == 30
    assert np.mean(losses[-5:]) < np.mean(losses[:3]) - 0.4
    assert np.mean(losses[-5:]) < np.log(32) - 0.2


def test_a_trained_one_is_saved_and_loaded_by_the_zoo(little):
    folder = train_clip(out=little / "made", pictures=640, progress=False)
    card = load_model(folder)[1]
    assert card["command"] == "gptedu train mini-clip"
    assert card["recipe"]["corpus"]["complete"] is True
    (little / "made" / "tokenizer.json").write_bytes(assets.path("tokenizer.json").read_bytes())
    clip = gptedu.load("mine", folder=folder)
    assert isinstance(clip, Clip)
    assert clip.classify(pictures(2), [f"{c} {s}" for s in SHAPES for c in COLOURS]).shape == (
        2,
        64,
    )
    with pytest.raises(AttributeError, match="compares pictures with texts"):
        clip.generate("a")
    with pytest.raises(ValueError, match="give a folder for it with --out"):
        train_clip(seed=1)
    with pytest.raises(ValueError, match="give a folder for it with --out"):
        train_clip(pictures=640)


def test_the_shipped_one_names_things_in_colours_and_styles_that_it_never_saw():
    clip = gptedu.load("mini-clip")
    assert isinstance(clip, Clip)
    recipe = clip_recipe(TOKENIZER.vocab_size)
    assert clip.card["recipe"]["corpus"] == json.loads(json.dumps(recipe.corpus.to_dict()))
    assert clip.card["pictures"] == recipe.pictures
    names = [f"{colour} {shape}" for shape in SHAPES for colour in COLOURS]
    rng = random.Random(0)
    seen = [scenes.one(rng, "test") for _ in range(64)]
    wanted = [f"{scene.things[0].colour} {scene.things[0].shape}" for scene in seen]
    for style, least in (("plain", 0.55), ("smooth", 0.5), ("paper", 0.4), ("tinted", 0.2)):
        drawn = [draw(scene, style, seed=i) for i, scene in enumerate(seen)]
        best = clip.classify(drawn, names).argmax(dim=1).tolist()
        assert np.mean([names[i] == name for i, name in zip(best, wanted, strict=True)]) > least


def test_weights_keep_their_vectors_through_a_file(clip, tmp_path):
    save_model(tmp_path, clip.model, {"kind": "clip", "model": SMALL.to_dict()})
    again = Clip(load_model(tmp_path)[0], TOKENIZER, "again")
    seen = pictures(3)
    torch.testing.assert_close(again.pictures(seen), clip.pictures(seen), atol=2e-3, rtol=0)


def test_several_processes_are_refused(monkeypatch):
    """Each would compare its own rows alone: easier, and another loss, without a word."""
    monkeypatch.setattr(recipes, "process_count", lambda: 2)
    with pytest.raises(ValueError, match="2 processes would each compare their own pictures"):
        fit(clip_recipe(2500, pictures=640, batch=16), TOKENIZER, progress=False)
