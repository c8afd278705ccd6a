"""The model's interface: shapes, inputs, traces, heads switched off, and its errors."""

from __future__ import annotations

import math

import pytest
import torch

from gptedu.model import GPT, GPTConfig, KVCache, Trace, count_parameters
from gptedu.sampling import seeded, token_logprobs
from tiny_gpt import POST, TINY, some_ids, tiny


@pytest.mark.parametrize("config", [TINY, POST, GPTConfig(7, 3, 1, 6, 1, feedforward=5)])
def test_parameters_are_counted_from_the_config_alone(config):
    model = GPT(config)
    assert count_parameters(config) == sum(p.numel() for p in model.parameters())


def test_gpt2_small_has_the_published_size():
    assert count_parameters(GPTConfig(50257, 1024, 12, 768, 12)) == 124_439_808


def test_it_builds_without_storage():
    with torch.device("meta"):
        model = GPT(GPTConfig(50257, 2048, 96, 12288, 96))
    assert next(model.parameters()).is_meta


def test_config_survives_a_dictionary():
    config = GPTConfig(61, 24, 3, 20, 4, norm="post", feedforward=30)
    assert GPTConfig.from_dict(config.to_dict()) == config
    with pytest.raises(ValueError, match="depth"):
        GPTConfig.from_dict({**config.to_dict(), "depth": 3})
    with pytest.raises(ValueError, match="lacks vocab_size"):
        GPTConfig.from_dict({"context": 24, "layers": 3, "width": 20, "heads": 4})
    with pytest.raises(ValueError, match=r"configuration is \[\]"):
        GPTConfig.from_dict([])


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"heads": 3}, "multiple"),
        ({"layers": 0}, "layers is 0"),
        ({"width": 20.0}, "whole number"),
        ({"norm": "rms"}, "pre, post"),
        ({"activation": "silu"}, "gelu_tanh"),
        ({"dropout": 1.0}, "dropout"),
        ({"dropout": math.nan}, "dropout"),
        ({"dropout": "0"}, "dropout is '0'"),
        ({"norm_eps": 0.0}, "norm_eps"),
        ({"norm_eps": "1e-5"}, "norm_eps is '1e-5'"),
        ({"feedforward": 0}, "feedforward is 0"),
    ],
)
def test_a_config_that_cannot_be_says_why(change, word):
    with pytest.raises(ValueError, match=word):
        GPTConfig.from_dict({**TINY.to_dict(), **change})


@pytest.mark.parametrize("width", [24, 64, 128, 192])
@pytest.mark.parametrize("norm", ["pre", "post"])
def test_the_loss_starts_near_uniform_at_every_width(width, norm):
    config = GPTConfig(2000, 64, 4, width, 2, norm=norm)
    model = GPT(config, seeded(0))
    ids = torch.randint(0, 2000, (4, 64), generator=seeded(1))
    with torch.no_grad():
        loss = -token_logprobs(model(ids), ids).mean()
    assert math.log(2000) - 0.05 < loss < math.log(2000) + 0.3


def test_what_is_added_to_the_residual_stream_starts_smaller_the_deeper_the_model():
    config = GPTConfig(61, 8, layers=8, width=64, heads=2)
    model = GPT(config, seeded(0))
    for block in model.blocks:
        for linear, added in (
            (block.attention.qkv, 1.0),
            (block.attention.out, 0.25),  # 1 / sqrt(2 x 8 layers)
            (block.mlp.up, 1.0),
            (block.mlp.down, 0.25),
        ):
            std = added / math.sqrt(linear.in_features)
            assert linear.weight.std().item() == pytest.approx(std, rel=0.05)


def test_the_same_generator_gives_the_same_weights():
    one, two = (GPT(TINY, seeded(3)).state_dict() for _ in range(2))
    assert all(torch.equal(one[name], two[name]) for name in one)


@pytest.mark.parametrize("config", [TINY, POST])
def test_embeddings_in_place_of_ids(config):
    model, ids = tiny(config), some_ids()
    assert torch.equal(model(ids), model(embeddings=model.token_embedding(ids)))


def test_logits_are_the_unembedded_features():
    model, ids = tiny(), some_ids()
    assert torch.equal(model(ids), model.unembed(model.features(ids)))


@pytest.mark.parametrize("config", [TINY, POST])
def test_the_future_is_not_seen(config):
    model, ids = tiny(config), some_ids()
    changed = ids.clone()
    changed[:, 6] = (changed[:, 6] + 1) % 61
    before, after = model(ids), model(changed)
    assert torch.equal(before[:, :6], after[:, :6])
    assert (before[:, 6:] - after[:, 6:]).abs().amax(dim=-1).min() > 1e-5


