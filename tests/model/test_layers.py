"""Norm and product are torch's, and the same to the last bit for any number of threads.

Whole steps are, too, where the processor's products are (see `rounding`).
"""

from __future__ import annotations

import pytest
import torch
from torch import nn

from gptedu import threads
from gptedu.model import GPT, GPTConfig
from gptedu.model.gpt import attend
from gptedu.model.layers import FEW, PARTS, LayerNorm, Linear
from gptedu.model.masks import View
from gptedu.sampling import seeded, token_logprobs
from rounding import alike


def gradients(norm: nn.Module, x: torch.Tensor, number: int) -> list[torch.Tensor]:
    x = x.clone().requires_grad_()
    norm.zero_grad()
    with threads.exactly(number):
        y = norm(x)
        (y * torch.linspace(-1, 2, y.numel()).view(y.shape)).sum().backward()
    return [y.detach(), x.grad, norm.weight.grad.clone(), norm.bias.grad.clone()]


def norms(width: int) -> tuple[LayerNorm, nn.LayerNorm]:
    ours, theirs = LayerNorm(width), nn.LayerNorm(width)
    with torch.no_grad():
        ours.weight.normal_(generator=seeded(0))
        ours.bias.normal_(generator=seeded(1))
    theirs.load_state_dict(ours.state_dict())
    return ours, theirs


@pytest.mark.parametrize("width", [1, 7, 32, 64, 128, 192])
@pytest.mark.parametrize("shape", [(1,), (2,), (3,), (17,), (4, 9), (16, 256), (5, 3, 2)])
def test_it_is_what_torch_makes_with_two_threads(shape, width):
    ours, theirs = norms(width)
    x = torch.randn(*shape, width, generator=seeded(2))
    expected = gradients(theirs, x, PARTS)
    for number in (1, 2, 3, 4):
        for mine, other in zip(gradients(ours, x, number), expected, strict=True):
            assert torch.equal(mine, other)


def test_torch_s_own_differs_with_the_number_of_threads():
    """Where this fails, torch adds up in one order, and `LayerNorm` can go."""
    _, theirs = norms(128)
    x = torch.randn(2048, 128, generator=seeded(2))
    one, two = gradients(theirs, x, 1), gradients(theirs, x, 2)
    assert torch.equal(one[1], two[1])
    assert not torch.equal(one[2], two[2])


@pytest.mark.parametrize("strange", ["turned", "no gradient for x", "float64", "no gradients"])
def test_other_inputs_are_torch_s_too(strange):
    ours, theirs = norms(24)
    x = torch.randn(24, 6, generator=seeded(0)).t()
    if strange == "float64":
        ours, theirs, x = ours.double(), theirs.double(), x.double()
    with torch.set_grad_enabled(strange != "no gradients"):
        outs = []
        for norm in (ours, theirs):
            own = x if strange == "no gradient for x" else x.clone().requires_grad_()
            y = norm(own)
            if strange != "no gradients":
                (y**2).sum().backward()
            outs.append([y.detach(), own.grad, norm.weight.grad])
    for mine, other in zip(*outs, strict=True):
        assert (mine is None and other is None) or torch.allclose(mine, other, atol=1e-6)


def test_the_derivative_is_right():
    norm = LayerNorm(5)
    x = torch.randn(7, 5, generator=seeded(0)).double()
    # float32 in, as only that goes through our own function; differences in float64
    own = x.float().requires_grad_()
    (norm(own) ** 3).sum().backward()
    for place in ((0, 0), (3, 2), (6, 4)):
        step = torch.zeros_like(x)
        step[place] = 1e-4
        exact = nn.LayerNorm(5).double()
        slope = ((exact(x + step) ** 3).sum() - (exact(x - step) ** 3).sum()) / 2e-4
        assert own.grad[place].item() == pytest.approx(slope.item(), rel=1e-3, abs=1e-4)


def product(layer: nn.Module, x: torch.Tensor, number: int) -> list[torch.Tensor]:
    x = x.clone().requires_grad_()
    layer.zero_grad()
    with threads.exactly(number):
        y = layer(x)
        (y * torch.linspace(-1, 2, y.numel()).view(y.shape)).sum().backward()
    return [y.detach(), x.grad, layer.weight.grad.clone(), layer.bias.grad.clone()]


@pytest.mark.parametrize("columns", [1, 2, 3, 64, 384])
@pytest.mark.parametrize("rows", [*range(1, 2 * FEW), 100])
def test_a_product_is_torch_s_with_any_number_of_threads(rows, columns):
    ours, theirs = Linear(128, columns), nn.Linear(128, columns)
    theirs.load_state_dict(ours.state_dict())
    x = torch.randn(rows, 128, generator=seeded(2))
    expected = product(theirs, x, 1)
    for number in (1, 2, 3, 4):
        for mine, other in zip(product(ours, x, number), expected, strict=True):
            assert torch.equal(mine, other)
        with threads.exactly(number), torch.inference_mode():
            assert torch.equal(ours(x), expected[0])


@pytest.mark.parametrize("gradients", [True, False])
@pytest.mark.parametrize("queries", [1, 2, 3, 4, 5, 8])
def test_attention_is_the_same_for_any_number_of_threads(queries, gradients):
    draw = seeded(0)
    for batch, keys in ((1, 8), (1, 11), (3, 17), (13, 60), (15, 36), (2, 64)):
        view = View(torch.zeros(1), torch.ones(batch, 1, queries, keys).bool(), causal=False)
        own = [torch.randn(batch, 4, n, 32, generator=draw) for n in (queries, keys, keys)]
        for x in own:
            x.requires_grad_(gradients)
        results = []
        for number in (1, 2, 3, 4):
            with threads.exactly(number):
                y = attend(*own, view, 0.0)
                back = torch.autograd.grad((y**2).sum(), own) if gradients else ()
            results.append([y.detach(), *back])
        for other in results[1:]:
            assert all(torch.equal(a, b) for a, b in zip(results[0], other, strict=True))


def test_frozen_weights_and_no_bias():
    layer = Linear(8, 3, bias=False).requires_grad_(False)
    x = torch.randn(2, 3, 8, generator=seeded(0), requires_grad=True)
    with threads.exactly(2):
        layer(x).sum().backward()
    torch.testing.assert_close(x.grad, layer.weight.sum(0).expand(2, 3, 8))


SHAPES = {
    "mini-m": GPTConfig(2500, 256, layers=2, width=128, heads=4),
    "mini-s": GPTConfig(2500, 256, layers=2, width=64, heads=4),
    "GPT-1": GPTConfig(320, 64, 2, 32, 2, norm="post", dropout=0.1, activation="gelu"),
}


@pytest.mark.parametrize("size", [(6, 48), (1, 7), (2, 5)])
@pytest.mark.parametrize("name", SHAPES)
def test_a_training_step_is_the_same_for_any_number_of_threads(name, size):
    config = SHAPES[name]
    ids = torch.randint(config.vocab_size, size, generator=seeded(0))
    weights = []
    for number in (1, 2, 3, 4):
        model = GPT(config, seeded(0)).train()
        optimiser = torch.optim.AdamW(model.parameters(), lr=1e-2, fused=True)
        with threads.exactly(number), torch.random.fork_rng():
            torch.manual_seed(5)
            for _ in range(3):
                loss = -token_logprobs(model(ids), ids).mean()
                optimiser.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                optimiser.step()
        weights.append(torch.cat([p.detach().flatten() for p in model.parameters()]))
    assert all(alike(weights[0], other) for other in weights[1:])
