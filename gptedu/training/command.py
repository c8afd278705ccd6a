"""`gptedu train NAME`: makes a file that ships, the same way for everyone."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from gptedu import assets
from gptedu.assets import write_whole
from gptedu.device import pick_bfloat16
from gptedu.model.text_model import TextModel
from gptedu.text import Tokenizer
from gptedu.training.checkpoint import CARD, STATE, WEIGHTS, save_model
from gptedu.training.data.batches import validation_batches
from gptedu.training.data.order import reading_order
from gptedu.training.data.web import (
    cache_folder,
    fingerprint,
    lead_tokens,
    web_tokenizer,
    web_tokens,
    writable,
)
from gptedu.training.distributed import is_lead, lead_first, process_count, processes
from gptedu.training.loop import RECORD, check_shares, train
from gptedu.training.recipe import Recipe
from gptedu.training.recipes import (
    TOKENIZER_DOCUMENTS,
    VOCABULARY,
    find_entry,
)
from gptedu.training.record import machine, source_commit
from gptedu.world import VERSION
from gptedu.world.leads import LEADS

TOKENIZER = "tokenizer.json"
OTHER_FOLDER = "give another one with --out"


def train_command(
    name: str,
    *,
    out: str | Path | None = None,
    tokens: int | None = None,
    seed: int | None = None,
    mixture: str | None = None,
    device: str | None = None,
    accumulation: int = 1,
    bfloat16: bool | None = None,
    progress: bool = True,
) -> Path:
    """Makes what `names()` lists, and returns the folder or file that was written.

    out: a folder for the result; by default the shipped files are replaced, which a run with
    `tokens`, `seed` or `mixture` of its own may not do. mixture: of the web that is read (see
    `gptedu.world.mixtures`); another one than the recipe's brings its own tokenizer, which is
    written beside the model. accumulation: micro-batches per step, where memory is
    short. bfloat16: None uses it where it is known to be fast (see `gptedu.device`). A run that was
    stopped goes on where it was when the same is asked for again. Raises ValueError for an unknown
    name and for options that mean nothing to it, FileNotFoundError where the tokenizer has not been
    made.
    """
    if name == "tokenizer":
        given = {
            "tokens": tokens,
            "seed": seed,
            "mixture": mixture,
            "device": device,
            "bfloat16": bfloat16,
        }
        odd = [option for option, value in given.items() if value is not None]
        if odd or accumulation != 1:
            raise ValueError(
                f"--{(odd or ['accumulation'])[0]} means nothing to the tokenizer: leave it out"
            )
        path = Path(out) / TOKENIZER if out else assets.root() / TOKENIZER
        path.parent.mkdir(parents=True, exist_ok=True)
        web_tokenizer(VOCABULARY, TOKENIZER_DOCUMENTS).save(path)
        return path
    entry = find_entry(name)
    recipe = entry.get(tokens, seed, mixture)
    changed = any(option is not None for option in (tokens, seed, mixture))
    target = target_folder(name, out, "other tokens, another seed or mixture" if changed else "")
    writable(cache_folder())
    own = recipe.data.mixture != "first"
    tokenizer = mixture_tokenizer(recipe.data.mixture) if own else shipped_tokenizer()
    kind = entry.model_kind
    loss = kind.loss
    if loss is None:
        raise ValueError(f"a {entry.kind} is not made by pretraining")
    with processes(device) as place:
        check_shares(recipe, process_count(), accumulation)  # before the text is made
        with lead_first():
            lead = lead_tokens(recipe.data, tokenizer)
            stream = web_tokens(recipe.data, "train", tokenizer)
            held_out = web_tokens(recipe.data, "validation", tokenizer)
        context, batch = recipe.model.context, recipe.batch_size
        bfloat16 = pick_bfloat16(place, bfloat16)
        work = work_folder(recipe, lead, stream, bfloat16)
        if own and is_lead():
            tokenizer.save(writable(work, OTHER_FOLDER) / TOKENIZER)  # for readers of its copies
        train(
            kind.build(recipe.model.to_dict(), recipe.seed),
            reading_order(recipe, lead, stream, tokenizer.end),
            recipe,
            validation=validation_batches(held_out, context, batch),
            loss=loss,
            folder=work,
            card={
                "kind": entry.kind,
                "world": VERSION,
                "command": command_line(name, tokens, seed, mixture, accumulation, bfloat16),
            },
            accumulation=accumulation,
            progress=progress,
            device=place,
            bfloat16=bfloat16,
        )
        if is_lead():
            publish(work, target)
            if own:
                tokenizer.save(target / TOKENIZER)
    return target


def target_folder(name: str, out: str | Path | None, unlike: str = "") -> Path:
    """Where a model that is made goes: `out`, or the place of the files that ship.

    unlike: what makes it another one than the one that ships, such as "another seed"; "" where
    nothing does. Raises ValueError where such a one would replace the one that ships.
    """
    if out is None and unlike:
        raise ValueError(
            f"a {name} with {unlike} is not the one that ships: give a folder for it with --out"
        )
    target = Path(out) if out else assets.root() / "checkpoints" / name
    writable(target.parent, instead=OTHER_FOLDER)
    return target


def model_before(name: str, target: Path, load: Callable[..., TextModel]) -> TextModel:
    """The model that another one is made from: made beside its `target`, or the one that ships.

    load: `gptedu.load`, which stands above this part. Raises FileNotFoundError where it has not
    been made.
    """
    folder = target.parent / name
    if (folder / CARD).is_file():
        return load(name, folder=folder)
    if not (assets.root() / "checkpoints" / name / CARD).is_file():
        raise FileNotFoundError(f"{name} has not been made: run `gptedu train {name}` first")
    return load(name)


def state_folder(name: str, made: Any) -> Path:
    """Where a run keeps its state, in the cache. made: plain values that say all of how it runs."""
    digest = hashlib.sha256(json.dumps(made, sort_keys=True).encode()).hexdigest()[:12]
    return writable(cache_folder()) / "runs" / f"{name}-{digest}"


def save_stage(
    target: Path, lm: TextModel, card: dict[str, Any], record: Any, began: float
) -> Path:
    """Writes a model that was made from another one, its tokenizer, card and record.

    card: what is this model's own. began: `time.perf_counter()` at the start; a card that has
    "seconds" keeps them. Returns `target`.
    """
    card = {"kind": "gpt", "world": VERSION, "seconds": time.perf_counter() - began, **card}
    card |= {
        "commit": source_commit(),
        "machine": machine(next(lm.model.parameters()).device),
        "model": lm.model.config.to_dict(),
    }
    save_model(target, lm.model, card)
    lm.tokenizer.save(target / TOKENIZER)
    write_whole(target / RECORD, (json.dumps(record) + "\n").encode())
    return target


def shipped_tokenizer() -> Tokenizer:
    """The family's tokenizer. Raises FileNotFoundError with what to run."""
    path = assets.root() / TOKENIZER
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: run `gptedu train tokenizer` first")
    return Tokenizer.load(path)


