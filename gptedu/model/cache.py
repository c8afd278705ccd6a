"""Keys and values already computed, so that each new token costs one token's work."""

from __future__ import annotations

import torch
from torch import Tensor

from gptedu.model.config import GPTConfig


class KVCache:
    """Room for the keys and values of up to `length` tokens in each of `batch` rows.

    The room is taken once: growing a tensor by concatenation would copy all of it at every token.
    What is stored carries no gradient. `mask` handed to the model together with a cache speaks of
    the new tokens only; the cache remembers which of the earlier ones were real.
    """

    def __init__(
        self,
        config: GPTConfig,
        batch: int,
        length: int | None = None,
        *,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        room = config.context if length is None else length
        if not 1 <= room <= config.context:
            raise ValueError(
                f"a cache of {room} tokens: the model's context is {config.context}, "
                "choose a length from 1 to that"
            )

        def empty(*shape: int) -> tuple[Tensor, ...]:
            return torch.empty(config.layers, *shape, device=device, dtype=dtype).unbind()

        # Keys lie with their tokens last, as a new query multiplies them: [batch, heads,
        # head_width, room]. Values are weighted sums over tokens: [batch, heads, room, head_width].
        self.keys = empty(batch, config.heads, config.head_width, room)
        self.values = empty(batch, config.heads, room, config.head_width)
        self.batch = batch
        self.room = room
        self.length = 0  # tokens stored so far, pads included
        self.real: Tensor | None = None  # [batch, length] bool, once a pad has been seen

    def append(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        """Store new keys and values [batch, heads, time, head_width] behind the earlier ones.

        Returns all of that layer's keys and values, [batch, heads, length + time, head_width].
        """
        start, end = self.length, self.length + key.shape[2]
        keys, values = self.keys[layer], self.values[layer]
        keys[..., start:end] = key.detach().transpose(2, 3)
        values[:, :, start:end] = value.detach()
        if start == 0:
            return key, value
        return keys[..., :end].transpose(2, 3), values[:, :, :end]

    def take(self, other: KVCache, which: Tensor) -> None:
        """Row i becomes a copy of row which[i] of another cache; this one must have the room."""
        self.length = length = other.length
        for keys, their_keys in zip(self.keys, other.keys, strict=True):
            keys[..., :length] = their_keys[which, ..., :length]
        for values, their_values in zip(self.values, other.values, strict=True):
            values[:, :, :length] = their_values[which, :, :length]
        self.real = None if other.real is None else other.real[which]

    def keep(self, rows: Tensor) -> None:
        """Hold some of the rows alone: int64 [rows], places in the batch, ascending."""
        self.batch = batch = len(rows)
        length = self.length
        for keys, values in zip(self.keys, self.values, strict=True):
            keys[:batch, ..., :length] = keys[rows, ..., :length]
            values[:batch, :, :length] = values[rows, :, :length]
        self.keys = tuple(keys[:batch] for keys in self.keys)
        self.values = tuple(values[:batch] for values in self.values)
        if self.real is not None:
            self.real = self.real[rows]
