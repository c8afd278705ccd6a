"""GPT-1 and GPT-2 in one file: ids go in, logits come out.

The decoder of Radford et al. 2018 (section 4.1, post-norm) and 2019 (section 2.3, pre-norm).
Shapes in comments: B batch, T new tokens, K keys (past and new), C width, H heads, D = C / H.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gptedu import checks
from gptedu.model.body import Heads, Trace, check_one_input
from gptedu.model.cache import KVCache
from gptedu.model.config import GPTConfig
from gptedu.model.layers import FEW_QUERIES, LayerNorm, Linear, alone, linear
from gptedu.model.masks import View, look


def gelu_tanh(x: Tensor) -> Tensor:
    """GPT-2's form of the GELU (Hendrycks and Gimpel 2016, section 2)."""
    return F.gelu(x, approximate="tanh")


# Functions with a name, so that a model can be pickled and sent to another process.
ACTIVATION: dict[str, Callable[[Tensor], Tensor]] = {
    "gelu_tanh": gelu_tanh,
    "gelu": F.gelu,
    "relu": F.relu,
}


def empty_embedding(rows: int, width: int) -> nn.Embedding:
    """An embedding whose weights are still to be set: nn.Embedding alone would draw them first,
    which on the meta device takes a second of imports."""
    return nn.Embedding.from_pretrained(torch.empty(rows, width), freeze=False)


def look_up(table: nn.Embedding, numbers: Tensor, what: str) -> Tensor:
    """The rows of these numbers; ValueError, with the limit, for one that has none."""
    if numbers.is_floating_point() or numbers.dtype == torch.bool:
        raise ValueError(f"{what}s of type {numbers.dtype} name no rows: give torch.int64")
    try:
        return table(numbers)
    except IndexError:  # torch's message names neither the number nor the limit
        last = len(table.weight) - 1
        wrong = numbers[(numbers < 0) | (numbers > last)][0].item()
        raise ValueError(f"{what} {wrong} is outside: {what}s go from 0 to {last}") from None


def heads_by_layer(pairs: Heads, layers: int, heads: int) -> dict[int, list[int]]:
    """{layer: [head, ...]} of (layer, head) pairs; ValueError for a head that is not there.

    pairs: tuples, lists, or the rows of an array or tensor, as `nonzero()` gives them.
    """
    by_layer: dict[int, list[int]] = {}
    for pair in pairs:
        try:
            layer, head = map(checks.as_whole, pair)
        except (TypeError, ValueError):
            layer = head = None
        if layer is None or head is None:
            raise ValueError(
                f"heads_off holds {checks.shown(pair)}: give pairs of whole numbers, as in [(2, 1)]"
            )
        if not (0 <= layer < layers and 0 <= head < heads):
            raise ValueError(
                f"there is no head ({layer}, {head}): layers go from 0 to {layers - 1}, "
                f"heads from 0 to {heads - 1}"
            )
        by_layer.setdefault(layer, []).append(head)
    return by_layer


def attend(q: Tensor, k: Tensor, v: Tensor, view: View, dropout: float) -> Tensor:
    """softmax(q k^T / sqrt(D)) v over the keys in view: [B, H, T, D]."""
    if q.dtype == torch.bfloat16 and q.device.type == "cpu":
        # On a CPU torch takes 1.6 times as long for it in bfloat16 as in float32.
        with torch.autocast("cpu", enabled=False):
            return attend(q.float(), k.float(), v.float(), view, dropout).bfloat16()
    attention = functools.partial(
        F.scaled_dot_product_attention,
        attn_mask=view.allowed, dropout_p=dropout, is_causal=view.causal,
    )  # fmt: skip
    few = q.shape[-2] < FEW_QUERIES and q.device.type == "cpu" and not dropout
    return alone(attention, q, k, v) if few else attention(q, k, v)


