"""Records of experiments: figures measured once, kept as JSON in assets/records."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gptedu import assets

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel


def spread(values: Sequence[float]) -> dict[str, float]:
    """The least, the mean and the most of a claim's figures."""
    found = {"least": min(values), "mean": sum(values) / len(values), "most": max(values)}
    return {name: round(value, 3) for name, value in found.items()}


def rounded(value: Any) -> Any:
    """The same value with every float in it rounded to four places, and every key as text."""
    if isinstance(value, dict):
        return {str(key): rounded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(each) for each in value]
    return round(value, 4) if isinstance(value, float) else value


def is_there(name: str) -> bool:
    """Whether a model of the family ships: "mini-m", or a copy along training, "mini-m@2930"."""
    base, _, step = name.partition("@")
    folder = assets.root() / "checkpoints" / base
    return (folder / (f"step-{int(step):06d}" if step else "") / "card.json").is_file()


def size(lm: LanguageModel) -> int:
    """How many parameters a model has."""
    return sum(weight.numel() for weight in lm.model.parameters())


def origin(lm: LanguageModel) -> dict[str, Any]:
    """What a record says of a model, so that figures can be told from those of another one."""
    kept = ("tokens", "seconds", "sha256", "commit")
    return {"parameters": size(lm), **{key: lm.card[key] for key in kept if key in lm.card}}


def read(name: str) -> dict[str, Any]:
    """A record that ships. Raises FileNotFoundError where it has not been made."""
    return json.loads(assets.path("records", name).read_text(encoding="utf-8"))


def write(path: Path, record: dict[str, Any]) -> None:
    """Write a record as JSON, one value a line, so that two versions can be compared."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
