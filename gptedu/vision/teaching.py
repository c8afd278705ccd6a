"""`gptedu train mini-m-vision`: a GPT learns to read pictures among words (KOSMOS-1, section 3).

It starts from two models that ship: the language model `mini-m-v2`, and the picture encoder of
`mini-clip`. Both are trained on, in two stages (see `stages`), while the text of the web is still
read beside the pictures.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from gptedu import checks
from gptedu.device import pick_bfloat16, pick_device
from gptedu.language_model import LanguageModel
from gptedu.model import GPT
from gptedu.model.text_model import TextModel, of_kind
from gptedu.sampling import seeded
from gptedu.text import Tokenizer
from gptedu.training import kinds
from gptedu.training.checkpoint import CARD, STATE, load_model
from gptedu.training.command import TOKENIZER, publish, state_folder, target_folder
from gptedu.training.data.batches import Batches, validation_batches
from gptedu.training.data.web import web_tokens
from gptedu.training.distributed import process_count
from gptedu.training.loop import Step, evaluate, train
from gptedu.training.recipe import DataOptions, Recipe
from gptedu.training.recipes import mixture_read
from gptedu.vision import CLIP, READER
from gptedu.vision import lessons as rows_of
from gptedu.vision.asking import PictureModel
from gptedu.vision.clip import Clip
from gptedu.vision.lessons import Lessons, packed, text_row, unpacked
from gptedu.vision.stream import PictureReader, ReaderConfig
from gptedu.world import VERSION

BODY = "mini-m-v2"
LESSONS, ROWS = Lessons(), 76_800
PRACTICE, SECOND_ROWS = Lessons(rows_of.PRACTICE), 128_000
STEADY = 16.0
"""Rows that a window of text counts for, in the second stage."""
BATCH = 32
ROW_TOKENS = 40
HELD_OUT = 4  # batches on which the loss is watched
TEXT, TEXT_SEED = DataOptions(mixture=mixture_read(BODY)), 7
"""The text of the web is that of the language model, in another order."""


@dataclass(frozen=True)
class LessonRecipe(Recipe):
    """A run on rows with pictures. lessons: what is read, in the place of the web alone.

    batch_size: rows with pictures in a step; `tokens` counts `ROW_TOKENS` for each, about the mean.
    """

    lessons: Lessons = LESSONS

    @property
    def tokens_per_step(self) -> int:
        return self.batch_size * ROW_TOKENS

    def to_dict(self) -> dict[str, Any]:
        return super().to_dict() | {"lessons": self.lessons.to_dict()}


def reader_recipe(
    body: ReaderConfig,
    *,
    rows: int = ROWS,
    batch: int = BATCH,
    seed: int = 0,
    lessons: Lessons = LESSONS,
) -> LessonRecipe:
    """A run on so many rows with pictures."""
    return LessonRecipe(
        READER,
        body,
        tokens=checks.whole("rows", rows) * ROW_TOKENS,
        batch_size=batch,
        matrix_rate=0.006,
        learning_rate=1e-3,
        min_ratio=0.0,
        seed=seed,
        lessons=lessons,
    )


def reading_loss(
    model: nn.Module, rows: Tensor, generator: torch.Generator | None = None
) -> Tensor:
    """The loss of rows that are packed (see `lessons`), in nats. generator: is not used."""
    assert isinstance(model, PictureReader)
    return model.loss(unpacked(rows))


def steadied_loss(
    model: nn.Module, rows: Tensor, generator: torch.Generator | None = None
) -> Tensor:
    """The same, but a window of text counts as much as `STEADY` rows: a third of the loss."""
    assert isinstance(model, PictureReader)
    every = unpacked(rows)
    window = model.config.context
    return model.loss(every, [STEADY if len(row.ids) == window else 1.0 for row in every])


def gpt_of(body: LanguageModel) -> GPT:
    """Its network. Raises ValueError where that is no GPT."""
    if not isinstance(body.model, GPT):
        raise ValueError(f"{body.name} is no GPT: a reader is made of one of the family")
    return body.model


def joined(body: LanguageModel, clip: Clip, seed: int = 0) -> PictureReader:
    """A reader of a language model and a CLIP's picture encoder, whose weights it takes over."""
    return PictureReader(gpt_of(body), clip.model.picture_encoder, seeded(seed))


