"""Names to models: the family that ships, GPT-2 as published, and one real chat model.

>>> gptedu.load("mini-m")                   # ours, from assets/checkpoints
>>> gptedu.load("mini-m@1953")              # the same while it was learning, after 1,953 steps
>>> gptedu.load("gpt2")                     # a Hugging Face GPT-2, by hub id or folder
>>> gptedu.load("smollm2-135m-instruct")    # after `gptedu get smollm2-135m-instruct`
"""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path
from typing import Literal, overload

import torch

from gptedu import assets
from gptedu.device import pick_device

# These register the kinds of model that a checkpoint may hold, with what lies below them.
from gptedu.finetuning.bert import MaskedLanguageModel
from gptedu.get import SMOLLM2, check, folder_of
from gptedu.language_model import LanguageModel, NextTokenModel
from gptedu.model.huggingface import end_ids, find_folder, load_gpt2
from gptedu.model.llama import Llama
from gptedu.model.modes import learning
from gptedu.model.text_model import Model, TextModel, of_kind, wrap
from gptedu.rlhf.reward.scorer import Scorer
from gptedu.text import Tokenizer
from gptedu.training.checkpoint import load_model
from gptedu.training.recipes import SIZES, second_name
from gptedu.training.recipes import names as recipe_names
from gptedu.vision.asking import PictureModel
from gptedu.vision.clip import Clip
from gptedu.vision.teaching import KIND  # noqa: F401 registers the kind of a reader of pictures

FAMILY = tuple(SIZES)
"""The four sizes, which differ in nothing else: the smallest first."""
FAMILY_V2 = tuple(map(second_name, SIZES))
"""The same sizes, which have read three times as much, of the second mixture."""
GPT2 = ("gpt2", "gpt2-medium", "gpt2-large", "gpt2-xl", "distilgpt2")
SMOLLM2_ON_THE_HUB = "HuggingFaceTB/SmolLM2-135M-Instruct"


Device = str | torch.device | None


# What a name stands for is known of the family's own; what lies in a folder, or behind another
# name, is said by `expect`, or by nobody.
@overload
def load(name: Literal["mini-bert-v2"], device: Device = ..., folder: None = ...) -> MaskedLanguageModel: ...  # noqa: E501  # fmt: skip
@overload
def load(name: Literal["mini-lstm-v2"], device: Device = ..., folder: None = ...) -> NextTokenModel: ...  # noqa: E501  # fmt: skip
@overload
def load(name: Literal["mini-m-rm", "mini-s-rm"], device: Device = ..., folder: None = ...) -> Scorer: ...  # noqa: E501  # fmt: skip
@overload
def load(name: Literal["mini-clip"], device: Device = ..., folder: None = ...) -> Clip: ...
@overload
def load(name: Literal["mini-m-vision"], device: Device = ..., folder: None = ...) -> PictureModel: ...  # noqa: E501  # fmt: skip
@overload
def load(name: Literal["mini-xs", "mini-s", "mini-m", "mini-l", "mini-m-sft", "mini-m-ppo", "mini-xs-v2", "mini-s-v2", "mini-m-v2", "mini-l-v2", "mini-m-v2-sft", "mini-m-v2-ppo", "mini-m-unsure", "mini-m-lmsi", "mini-m-safety-sft", "mini-m-safety"], device: Device = ..., folder: None = ...) -> LanguageModel: ...  # noqa: E501  # fmt: skip
@overload
def load(name: str | Path, device: Device = ..., folder: str | Path | None = ..., *, expect: type[Model]) -> Model: ...  # noqa: E501  # fmt: skip
@overload
def load(name: str | Path, device: Device = ..., folder: str | Path | None = ...) -> TextModel: ...
def load(
    name: str | Path,
    device: Device = None,
    folder: str | Path | None = None,
    *,
    expect: type[TextModel] = TextModel,
) -> TextModel:
    """The model of a name (see `names`), as what it is, ready for use.

    A GPT comes as a LanguageModel, an LSTM as a NextTokenModel, BERT as a MaskedLanguageModel, a
    reward model as a Scorer, mini-clip as a Clip, mini-m-vision as a PictureModel; each has the
    methods that it can answer. Weights are float32.

    name: one of these, or a folder. device: by default the GPU where there is one, else the CPU.
    folder: read this folder instead and call the model `name`; it may hold a checkpoint of ours
    or one of Hugging Face's. expect: the class that it must be of, such as LanguageModel.

    Raises ValueError for an unknown name, a damaged file or a GPU that is not there, and
    FileNotFoundError, saying what to run, where a known model or a folder is not on this machine.
    Raises TypeError, saying what it is, for a model of another class than `expect`.
    """
    with learning():  # float32, and weights that can be trained, whatever the notebook has set
        lm = _load(name, pick_device(device), folder)
    return of_kind(lm, expect)