def mixture_tokenizer(mixture: str) -> Tokenizer:
    """A tokenizer learned from a mixture as the family's is from the first; kept in the cache."""
    path = cache_folder() / f"tokenizer-{mixture}-{fingerprint(mixture)}.json"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        web_tokenizer(VOCABULARY, TOKENIZER_DOCUMENTS, mixture=mixture).save(path)
    return Tokenizer.load(path)


def command_line(
    name: str,
    tokens: int | None,
    seed: int | None,
    mixture: str | None,
    accumulation: int,
    bfloat16: bool,
) -> str:
    """What to type to make the same weights again, for the model's card."""
    words = ["gptedu", "train", name]
    words += [] if tokens is None else ["--tokens", str(tokens)]
    words += [] if seed is None else ["--seed", str(seed)]
    words += [] if mixture is None else ["--mixture", mixture]
    words += [] if accumulation == 1 else ["--accumulation", str(accumulation)]
    return " ".join([*words, "--bfloat16" if bfloat16 else "--no-bfloat16"])


def work_folder(
    recipe: Recipe, lead: Mapping[str, np.ndarray], stream: np.ndarray, bfloat16: bool
) -> Path:
    """Where a run keeps its state: one folder for each recipe, text and number format."""
    digest = hashlib.sha256(json.dumps(recipe.to_dict(), sort_keys=True).encode())
    digest.update(b"bfloat16" if bfloat16 else b"float32")
    digest.update(repr(LEADS[recipe.data.mixture]).encode())
    for tokens in lead.values():
        digest.update(tokens.tobytes())
    digest.update(stream.tobytes())
    return cache_folder() / "runs" / f"{recipe.name}-{digest.hexdigest()[:12]}"


def publish(work: Path, target: Path) -> None:
    """Copies a finished run's model, copies along the way and record; deletes its state.

    Copies of an earlier run that stood in `target` go: two runs' steps would look like one's.
    """
    for old in target.glob("step-*"):
        if not (work / old.name).is_dir():
            shutil.rmtree(old)
    for folder in [work, *sorted(work.glob("step-*"))]:
        for name in (WEIGHTS, CARD, RECORD):
            if (folder / name).is_file():
                there = target / folder.relative_to(work) / name
                write_whole(there, (folder / name).read_bytes())
    (work / STATE).unlink(missing_ok=True)
