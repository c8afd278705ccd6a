"""The learner's network beside `gptedu.model`: equal where it is right, and each fault is found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

import gptedu
from gptedu.chapters.start import claims, little_gpt
from gptedu.chapters.start.compare import CLOSE, same_numbers
from gptedu.chapters.start.exercises.attention import attention, causal_mask
from gptedu.chapters.start.exercises.predicting import next_token_loss
from gptedu.course.claims import Result
from gptedu.model import GPT, GPTConfig
from gptedu.sampling import seeded

SHAPE = GPTConfig(vocab_size=50, context=12, layers=2, width=16, heads=2)
PIECES = ["embeddings", "attention", "MLP", "block", "logits", "loss", "text to logits"]


def learners(shape: GPTConfig = SHAPE) -> little_gpt.GPT:
    """A network as the chapter makes it, far from its start, where every part matters."""
    model = little_gpt.GPT(shape.vocab_size, shape.context, shape.layers, shape.width, shape.heads)
    generator = seeded(0)
    with torch.no_grad():
        for weight in model.parameters():
            weight.normal_(std=0.4, generator=generator)
    return model


def text() -> Tensor:
    return torch.randint(SHAPE.vocab_size, (3, SHAPE.context), generator=seeded(1))


def compared(
    model: little_gpt.GPT, loss: Callable[[Tensor, Tensor], Tensor] = next_token_loss
) -> dict[str, float]:
    return same_numbers(model, GPT(SHAPE), text(), loss)


def stated(differences: dict[str, float]) -> Result:
    return Result(claims.same_numbers, claims.same_numbers.of({"differences": differences}))


def test_the_same_weights_give_the_same_numbers_in_every_piece(capsys):
    differences = compared(learners())
    assert list(differences) == PIECES
    assert max(differences.values()) < 1e-5
    said = capsys.readouterr().out
    assert said.count("the same") == len(PIECES)
    assert "DIFFERENT" not in said
    assert stated(differences).holds


def test_it_is_the_whole_of_gptedus_network():
    """Its logits after the learner's weights were taken over; and the other way round."""
    mine, theirs = learners(), GPT(SHAPE, seeded(2)).eval()
    assert not torch.allclose(mine(text()), theirs(text()), atol=0.1)
    mine.load_state_dict(theirs.state_dict())
    torch.testing.assert_close(mine(text()), theirs(text()), atol=1e-5, rtol=1e-4)


def test_a_model_that_ships_runs_in_the_learners_code():
    lm = gptedu.load("mini-xs")
    size = lm.model.config
    mine = little_gpt.GPT(size.vocab_size, size.context, size.layers, size.width, size.heads)
    mine.load_state_dict(lm.model.state_dict())
    ids = torch.tensor([lm.read("In spring Anna wanted to catch a fish.")])
    with torch.no_grad():
        torch.testing.assert_close(mine(ids), lm.model(ids), atol=1e-4, rtol=1e-4)


# --- mutations: (piece, what is said of it, class or module, attribute, what takes its place)


