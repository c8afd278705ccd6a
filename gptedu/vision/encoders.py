"""From pixels and from captions to vectors: CLIP's two encoders, and the model that joins them.

The picture's is three convolutions, each of which halves the sides: 24 x 24 pixels become 3 x 3
tokens. The text's is a GPT, read where the caption ends (Radford et al. 2021, section 2.4).
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gptedu import checks
from gptedu.model import GPT, GPTConfig
from gptedu.model.layers import LayerNorm, Linear
from gptedu.vision.contrastive import FIRST_SCALE, normalised
from gptedu.vision.world.drawing import SIDE

CHANNELS = (32, 64, 64)
WINDOW = 3
"""Pixels along its side."""
MIXED = 256
"""Width of the layer through which each token goes before the mean."""
TOKENS = (SIDE // 2 ** len(CHANNELS)) ** 2
"""Vectors of a picture: 9, row by row, each of CHANNELS[-1] numbers."""


class PictureEncoder(nn.Module):
    """uint8 [batch, 24, 24, 3] to tokens [batch, 9, 64], row by row.

    A convolution is written as what it is: one matrix for all windows of 3 x 3. So its gradients
    are the same for any number of threads, which those of `nn.Conv2d` are not.
    generator: draws the weights; without one, torch's global state does.
    """

    def __init__(self, generator: torch.Generator | None = None) -> None:
        super().__init__()
        sizes = zip((3, *CHANNELS), CHANNELS, strict=False)
        self.convolutions = nn.ModuleList(
            Linear(before * WINDOW**2, after) for before, after in sizes
        )
        self.norm = LayerNorm(CHANNELS[-1])
        for layer in self.convolutions:
            assert isinstance(layer, Linear)
            std = math.sqrt(2 / layer.in_features)
            nn.init.normal_(layer.weight, std=std, generator=generator)
            nn.init.zeros_(layer.bias)

    def forward(self, pictures: Tensor) -> Tensor:
        if pictures.dtype != torch.uint8 or pictures.shape[1:] != (SIDE, SIDE, 3):
            raise ValueError(
                f"pictures of shape {list(pictures.shape)}, {pictures.dtype}: give uint8 [batch, "
                f"{SIDE}, {SIDE}, 3], as `draw` and `read_picture` make them"
            )
        x = pictures.permute(0, 3, 1, 2).float() / 255  # black is 0, as what lies outside
        for layer in self.convolutions:
            half = x.shape[-1] // 2
            windows = F.unfold(x, WINDOW, padding=1, stride=2)  # [B, 9 x channels, half x half]
            x = F.gelu(layer(windows.transpose(1, 2))).transpose(1, 2)
            x = x.unflatten(2, (half, half))  # [B, channels, half, half]
        return self.norm(x.flatten(2).transpose(1, 2))


@dataclass(frozen=True)
class ClipConfig:
    """Shape of a CLIP. vocab_size to heads: of the GPT that reads captions, each of at most
    `context` tokens with the one that ends it. shared: width of the space both encoders map to.
    end: id of the token that ends a caption; 0 in all tokenizers that `train_tokenizer` makes."""

    vocab_size: int
    context: int = 26
    layers: int = 2
    width: int = 48
    heads: int = 3
    shared: int = 64
    end: int = 0

    def __post_init__(self) -> None:
        checks.settle(self, checks.whole, "shared")
        checks.settle(self, checks.whole, "context", least=2)
        checks.settle(self, checks.whole, "end", least=0, most=self.vocab_size - 1)
        _ = self.text  # checks the others

    @property
    def text(self) -> GPTConfig:
        """The GPT's shape."""
        return GPTConfig(self.vocab_size, self.context, self.layers, self.width, self.heads)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> ClipConfig:
        """The inverse of `to_dict`. Raises ValueError on a key that is unknown or missing."""
        known = {field.name for field in fields(cls)}
        if set(values) != known:
            odd = ", ".join(sorted(set(values) ^ known))
            raise ValueError(f"the configuration's keys differ in {odd}: give {sorted(known)}")
        return cls(**values)


class ClipModel(nn.Module):
    """Pictures and captions as vectors of one space.

    generator: draws the weights; without one, torch's global state does.
    """

    def __init__(self, config: ClipConfig, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.config = config
        self.picture_encoder = PictureEncoder(generator)
        self.text_encoder = GPT(config.text, generator)
        self.places = nn.Parameter(torch.empty(TOKENS, CHANNELS[-1]))
        self.mix = Linear(CHANNELS[-1], MIXED)
        self.picture_head = nn.Linear(MIXED, config.shared, bias=False)
        self.text_head = nn.Linear(config.width, config.shared, bias=False)
        nn.init.normal_(self.places, generator=generator)
        nn.init.zeros_(self.mix.bias)
        for layer in (self.mix, self.picture_head, self.text_head):
            std = 1 / math.sqrt(layer.in_features)
            nn.init.normal_(layer.weight, std=std, generator=generator)
        self.log_scale = nn.Parameter(torch.tensor(FIRST_SCALE))

    @property
    def token_embedding(self) -> nn.Embedding:
        return self.text_encoder.token_embedding

    def pictures(self, pixels: Tensor) -> Tensor:
        """uint8 [batch, 24, 24, 3] to vectors of length 1, [batch, shared].

        Each token, with its place, goes through one layer before their mean is taken: what a ball
        looks like is learned once for all places, and where it stands is still known.
        """
        tokens = self.picture_encoder(pixels) + self.places  # [B, 9, 64]
        return normalised(self.picture_head(F.gelu(self.mix(tokens)).mean(dim=1)))

    def texts(self, ids: Tensor) -> Tensor:
        """Captions [batch, time] to vectors of length 1, [batch, shared].

        Each is read where it first has the token that ends it, which alone has seen all of it; what
        stands behind is not seen. Raises ValueError for a caption without it, and an empty one.
        """
        places = end_places(ids, self.config.end)
        hidden = self.text_encoder.features(ids)  # causal: what follows the end changes nothing
        ends = hidden[torch.arange(len(ids), device=ids.device), places]
        return normalised(self.text_head(ends))

    def forward(self, pixels: Tensor, ids: Tensor) -> Tensor:
        """Similarities times the learned scale: [pictures, texts]."""
        return self.log_scale.exp() * self.pictures(pixels) @ self.texts(ids).T


def end_places(ids: Tensor, end: int) -> Tensor:
    """Where each row first has the token `end`: int64 [batch].

    It is looked for by its id, so that the tokens may have any other numbers. Raises ValueError for
    a row that does not have it (its vector would be another token's), or begins with it.
    """
    found = ids == end
    if len(lost := (~found.any(dim=1)).nonzero()):
        raise ValueError(
            f"caption {int(lost[0])} has no token {end}, which ends a caption: put it last; a "
            "caption that is cut off loses it"
        )
    places = found.long().argmax(dim=1)  # the first of the largest
    if len(empty := (places == 0).nonzero()):
        raise ValueError(
            f"caption {int(empty[0])} is empty: give at least one token before the end"
        )
    return places