def test_a_bidirectional_mask_replaces_the_causal_rule():
    model, ids = tiny(), some_ids()
    everyone = torch.ones(2, 11, 11, dtype=torch.bool)
    changed = ids.clone()
    changed[:, -1] = (changed[:, -1] + 1) % 61
    moved = (model(ids, mask=everyone) - model(changed, mask=everyone)).abs().amax(dim=-1)
    assert moved.min() > 1e-5, "an early token did not see the last one"
    causal = everyone.tril()
    torch.testing.assert_close(model(ids, mask=causal), model(ids), atol=1e-5, rtol=0)


@torch.no_grad()
def test_a_mask_of_ones_own_leaves_a_cache_with_pads_in_order():
    model, row = tiny(), some_ids(1, 6)
    ids = torch.cat([some_ids(1, 6, seed=1), row])
    mask = torch.ones(2, 6, dtype=torch.bool)
    mask[1, :2] = False  # the second row has four real tokens
    cache = model.new_cache(2)
    model(ids[:, :4], mask=mask[:, :4], cache=cache)
    places = mask.cumsum(dim=1)[:, 4:5] - 1
    model(ids[:, 4:5], mask=mask[:, None, :5], positions=places, cache=cache)
    last = model(ids[:, 5:], cache=cache)
    torch.testing.assert_close(last[1], model(row[:, 2:])[0, -1:], atol=1e-5, rtol=0)


def test_any_mask_gives_what_each_query_may_see():
    """Row by row: a query that may see some tokens gives what it gives over those alone."""
    model, ids = tiny(GPTConfig(61, 24, 1, 20, 4)), some_ids(rows=1)
    allowed = torch.rand(1, 11, 11, generator=seeded(5)) < 0.5
    allowed |= torch.eye(11, dtype=torch.bool)
    logits = model(ids, mask=allowed)
    for query in range(11):
        seen = allowed[0, query].nonzero()[:, 0]
        alone = model(
            ids[:, seen],
            positions=seen[None],
            mask=torch.ones(1, len(seen), len(seen), dtype=torch.bool),
        )
        at = (seen == query).nonzero().item()
        torch.testing.assert_close(logits[0, query], alone[0, at], atol=1e-5, rtol=0)


@pytest.mark.parametrize("config", [TINY, POST])
def test_a_trace_changes_nothing_and_its_rows_sum_to_one(config):
    model, ids = tiny(config), some_ids()
    trace = Trace()
    torch.testing.assert_close(model(ids, trace=trace), model(ids), atol=1e-5, rtol=0)
    assert len(trace.attention) == config.layers
    assert len(trace.residual) == config.layers + 1
    for weights in trace.attention:
        assert weights.shape == (2, 4, 11, 11)
        torch.testing.assert_close(weights.sum(-1), torch.ones(2, 4, 11), atol=1e-5, rtol=0)
        assert weights.triu(1).abs().max() == 0
    last = trace.residual[-1]
    normed = last if config.norm == "post" else model.final_norm(last)
    torch.testing.assert_close(normed, model.features(ids), atol=1e-5, rtol=0)


def test_a_trace_with_pads_and_a_cache():
    model, ids = tiny(), some_ids()
    mask = torch.ones(2, 11, dtype=torch.bool)
    mask[0, :4] = False
    whole = Trace()
    model(ids, mask=mask, trace=whole)
    assert whole.attention[0][0, :, 4:, :4].abs().max() == 0, "a real token looked at a pad"
    cache, part = model.new_cache(2), Trace()
    model(ids[:, :7], mask=mask[:, :7], cache=cache)
    model(ids[:, 7:], cache=cache, trace=part)
    torch.testing.assert_close(
        part.attention[2], whole.attention[2][:, :, 7:], atol=1e-5, rtol=1e-4
    )


@pytest.mark.parametrize("config", [TINY, POST])
@pytest.mark.parametrize("traced", [False, True])
def test_a_head_switched_off_loses_exactly_its_contribution(config, traced):
    """Zeroing the head's columns of the output matrix is the same thing, done by hand."""
    model, ids, layer, head = tiny(config), some_ids(), 1, 2
    off = model(ids, heads_off=[(layer, head)], trace=Trace() if traced else None)
    by_hand = tiny(config)
    columns = slice(head * config.head_width, (head + 1) * config.head_width)
    with torch.no_grad():
        by_hand.blocks[layer].attention.out.weight[:, columns] = 0
    torch.testing.assert_close(off, by_hand(ids), atol=1e-5, rtol=0)
    assert (off - model(ids)).abs().max() > 1e-3
    torch.testing.assert_close(model(ids, heads_off=()), model(ids), atol=0, rtol=0)