def _looking(change: Callable[[Tensor, Tensor, Tensor], Tensor]) -> Callable[..., Tensor]:
    def wrong(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        past = causal_mask(q.shape[-2])
        return change(q @ k.transpose(-2, -1), q.new_tensor(q.shape[-1] ** 0.5), past) @ v

    return wrong


def _hidden(scores: Tensor, past: Tensor) -> Tensor:
    return scores.masked_fill(~past, -torch.inf)


def _no_first_residual(self: Any, x: Tensor) -> Tensor:
    x = self.attention(self.norm1(x))
    return x + self.mlp(self.norm2(x))


def _no_second_residual(self: Any, x: Tensor) -> Tensor:
    x = x + self.attention(self.norm1(x))
    return self.mlp(self.norm2(x))


def _no_residuals(self: Any, x: Tensor) -> Tensor:
    return self.mlp(self.norm2(self.attention(self.norm1(x))))


def _no_norms(self: Any, x: Tensor) -> Tensor:
    x = x + self.attention(x)
    return x + self.mlp(x)


def _post_norms(self: Any, x: Tensor) -> Tensor:
    x = self.norm1(x + self.attention(x))
    return self.norm2(x + self.mlp(x))


def _norms_exchanged(self: Any, x: Tensor) -> Tensor:
    x = x + self.attention(self.norm2(x))
    return x + self.mlp(self.norm1(x))


def _parallel(self: Any, x: Tensor) -> Tensor:
    return x + self.attention(self.norm1(x)) + self.mlp(self.norm2(x))


def _no_mlp(self: Any, x: Tensor) -> Tensor:
    return x + self.attention(self.norm1(x))


def _whole(positions: bool = True, norm: bool = True, shift: int = 0) -> Callable[..., Tensor]:
    def forward(self: Any, ids: Tensor) -> Tensor:
        x = self.token_embedding(ids)
        if positions:
            x = x + self.position_embedding.weight[: ids.shape[1]].roll(shift, 0)
        x = self.blocks(x)
        return (self.final_norm(x) if norm else x) @ self.token_embedding.weight.T

    return forward


BLOCK, MLP, WHOLE = little_gpt.Block, little_gpt.MLP, little_gpt.GPT
FAULTS = {
    "no mask": ("attention", "yours is computed without the causal mask", little_gpt, "attention",
                _looking(lambda s, root, past: (s / root).softmax(-1))),
    "no scale": ("attention", "without dividing by √D", little_gpt, "attention",
                 _looking(lambda s, root, past: _hidden(s, past).softmax(-1))),
    "late mask": ("attention", "with a mask after the softmax", little_gpt, "attention",
                  _looking(lambda s, root, past: (s / root).softmax(-1) * past)),
    "divided by D": ("attention", "DIFFERENT", little_gpt, "attention",
                     _looking(lambda s, root, past: _hidden(s / root**2, past).softmax(-1))),
    "heads mixed up": ("attention", "DIFFERENT", little_gpt.Attention, "by_head",
                       lambda self, x: x.unflatten(-1, (-1, self.heads)).permute(0, 3, 1, 2)),
    "heads not joined": ("attention", "DIFFERENT", little_gpt, "attention",
                         lambda q, k, v: attention(q, k, v).roll(1, 1)),
    "no GELU": ("MLP", "without a GELU", MLP, "forward", lambda self, x: self.down(self.up(x))),
    "ReLU": ("MLP", "with a ReLU, not a GELU", MLP, "forward",
             lambda self, x: self.down(self.up(x).relu())),
    "the other GELU": ("MLP", "DIFFERENT", MLP, "forward",
                       lambda self, x: self.down(F.gelu(self.up(x)))),
    "no first residual": ("block", "without the residual around attention", BLOCK, "forward",
                          _no_first_residual),
    "no second residual": ("block", "without the residual around the MLP", BLOCK, "forward",
                           _no_second_residual),
    "no residuals": ("block", "without residuals", BLOCK, "forward", _no_residuals),
    "no norms": ("block", "without norms", BLOCK, "forward", _no_norms),
    "post-norm": ("block", "with norms after the sums, as in GPT-1", BLOCK, "forward", _post_norms),
    "norms exchanged": ("block", "DIFFERENT", BLOCK, "forward", _norms_exchanged),
    "parallel": ("block", "DIFFERENT", BLOCK, "forward", _parallel),
    "no MLP": ("MLP", "your network does not use it", BLOCK, "forward", _no_mlp),
    "no positions": ("embeddings", "without positions", WHOLE, "forward", _whole(positions=False)),
    "positions from 1": ("embeddings", "DIFFERENT", WHOLE, "forward", _whole(shift=-1)),
    "no last norm": ("logits", "without the last norm", WHOLE, "forward", _whole(norm=False)),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_in_its_piece_and_named(fault, monkeypatch, capsys):
    piece, words, where, attribute, wrong = FAULTS[fault]
    monkeypatch.setattr(where, attribute, wrong)
    differences = compared(learners())
    line = next(li for li in capsys.readouterr().out.splitlines() if li.startswith(piece))
    assert words in line
    different = {name for name, gap in differences.items() if gap > CLOSE}
    alone = {piece, "text to logits"} | ({"block"} if fault == "no MLP" else set())
    assert different == alone
    assert not stated(differences).holds


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        (lambda x, ids: F.cross_entropy(x.flatten(0, 1), ids.flatten()), "without the shift"),
        (lambda x, ids: 2 * next_token_loss(x, ids), "DIFFERENT"),
        (lambda x, ids: next_token_loss(x, ids)[None], "yours has the shape (1,), ours ()"),
        (lambda x, ids: next_token_loss(x, ids) * torch.nan, "DIFFERENT"),
    ],
)
def test_a_wrong_loss_is_found(loss, words, capsys):
    differences = compared(learners(), loss)
    assert words in capsys.readouterr().out
    assert [name for name, gap in differences.items() if not gap <= CLOSE] == ["loss"]


def test_a_fault_in_one_layer_alone_is_found():
    model = learners()
    last = model.blocks[1]
    last.forward = lambda x: _no_second_residual(last, x)
    assert compared(model)["block"] > CLOSE


def test_weights_that_do_not_fit_are_one_sentence():
    other = GPTConfig(vocab_size=50, context=12, layers=3, width=16, heads=2)
    with pytest.raises(
        ValueError, match=r"your weights do not fit gptedu\.model .*blocks\.2"
    ) as told:
        compared(learners(other))
    assert "\n" not in str(told.value)


def test_the_learners_network_is_as_it_was():
    model = learners().train()
    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    compared(model)
    assert model.training
    assert all(torch.equal(before[name], each) for name, each in model.state_dict().items())
    assert not any(module._forward_hooks for module in model.modules())
