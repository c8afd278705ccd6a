"""The formula against a counter of every product, and against the parameters of real models."""

from __future__ import annotations

import pytest

from gptedu.model import GPT, GPTConfig, count_parameters
from gptedu.sampling import seeded
from gptedu.scaling.flops import (
    block_weights,
    counted_flops,
    flops_per_token,
    matrix_weights,
    parameters,
    training_flops,
)


@pytest.mark.parametrize(
    "config",
    [
        GPTConfig(128, 256, 2, 16, 4),  # attention is two thirds
        GPTConfig(33, 64, 3, 24, 6),
        GPTConfig(500, 16, 1, 64, 4),  # the head is most
        GPTConfig(33, 32, 2, 32, 4, feedforward=48),
    ],
    ids=lambda config: f"width {config.width}",
)
def test_the_counter_agrees_within_one_per_cent(config):
    windows = 3
    formula = training_flops(config, windows * config.context)
    assert formula == pytest.approx(counted_flops(config, windows), rel=0.01)


def test_six_times_the_parameters_misses_a_narrow_model():
    """At width 16 with a context of 256 the usual estimate leaves two thirds out."""
    config = GPTConfig(128, 256, 2, 16, 4)
    estimate = 6 * matrix_weights(config)
    assert estimate < 0.4 * flops_per_token(config)


def test_what_is_counted():
    config = GPTConfig(2500, 256, 4, 128, 4)  # mini-m
    model = GPT(config, seeded(0))
    blocks = sum(p.numel() for p in model.blocks.parameters() if p.ndim == 2)
    assert block_weights(config) == parameters(config, "blocks") == blocks
    assert matrix_weights(config) == parameters(config, "matrices") == blocks + 2500 * 128
    assert parameters(config) == parameters(config, "all") == count_parameters(config)
    with pytest.raises(ValueError, match="counted is 'some': choose one of all, matrices, blocks"):
        parameters(config, "some")


def test_more_context_costs_attention_alone():
    config = GPTConfig(33, 64, 3, 24, 6)
    twice = flops_per_token(config, context=128) - flops_per_token(config)
    assert twice == 12 * 3 * 64 * 24