def _load(name: str | Path, place: torch.device, folder: str | Path | None) -> TextModel:
    name = os.fspath(name)
    lm: TextModel
    if folder is not None:
        lm = _from_folder(name, assets.expanded(folder))
    elif name == SMOLLM2:
        lm = _smollm2()
    elif name in family() or ("@" in name and name.split("@")[0] in family()):
        lm = _from_family(name)
    elif name in GPT2:
        lm = _from_hugging_face(name, name)
    elif name and assets.expanded(name).is_dir():
        lm = _from_folder(Path(name).name, assets.expanded(name))
    elif re.fullmatch(r"[\w-][\w.-]*/[\w.-]+", name):
        lm = _from_hugging_face(name, name)
    elif re.search(r"^[.~]|[/\\]", name):
        raise FileNotFoundError(f"there is no folder {name!r}: give a checkpoint's, or a name")
    else:
        raise ValueError(_unknown(name))
    lm.model.to(place)
    return lm


def names() -> list[str]:
    """Every name that `load` knows: the family, GPT-2's sizes and the chat model.

    Besides these it takes "NAME@STEP" (see `steps`), a folder, and the hub id of any GPT-2.
    """
    return [*family(), *GPT2, SMOLLM2]


def family() -> list[str]:
    """The models of this course: those that have a recipe, and all that ship."""
    shipped = assets.root() / "checkpoints"
    folders = sorted(path.parent.name for path in shipped.glob("*/card.json"))
    known = [name for name in recipe_names() if name != "tokenizer"]
    return [*known, *(name for name in folders if name not in known)]


def steps(name: str) -> list[int]:
    """The steps of a model's training that were kept: load(f"{name}@{step}")."""
    folders = (assets.root() / "checkpoints" / name).glob("step-*/card.json")
    return sorted(int(path.parent.name.removeprefix("step-")) for path in folders)


def _from_family(name: str) -> TextModel:
    base, at, step = name.partition("@")
    folder = assets.root() / "checkpoints" / base
    if not folder.is_dir():
        raise FileNotFoundError(
            f"{base} is not on this machine: run `gptedu train {base}` to make it"
        )
    if at:
        kept = steps(base)
        if not step.isdecimal() or int(step) not in kept:
            there = f"choose one of {', '.join(map(str, kept))}" if kept else "it has none at all"
            raise ValueError(f"{base} has no checkpoint {step!r}: {there}")
        folder /= f"step-{int(step):06d}"
    return _from_folder(name, folder)


def _from_folder(name: str, folder: Path) -> TextModel:
    """A checkpoint of ours (with its card), or one of Hugging Face's (with its config.json)."""
    if (folder / "config.json").is_file() and not (folder / "card.json").is_file():
        return _from_hugging_face(name, folder)
    if not (folder / "card.json").is_file():
        raise FileNotFoundError(
            f"{folder} holds no checkpoint: a card.json, or Hugging Face's config.json, is needed"
        )
    model, card = load_model(folder)
    own = [where / "tokenizer.json" for where in (folder, folder.parent)]
    shared = assets.root() / "tokenizer.json"
    path = next((file for file in own if file.is_file()), shared)
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: run `gptedu train tokenizer` to make it")
    return wrap(model, Tokenizer.load(path), name, card)


def _from_hugging_face(name: str, where: str | Path) -> LanguageModel:
    folder = find_folder(where)
    card = {"name": name, "source": str(where)}
    tokenizer = Tokenizer.load(folder)
    stops = tuple(index for index in end_ids(folder) if index != tokenizer.end)
    return LanguageModel(load_gpt2(folder), tokenizer, name, card, stops)


def _smollm2() -> LanguageModel:
    folder = folder_of(SMOLLM2)
    if folder.is_dir():
        card = check(folder)
    else:
        folder = _in_hub_cache(SMOLLM2_ON_THE_HUB)
        card = {"name": SMOLLM2, "source": SMOLLM2_ON_THE_HUB, "licence": "Apache-2.0"}
    tokenizer = Tokenizer.load(folder)
    turn_end = tokenizer.backend.token_to_id("<|im_end|>")
    stops = () if turn_end is None else (turn_end,)
    return LanguageModel(Llama.from_folder(folder), tokenizer, SMOLLM2, card, stops)


def _in_hub_cache(hub_id: str) -> Path:
    try:
        from huggingface_hub import snapshot_download

        return Path(snapshot_download(hub_id, local_files_only=True))
    except (ImportError, OSError, ValueError):  # no library, or nothing in its cache
        raise FileNotFoundError(
            f"{SMOLLM2} is not on this machine: run `gptedu get {SMOLLM2}` (93 MB, once)"
        ) from None


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name.split("@")[0].lower(), names(), n=3, cutoff=0.5)
    known = f"did you mean {' or '.join(near)}?" if near else f"choose one of {', '.join(names())}"
    return f"there is no model {name!r}: {known}"
