"""Published checkpoints of GPT-2 and GPT-1, in Hugging Face's format, as this package's GPT."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from gptedu import assets, checks
from gptedu.model.config import GPTConfig
from gptedu.model.gpt import GPT
from gptedu.model.modes import float32

# Their name of a module -> ours.
EMBEDDINGS = {
    "gpt2": {"wte": "token_embedding", "wpe": "position_embedding", "ln_f": "final_norm"},
    "openai-gpt": {"tokens_embed": "token_embedding", "positions_embed": "position_embedding"},
}
IN_BLOCK = {
    "ln_1": "norm1",
    "attn.c_attn": "attention.qkv",
    "attn.c_proj": "attention.out",
    "ln_2": "norm2",
    "mlp.c_fc": "mlp.up",
    "mlp.c_proj": "mlp.down",
}
ACTIVATIONS = {
    "gelu_new": "gelu_tanh",
    "gelu_fast": "gelu_tanh",
    "gelu_pytorch_tanh": "gelu_tanh",
    "gelu": "gelu",
    "relu": "relu",
}
# Both are read by transformers; where neither is there, it takes what GPT-2 small has.
OTHER_NAMES = {
    "n_positions": "max_position_embeddings",
    "n_layer": "num_hidden_layers",
    "n_embd": "hidden_size",
    "n_head": "num_attention_heads",
}
WEIGHT_FILES = ("model.safetensors", "pytorch_model.bin")


def load_gpt2(folder_or_id: str | Path) -> GPT:
    """A GPT with the weights of a checkpoint, float32, in eval mode, dropout 0.

    `folder_or_id` is a folder with config.json and the weights (then nothing is fetched), or a
    hub id such as "gpt2". GPT-2 (`model_type` "gpt2") and GPT-1 ("openai-gpt") are read.

    Raises FileNotFoundError where there is nothing to read, ValueError where the model is of
    another kind, or where a weight is missing, unknown, or of the wrong shape.
    """
    folder = find_folder(folder_or_id)
    settings = _read_json(folder / "config.json")
    config = read_config(settings)
    with torch.device("meta"), float32():  # no weights are drawn only to be thrown away
        model = GPT(config)
    weights = rename_weights(read_weights(folder), settings["model_type"])
    _check_complete(model, weights, folder)
    model.load_state_dict(weights, assign=True)
    return model.eval()


def find_folder(folder_or_id: str | Path) -> Path:
    """The local folder of a checkpoint, fetched from the hub where a hub id is given."""
    folder = assets.expanded(folder_or_id)
    if folder.is_dir():
        return folder
    name = str(folder_or_id)
    if isinstance(folder_or_id, Path) or not re.fullmatch(r"[\w.-]+(/[\w.-]+)?", name):
        raise FileNotFoundError(
            f"there is no folder {name}: give a checkpoint's folder or a hub id"
        )
    from huggingface_hub import snapshot_download

    try:
        wanted = ["config.json", "*.safetensors", "*.safetensors.index.json"]
        wanted += ["tokenizer.json", "vocab.json", "merges.txt"]
        folder = Path(snapshot_download(name, allow_patterns=wanted))
        if not list(folder.glob("*.safetensors")):  # an old checkpoint
            folder = Path(snapshot_download(name, allow_patterns=[*wanted, "pytorch_model*"]))
        return folder
    except Exception as error:  # no network, no such id, a gated one: many kinds, one way out
        raise FileNotFoundError(
            f"{name} is no folder here, and the hub does not give it "
            f"({type(error).__name__}): fetch it elsewhere and give its folder"
        ) from error


def read_config(settings: dict[str, Any]) -> GPTConfig:
    """Our configuration for the contents of a config.json."""
    kind = settings.get("model_type")
    if not isinstance(kind, str) or kind not in EMBEDDINGS:
        raise ValueError(
            f"model_type is {kind!r}: only GPT-2 ('gpt2') and GPT-1 ('openai-gpt') can be read"
        )
    for name, plain in (
        ("scale_attn_weights", True),
        ("scale_attn_by_inverse_layer_idx", False),
        ("add_cross_attention", False),
        ("tie_word_embeddings", True),
    ):
        if settings.get(name, plain) != plain:
            raise ValueError(f"{name} is {settings[name]}: only GPT-2's own {plain} is supported")
    if kind == "gpt2":
        activation = settings.get("activation_function", "gelu_new")
    else:  # GPT-1's code calls the tanh form "gelu"
        activation = settings.get("afn", "gelu")
        activation = "gelu_new" if activation == "gelu" else activation
    if not isinstance(activation, str) or activation not in ACTIVATIONS:
        raise ValueError(f"activation {activation!r}: only {', '.join(ACTIVATIONS)} are supported")
    vocabulary, context = {"gpt2": (50257, 1024), "openai-gpt": (40478, 512)}[kind]

    def size(name: str, default: int) -> Any:
        return settings.get(name, settings.get(OTHER_NAMES[name], default))

    return GPTConfig(
        vocab_size=settings.get("vocab_size", vocabulary),
        context=size("n_positions", context),
        layers=size("n_layer", 12),
        width=size("n_embd", 768),
        heads=size("n_head", 12),
        norm="pre" if kind == "gpt2" else "post",
        norm_eps=settings.get("layer_norm_epsilon", 1e-5),
        feedforward=settings.get("n_inner") if kind == "gpt2" else None,
        activation=ACTIVATIONS[activation],
    )


def read_weights(folder: Path) -> dict[str, Tensor]:
    """All tensors of a checkpoint's folder, in one file or in several with an index."""
    for name in WEIGHT_FILES:
        if (folder / name).is_file():
            return _read_tensors(folder / name)
        if (folder / f"{name}.index.json").is_file():
            index = _read_json(folder / f"{name}.index.json")
            named = index.get("weight_map")
            if not isinstance(named, dict) or not named:
                raise ValueError(f"{folder / name}.index.json names no files: get it again")
            weights: dict[str, Tensor] = {}
            for part in sorted(set(map(str, named.values()))):
                weights.update(_read_tensors(folder / part))
            return weights
    raise FileNotFoundError(f"no weights in {folder}: expected {' or '.join(WEIGHT_FILES)}")


