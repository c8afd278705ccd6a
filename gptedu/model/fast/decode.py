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


MANY_ROWS = 4
SMALL = 2**19  # entries; all matrices of the family, none of GPT-2's large ones


class Decoder:
    """Reads one token a row into a cache that already holds the prompts.

    >>> decoder = Decoder(model, cache)
    >>> logits = decoder(ids)  # ids [batch] -> logits [batch, vocab_size]

    It keeps the weights it was made with, in eval mode: after a training step make a new one. No
    gradient flows through the cache, so call it under `torch.inference_mode()`.
    """

    def __init__(self, model: GPT, cache: KVCache) -> None:
        self.cache = cache
        self.config = config = model.config
        self.tokens = model.token_embedding.weight
        self.positions = model.position_embedding.weight
        # Multiplying several rows is 1.5 times as fast where weights lie as [in, out]; for one row
        # it makes no difference, and large weights would take their memory twice.
        self.head = _transposed(self.tokens, cache.batch)
        blocks = cast("list[Block]", model.blocks)
        self.layers = [_Layer(block, cache.batch) for block in blocks]
        self._look()
        self.final_norm = None if model.final_norm is None else _norm(model.final_norm)
        self.shape = (config.width,)
        self.scale = 1 / math.sqrt(config.head_width)

    def keep(self, rows: Tensor) -> None:
        """Go on with some of the rows alone: int64 [rows], places in the batch, ascending."""
        self.cache.keep(rows)
        self._look()

    def _look(self) -> None:
        """Make the views of the cache and the mask of its pads."""
        cache = self.cache
        self.start = cache.length
        for number, layer in enumerate(self.layers):
            layer.look(cache, number)
        # Pads get -inf before the softmax; without pads the term is skipped (beta = 0).
        self.pads = torch.zeros(1, 1, 1, device=self.tokens.device, dtype=self.tokens.dtype)
        if cache.real is not None:
            hidden = cache.real.new_zeros(cache.batch, cache.room)
            hidden[:, : cache.length] = ~cache.real
            pads = torch.zeros_like(hidden, dtype=self.tokens.dtype).masked_fill(hidden, -math.inf)
            self.pads = pads.repeat_interleave(self.config.heads, dim=0)[:, None]  # [B H, 1, room]

    def __call__(self, ids: Tensor) -> Tensor:
        cache, eps = self.cache, self.config.norm_eps
        batch, heads, D = cache.batch, self.config.heads, self.config.head_width
        now, K = cache.length, cache.length + 1
        if now >= cache.room:
            raise ValueError(f"the cache is full at {cache.room} tokens: start a new one")
        padded = cache.real is not None
        pads = self.pads[:, :, :K] if padded else self.pads
        beta = 1 if padded else 0

        x = F.embedding(ids, self.tokens)  # [B, C]
        if cache.real is None:
            x = x + self.positions[now]
        else:
            x = x + F.embedding(cache.real.sum(dim=1), self.positions)
            cache.real = F.pad(cache.real, (0, 1), value=True)
        post_norm = self.config.norm == "post"
        for layer in self.layers:
            h = x if post_norm else torch.layer_norm(x, self.shape, *layer.norm1, eps)
            qkv = torch.addmm(layer.qkv_bias, h, layer.qkv).view(batch, 3, heads, D)
            q, k, v = qkv.unbind(1)  # [B, H, D]
            layer.key_at[now - self.start].copy_(k)
            layer.value_at[now - self.start].copy_(v)
            weights = torch.baddbmm(
                pads,
                q.reshape(batch * heads, 1, D),
                layer.keys.narrow(2, 0, K),
                beta=beta,
                alpha=self.scale,
            ).softmax(dim=-1)  # [B H, 1, K]
            y = torch.bmm(weights, layer.values.narrow(1, 0, K)).view(batch, -1)  # [B, C]
            x = x.add_(layer.out_bias).addmm_(y, layer.out)
            if post_norm:
                x = torch.layer_norm(x, self.shape, *layer.norm1, eps)
            h = x if post_norm else torch.layer_norm(x, self.shape, *layer.norm2, eps)
            h = layer.activation(torch.addmm(layer.up_bias, h, layer.up))  # [B, 4 C]
            x = x.add_(layer.down_bias).addmm_(h, layer.down)
            if post_norm:
                x = torch.layer_norm(x, self.shape, *layer.norm2, eps)
        cache.length = K
        if self.final_norm is not None:
            x = torch.layer_norm(x, self.shape, *self.final_norm, eps)
        return torch.mm(x, self.head)  # [B, vocab_size]


class _Layer:
    """A block's weights, ready to be multiplied from the right, and its part of the cache."""

    def __init__(self, block: Block, batch: int) -> None:
        self.norm1, self.norm2 = _norm(block.norm1), _norm(block.norm2)
        self.qkv, self.qkv_bias = _linear(block.attention.qkv, batch)
        self.out, self.out_bias = _linear(block.attention.out, batch)
        self.up, self.up_bias = _linear(block.mlp.up, batch)
        self.down, self.down_bias = _linear(block.mlp.down, batch)
        self.activation = block.mlp.activation

    def look(self, cache: KVCache, layer: int) -> None:
        keys, values = cache.keys[layer], cache.values[layer]
        self.keys, self.values = keys.flatten(0, 1), values.flatten(0, 1)  # [B H, D, room] ...
        # Where each token still to come is written: room - length times [B, H, D].
        self.key_at = keys[..., cache.length :].unbind(3)
        self.value_at = values[:, :, cache.length :].unbind(2)


def _norm(module: nn.LayerNorm) -> tuple[Tensor, Tensor]:
    return module.weight, module.bias


def _linear(module: nn.Linear, batch: int) -> tuple[Tensor, Tensor]:
    return _transposed(module.weight, batch), module.bias


def _transposed(weight: Tensor, batch: int) -> Tensor:
    """[out, in] as [in, out]: a view, or a copy where that pays."""
    copy = batch >= MANY_ROWS and weight.numel() <= SMALL
    return weight.t().contiguous() if copy else weight.t()
