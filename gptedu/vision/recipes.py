"""`gptedu train mini-clip`: what is trained, and how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from gptedu.sampling import seeded
from gptedu.text import Tokenizer
from gptedu.training.command import publish, shipped_tokenizer, state_folder, target_folder
from gptedu.training.distributed import process_count
from gptedu.training.loop import Step, train
from gptedu.training.recipe import Recipe
from gptedu.vision import CLIP
from gptedu.vision.clip import Clip, clip_loss
from gptedu.vision.contrastive import clip_optimiser
from gptedu.vision.encoders import ClipConfig, ClipModel
from gptedu.vision.pairs import Corpus
from gptedu.vision.world.drawing import VARIED
from gptedu.world import VERSION

PAIRS, BATCH = 144_000, 128
CORPUS = Corpus(style=VARIED)
"""In varied styles: one that has seen hard edges on black alone names half of soft drawings right,
and next to none on grey."""
HELD_OUT = 4  # batches on which the loss is watched


@dataclass(frozen=True)
class PictureRecipe(Recipe):
    """A run on pictures: `tokens` counts those of captions, `context` for each picture.

    corpus: what it sees, in the place of the miniature web.
    """

    corpus: Corpus = CORPUS

    @property
    def pictures(self) -> int:
        """Pictures seen in all."""
        return self.steps * self.batch_size

    def to_dict(self) -> dict[str, Any]:
        fields = super().to_dict()
        del fields["data"]
        return fields | {"corpus": self.corpus.to_dict()}


def clip_recipe(
    vocab_size: int,
    *,
    pictures: int = PAIRS,
    batch: int = BATCH,
    seed: int = 0,
    corpus: Corpus = CORPUS,
) -> PictureRecipe:
    """A run of CLIP on so many pictures."""
    config = ClipConfig(vocab_size)
    return PictureRecipe(
        CLIP,
        config,
        tokens=pictures * config.context,
        batch_size=batch,
        matrix_rate=0.02,
        learning_rate=2e-3,
        min_ratio=0.0,
        seed=seed,
        corpus=corpus,
    )


def fit(
    recipe: PictureRecipe,
    tokenizer: Tokenizer,
    *,
    folder: Path | None = None,
    card: dict[str, Any] | None = None,
    progress: bool = True,
    on_step: Callable[[Step], None] | None = None,
) -> Clip:
    """Trains a CLIP. folder: where its state is kept, and in the end its files.

    Raises ValueError where several processes share the run: each would compare its own rows alone,
    which is another loss.
    """
    if process_count() > 1:
        raise ValueError(
            f"{process_count()} processes would each compare their own pictures: train on one"
        )
    context, batch, corpus = recipe.model.context, recipe.batch_size, recipe.corpus
    model = ClipModel(recipe.model, seeded(recipe.seed))
    held_out = [
        corpus.rows(tokenizer, context, batch, number, split="validation")
        for number in range(HELD_OUT)
    ]
    record = train(
        model,
        lambda step: corpus.rows(tokenizer, context, batch, recipe.seed, step),
        recipe,
        validation=held_out,
        validations=10,
        loss=clip_loss,
        folder=folder,
        card={"kind": "clip", **(card or {})},
        progress=progress,
        device=torch.device("cpu") if folder is None else None,
        bfloat16=False,
        on_step=on_step,
        optimiser=clip_optimiser,
    )
    about = {"name": recipe.name, "seed": recipe.seed, "final_loss": record.final_loss}
    return Clip(model.eval(), tokenizer, recipe.name, about | {"pictures": recipe.pictures})


def train_clip(
    name: str = CLIP,
    *,
    out: str | Path | None = None,
    pictures: int | None = None,
    seed: int = 0,
    progress: bool = True,
) -> Path:
    """Makes mini-clip, and returns the folder that was written.

    out: a folder for the result; by default the shipped files are replaced, which a run with
    `pictures` or a `seed` of its own may not do. A run that was stopped goes on where it was when
    the same is asked for again.
    """
    unlike = "other pictures or another seed" if pictures is not None or seed else ""
    target = target_folder(name, out, unlike)
    tokenizer = shipped_tokenizer()
    recipe = clip_recipe(tokenizer.vocab_size, pictures=pictures or PAIRS, seed=seed)
    work = state_folder(name, recipe.to_dict())
    command = f"gptedu train {name}" + (f" --seed {seed}" if seed else "")
    fit(
        recipe,
        tokenizer,
        folder=work,
        card={"command": command, "pictures": recipe.pictures, "world": VERSION},
        progress=progress,
    )
    publish(work, target)
    return target