def rename_weights(theirs: dict[str, Tensor], kind: str) -> dict[str, Tensor]:
    """Their tensors under our names, each in our orientation. Every key is used or refused.

    Their linear layers are `Conv1D` with weights [in, out]; torch's Linear has [out, in]. The
    square ones (attn.c_proj) load without complaint either way, and only one way is right.
    """
    ours: dict[str, Tensor] = {}
    unknown = []
    head = None
    for key, tensor in theirs.items():
        short = without_wrappers(key).removeprefix("transformer.")
        module, _, leaf = short.rpartition(".")
        block = re.fullmatch(r"h\.(\d+)\.(.+)", module)
        if short == "lm_head.weight":
            head = tensor
        elif leaf in ("weight", "bias") and module in EMBEDDINGS[kind]:
            ours[f"{EMBEDDINGS[kind][module]}.{leaf}"] = tensor.float()
        elif leaf in ("weight", "bias") and block and block[2] in IN_BLOCK:
            if leaf == "weight" and ".c_" in module:
                tensor = tensor.t()
            ours[f"blocks.{block[1]}.{IN_BLOCK[block[2]]}.{leaf}"] = tensor.float().contiguous()
        elif not re.fullmatch(r"h\.\d+\.attn\.(bias|masked_bias)", short):  # the causal mask
            unknown.append(key)
    if unknown:
        raise ValueError(f"unknown weights {', '.join(sorted(unknown))}: this is no plain {kind}")
    if head is not None:  # tied: it is the embedding, which some files hold under this name alone
        embedding = ours.setdefault("token_embedding.weight", head.float())
        if not torch.equal(head.float(), embedding):
            raise ValueError(
                "lm_head.weight differs from the embedding: only a tied head is supported"
            )
    return ours


def without_wrappers(name: str) -> str:
    """A weight's own name, without what `torch.compile` and DistributedDataParallel put around it.

    >>> without_wrappers("_orig_mod.transformer.wte.weight")
    'transformer.wte.weight'
    """
    return name.replace("_orig_mod.", "").removeprefix("module.")


def end_ids(folder: str | Path) -> tuple[int, ...]:
    """Ids at which a checkpoint's text ends, by its config.json and generation_config.json."""
    ids: list[int] = []
    for name in ("config.json", "generation_config.json"):
        file = Path(folder) / name
        named = _read_json(file).get("eos_token_id") if file.is_file() else None
        for value in named if isinstance(named, list) else [named]:
            index = checks.as_whole(value)
            if index is not None and index not in ids:
                ids.append(index)
    return tuple(ids)


def _check_complete(model: GPT, weights: dict[str, Tensor], folder: Path) -> None:
    expected = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    missing = sorted(set(expected) - set(weights))
    if missing:
        raise ValueError(
            f"{folder} lacks {', '.join(missing)}: the file is not whole, get it again"
        )
    surplus = sorted(set(weights) - set(expected))
    if surplus:
        raise ValueError(f"{folder} has {', '.join(surplus)}, for which config.json has no place")
    for name, shape in expected.items():
        if tuple(weights[name].shape) != shape:
            raise ValueError(
                f"{name} in {folder} has shape {tuple(weights[name].shape)}, and config.json asks "
                f"for {shape}: the two files do not belong together"
            )


def _read_tensors(file: Path) -> dict[str, Tensor]:
    try:
        if file.suffix == ".safetensors":
            from safetensors.torch import load_file

            return load_file(file)
        return torch.load(file, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise FileNotFoundError(
            f"{file} is named by the index but not there: get it again"
        ) from None
    except Exception as error:  # each format has its own way to complain
        raise ValueError(f"{file} cannot be read ({error}): get it again") from error


def _read_json(file: Path) -> dict[str, Any]:
    if not file.is_file():
        raise FileNotFoundError(f"no {file.name} in {file.parent}: give a checkpoint's folder")
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{file} is not JSON ({error}): get it again") from error
    if not isinstance(content, dict):
        raise ValueError(f"{file} holds no settings by name: get it again")
    return content
