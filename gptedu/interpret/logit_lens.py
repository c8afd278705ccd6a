"""What each layer would say, were it the last one: the logit lens.

nostalgebraist 2020, "interpreting GPT: the logit lens": the residual stream after each layer, read
through the last norm and the head.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel


@dataclass(frozen=True)
class LensLayer:
    """What one layer would say: its likeliest (id, probability), and how it sees the winner.

    layer: 0 is the embedding, the last one the model's output. rank, probability: of the token
    that the last layer finds likeliest.
    """

    layer: int
    tokens: tuple[tuple[int, float], ...]
    rank: int
    probability: float


@torch.no_grad()
def logit_lens(
    lm: LanguageModel, ids: Sequence[int], position: int, top: int = 4
) -> tuple[LensLayer, ...]:
    """What each layer expects after ``position`` of ids, the embedding first.

    top: so many of its likeliest tokens. Raises ValueError for a model that keeps no trace of its
    layers, such as an LSTM.
    """
    trace = lm.trace(torch.tensor([list(ids)]))
    residual = torch.stack([layer[0, position] for layer in trace.residual])  # [layers + 1, width]
    norm = lm.model.final_norm
    logits = lm.model.unembed(residual if norm is None else norm(residual)).float().cpu()
    winner = int(logits[-1].argmax())
    layers = []
    for layer, line in enumerate(logits):
        probability = line.softmax(-1)
        best = probability.topk(min(top, len(line)))
        tokens = tuple(zip(best.indices.tolist(), best.values.tolist(), strict=True))
        rank = 1 + int((line > line[winner]).sum())
        layers.append(LensLayer(layer, tokens, rank, float(probability[winner])))
    return tuple(layers)
