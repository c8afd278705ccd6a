"""Who may look at whom, and which position each token has."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from gptedu.model.cache import KVCache


class View(NamedTuple):
    """What attention needs to know about the tokens of one call."""

    positions: Tensor  # [batch or 1, time] int64
    allowed: Tensor | None  # [batch or 1, 1, time, keys] bool; None: no mask is needed ...
    causal: bool  # ... because the causal rule alone holds, or because all keys are visible


def look(
    batch: int,
    time: int,
    *,
    mask: Tensor | None,
    positions: Tensor | None,
    cache: KVCache | None,
    device: torch.device,
) -> View:
    """Turn `mask` (see `GPT.features`) and what the cache holds into a `View`.

    Causal attention inside `scaled_dot_product_attention` aligns queries with the *first* keys, so
    it is right only where there are as many queries as keys. Everywhere else the mask is written
    out, except for a single query without pads, which sees every key.
    """
    past = 0 if cache is None else cache.length
    keys = past + time
    if positions is not None and positions.shape not in ((batch, time), (1, time)):
        raise ValueError(
            f"positions of shape {tuple(positions.shape)}: give one for each token, "
            f"[{batch}, {time}]"
        )
    if mask is not None:
        mask = mask.to(device=device, dtype=torch.bool)
    if mask is not None and mask.dim() == 3:
        if mask.shape[0] not in (1, batch) or mask.shape[1:] != (time, keys):
            raise ValueError(
                f"mask of shape {tuple(mask.shape)}: for {batch} rows, {time} queries and {keys} "
                f"keys it must be [{batch}, {time}, {keys}]"
            )
        if not bool(mask.any(dim=-1).all()):
            raise ValueError(
                "the mask has a query that may look at nothing: let it look at least at itself"
            )
        if cache is not None and cache.real is not None:  # what follows counts these as real
            cache.real = F.pad(cache.real, (0, time), value=True)
        if positions is None:
            positions = torch.arange(past, keys, device=device)[None]
        return View(positions, mask[:, None], causal=False)

    real = _real_tokens(mask, batch, time, cache, device)
    if real is None:
        if positions is None:
            positions = torch.arange(past, keys, device=device)[None]
        if past == 0 or time == 1:
            return View(positions, None, causal=time > 1)
        rule = torch.ones(time, keys, dtype=torch.bool, device=device).tril(past)
        return View(positions, rule[None, None], causal=False)

    if positions is None:  # pads do not count
        positions = (real.cumsum(dim=1) - 1).clamp(min=0)[:, past:]
    rule = torch.ones(time, keys, dtype=torch.bool, device=device).tril(past)
    itself = torch.eye(keys, dtype=torch.bool, device=device)[past:]
    # A pad before the first real token would see nothing, and a softmax over nothing is NaN: it
    # sees itself, which nobody else does.
    allowed = (real[:, None, :] & rule) | itself
    return View(positions, allowed[:, None], causal=False)


def _real_tokens(
    mask: Tensor | None, batch: int, time: int, cache: KVCache | None, device: torch.device
) -> Tensor | None:
    """[batch, past + time] bool, or None where no pad has been seen. Updates the cache."""
    if mask is not None:
        if mask.shape != (batch, time):
            raise ValueError(
                f"mask of shape {tuple(mask.shape)}: it must be [batch, time] = [{batch}, {time}], "
                "or [batch, query, key]"
            )
        if bool(mask.all()):
            mask = None
    before = None if cache is None else cache.real
    if mask is None and before is None:
        return None
    if cache is None:
        return mask
    if before is None:
        before = torch.ones(batch, cache.length, dtype=torch.bool, device=device)
    if mask is None:
        mask = torch.ones(batch, time, dtype=torch.bool, device=device)
    cache.real = torch.cat([before, mask], dim=1)
    return cache.real
