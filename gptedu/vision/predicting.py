"""Predicting captions in place of comparing them: what CLIP was measured against (section 2.3).

Two ways. A language model that reads the picture's tokens and then the caption, token by token; and
a bag of words, which says from the picture which tokens the caption has, in no order. Both have
CLIP's picture encoder, and classify as CLIP does: by the caption that is likeliest.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from gptedu import checks
from gptedu.model import GPT, GPTConfig
from gptedu.model.layers import Linear
from gptedu.model.modes import evaluating
from gptedu.sampling import seeded
from gptedu.text import Tokenizer
from gptedu.training.loop import Step, train
from gptedu.vision.clip import filled
from gptedu.vision.encoders import CHANNELS, TOKENS, ClipConfig, PictureEncoder
from gptedu.vision.pairs import caption_ids, unpack
from gptedu.vision.recipes import PictureRecipe

WAYS = ("words", "bag")


class Captioner(nn.Module):
    """log P(caption | picture), by a GPT that reads the picture as tokens before the caption.

    config: CLIP's, so that both encoders have its sizes. generator: draws the weights.
    """

    def __init__(self, config: ClipConfig, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.config = config
        text = config.text.to_dict() | {"context": TOKENS + config.context}
        self.picture_encoder = PictureEncoder(generator)
        self.text_encoder = GPT(GPTConfig.from_dict(text), generator)
        self.join = Linear(CHANNELS[-1], config.width)
        std = 1 / math.sqrt(CHANNELS[-1])
        nn.init.normal_(self.join.weight, std=std, generator=generator)
        nn.init.zeros_(self.join.bias)

    def forward(self, pixels: Tensor, ids: Tensor) -> Tensor:
        """Log-probability of each caption with the token that ends it, in nats: [batch].

        pixels: uint8 [batch, 24, 24, 3]. ids: int64 [batch, time], each with its end.
        """
        end = self.config.end
        seen = self.join(self.picture_encoder(pixels)) / math.sqrt(self.config.width)
        said = self.text_encoder.token_embedding(ids[:, :-1])
        hidden = self.text_encoder.features(embeddings=torch.cat([seen, said], dim=1))
        logits = self.text_encoder.unembed(hidden[:, TOKENS - 1 :])  # of each token of ids
        logprobs = logits.log_softmax(dim=-1).gather(2, ids[..., None])[..., 0]
        ended = (ids == end).long().cumsum(dim=1)
        return (logprobs * (ended - (ids == end).long() == 0)).sum(dim=1)


class BagOfWords(nn.Module):
    """log P of a caption's tokens given the picture, whatever their order."""

    def __init__(self, config: ClipConfig, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.config = config
        self.picture_encoder = PictureEncoder(generator)
        flat = TOKENS * CHANNELS[-1]
        self.head = Linear(flat, config.vocab_size)
        nn.init.normal_(self.head.weight, std=1 / math.sqrt(flat), generator=generator)
        nn.init.zeros_(self.head.bias)

    def forward(self, pixels: Tensor, ids: Tensor) -> Tensor:
        """Mean log-probability of the tokens before the end, in nats: [batch]."""
        logprobs = self.head(self.picture_encoder(pixels).flatten(1)).log_softmax(dim=-1)
        real = (ids != self.config.end).float()
        return (logprobs.gather(1, ids) * real).sum(dim=1) / real.sum(dim=1)


Predictor = Captioner | BagOfWords
_MODELS: dict[str, type[Captioner] | type[BagOfWords]] = {"words": Captioner, "bag": BagOfWords}


def prediction_loss(
    model: nn.Module, rows: Tensor, generator: torch.Generator | None = None
) -> Tensor:
    """-log P of the captions of rows of pairs, a mean in nats. generator: is not used."""
    return -model(*unpack(rows)).mean()


def fit_predictor(
    way: str,
    recipe: PictureRecipe,
    tokenizer: Tokenizer,
    *,
    on_step: Callable[[Step], None] | None = None,
) -> Predictor:
    """Trains one of `WAYS` on the pictures of a recipe of CLIP's, in the same order."""
    build = _MODELS[checks.one_of("way", way, WAYS)]
    model = build(recipe.model, seeded(recipe.seed))
    context, batch = recipe.model.context, recipe.batch_size
    train(
        model,
        lambda step: recipe.corpus.rows(tokenizer, context, batch, recipe.seed, step),
        recipe,
        loss=prediction_loss,
        progress=False,
        device="cpu",
        bfloat16=False,
        on_step=on_step,
    )
    return model.eval()


@torch.no_grad()
def likeliest(
    model: Predictor, tokenizer: Tokenizer, pixels: Tensor, names: Sequence[str], prompt: str
) -> Tensor:
    """Which name's caption is the likeliest for each picture: int64 [pictures]."""
    context = model.config.context
    said = [caption_ids(tokenizer, filled(prompt, name), context) for name in names]
    longest = max(row.index(tokenizer.end) for row in said) + 1
    ids = torch.tensor([row[:longest] for row in said])
    with evaluating(model):
        best = [
            model(picture[None].expand(len(ids), *picture.shape), ids).argmax()
            for picture in pixels
        ]
    return torch.stack(best)
