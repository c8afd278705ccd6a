"""Files: models to ship, and the state from which a run goes on.

A file appears whole or not at all (it is written beside its place and moved there), and carries its
SHA-256, so that a damaged one is named and never half-loaded.
"""

from __future__ import annotations

import hashlib
import io
import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import safetensors.torch
import torch
from torch import nn

from gptedu import checks
from gptedu.assets import write_whole
from gptedu.model.huggingface import without_wrappers
from gptedu.model.modes import float32
from gptedu.training.kinds import build_from_card

WEIGHTS, CARD, STATE = "model.safetensors", "card.json", "state.pt"
_MAGIC = b"gptedu state 1 "


def _unique_tensors(model: nn.Module) -> dict[str, torch.Tensor]:
    """The state dict without the second name of tied weights, and without wrappers' prefixes."""
    seen: set[tuple] = set()
    unique = {}
    for name, tensor in model.state_dict().items():
        place = (tensor.data_ptr(), tensor.shape, tensor.stride())
        if tensor.numel() and place in seen:
            continue
        seen.add(place)
        unique[without_wrappers(name)] = tensor
    return unique


def save_model(folder: str | Path, model: nn.Module, card: dict[str, Any]) -> dict[str, Any]:
    """Writes model.safetensors (float16) and card.json; returns the card with "sha256", "bytes".

    card: what `load_model` and a reader need; "model" must hold the configuration, and "kind" the
    kind of model where it is not a GPT. Raises FloatingPointError, and writes nothing, where a
    weight is no number or too large for float16.
    """
    folder = Path(folder)
    tensors = {
        name: (tensor.detach().half() if tensor.is_floating_point() else tensor.detach())
        .cpu()
        .contiguous()
        for name, tensor in _unique_tensors(model).items()
    }
    for name, tensor in tensors.items():
        if not bool(tensor.isfinite().all()):
            raise FloatingPointError(
                f"{name} holds numbers that do not fit float16 (beyond 65,504, or not finite): the "
                "model is not saved"
            )
    content = safetensors.torch.save(tensors)
    card = card | {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    write_whole(folder / WEIGHTS, content)
    write_whole(folder / CARD, (json.dumps(card, indent=1) + "\n").encode())
    return card


def load_model(
    folder: str | Path, build: Callable[[dict[str, Any]], nn.Module] = build_from_card
) -> tuple[nn.Module, dict[str, Any]]:
    """The model (float32, CPU, evaluation mode) and the card of a folder that `save_model` wrote.

    build: makes the untrained model from the card. Raises FileNotFoundError when a file is
    missing, ValueError when one is damaged or does not fit the card.
    """
    folder = Path(folder)
    for name in (CARD, WEIGHTS):
        if not (folder / name).is_file():
            raise FileNotFoundError(
                f"{folder / name} is missing: run `gptedu train {folder.name}` to make it"
            )
    try:
        card = json.loads((folder / CARD).read_text())
        digest, size, _ = card["sha256"], card["bytes"], card["model"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{folder / CARD} is damaged ({error!r}): restore or remake it") from None
    # Another number of heads, say, fits the same weights: only the recipe tells that it is wrong.
    recipe = card.get("recipe")
    if isinstance(recipe, dict) and recipe.get("model") != card["model"]:
        raise ValueError(
            f"{folder / CARD} contradicts itself: its 'model' is not its recipe's; restore it"
        )
    content = (folder / WEIGHTS).read_bytes()
    if len(content) != size:
        raise ValueError(
            f"{folder / WEIGHTS} has {len(content)} bytes where its card says {size}: "
            "it was cut off or replaced; restore or remake it"
        )
    if hashlib.sha256(content).hexdigest() != digest:
        raise ValueError(
            f"{folder / WEIGHTS} is not the file that its card describes (SHA-256 differs): "
            "restore or remake it"
        )
    try:
        with float32():
            model = build(card)
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"{folder / CARD} describes no model ({error}): restore it") from None
    try:
        stored = safetensors.torch.load(content)
    except safetensors.SafetensorError as error:
        raise ValueError(f"{folder / WEIGHTS} holds no weights ({error}): remake it") from None
    tensors = {
        without_wrappers(name): tensor.float() if tensor.is_floating_point() else tensor
        for name, tensor in stored.items()
    }
    expected = _unique_tensors(model)
    if set(tensors) != set(expected):
        odd = sorted(set(tensors) ^ set(expected))
        raise ValueError(
            f"{folder / WEIGHTS} does not fit the configuration in its card: {odd[:3]} "
            "are in one of them only"
        )
    for name, tensor in tensors.items():
        if tensor.shape != expected[name].shape:
            raise ValueError(
                f"{folder / WEIGHTS}: {name} is {list(tensor.shape)}, but the card's "
                f"configuration needs {list(expected[name].shape)}"
            )
    model.load_state_dict(tensors, strict=False)
    return model.eval(), card


def save_state(path: str | Path, state: dict[str, Any]) -> None:
    """Writes a run's state (tensors and plain values) with its SHA-256 in front.

    Numbers of numpy become plain ones, which is what can be read back. Raises TypeError, and
    writes nothing, for a value of another kind.
    """
    buffer = io.BytesIO()
    torch.save(_plain(state, "the state"), buffer)
    content = buffer.getvalue()
    digest = hashlib.sha256(content).hexdigest().encode()
    write_whole(Path(path), _MAGIC + digest + b"\n" + content)


def _plain(value: Any, where: str) -> Any:
    """A value as it can be read back: containers, tensors, texts and numbers of Python's own."""
    if isinstance(value, dict):
        return {_plain(k, where): _plain(v, f"{where}[{k!r}]") for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        entries = [_plain(entry, f"{where}[{i}]") for i, entry in enumerate(value)]
        return entries if isinstance(value, list) else tuple(entries)
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, str):
        return str(value)
    if value is None or isinstance(value, (torch.Tensor, bool, int, float, bytes)):
        return value
    raise TypeError(
        f"{where} is {checks.shown(value)}, a {type(value).__name__}: only tensors, texts, "
        "numbers, and lists and dictionaries of these, are kept in a run's state"
    )


def load_state(path: str | Path) -> dict[str, Any]:
    """The state that `save_state` wrote.

    Raises ValueError where the file is damaged, and where it is whole but cannot be read here.
    """
    head, _, content = Path(path).read_bytes().partition(b"\n")
    if head != _MAGIC + hashlib.sha256(content).hexdigest().encode():
        raise ValueError(
            f"{path} is damaged (its SHA-256 does not fit): delete it to start the run over"
        )
    try:
        return torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError) as error:
        reason = " ".join(str(error).split())
        raise ValueError(
            f"{path} is whole (its SHA-256 fits), but this torch, {torch.__version__}, cannot "
            f"read it: go on with the versions that wrote it, or give another folder ({reason})"
        ) from error
