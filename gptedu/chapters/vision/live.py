"""The CLIP that a learner trains while they wait: from nothing, in less than half a minute."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import torch
from torch import Tensor

from gptedu.sampling import seeded
from gptedu.training.command import shipped_tokenizer
from gptedu.training.optimiser import set_learning_rate
from gptedu.training.steps import Steps
from gptedu.vision.clip import Clip
from gptedu.vision.contrastive import clip_optimiser, equal_rows
from gptedu.vision.encoders import ClipModel
from gptedu.vision.pairs import Corpus, unpack
from gptedu.vision.recipes import clip_recipe

CORPUS = Corpus((("one", 1.0),))
"""Pictures of one thing: with so few steps there is no time to learn more."""
BATCH, STEPS = 128, 160
SEED = 7
"""None of the recorded ones."""
EVERY = 10  # steps between two measurements


class Run:
    """A CLIP that learns from a loss which the notebook computes.

    >>> run = Run()
    >>> for pixels, ids in run.batches():
    ...     run.learn(loss(run.model.pictures(pixels), run.model.texts(ids), run.scale))

    curve: (step, share in percent) of pictures of a batch that find their caption among all of it,
    on pictures of training that this run never sees.
    """

    def __init__(self, steps: int = STEPS, seed: int = SEED) -> None:
        self.tokenizer = shipped_tokenizer()
        self.recipe = clip_recipe(
            self.tokenizer.vocab_size,
            pictures=steps * BATCH,
            batch=BATCH,
            seed=seed,
            corpus=CORPUS,
        )
        self.model = ClipModel(self.recipe.model, seeded(seed))
        self.curve: list[tuple[int, float]] = []
        self.losses: list[float] = []
        self._mover = clip_optimiser(self.model, self.recipe)

    @property
    def scale(self) -> Tensor:
        """What similarities are multiplied by: learned, as the weights are."""
        return self.model.log_scale.exp()

    def rows(self, step: int, split: str = "train") -> tuple[Tensor, Tensor]:
        """A batch of pictures, uint8 [128, 24, 24, 3], and the ids of their captions."""
        seed, context = self.recipe.seed, self.recipe.model.context
        return unpack(CORPUS.rows(self.tokenizer, context, BATCH, seed, step, split=split))

    def batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        """A batch for each step that is still to be taken."""
        if not self.curve:
            self._measure()
        first, steps = len(self.losses), self.recipe.steps
        with Steps(self.model, steps, "learning", first=first) as taken:
            for step in taken:
                yield self.rows(step)

    def learn(self, loss: Tensor) -> None:
        """One step down the loss; then log_scale is held at or below log 100."""
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe.clip)
        set_learning_rate(self._mover, self.recipe.schedule(len(self.losses)))
        self._mover.step()
        self._mover.zero_grad()
        self.losses.append(loss.item())
        if len(self.losses) % EVERY == 0:
            self._measure()

    @cached_property
    def _others(self) -> tuple[Tensor, Tensor]:
        return self.rows(0, split="validation")

    @torch.no_grad()
    def _measure(self) -> None:
        pixels, ids = self._others
        best = (self.model.pictures(pixels) @ self.model.texts(ids).T).argmax(dim=1)
        groups = equal_rows(ids)  # a caption that is the same is as right
        found = 100 * float((groups[best] == groups).float().mean())
        self.curve.append((len(self.losses), found))

    def clip(self) -> Clip:
        """What has learned so far, to be asked as mini-clip is."""
        return Clip(self.model.eval(), self.tokenizer, "your CLIP", {"seed": self.recipe.seed})