class Attention(nn.Module):
    """Every token looks at the tokens in its view, with several heads: [B, T, C] to [B, T, C]."""

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        self.heads, self.dropout = config.heads, config.dropout
        self.qkv = Linear(config.width, 3 * config.width)
        self.out = Linear(config.width, config.width)

    def by_head(self, x: Tensor) -> Tensor:
        """[B, T, C] as [B, H, T, D]."""
        return x.unflatten(2, (self.heads, -1)).transpose(1, 2)

    def forward(
        self,
        x: Tensor,
        view: View,
        layer: int,
        cache: KVCache | None,
        trace: Trace | None,
        off: list[int] | None,
    ) -> Tensor:
        B, T, C = x.shape
        q, k, v = (self.by_head(part) for part in self.qkv(x).split(C, dim=2))  # [B, H, T, D]
        if cache is not None:
            k, v = cache.append(layer, k, v)  # [B, H, K, D]
        dropout = self.dropout if self.training else 0.0
        if trace is None:
            y = attend(q, k, v, view, dropout)  # [B, H, T, D]
        else:  # the same sum, with the weights in hand
            scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])  # [B, H, T, K]
            allowed = view.allowed
            if view.causal:
                allowed = torch.ones(T, T, dtype=torch.bool, device=x.device).tril()
            if allowed is not None:
                scores = scores.masked_fill(~allowed, -math.inf)
            weights = scores.softmax(dim=-1)
            trace.attention.append(weights)
            y = F.dropout(weights, dropout, self.training) @ v  # [B, H, T, D]
        if off:
            y = y.index_fill(1, torch.tensor(off, device=x.device), 0.0)
        return self.out(y.transpose(1, 2).reshape(B, T, C))


class MLP(nn.Module):
    """Every token by itself, through a wider layer: [B, T, C] to [B, T, C]."""

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        self.up = Linear(config.width, config.inner_width)
        self.down = Linear(config.inner_width, config.width)
        self.activation = ACTIVATION[config.activation]

    def forward(self, x: Tensor) -> Tensor:
        return self.down(self.activation(self.up(x)))


class Block(nn.Module):
    """Attention, then an MLP, each added to what came in: [B, T, C] to [B, T, C]."""

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        self.post_norm, self.dropout = config.norm == "post", config.dropout
        self.norm1 = LayerNorm(config.width, eps=config.norm_eps)
        self.attention = Attention(config)
        self.norm2 = LayerNorm(config.width, eps=config.norm_eps)
        self.mlp = MLP(config)

    def drop(self, x: Tensor) -> Tensor:
        return F.dropout(x, self.dropout, self.training) if self.dropout else x

    def forward(self, x: Tensor, *how: Any) -> Tensor:  # how: what Attention takes
        return self.add(x, self.attention(self.before(x), *how))

    def before(self, x: Tensor) -> Tensor:
        """What attention reads."""
        return x if self.post_norm else self.norm1(x)

    def add(self, x: Tensor, attended: Tensor) -> Tensor:
        """What came in, with what attention found and what the MLP makes of both: [..., C]."""
        x = x + self.drop(attended)
        if self.post_norm:  # GPT-1
            x = self.norm1(x)
            return self.norm2(x + self.drop(self.mlp(x)))
        return x + self.drop(self.mlp(self.norm2(x)))  # GPT-2


