"""Hidden states where answers are predicted, and no more work than these need.

Two things are left out, and neither changes a number. First, the last layer of all other places: an
answer is read off it at its own places, a reward at its last, and no layer above asks for the rest,
so the last block reads keys and values everywhere and does everything else, five sixths of its
products, only there.
Second, a prompt with several answers is read once: they lie behind it in one row, each at the
positions it would have alone, and each sees the prompt and itself. Gradients flow through both.
The arithmetic is that of `GPT.features`, and a test holds the two equal.
"""

from __future__ import annotations

from typing import NamedTuple, cast

import torch
from torch import Tensor

from gptedu.model import GPT
from gptedu.model.gpt import Block, attend, look_up
from gptedu.model.layers import linear
from gptedu.model.llama import Llama
from gptedu.model.masks import View


class Packed(NamedTuple):
    """Prompts, each once, with their answers behind them: P rows of L places.

    ids, positions: int64 [P, L]. segment: [P, L], 0 for the prompt, else the number of the answer.
    at, before: int64 [n], the place (in P x L) of each of the n answer tokens, in the order of the
    texts, and of the token before it. shared: whether some row holds several answers.
    """

    ids: Tensor
    positions: Tensor
    segment: Tensor
    at: Tensor
    before: Tensor
    shared: bool


def pack(ids: Tensor, answer_mask: Tensor, prompts: Tensor) -> Packed:
    """Texts [batch, time] whose number in `prompts` [batch] is the same share their prompt."""
    device, B = ids.device, len(ids)
    _, owner = prompts.unique(return_inverse=True)  # row -> pack
    P = int(owner.max()) + 1
    lengths = answer_mask.sum(dim=1)
    starts = answer_mask.int().argmax(dim=1)
    first = torch.full((P,), B, device=device).scatter_reduce(
        0, owner, torch.arange(B, device=device), "amin"
    )
    # How many tokens of the same pack's answers lie before each row's own.
    earlier = (owner[:, None] == owner) & torch.ones(B, B, device=device).tril(-1).bool()
    offset = starts + (earlier * lengths).sum(dim=1)
    start = starts[first]
    ends = start.clone().scatter_add(0, owner, lengths)
    L = int(ends.max())

    row, column = answer_mask.nonzero(as_tuple=True)  # n answer tokens, text by text
    base = owner[row] * L
    place = base + offset[row] + column - starts[row]
    packed = torch.zeros(3, P * L, dtype=torch.long, device=device)
    packed[0, place], packed[1, place], packed[2, place] = ids[row, column], column, row + 1
    columns = torch.arange(int(start.max()), device=device)
    p, c = (columns < start[:, None]).nonzero(as_tuple=True)
    packed[0, p * L + c], packed[1, p * L + c] = ids[first[p], c], c
    before = torch.where(column == starts[row], base + starts[row] - 1, place - 1)
    new_ids, positions, segment = packed.view(3, P, L).unbind(0)
    return Packed(new_ids, positions, segment, place, before, shared=B > P)


def states_before(
    body: GPT | Llama,
    ids: Tensor,
    answer_mask: Tensor,
    prompts: Tensor,
    packed: Packed | None = None,
) -> Tensor:
    """Final hidden states of the places before each answer token, text by text: [n, width].

    ids: [batch, time] int64, padded on the right. answer_mask: bool [batch, time], True for the
    tokens of the answers, which lie side by side in each row and never first. prompts: [batch]
    int64, equal for texts with the same prompt. packed: what `pack` makes of these three, where
    several networks read the same texts. The body must be in eval mode.
    """
    if not isinstance(body, GPT):  # another body with `features`; causal, so it needs no mask
        return body.features(ids)[:, :-1][answer_mask[:, 1:]]
    packed = packed or pack(ids, answer_mask, prompts)
    return _states_at(body, packed, packed.before)


def states_at_end(body: GPT, ids: Tensor, answer_mask: Tensor, prompts: Tensor) -> Tensor:
    """Final hidden states of each text's last token: [batch, width]. As `states_before`."""
    packed = pack(ids, answer_mask, prompts)
    return _states_at(body, packed, packed.at[answer_mask.sum(dim=1).cumsum(dim=0) - 1])


def _states_at(body: GPT, packed: Packed, wanted: Tensor) -> Tensor:
    """Final hidden states of some places (in P x L), at least one in each row: [n] to [n, C]."""
    P, L = packed.ids.shape
    device, segment = wanted.device, packed.segment
    places = torch.arange(L, device=device)
    seen = (segment[:, None, :] == 0) | (segment[:, None, :] == segment[..., None])
    allowed = seen & (places <= places[:, None])  # [P, L, L]
    # Alone behind its prompt an answer follows the causal rule; what is behind it changes nothing.
    shared = packed.shared
    view = View(packed.positions, allowed[:, None] if shared else None, causal=not shared)
    x = body.place(look_up(body.token_embedding, packed.ids, "id"), packed.positions)  # [P, L, C]
    *early, last = cast("list[Block]", list(body.blocks))
    for layer, block in enumerate(early):
        x = block(x, view, layer, None, None, None)

    # A window of A places in each row, from the first that is wanted to the last.
    owner, column = wanted // L, wanted % L
    first = torch.full((P,), L, device=device).scatter_reduce(0, owner, column, "amin")
    A = int((column - first[owner]).max()) + 1
    window = (first[:, None] + torch.arange(A, device=device)).clamp(max=L - 1)  # [P, A]
    chosen = owner * A + column - first[owner]  # [n], among P x A
    rows = torch.arange(P, device=device)[:, None]

    C, attention = x.shape[2], last.attention
    h = last.before(x)
    weight, bias = attention.qkv.weight, attention.qkv.bias
    queries = h.flatten(0, 1).index_select(0, (rows * L + window).flatten()).view(P, A, C)
    q = linear(queries, weight[:C], bias[:C])
    k, v = linear(h, weight[C:], bias[C:]).split(C, dim=2)
    q, k, v = (attention.by_head(part) for part in (q, k, v))
    y = attend(q, k, v, View(packed.positions, allowed[rows, window][:, None], causal=False), 0.0)
    y = y.transpose(1, 2).reshape(P * A, C).index_select(0, chosen)  # [n, C]
    return body.end(last.add(x.flatten(0, 1).index_select(0, wanted), attention.out(y)))
