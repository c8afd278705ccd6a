"""Both encoders: shapes, where a picture is read, and where a caption ends."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch

from gptedu import threads
from gptedu.model.body import parameter_count
from gptedu.vision.encoders import (
    CHANNELS,
    TOKENS,
    ClipConfig,
    ClipModel,
    PictureEncoder,
    end_places,
)
from gptedu.vision.world import scenes
from gptedu.vision.world.drawing import draw
from gptedu.vision.world.scenes import Scene, Thing
from rounding import alike

CONFIG = ClipConfig(300, context=8, width=16, heads=2, shared=12)


@pytest.fixture
def model() -> ClipModel:
    return ClipModel(CONFIG, torch.Generator().manual_seed(0)).eval()


def test_shapes_and_lengths(model):
    rng = random.Random(0)
    pixels = torch.from_numpy(draw(scenes.two(rng)))[None].repeat(3, 1, 1, 1)
    ids = torch.tensor([[5, 6, 0, 0], [5, 0, 0, 0], [7, 8, 9, 0]])
    assert model.picture_encoder(pixels).shape == (3, TOKENS, CHANNELS[-1])
    for own in (model.pictures(pixels), model.texts(ids)):
        torch.testing.assert_close(own.norm(dim=1), torch.ones(3))
    assert model(pixels, ids).shape == (3, 3)
    assert parameter_count(ClipModel(ClipConfig(2500))) < 350_000


def test_the_same_seed_gives_the_same_model():
    first, again = (ClipModel(CONFIG, torch.Generator().manual_seed(3)) for _ in range(2))
    pairs = zip(first.parameters(), again.parameters(), strict=True)
    assert all(torch.equal(one, other) for one, other in pairs)
    assert ClipConfig.from_dict(CONFIG.to_dict()) == CONFIG


def test_its_matrices_are_convolutions():
    """The same numbers as torch's own, in the order of its weights."""
    encoder = PictureEncoder(torch.Generator().manual_seed(0))
    picture = torch.from_numpy(draw(scenes.two(random.Random(1)), seed=1))[None]
    x = picture.permute(0, 3, 1, 2).float() / 255
    for layer in encoder.convolutions:
        weight = layer.weight.unflatten(1, (-1, 3, 3))
        x = torch.nn.functional.conv2d(x, weight, layer.bias, stride=2, padding=1)
        x = torch.nn.functional.gelu(x)
    torch.testing.assert_close(encoder(picture), encoder.norm(x.flatten(2).transpose(1, 2)))


def test_gradients_are_the_same_for_any_number_of_threads():
    rng, found = random.Random(2), []
    pixels = torch.from_numpy(np.stack([draw(scenes.two(rng), seed=i) for i in range(64)]))
    for number in (1, 2):
        encoder = PictureEncoder(torch.Generator().manual_seed(0))
        with threads.exactly(number):
            encoder(pixels).square().sum().backward()
        found.append([parameter.grad for parameter in encoder.parameters()])
    assert all(alike(one, other) for one, other in zip(*found, strict=True))


def test_a_pictures_tokens_stand_row_by_row():
    """What is drawn at a place changes the token of that place most."""
    encoder = PictureEncoder(torch.Generator().manual_seed(0))
    encoder.norm = torch.nn.Identity()
    empty = encoder(torch.zeros(1, 24, 24, 3, dtype=torch.uint8))
    for place in range(9):
        picture = draw(Scene((Thing("square", "white", place),)))
        changed = (encoder(torch.from_numpy(picture)[None]) - empty).norm(dim=2)[0]
        assert place in changed.topk(4).indices, place


def test_a_caption_is_read_at_its_end_by_that_tokens_id(model):
    """Not at the largest id, which added tokens would be, and not at the last place."""
    ids = torch.tensor([[5, 299, 6, 0, 0, 0]])
    once = model.texts(ids)
    torch.testing.assert_close(model.texts(ids[:, :4]), once)
    torch.testing.assert_close(model.texts(torch.tensor([[5, 299, 6, 0, 77, 299]])), once)
    assert end_places(ids, 0).tolist() == [3]
    assert not torch.allclose(model.texts(torch.tensor([[5, 298, 6, 0]])), once)


@pytest.mark.parametrize(
    ("ids", "words"),
    [
        ([[5, 0], [5, 6]], "caption 1 has no token 0"),
        ([[5, 0], [0, 5]], "caption 1 is empty"),
        ([[0, 0]], "caption 0 is empty"),
    ],
)
def test_a_caption_without_its_end_is_refused(model, ids, words):
    """Its vector would be that of another token, without a word."""
    with pytest.raises(ValueError, match=words):
        model.texts(torch.tensor(ids))


@pytest.mark.parametrize(
    "pixels",
    [
        torch.zeros(1, 24, 24, 3),
        torch.zeros(24, 24, 3, dtype=torch.uint8),
        torch.zeros(1, 32, 32, 3, dtype=torch.uint8),
        torch.zeros(1, 3, 24, 24, dtype=torch.uint8),
    ],
)
def test_other_pictures_are_refused(model, pixels):
    with pytest.raises(ValueError, match=r"give uint8 \[batch, 24, 24, 3\]"):
        model.pictures(pixels)


def test_a_configuration_says_what_is_wrong():
    with pytest.raises(ValueError, match="context is 1"):
        ClipConfig(300, context=1)
    with pytest.raises(ValueError, match="does not divide into 5 heads"):
        ClipConfig(300, heads=5)
    with pytest.raises(ValueError, match="end is 300"):
        ClipConfig(300, end=300)
    with pytest.raises(ValueError, match="differ in depth"):
        ClipConfig.from_dict(CONFIG.to_dict() | {"depth": 1})
