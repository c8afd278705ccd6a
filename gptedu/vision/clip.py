"""A CLIP with its tokenizer: pictures and texts in, vectors, similarities and classes out.

Zero-shot classification (Radford et al. 2021, section 3.1): a class is the caption that names it,
and a picture is of the class whose caption is nearest. Of several prompts a class has the mean of
their vectors, an ensemble in the space of vectors (section 3.1.4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from gptedu import checks
from gptedu.model import text_model
from gptedu.model.modes import evaluating
from gptedu.model.text_model import TextModel
from gptedu.training import kinds
from gptedu.vision.contrastive import contrastive_loss, equal_rows, normalised
from gptedu.vision.encoders import ClipConfig, ClipModel
from gptedu.vision.pairs import caption_ids, unpack
from gptedu.world.words.grammar import article

PROMPT = "a picture of {thing}"
PROMPTS = (
    "a picture of {thing}",
    "a drawing of {thing}",
    "this is {thing}",
    "there is {thing} at the left",
    "there is {thing} at the right",
    "a picture of {thing} at the top",
    "a drawing of {thing} at the bottom",
    "{thing}",
)
"""Of the ensemble."""
_AT_ONCE = 256


def clip_loss(
    model: torch.nn.Module, rows: Tensor, generator: torch.Generator | None = None
) -> Tensor:
    """The contrastive loss of rows of pairs (see `pairs`), in nats. generator: is not used.

    It compares the rows with each other: a mean over parts of a batch is another, easier loss.
    """
    pixels, ids = unpack(rows)
    assert isinstance(model, ClipModel)
    return contrastive_loss(
        model.pictures(pixels), model.texts(ids), model.log_scale, equal_rows(ids)
    )


def filled(prompt: str, name: str) -> str:
    """A prompt with a class's name: "{thing}" is "a red ball", "{name}" is "red ball".

    Raises ValueError for a prompt that has neither, and so would name no class.
    """
    said = checks.text("prompt", prompt).replace("{thing}", article(name)).replace("{name}", name)
    if said == prompt:
        raise ValueError(f"the prompt {checks.shown(prompt)} names no class: put {{thing}} in it")
    return said


def as_pictures(pictures: np.ndarray | Tensor | Sequence[np.ndarray]) -> Tensor:
    """uint8 [count, 24, 24, 3], of one picture [24, 24, 3] or several."""
    if not isinstance(pictures, Tensor):
        pictures = torch.from_numpy(np.array(pictures))
    return pictures[None] if pictures.dim() == 3 else pictures


@dataclass(eq=False, repr=False)
class Clip(TextModel):
    """A CLIP for use. Pictures are uint8 [24, 24, 3], one or several; texts are captions."""

    what: ClassVar[str] = (
        "a CLIP, which compares pictures with texts and predicts no next token: ask it with "
        ".similarities(pictures, texts) or .classify(pictures, names)"
    )

    @torch.inference_mode()
    def pictures(self, pictures: np.ndarray | Tensor | Sequence[np.ndarray]) -> Tensor:
        """Vectors of length 1, [pictures, shared]."""
        pixels = as_pictures(pictures).to(self.device)
        with evaluating(self.model):
            return torch.cat([self.model.pictures(part) for part in pixels.split(_AT_ONCE)]).cpu()

    @torch.inference_mode()
    def texts(self, texts: Sequence[str]) -> Tensor:
        """Vectors of length 1, [texts, shared].

        Raises ValueError for an empty text and one that does not fit the context.
        """
        context = self.model.config.context
        said = checks.texts("texts", texts)
        ids = torch.tensor([caption_ids(self.tokenizer, each, context) for each in said])
        with evaluating(self.model):
            parts = [self.model.texts(part) for part in ids.to(self.device).split(_AT_ONCE)]
            return torch.cat(parts).cpu()

    def similarities(
        self, pictures: np.ndarray | Tensor | Sequence[np.ndarray], texts: Sequence[str]
    ) -> Tensor:
        """Cosines, -1 to 1: [pictures, texts]."""
        return self.pictures(pictures) @ self.texts(texts).T

    @property
    def scale(self) -> float:
        """What similarities are multiplied by: 1 over the temperature, 100 at most."""
        return float(self.model.log_scale.detach().exp())

    def class_vectors(self, names: Sequence[str], prompts: str | Sequence[str] = PROMPT) -> Tensor:
        """A vector of length 1 for each name, of one prompt or an ensemble: [names, shared].

        Each prompt's vector has length 1 before the mean, or the longest would count most; and the
        mean has length 1 again, or a class whose prompts agree would win more often.
        """
        prompts = [prompts] if isinstance(prompts, str) else checks.texts("prompts", prompts)
        each = [self.texts([filled(prompt, name) for name in names]) for prompt in prompts]
        return ensemble(torch.stack(each))

    def classify(
        self,
        pictures: np.ndarray | Tensor | Sequence[np.ndarray],
        names: Sequence[str],
        prompts: str | Sequence[str] = PROMPT,
    ) -> Tensor:
        """Probabilities [pictures, names] of each picture to be of each class.

        prompts: one or several, with {thing} ("a red ball") or {name} ("red ball") in each.
        """
        names = checks.texts("names", names, least=2)
        cosines = self.pictures(pictures) @ self.class_vectors(names, prompts).T
        return (self.scale * cosines).softmax(dim=1)


def ensemble(vectors: Tensor) -> Tensor:
    """The classes' vectors of several prompts, [prompts, classes, width] to [classes, width]:
    normalised, their mean, normalised again."""
    return normalised(normalised(vectors).mean(dim=0))


text_model.register(ClipModel, Clip)
kinds.register("clip", kinds.Kind(ClipConfig, ClipModel, clip_loss))
