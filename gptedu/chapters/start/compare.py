"""The learner's network beside `gptedu.model`: the same weights and the same input in, piece by
piece; the same numbers have to come out.

Each piece gets what the learner's own network gave it, so a fault shows in its own piece and in the
whole, and nowhere else. Where the numbers are those of a well-known mistake, it is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gptedu.console import say
from gptedu.model import GPT
from gptedu.model.masks import View, look
from gptedu.sampling import token_logprobs

CLOSE = 1e-4
"""The largest difference that another order of adding up explains."""

Loss = Callable[[Tensor, Tensor], Tensor]
Numbers = list[Tensor]


@dataclass(frozen=True)
class Piece:
    """A part of the network, with the numbers that both have of it.

    mistakes: a well-known mistake -> the numbers that it gives.
    """

    name: str
    yours: Numbers
    ours: Numbers
    mistakes: dict[str, Numbers] = field(default_factory=dict)

    @property
    def difference(self) -> float:
        """The largest difference; infinite for another shape, and for what is no number."""
        return largest_difference(self.yours, self.ours)

    def reason(self) -> str:
        """What is known of a difference, in a few words."""
        for mistake, numbers in self.mistakes.items():
            if largest_difference(self.yours, numbers) <= CLOSE:
                return f"yours is computed {mistake}"
        if not self.yours:
            return "your network does not use it"
        for yours, ours in zip(self.yours, self.ours, strict=False):
            if yours.shape != ours.shape:
                return f"yours has the shape {tuple(yours.shape)}, ours {tuple(ours.shape)}"
        return ""


def same_numbers(mine: nn.Module, theirs: GPT, ids: Tensor, loss: Loss) -> dict[str, float]:
    """Print, and return, the largest difference of each piece of two networks.

    mine: a network whose weights have the names of `theirs`, which takes them over. ids: int64
    [batch, time], a text. loss: the learner's, of logits and ids. Raises ValueError where the
    weights do not fit.
    """
    found = list(pieces(mine, _with_weights_of(mine, theirs), ids, loss))
    for piece in found:
        same = piece.difference <= CLOSE
        verdict = "the same" if same else f"DIFFERENT. {piece.reason()}".rstrip(". ")
        say(f"{piece.name:<15} largest difference {piece.difference:.6f}   {verdict}")
    return {piece.name: piece.difference for piece in found}


def largest_difference(yours: Numbers, ours: Numbers) -> float:
    """Over all tensors of two lists; infinite where they are not alike in number and shape."""
    if [each.shape for each in yours] != [each.shape for each in ours]:
        return float("inf")
    gaps = [
        (a - b).abs().max().nan_to_num(nan=float("inf")) for a, b in zip(yours, ours, strict=True)
    ]
    return max(gap.item() for gap in gaps)


def _with_weights_of(mine: nn.Module, theirs: GPT) -> GPT:
    try:
        theirs.load_state_dict(mine.state_dict())
    except RuntimeError as error:
        reason = " ".join(str(error).split("\n")[1:2]).strip().rstrip(".")
        raise ValueError(
            f"your weights do not fit gptedu.model ({reason}): give both the same sizes, and your "
            "layers the names that they have in the chapter"
        ) from None
    return theirs.eval()


@torch.no_grad()
def pieces(mine: nn.Module, theirs: GPT, ids: Tensor, loss: Loss) -> Iterator[Piece]:
    """Every piece of two networks with the same weights, from the embeddings to the loss."""
    view = look(*ids.shape, mask=None, positions=None, cache=None, device=ids.device)
    seen = _Seen(mine)
    logits = seen.run(ids)
    tokens = theirs.token_embedding(ids)
    yield Piece(
        "embeddings",
        seen.given("blocks.0"),
        [theirs.place(tokens, view.positions)],
        {"without positions": [tokens]},
    )
    blocks = {f"blocks.{i}": block for i, block in enumerate(theirs.blocks)}
    yield _joined("attention", (_attention(seen, *each, view) for each in blocks.items()))
    yield _joined("MLP", (_mlp(seen, *each) for each in blocks.items()))
    yield _joined("block", (_block(seen, *each) for each in blocks.items()))
    last = seen.gave(list(blocks)[-1])[0]
    yield Piece(
        "logits",
        [logits],
        [theirs.unembed(theirs.end(last))],
        {"without the last norm": [theirs.unembed(last)]},
    )
    yield Piece(
        "loss",
        [loss(logits, ids)],
        [-token_logprobs(logits[:, :-1], ids).mean()],
        {"without the shift by one": [F.cross_entropy(logits.flatten(0, 1), ids.flatten())]},
    )
    yield Piece("text to logits", [logits], [theirs(ids)])


class _Seen:
    """What each module of a network got and gave while it ran."""

    def __init__(self, network: nn.Module) -> None:
        self.network = network
        self.by_name: dict[str, tuple[Tensor, Tensor]] = {}

    def run(self, ids: Tensor) -> Tensor:
        """What the network gives; in evaluation mode, as it is read elsewhere."""
        hooks = [
            module.register_forward_hook(self._keeper(name))
            for name, module in self.network.named_modules()
        ]
        training = self.network.training
        try:
            return self.network.eval()(ids)
        finally:
            self.network.train(training)
            for hook in hooks:
                hook.remove()

    def _keeper(self, name: str) -> Callable[..., None]:
        def keep(module: nn.Module, got: tuple[Any, ...], gave: Any) -> None:
            if got and isinstance(gave, Tensor):
                self.by_name[name] = got[0], gave

        return keep

    def given(self, name: str) -> Numbers:
        """What a module got, alone in a list; nothing where it was not used."""
        return [self.by_name[name][0]] if name in self.by_name else []

    def gave(self, name: str) -> Numbers:
        return [self.by_name[name][1]] if name in self.by_name else []


def _joined(name: str, layers: Iterator[Piece]) -> Piece:
    """A piece that stands in every layer. A mistake counts where it is made in all of them."""
    each = list(layers)
    return Piece(
        name,
        [numbers for piece in each for numbers in piece.yours],
        [numbers for piece in each for numbers in piece.ours],
        {
            mistake: [numbers for piece in each for numbers in piece.mistakes[mistake]]
            for mistake in each[0].mistakes
            if all(mistake in piece.mistakes for piece in each)
        },
    )


def _attention(seen: _Seen, name: str, block: Any, view: View) -> Piece:
    attention = block.attention
    (x,) = seen.given(f"{name}.attention") or seen.given(name)
    q, k, v = (attention.by_head(part) for part in attention.qkv(x).chunk(3, dim=-1))
    scores = q @ k.transpose(-2, -1)
    scaled = scores / q.shape[-1] ** 0.5
    past = torch.ones(scores.shape[-2:], dtype=torch.bool, device=x.device).tril()

    def looking(weights: Tensor) -> Numbers:
        return [attention.out((weights @ v).transpose(1, 2).flatten(2))]

    return Piece(
        "attention",
        seen.gave(f"{name}.attention"),
        [attention(x, view, 0, None, None, None)],
        {
            "without the causal mask": looking(scaled.softmax(-1)),
            "without dividing by √D": looking(scores.masked_fill(~past, -torch.inf).softmax(-1)),
            "with a mask after the softmax": looking(scaled.softmax(-1) * past),
        },
    )


def _mlp(seen: _Seen, name: str, block: Any) -> Piece:
    (x,) = seen.given(f"{name}.mlp") or seen.given(name)
    up, down = block.mlp.up(x), block.mlp.down
    return Piece(
        "MLP",
        seen.gave(f"{name}.mlp"),
        [block.mlp(x)],
        {"without a GELU": [down(up)], "with a ReLU, not a GELU": [down(up.relu())]},
    )


def _block(seen: _Seen, name: str, block: Any) -> Piece:
    """How attention and MLP are joined: what each of them gets, and what the block gives."""
    parts = [*seen.gave(f"{name}.attention"), *seen.gave(f"{name}.mlp")]
    yours = [*seen.given(f"{name}.attention"), *seen.given(f"{name}.mlp"), *seen.gave(name)]
    (x,) = seen.given(name)
    if len(parts) < 2:  # one of them is not used, which its own piece says
        return Piece("block", yours, [x, x, x])
    a, m = parts  # the learner's own: a fault inside them is another piece's
    norm1, norm2 = block.norm1, block.norm2
    return Piece(
        "block",
        yours,
        [norm1(x), norm2(x + a), x + a + m],
        {
            "without the residual around attention": [norm1(x), norm2(a), a + m],
            "without the residual around the MLP": [norm1(x), norm2(x + a), m],
            "without residuals": [norm1(x), norm2(a), m],
            "without norms": [x, x + a, x + a + m],
            "with norms after the sums, as in GPT-1": [
                x, norm1(x + a), norm2(norm1(x + a) + m),
            ],
        },
    )  # fmt: skip