def test_all_heads_off_leaves_the_bias_alone():
    model, ids = tiny(GPTConfig(61, 24, 1, 20, 4)), some_ids()
    off = model(ids, heads_off=[(0, head) for head in range(4)])
    with torch.no_grad():
        model.blocks[0].attention.out.weight.zero_()
    torch.testing.assert_close(off, model(ids), atol=1e-6, rtol=0)


def test_bfloat16_on_a_cpu_stays_close():
    """Where attention goes through float32 and back, forwards and backwards."""
    model, ids, found = tiny(), some_ids(), []
    for enabled in (False, True):
        model.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=enabled):
            logits = model(ids)
        token_logprobs(logits, ids).mean().backward()
        found.append((logits.float(), model.blocks[0].attention.qkv.weight.grad.clone()))
    (logits, gradient), (logits16, gradient16) = found
    torch.testing.assert_close(logits16, logits, atol=0.1, rtol=0)
    cosine = torch.cosine_similarity(gradient.flatten(), gradient16.flatten(), dim=0)
    assert cosine > 0.99


def test_dropout_acts_in_training_only():
    config = GPTConfig(61, 24, 2, 20, 4, dropout=0.3)
    model, ids = tiny(config), some_ids()
    assert torch.equal(model(ids), model(ids))
    model.train()
    assert not torch.equal(model(ids), model(ids))


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({}, "either ids or embeddings"),
        ({"ids": some_ids(), "embeddings": torch.ones(2, 11, 20)}, "either ids or embeddings"),
        ({"ids": some_ids(time=25)}, "25 tokens do not fit"),
        ({"ids": torch.ones(1, 0, dtype=torch.long)}, "empty"),
        ({"ids": torch.ones(5, dtype=torch.long)}, r"\[batch, time\]"),
        ({"ids": torch.tensor([[1, TINY.vocab_size, 2]])}, f"id {TINY.vocab_size} is outside"),
        ({"ids": torch.tensor([[1, -1]])}, "id -1 is outside: ids go from 0 to 60"),
        ({"ids": torch.ones(1, 2)}, "ids of type torch.float32 name no rows: give torch.int64"),
        ({"ids": torch.ones(1, 2, dtype=torch.bool)}, "ids of type torch.bool"),
        ({"ids": some_ids(1, 2), "positions": torch.tensor([[0, 24]])}, "position 24 is outside"),
        (
            {"ids": some_ids(1, 2), "positions": torch.tensor([[-1, 0]])},
            "positions go from 0 to 23",
        ),
        ({"ids": some_ids(1, 2), "positions": torch.tensor([[0.0, 1]])}, "positions of type"),
        ({"ids": some_ids(), "positions": torch.arange(11)}, r"positions of shape \(11,\): give"),
        ({"ids": some_ids(), "positions": torch.ones(2, 10, dtype=torch.long)}, r"\[2, 11\]"),
        ({"ids": some_ids(), "positions": torch.ones(3, 11, dtype=torch.long)}, r"\[2, 11\]"),
        ({"ids": some_ids(), "mask": torch.ones(2, 10, dtype=torch.bool)}, "mask of shape"),
        ({"ids": some_ids(), "mask": torch.ones(2, 11, 10, dtype=torch.bool)}, "mask of shape"),
        ({"ids": some_ids(), "mask": torch.zeros(2, 11, 11, dtype=torch.bool)}, "nothing"),
        ({"ids": some_ids(), "heads_off": [(3, 0)]}, r"no head \(3, 0\)"),
        ({"ids": some_ids(), "heads_off": [(0, -1)]}, r"no head \(0, -1\)"),
        ({"ids": some_ids(), "heads_off": (0, 1)}, r"holds 0: give pairs"),
        ({"ids": some_ids(), "cache": KVCache(TINY, 3)}, "made for 3"),
        ({"ids": some_ids(), "cache": KVCache(TINY, 2, 10)}, "room is 10"),
        ({"embeddings": torch.ones(2, 11, 19)}, r"width 20"),
    ],
)
def test_bad_input_says_what_to_do(arguments, word):
    with pytest.raises(ValueError, match=word):
        tiny()(**arguments)


def test_a_cache_longer_than_the_context_is_refused():
    with pytest.raises(ValueError, match="context is 24"):
        KVCache(TINY, 1, 25)
