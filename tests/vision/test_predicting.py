"""Captions predicted: each probability by hand, and a picture that is looked at."""

from __future__ import annotations

import pytest
import torch

from gptedu import assets
from gptedu.text import Tokenizer
from gptedu.vision.encoders import TOKENS, ClipConfig
from gptedu.vision.pairs import Corpus, unpack
from gptedu.vision.predicting import (
    BagOfWords,
    Captioner,
    fit_predictor,
    likeliest,
    prediction_loss,
)
from gptedu.vision.recipes import CORPUS, PictureRecipe

CONFIG = ClipConfig(2500, width=16, heads=2, layers=1, shared=16)
TOKENIZER = Tokenizer.load(assets.path("tokenizer.json"))


@pytest.fixture(scope="module")
def seen() -> tuple[torch.Tensor, torch.Tensor]:
    return unpack(CORPUS.rows(TOKENIZER, CONFIG.context, 4, 0))


def test_a_captions_probability_is_that_of_its_tokens_and_its_end(seen):
    """One caption at a time, token by token, without what fills its row."""
    model = Captioner(CONFIG, torch.Generator().manual_seed(0)).eval()
    pixels, ids = seen
    with torch.no_grad():
        together = model(pixels, ids)
        for i in range(len(ids)):
            row = ids[i, : ids[i].tolist().index(0) + 1]
            total = 0.0
            for t, token in enumerate(row):
                prefix = model.join(model.picture_encoder(pixels[i : i + 1])) / 4
                said = model.text_encoder.token_embedding(row[None, :t])
                hidden = model.text_encoder.features(embeddings=torch.cat([prefix, said], dim=1))
                logits = model.text_encoder.unembed(hidden[:, TOKENS - 1 + t])
                total += logits.log_softmax(dim=-1)[0, token].item()
            assert together[i].item() == pytest.approx(total, abs=1e-3)


def test_a_bag_knows_no_order(seen):
    model = BagOfWords(CONFIG, torch.Generator().manual_seed(0)).eval()
    pixels, _ = seen
    with torch.no_grad():
        one, other = (
            model(pixels[:1], torch.tensor([row])) for row in ([5, 6, 7, 0], [7, 5, 6, 0])
        )
        torch.testing.assert_close(one, other)
        filled_up = model(pixels[:1], torch.tensor([[5, 6, 7, 0, 0, 0]]))
    torch.testing.assert_close(one, filled_up)


@pytest.mark.parametrize("build", [Captioner, BagOfWords])
def test_both_look_at_the_picture(build, seen):
    model = build(CONFIG, torch.Generator().manual_seed(0)).eval()
    pixels, ids = seen
    with torch.no_grad():
        assert not torch.allclose(model(pixels, ids), model(torch.zeros_like(pixels), ids))


@pytest.mark.parametrize("way", ["words", "bag"])
def test_both_learn(way):
    recipe = PictureRecipe(
        "little", CONFIG, 20 * 16 * CONFIG.context, 16, corpus=Corpus((("one", 1),)),
        learning_rate=3e-3,
    )  # fmt: skip
    losses = []
    model = fit_predictor(way, recipe, TOKENIZER, on_step=lambda s: losses.append(s.loss.item()))
    assert losses[-1] < 0.8 * losses[0]
    rows = recipe.corpus.rows(TOKENIZER, CONFIG.context, 6, 9)
    assert prediction_loss(model, rows).item() < losses[0]
    best = likeliest(model, TOKENIZER, unpack(rows)[0], ["red ball", "blue cup"], "a {name}")
    assert best.shape == (6,)
    with pytest.raises(ValueError, match="way is 'letters'"):
        fit_predictor("letters", recipe, TOKENIZER)
