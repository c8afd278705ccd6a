"""Hidden states where answers are predicted, without those of the prompts' last layer.

An answer's tokens are read off the last layer at their own places alone, and no layer above asks
for the rest. So the last block reads keys and values everywhere, and does everything else, five
sixths of its products, only there. The arithmetic is that of `GPT.features`, and a test
holds the two equal. With 4 layers and prompts several times as long as answers, a pass takes about
a sixth less.
"""

from __future__ import annotations

from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor

from gptedu.model import GPT
from gptedu.model.gpt import Block, attend
from gptedu.model.masks import View, look


def states_before(body: GPT, ids: Tensor, answer_mask: Tensor) -> Tensor:
    """Final hidden states of the places before each answer token, row by row: [n, width].

    ids: [batch, time] int64, padded on the right, where causal attention needs no mask.
    answer_mask: bool [batch, time], True for the tokens of the answers, which lie side by side in
    each row and never first. The body must be in eval mode.
    """
    before = answer_mask[:, 1:]
    if not isinstance(body, GPT):  # another body with `features`
        return body.features(ids)[:, :-1][before]
    B, T = ids.shape
    view = look(B, T, mask=None, positions=None, cache=None, device=ids.device)
    x = body._embed(ids) + body.position_embedding(view.positions)  # [B, T, C]
    *early, last = cast("list[Block]", list(body.blocks))
    for layer, block in enumerate(early):
        x = block(x, view, layer, None, None, None)

    # A window of A places in each row, from the one before its answer on.
    first = before.int().argmax(dim=1)  # [B]
    A = int(before.sum(dim=1).max())
    places = first[:, None] + torch.arange(A, device=ids.device)  # [B, A]; some beyond the answer
    real = torch.arange(A, device=ids.device) < before.sum(dim=1)[:, None]  # [B, A]
    allowed = torch.arange(T, device=ids.device) <= places[..., None]  # [B, A, T]
    rows = torch.arange(B, device=ids.device)[:, None] * T
    flat = (rows + places.clamp(max=T - 1)).flatten()  # [B A]
    wanted = real.flatten().nonzero()[:, 0]  # [n]

    C, attention = x.shape[2], last.attention
    h = x if last.post_norm else last.norm1(x)
    weight, bias = attention.qkv.weight, attention.qkv.bias
    q = F.linear(h.flatten(0, 1).index_select(0, flat), weight[:C], bias[:C])  # [B A, C]
    k, v = F.linear(h, weight[C:], bias[C:]).split(C, dim=2)
    q, k, v = (
        part.view(B, -1, attention.heads, C // attention.heads).transpose(1, 2)
        for part in (q, k, v)
    )
    y = attend(q, k, v, View(view.positions, allowed[:, None], causal=False), 0.0)
    y = y.transpose(1, 2).reshape(B * A, C).index_select(0, wanted)  # [n, C]
    x = x.flatten(0, 1).index_select(0, flat.index_select(0, wanted))
    x = x + attention.out(y)
    if last.post_norm:  # GPT-1
        x = last.norm1(x)
        return last.norm2(x + last.mlp(x))
    x = x + last.mlp(last.norm2(x))
    return x if body.final_norm is None else body.final_norm(x)
