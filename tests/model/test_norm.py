"""LayerNorm is torch's, with gradients that are the same for any number of threads."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from gptedu import threads
from gptedu.model import GPT, GPTConfig
from gptedu.model.norm import PARTS, LayerNorm
from gptedu.sampling import seeded, token_logprobs


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
    """Where this fails, torch adds up in one order, and `model.norm` can go."""
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


SHAPES = {
    "mini-m": GPTConfig(2500, 256, layers=2, width=128, heads=4),
    "mini-s": GPTConfig(2500, 256, layers=2, width=64, heads=4),
    "GPT-1": GPTConfig(300, 64, 2, 32, 2, norm="post", dropout=0.1, activation="gelu"),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_training_step_is_the_same_for_any_number_of_threads(name):
    config = SHAPES[name]
    ids = torch.randint(config.vocab_size, (6, 48), generator=seeded(0))
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
    assert all(torch.equal(weights[0], other) for other in weights[1:])
