"""Traps of caches, masks and positions: what must be the same is the same."""

from __future__ import annotations

import pytest
import torch

from gptedu.model import Decoder, GPTConfig, masks
from gptedu.sampling import token_logprobs
from gptedu.text import pad
from tiny_gpt import POST, TINY, some_ids, tiny

CONFIGS = [TINY, POST, GPTConfig(61, 24, 1, 6, 1)]
SPLITS = [(11,), (1,) * 11, (10, 1), (1, 10), (4, 1, 1, 5), (3, 4, 4), (2, 9)]


def in_chunks(model, ids, split, mask=None):
    """Logits of ids read chunk after chunk through a cache."""
    cache, parts, start = model.new_cache(len(ids)), [], 0
    for size in split:
        some = slice(start, start + size)
        parts.append(model(ids[:, some], cache=cache, mask=None if mask is None else mask[:, some]))
        start += size
    return torch.cat(parts, dim=1)


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("split", SPLITS)
@torch.no_grad()
def test_any_split_gives_the_uncached_logits(config, split):
    model, ids = tiny(config), some_ids()
    torch.testing.assert_close(in_chunks(model, ids, split), model(ids), atol=1e-5, rtol=0)


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("split", SPLITS)
@torch.no_grad()
def test_any_split_with_left_padding_gives_the_unpadded_logits(config, split):
    model = tiny(config)
    texts = [some_ids(1, 11, seed=1)[0].tolist(), some_ids(1, 5, seed=2)[0].tolist(), [9]]
    batch = pad(texts, side="left")
    padded = in_chunks(model, batch.ids, split, batch.mask)
    assert padded.isfinite().all()
    for row, text in enumerate(texts):
        alone = model(torch.tensor([text]))[0]
        torch.testing.assert_close(padded[row, -len(text) :], alone, atol=1e-5, rtol=0)


@torch.no_grad()
def test_a_mask_may_stop_or_begin_at_any_chunk():
    """After a padded chunk no mask is needed, and pads may come after unpadded chunks."""
    model, ids = tiny(), some_ids()
    mask = torch.ones(2, 11, dtype=torch.bool)
    mask[0, :3] = False
    cache = model.new_cache(2)
    first = model(ids[:, :6], mask=mask[:, :6], cache=cache)
    second = model(ids[:, 6:], cache=cache)
    whole = model(ids, mask=mask)
    torch.testing.assert_close(torch.cat([first, second], 1)[mask], whole[mask], atol=1e-5, rtol=0)

    mask = torch.ones(2, 11, dtype=torch.bool)
    mask[1, 6:9] = False
    cache = model.new_cache(2)
    first = model(ids[:, :6], cache=cache)
    second = model(ids[:, 6:], mask=mask[:, 6:], cache=cache)
    whole = model(ids, mask=mask)
    torch.testing.assert_close(torch.cat([first, second], 1)[mask], whole[mask], atol=1e-5, rtol=0)


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("value", [0, 9])
@torch.no_grad()
def test_pads_change_no_real_token(config, side, value):
    """Whatever stands in the pads, the log-probability of every real token stays."""
    model = tiny(config)
    texts = [some_ids(1, size, seed=size)[0].tolist() for size in (12, 7, 2)]
    batch = pad(texts, side=side, value=value)
    logprobs = token_logprobs(model(batch.ids, mask=batch.mask), batch.ids)
    for row, text in enumerate(texts):
        ids = torch.tensor([text])
        start = 0 if side == "right" else batch.ids.shape[1] - len(text)
        here = logprobs[row, start : start + len(text) - 1]
        torch.testing.assert_close(here, token_logprobs(model(ids), ids)[0], atol=1e-5, rtol=0)


def test_pads_receive_and_send_no_gradient():
    model, ids = tiny(), some_ids(1, 8)
    mask = torch.tensor([[False] * 3 + [True] * 5])
    embeddings = model.token_embedding(ids).detach().requires_grad_()
    model(embeddings=embeddings, mask=mask)[:, 3:].logsumexp(-1).sum().backward()
    assert embeddings.grad[:, :3].abs().max() == 0
    assert embeddings.grad[:, 3:].abs().amax(dim=-1).min() > 0
    assert all(p.grad.isfinite().all() for p in model.parameters())


@torch.no_grad()
def test_a_mask_aligned_with_the_first_keys_is_caught(monkeypatch):
    """The trap itself: causal attention that aligns top-left is wrong after the first chunk."""
    model, ids = tiny(), some_ids()
    right = masks.look

    def top_left(*args, **kwargs):
        view = right(*args, **kwargs)
        time = view.positions.shape[1]
        return view._replace(allowed=None, causal=time > 1)

    monkeypatch.setattr("gptedu.model.gpt.look", top_left)
    assert (in_chunks(model, ids, (4, 7)) - model(ids)).abs().max() > 1e-3


@torch.no_grad()
def test_positions_that_count_pads_are_caught():
    model, text = tiny(), some_ids(1, 6)
    batch = pad([text[0].tolist(), [1] * 9], side="left")
    positions = torch.arange(9).expand(2, 9)
    wrong = model(batch.ids, mask=batch.mask, positions=positions)[0, 3:]
    assert (wrong - model(text)[0]).abs().max() > 1e-3


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("lengths", [(4,), (4, 4), (7, 1, 3), (2, 9, 5, 5, 1)])
@torch.inference_mode()
def test_the_fast_decoder_gives_the_models_logits(config, lengths):
    """Token by token, for one row and many, padded and not: `Decoder` is the forward pass."""
    model = tiny(config)
    texts = [some_ids(1, size, seed=size)[0].tolist() for size in lengths]
    batch = pad(texts, side="left")
    cache = model.new_cache(len(texts))
    model(batch.ids, mask=batch.mask, cache=cache)
    decoder = Decoder(model, cache)
    for step in range(24 - max(lengths)):
        ids = (torch.arange(len(texts)) * 7 + step * 5) % 61
        logits = decoder(ids)
        for row, text in enumerate(texts):
            text.append(ids[row].item())
            expected = model(torch.tensor([text]))[0, -1]
            torch.testing.assert_close(logits[row], expected, atol=1e-5, rtol=0)
    with pytest.raises(ValueError, match="full at 24"):
        decoder(ids)


@pytest.mark.parametrize("pads", [0, 2])
@torch.no_grad()
def test_the_decoder_and_the_model_may_take_turns(pads):
    model, ids = tiny(), some_ids()
    mask = torch.ones(2, 11, dtype=torch.bool)
    mask[0, :pads] = False
    cache = model.new_cache(2)
    model(ids[:, :3], mask=mask[:, :3], cache=cache)
    decoder = Decoder(model, cache)
    decoder(ids[:, 3])
    decoder(ids[:, 4])
    last = model(ids[:, 5:], cache=cache)
    torch.testing.assert_close(last, model(ids, mask=mask)[:, 5:], atol=1e-5, rtol=0)
