"""One new token a row, as fast as torch's operations allow.

The arithmetic is that of `GPT.features`, and a test holds the two equal. Here it is laid out for a
single query: at that size most of the time goes into calling modules, finding their weights and
making views of the cache, so all of that is done once, before the first token.
Shapes in comments: B batch, C width, H heads, D = C / H, K tokens so far, this one included.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gptedu.model.cache import KVCache

if TYPE_CHECKING:
    from gptedu.model.gpt import GPT, Block


class Decoder:
    """Reads one token a row into a cache that already holds the prompts.

    >>> decoder = Decoder(model, cache)
    >>> hidden = decoder(ids)  # ids [batch] -> final hidden states [batch, width]

    It keeps the weights it was made with, in eval mode: after a training step make a new one. No
    gradient flows through the cache, so call it under `torch.inference_mode()`.
    """

    def __init__(self, model: GPT, cache: KVCache) -> None:
        self.cache = cache
        self.config = config = model.config
        self.tokens = model.token_embedding.weight
        self.positions = model.position_embedding.weight
        blocks = cast("list[Block]", model.blocks)
        self.layers = [_Layer(block, cache, layer) for layer, block in enumerate(blocks)]
        self.final_norm = None if model.final_norm is None else _norm(model.final_norm)
        self.shape = (config.width,)
        self.scale = 1 / math.sqrt(config.head_width)
        # Pads get -inf before the softmax; without pads the term is skipped (beta = 0).
        self.pads = torch.zeros(1, 1, 1, device=self.tokens.device, dtype=self.tokens.dtype)
        self.next_position: Tensor | None = None  # [B], where pads make rows differ
        if cache.real is not None:
            hidden = cache.real.new_zeros(cache.batch, cache.room)
            hidden[:, : cache.length] = ~cache.real
            pads = torch.zeros_like(hidden, dtype=self.tokens.dtype).masked_fill(hidden, -math.inf)
            self.pads = pads.repeat_interleave(config.heads, dim=0)[:, None]  # [B H, 1, room]
            self.next_position = cache.real.sum(dim=1)

    def __call__(self, ids: Tensor) -> Tensor:
        cache, eps = self.cache, self.config.norm_eps
        batch, heads, D = cache.batch, self.config.heads, self.config.head_width
        now, K = cache.length, cache.length + 1
        if now >= cache.room:
            raise ValueError(f"the cache is full at {cache.room} tokens: start a new one")
        padded = self.next_position is not None
        pads = self.pads[:, :, :K] if padded else self.pads
        beta = 1 if padded else 0

        x = F.embedding(ids, self.tokens)  # [B, C]
        if self.next_position is None:
            x = x + self.positions[now]
        else:
            x = x + F.embedding(self.next_position, self.positions)
            self.next_position += 1
        post_norm = self.config.norm == "post"
        for layer in self.layers:
            h = x if post_norm else F.layer_norm(x, self.shape, *layer.norm1, eps)
            qkv = torch.addmm(layer.qkv_bias, h, layer.qkv).view(batch, 3, heads, D)
            q, k, v = qkv.unbind(1)  # [B, H, D]
            layer.key_at[now].copy_(k)
            layer.value_at[now].copy_(v)
            weights = torch.baddbmm(
                pads,
                q.reshape(batch * heads, 1, D),
                layer.keys[:, :, :K],
                beta=beta,
                alpha=self.scale,
            ).softmax(dim=-1)  # [B H, 1, K]
            y = torch.bmm(weights, layer.values[:, :K]).view(batch, -1)  # [B, C]
            x = torch.addmm(layer.out_bias, y, layer.out).add_(x)
            if post_norm:
                x = F.layer_norm(x, self.shape, *layer.norm1, eps)
            h = x if post_norm else F.layer_norm(x, self.shape, *layer.norm2, eps)
            h = layer.activation(torch.addmm(layer.up_bias, h, layer.up))  # [B, 4 C]
            x = torch.addmm(layer.down_bias, h, layer.down).add_(x)
            if post_norm:
                x = F.layer_norm(x, self.shape, *layer.norm2, eps)
        cache.length = K
        return x if self.final_norm is None else F.layer_norm(x, self.shape, *self.final_norm, eps)


class _Layer:
    """A block's weights, ready to be multiplied from the right, and its part of the cache."""

    def __init__(self, block: Block, cache: KVCache, layer: int) -> None:
        self.norm1, self.norm2 = _norm(block.norm1), _norm(block.norm2)
        self.qkv, self.qkv_bias = _linear(block.attention.qkv)
        self.out, self.out_bias = _linear(block.attention.out)
        self.up, self.up_bias = _linear(block.mlp.up)
        self.down, self.down_bias = _linear(block.mlp.down)
        self.activation = block.mlp.activation
        keys, values = cache.keys[layer], cache.values[layer]
        self.keys, self.values = keys.flatten(0, 1), values.flatten(0, 1)  # [B H, D, room] ...
        self.key_at, self.value_at = keys.unbind(3), values.unbind(2)  # room times [B, H, D]


def _norm(module: nn.LayerNorm) -> tuple[Tensor, Tensor]:
    return module.weight, module.bias


def _linear(module: nn.Linear) -> tuple[Tensor, Tensor]:
    return module.weight.t(), module.bias