def fit(
    model: PictureReader,
    tokenizer: Tokenizer,
    recipe: LessonRecipe,
    *,
    folder: Path | None = None,
    card: dict[str, Any] | None = None,
    bfloat16: bool = False,
    progress: bool = True,
    on_step: Callable[[Step], None] | None = None,
    loss: kinds.Loss = reading_loss,
) -> PictureModel:
    """Trains a reader in place. folder: where its state is kept, and in the end its files.

    Raises ValueError where several processes share the run, which is not foreseen.
    """
    if process_count() > 1:
        raise ValueError(f"{process_count()} processes share the run: train a reader on one")
    lessons, batch = recipe.lessons, recipe.batch_size
    train_text = web_tokens(recipe.data, "train", tokenizer) if lessons.text else None
    windows = (
        Batches(train_text, recipe.model.context, lessons.text, recipe.seed + TEXT_SEED)
        if train_text is not None
        else None
    )

    def rows(step: int) -> Tensor:
        made = lessons.rows(tokenizer, batch, recipe.seed, step)
        if windows is not None:
            made += [text_row(window[:-1]) for window in windows(step).tolist()]
        return packed(made)

    record = train(
        model,
        rows,
        recipe,
        validation=[
            packed(lessons.rows(tokenizer, batch, number, split="validation"))
            for number in range(HELD_OUT)
        ],
        validations=10,
        loss=loss,
        folder=folder,
        card={"kind": KIND, **(card or {})},
        progress=progress,
        device=torch.device("cpu") if folder is None else None,
        bfloat16=bfloat16,
        on_step=on_step,
    )
    about = {"name": recipe.name, "seed": recipe.seed, "final_loss": record.final_loss}
    return PictureModel(model.eval(), tokenizer, recipe.name, about)


def train_reader(
    name: str = READER,
    *,
    load: Callable[..., TextModel],
    out: str | Path | None = None,
    rows: int | None = None,
    seed: int = 0,
    bfloat16: bool | None = None,
    progress: bool = True,
) -> Path:
    """Makes mini-m-vision, and returns the folder that was written.

    load: `gptedu.load`, which stands above this part. out: a folder for the result; by default the
    shipped files are replaced, which a run with `rows` or a `seed` of its own may not do. bfloat16:
    None uses it where it is known to be fast. A run that was stopped goes on where it was when the
    same is asked for again.
    """
    unlike = "other rows or another seed" if rows is not None or seed else ""
    target = target_folder(name, out, unlike)
    body = of_kind(load(BODY), LanguageModel)
    clip = of_kind(load(CLIP), Clip)
    bfloat16 = pick_bfloat16(pick_device(), bfloat16)
    command = f"gptedu train {name}" + (f" --seed {seed}" if seed else "")
    card = {"command": f"{command} {'--bfloat16' if bfloat16 else '--no-bfloat16'}"}
    made_from = {each: lm.card.get("sha256") for each, lm in ((BODY, body), (CLIP, clip))}
    seen: Any = None
    for number, recipe in enumerate(stages(ReaderConfig(gpt_of(body).config), rows, seed)):
        key = [recipe.to_dict(), made_from, bfloat16]
        work = state_folder(name, key)
        if not (work / CARD).is_file():
            model = joined(copy.deepcopy(body), clip, seed)
            if seen is not None:
                model.see_as(seen)
            fit(
                model,
                body.tokenizer,
                recipe,
                folder=work,
                card=card | {"made_from": made_from, "world": VERSION},
                bfloat16=bfloat16,
                progress=progress,
                loss=(reading_loss, steadied_loss)[number],
            )
            (work / STATE).unlink(missing_ok=True)
        seen, done = load_model(work)  # as it is kept, in float16: also where it was made before
        made_from = made_from | {"first stage": done["sha256"]}
    publish(work, target)
    body.tokenizer.save(target / TOKENIZER)
    return target


def stages(shape: ReaderConfig, rows: int | None = None, seed: int = 0) -> list[LessonRecipe]:
    """The recipes of both stages. rows: of the first; the second has its share of them.

    In the first, text counts for little: what sees learns, charts among others, and the language
    model forgets its language (its loss on text rises from 1.3 to 2.2 nats, and it looks nothing
    up in its prompt). So the second begins with the language model as it was, at a lower rate, and
    text counts for a third of the loss.
    """
    first = ROWS if rows is None else checks.whole("rows", rows)
    second = max(BATCH, first * SECOND_ROWS // ROWS)
    return [
        dataclasses.replace(
            reader_recipe(shape, rows=first, seed=seed, lessons=LESSONS), data=TEXT
        ),
        dataclasses.replace(
            reader_recipe(shape, rows=second, seed=seed, lessons=PRACTICE),
            data=TEXT,
            matrix_rate=0.004,
            learning_rate=5e-4,
        ),
    ]


def text_loss(body: GPT, tokenizer: Tokenizer, windows: int = 128) -> float:
    """Loss on held-out text of the web, in nats a token: what is left of the language model."""
    held_out = web_tokens(TEXT, "validation", tokenizer)
    context = body.config.context
    own = held_out[: windows * context + 1]
    return evaluate(body, validation_batches(own, context, min(8, windows)))


def _build(config: ReaderConfig, generator: torch.Generator) -> PictureReader:
    return PictureReader(GPT(config.body, generator), generator=generator)


KIND = "picture-reader"
kinds.register(KIND, kinds.Kind(ReaderConfig, _build, reading_loss))