class GPT(nn.Module):
    """A decoder-only Transformer with learned positions and a head tied to the embedding.

    `generator` seeds the initial weights; without one, torch's global state does. Under
    `torch.device("meta")` it is built without storage.
    """

    causal = True

    def __init__(self, config: GPTConfig, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.config = config
        self.token_embedding = empty_embedding(config.vocab_size, config.width)
        self.position_embedding = empty_embedding(config.context, config.width)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.final_norm = (
            LayerNorm(config.width, eps=config.norm_eps) if config.norm == "pre" else None
        )
        if not self.token_embedding.weight.is_meta:  # nothing to draw into
            self.initialise(generator)

    def forward(self, ids: Tensor | None = None, **how: Any) -> Tensor:
        """Logits [batch, time, vocab_size] of the token after each token.

        Takes what `features` takes: ids or embeddings, a mask, a cache, a trace, heads_off.
        """
        return self.unembed(self.features(ids, **how))

    def features(
        self,
        ids: Tensor | None = None,
        *,
        embeddings: Tensor | None = None,
        positions: Tensor | None = None,
        mask: Tensor | None = None,
        cache: KVCache | None = None,
        trace: Trace | None = None,
        heads_off: Heads = (),
    ) -> Tensor:
        """Final hidden states [batch, time, width], after the last norm.

        ids: [batch, time] int64; or `embeddings` [batch, time, width] in their place.
        positions: [batch, time] int64; by default they count real tokens.
        mask: bool [batch, time], True for a real token, False for a pad; or
            [batch, query, key], True where a query may look, which replaces the causal rule.
        cache: a KVCache that holds the tokens before these; these are added to it.
        trace: a Trace to be filled.
        heads_off: (layer, head) pairs, counted from 0, whose output is set to zero.

        Raises ValueError where shapes disagree, or the tokens do not fit the context.
        """
        check_one_input(ids, embeddings)
        x: Any = embeddings if ids is None else look_up(self.token_embedding, ids, "id")
        if x.dim() != 3 or x.shape[2] != self.config.width:
            raise ValueError(
                f"the input makes vectors of shape {tuple(x.shape)}: give ids [batch, time], or "
                f"embeddings [batch, time, width {self.config.width}]"
            )
        B, T, _ = x.shape
        self._check_room(B, T, cache)
        off = heads_by_layer(heads_off, self.config.layers, self.config.heads)
        view = look(B, T, mask=mask, positions=positions, cache=cache, device=x.device)

        x = self.place(x, view.positions)
        for layer, block in enumerate(self.blocks):
            if trace is not None:
                trace.residual.append(x)
            x = block(x, view, layer, cache, trace, off.get(layer))
        if trace is not None:
            trace.residual.append(x)
        if cache is not None:
            cache.length += T
        return self.end(x)

    def place(self, x: Tensor, positions: Tensor) -> Tensor:
        """Embeddings of tokens, [B, T, C], with those of their positions."""
        x = x + look_up(self.position_embedding, positions, "position")
        return F.dropout(x, self.config.dropout, self.training) if self.config.dropout else x

    def end(self, x: Tensor) -> Tensor:
        """What the last block leaves, through the last norm where there is one: [..., C]."""
        return x if self.final_norm is None else self.final_norm(x)

    def unembed(self, hidden: Tensor) -> Tensor:
        """Hidden states [..., width] to logits [..., vocab_size]: softmax(h We^T), GPT-1 eq. 2."""
        return linear(hidden, self.token_embedding.weight)

    def new_cache(self, batch: int, length: int | None = None) -> KVCache:
        """An empty cache on this model's device, for `length` tokens (default: the context)."""
        weight = self.token_embedding.weight
        return KVCache(self.config, batch, length, device=weight.device, dtype=weight.dtype)

    @torch.no_grad()
    def initialise(self, generator: torch.Generator | None = None) -> None:
        """Draw all weights again.

        A linear layer has std 1/sqrt(fan-in), so that signals keep their size at every width and
        hyperparameters carry over; the usual fixed 0.02 starves narrow models. Outputs into the
        residual stream are scaled by 1/sqrt(2 layers) (GPT-2, section 2.3). The head is tied: with
        hidden states of unit variance, embeddings of std s give logits of std s sqrt(width), so
        s = 0.5/sqrt(width) starts the loss at about log(vocab) + 0.5^2 / 2.
        """
        config = self.config
        into_residual = 1 / math.sqrt(2 * config.layers)
        for name, module in self.named_modules():
            if isinstance(module, nn.Linear):
                std = 1 / math.sqrt(module.in_features)
                if name.endswith(("attention.out", "mlp.down")):
                    std *= into_residual
                nn.init.normal_(module.weight, std=std, generator=generator)
                nn.init.zeros_(module.bias)
            elif isinstance(module, nn.LayerNorm):
                nn.init.ones_(module.weight)
                nn.init.zeros_(module.bias)
        std = 0.5 / math.sqrt(config.width)
        nn.init.normal_(self.token_embedding.weight, std=std, generator=generator)
        # Learned like the rest, but positions start as sinusoids (Vaswani et al. 2017, section
        # 3.5): neighbours then differ by a rotation, and "the token before" is soon found.
        places = torch.arange(config.context)[:, None]
        waves = places / 10_000 ** (torch.arange(0, config.width, 2) / config.width)
        sinusoids = torch.cat([waves.sin(), waves.cos()], dim=1)[:, : config.width]
        self.position_embedding.weight.data.copy_(std * sinusoids)

    @classmethod
    def from_hf(cls, folder_or_id: str | Path) -> GPT:
        """The GPT-2 of a Hugging Face checkpoint: a local folder, or an id on the hub."""
        from gptedu.model.huggingface import load_gpt2

        return load_gpt2(folder_or_id)

    def _check_room(self, batch: int, time: int, cache: KVCache | None) -> None:
        past = 0 if cache is None else cache.length
        room = self.config.context if cache is None else cache.room
        if time < 1:
            raise ValueError("the sequence is empty: give the model at least one token")
        if past + time > room:
            raise ValueError(
                f"{past + time} tokens do not fit: the room is {room} tokens (context "
                f"{self.config.context}); shorten the text or keep its end"
            )
        if cache is not None and cache.batch != batch:
            raise ValueError(
                f"{batch} rows and a cache made for {cache.batch}: make one with new_cache({batch})"
            )
