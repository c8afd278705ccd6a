"""A model's key changes with its weights, whichever way they are written, and with nothing else."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from gptedu.widgets.base.weights import weights_key


def network() -> nn.Module:
    return nn.Sequential(nn.Linear(7, 5), nn.BatchNorm1d(5), nn.Linear(5, 3))


def step_of(optimiser: type[torch.optim.Optimizer], **options):
    def write(model: nn.Module) -> None:
        model(torch.ones(4, 7)).sum().backward()
        optimiser(model[2:].parameters(), **options).step()

    return write


def in_place(model: nn.Module) -> None:
    with torch.no_grad():
        model[0].weight[2, 3] += 1e-6


def past_the_version(model: nn.Module) -> None:
    model[2].bias.data[2] += 1e-6


def anew(model: nn.Module) -> None:
    model[0].bias = nn.Parameter(model[0].bias.detach().clone())


def loaded(model: nn.Module) -> None:
    model.load_state_dict({name: value * 2 for name, value in model.state_dict().items()})


def not_a_number(model: nn.Module) -> None:
    model[0].weight.data[0, 0] = float("nan")


def a_buffer(model: nn.Module) -> None:
    model.train()(torch.randn(4, 7))


WRITES = [
    step_of(torch.optim.SGD, lr=0.1),
    step_of(torch.optim.AdamW, lr=0.1),
    step_of(torch.optim.AdamW, lr=0.1, fused=True),
    in_place,
    past_the_version,
    anew,
    loaded,
    not_a_number,
    a_buffer,
]


@pytest.mark.parametrize("write", WRITES)
def test_every_write_is_seen(write) -> None:
    model = network().eval()
    before = weights_key(model)
    model(torch.ones(4, 7)).sum().backward()
    assert weights_key(model) == before  # reading and gradients change nothing
    write(model)
    after = weights_key(model)
    assert after != before
    assert weights_key(model) == after  # NaN is like itself


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_any_dtype_and_odd_sizes(dtype) -> None:
    model = network().to(dtype)
    before = weights_key(model)
    model[0].bias.data[4] += 1
    assert weights_key(model) != before


def test_sliced_transposed_empty_and_inference_tensors() -> None:
    class Odd(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.sliced = nn.Parameter(torch.zeros(9)[1:6])
            self.turned = nn.Parameter(torch.zeros(3, 5).t())
            self.empty = nn.Parameter(torch.zeros(0))
            with torch.inference_mode():
                self.fixed = nn.Buffer(torch.ones(3)) if hasattr(nn, "Buffer") else None

    model = Odd()
    before = weights_key(model)
    model.sliced.data[0] = 1
    assert weights_key(model) != before


def test_a_copy_has_another_key_and_what_has_no_weights_has_none() -> None:
    model = network()
    assert weights_key(copy.deepcopy(model)) != weights_key(model)
    assert weights_key(len) == weights_key(None) == ()
