"""The two other bodies of chapter 1: the LSTM and the masked, bidirectional twin."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from gptedu.finetuning import (
    LSTMConfig,
    LSTMModel,
    MaskedLanguageModel,
    MaskedModel,
    mask_tokens,
    masked_loss,
)
from gptedu.model import GPT, GPTConfig
from gptedu.sampling import seeded
from gptedu.text import Tokenizer, train_tokenizer
from gptedu.training.loss import lm_loss

CONFIG = GPTConfig(vocab_size=30, context=12, layers=2, width=32, heads=4)


def some_ids(batch: int = 3, time: int = 8) -> torch.Tensor:
    return torch.randint(30, (batch, time), generator=seeded(9))


def size(model: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


# LSTM


@pytest.mark.parametrize(("layers", "width"), [(2, 32), (4, 128), (6, 192)])
def test_the_lstm_has_the_transformers_size(layers, width):
    config = GPTConfig(vocab_size=2000, context=256, layers=layers, width=width, heads=4)
    lstm = LSTMModel(LSTMConfig.same_size(config))
    embeddings = 2000 * width
    gpt = GPT(config)
    blocks = sum(parameter.numel() for parameter in gpt.blocks.parameters())
    assert size(lstm) - embeddings == pytest.approx(blocks, rel=0.02)


def test_the_lstm_sees_the_past_and_not_the_future():
    model = LSTMModel(LSTMConfig(30, 12, 16, 24), seeded(0))
    ids = some_ids()
    changed = ids.clone()
    changed[:, 5] = (changed[:, 5] + 1) % 30
    one, other = model(ids), model(changed)
    assert torch.equal(one[:, :5], other[:, :5])
    assert not torch.allclose(one[:, 5:], other[:, 5:], atol=1e-4)


def test_the_lstm_takes_embeddings_and_ignores_right_pads():
    model = LSTMModel(LSTMConfig(30, 12, 16, 24), seeded(0))
    ids = some_ids(2, 6)
    torch.testing.assert_close(model(ids), model(embeddings=model.token_embedding(ids)))
    mask = torch.tensor([[True] * 6, [True] * 4 + [False] * 2])
    torch.testing.assert_close(model(ids, mask=mask)[1, :4], model(ids[1:, :4])[0])
    with pytest.raises(ValueError, match="pad on the right"):
        model(ids, mask=mask.flip(1))


def test_the_lstm_refuses_what_it_cannot_read():
    model = LSTMModel(LSTMConfig(30, 12, 16, 24), seeded(0))
    with pytest.raises(ValueError, match="context of 12"):
        model(some_ids(1, 13))
    with pytest.raises(ValueError, match="either ids or embeddings"):
        model()
    with pytest.raises(ValueError, match="units"):
        LSTMConfig(30, 12, 16, 0)


def test_the_lstm_starts_near_chance_and_learns():
    model = LSTMModel(LSTMConfig(30, 12, 16, 24), seeded(0))
    batch = some_ids(8, 9)
    assert abs(lm_loss(model, batch).item() - torch.tensor(30.0).log().item()) < 1
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(100):
        optimiser.zero_grad()
        lm_loss(model, batch).backward()
        optimiser.step()
    assert lm_loss(model, batch).item() < 1


def test_the_lstm_config_survives_a_card():
    config = LSTMConfig.same_size(CONFIG)
    assert LSTMConfig.from_dict(config.to_dict()) == config


# The masked twin


def test_the_masked_model_looks_both_ways():
    model = MaskedModel(CONFIG, seeded(0))
    ids = some_ids()
    changed = ids.clone()
    changed[:, 5] = (changed[:, 5] + 1) % 30
    difference = (model(ids) - model(changed)).abs().amax(dim=(0, 2))
    assert (difference > 1e-4).all()


def test_the_masked_model_is_gpt_with_another_mask():
    model = MaskedModel(CONFIG, seeded(0))
    ids = some_ids(2, 6)
    everything = torch.ones(2, 6, 6, dtype=torch.bool)
    torch.testing.assert_close(model(ids), model.gpt(ids, mask=everything))


@pytest.mark.parametrize("side", ["left", "right"])
def test_pads_change_nothing_on_either_side(side):
    model = MaskedModel(CONFIG, seeded(0))
    ids = some_ids(1, 5)
    padded = F.pad(ids, (3, 0) if side == "left" else (0, 3), value=7)
    mask = F.pad(torch.ones(1, 5, dtype=torch.bool), (3, 0) if side == "left" else (0, 3))
    torch.testing.assert_close(model(padded, mask)[mask], model(ids)[0], atol=1e-5, rtol=1e-5)


def test_a_hidden_token_is_hidden():
    """Under [Mask] the original cannot be seen, and [Mask] has an embedding that learns."""
    model = MaskedModel(CONFIG, seeded(0))
    ids = some_ids(1, 6)
    ids[0, 2] = model.mask_id
    model(ids)[0, 2, 4].backward()
    assert model.mask_embedding.grad.abs().sum() > 0


def test_masking_is_15_percent_and_80_10_10():
    ids = torch.randint(30, (400, 250), generator=seeded(1))
    inputs, chosen = mask_tokens(ids, 30, seeded(2))
    assert chosen.float().mean().item() == pytest.approx(0.15, abs=0.005)
    assert torch.equal(inputs[~chosen], ids[~chosen])
    masked = (inputs == 30)[chosen].float().mean().item()
    # a random token is the old one once in 30 times
    same = (inputs == ids)[chosen].float().mean().item()
    assert masked == pytest.approx(0.8, abs=0.01)
    assert same == pytest.approx(0.1 + 0.1 / 30, abs=0.01)
    assert inputs[chosen].max() == 30
    assert inputs.min() >= 0


def test_masks_are_decided_by_the_generator():
    ids = some_ids()
    one, same, other = (mask_tokens(ids, 30, seeded(s), rate=0.5)[0] for s in (1, 1, 2))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)
    with pytest.raises(ValueError, match=r"rate is 1\.5"):
        mask_tokens(ids, 30, seeded(0), rate=1.5)


def test_the_masked_loss_is_the_mean_over_the_hidden_tokens():
    model = MaskedModel(CONFIG, seeded(0))
    batch = some_ids(4, 13)
    ids = batch[:, 1:]
    inputs, chosen = mask_tokens(ids, 30, seeded(3))
    expected = F.cross_entropy(model(inputs)[chosen], ids[chosen])
    torch.testing.assert_close(masked_loss(model, batch, seeded(3)), expected)


def test_a_batch_too_small_to_hide_anything_still_has_a_loss():
    model = MaskedModel(CONFIG, seeded(0))
    for seed in range(20):
        assert torch.isfinite(masked_loss(model, some_ids(1, 2), seeded(seed)))


# Filling a blank


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return train_tokenizer(["The soup was cold and the room was clean."] * 3, 280)


@pytest.fixture(scope="module")
def filler(tokenizer) -> MaskedModel:
    config = GPTConfig(tokenizer.vocab_size, context=24, layers=1, width=16, heads=2)
    return MaskedModel(config, seeded(0))


def test_a_blank_is_filled_from_both_sides(tokenizer, filler):
    found = MaskedLanguageModel(filler, tokenizer, "gaps").fill(
        "The soup was ___ and the room was clean."
    )
    left, right = tokenizer.encode("The soup was"), tokenizer.encode(" and the room was clean.")
    ids = torch.tensor([[tokenizer.end, *left, filler.mask_id, *right]])
    torch.testing.assert_close(found, filler(ids)[0, len(left) + 1].softmax(-1))
    for other in ("The room was ___ and the room was clean.", "The soup was ___ and the soup."):
        assert not torch.allclose(
            found, MaskedLanguageModel(filler, tokenizer, "gaps").fill(other), atol=1e-6
        )


@pytest.mark.parametrize(("text", "blanks"), [("The soup.", 0), ("___ was ___.", 2)])
def test_a_text_needs_one_blank(tokenizer, filler, text, blanks):
    with pytest.raises(ValueError, match=f"has {blanks} blanks"):
        MaskedLanguageModel(filler, tokenizer, "gaps").fill(text)
