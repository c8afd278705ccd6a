"""Records: what experiments found, one file each, all with the same head.

    assets/records/<slug>/<experiment>.json

An experiment is a function of a seed that returns plain values by name (a `Run`). A chapter lists
its own in ``gptedu/chapters/<slug>/experiments``, as ``EXPERIMENTS``; `gptedu measure SLUG NAME`
runs one for several seeds and writes its record, whole, when it is done.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

import gptedu
from gptedu import assets

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel
    from gptedu.model.text_model import Model, TextModel

SEEDS = (0, 1, 2)
Run = dict[str, Any]
"""What an experiment found with one seed: plain values by name."""


@dataclass(frozen=True)
class Experiment:
    """One thing to measure.

    measure: seed -> `Run`. models: names of those it is about. settings: what else its figures
    depend on. over: what `measure` is called with: each of the "seeds"; "nothing", where nothing is
    drawn, so that it is called once without an argument; or each of the "folders", which hold
    mini-m trained again with another seed.
    """

    measure: Callable[..., Run]
    models: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    over: Literal["seeds", "nothing", "folders"] = "seeds"


@dataclass(frozen=True)
class Record:
    """What an experiment found, and how.

    seeds: of the draws, or of training where other runs were measured; empty where nothing is
    drawn. seconds: that it took, None where that was not noted. commit: at which it was measured.
    models: name -> what tells it from another one (`origin`). claims: id -> its figure for each
    seed. results: a run for each seed; one alone where nothing is drawn.
    """

    experiment: str
    slug: str
    seeds: list[int]
    seconds: float | None
    commit: str | None
    machine: dict[str, Any]
    models: dict[str, dict[str, Any]]
    settings: dict[str, Any]
    claims: dict[str, list[float]]
    results: list[Run]


def folder() -> Path:
    """Where the records lie that ship."""
    return assets.root() / "records"


def read(slug: str, experiment: str) -> Record:
    """A record that ships. Raises FileNotFoundError, and ValueError where it is damaged."""
    return load(assets.path("records", slug, f"{experiment}.json"))


@cache
def _parsed(path: Path, changed: int) -> Record:
    try:
        content = _with_numbers_as_keys(json.loads(path.read_text(encoding="utf-8")))
        return Record(**content)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{path} is damaged ({error}): restore it or measure again") from None


def load(path: Path) -> Record:
    """The record in a file. A key that was a number when it was measured is one again."""
    return _parsed(path, path.stat().st_mtime_ns)


def names() -> list[tuple[str, str]]:
    """(slug, experiment) of every record that ships."""
    return sorted((path.parent.name, path.stem) for path in folder().glob("*/*.json"))


def write(record: Record, root: Path | None = None) -> Path:
    """Write a record whole, one value a line, so that two versions can be compared.

    root: the folder of all records, by default of those that ship. Floats are rounded to four
    places.
    """
    path = (root or folder()) / record.slug / f"{record.experiment}.json"
    write_json(path, rounded(asdict(record)))
    return path


def write_json(path: Path, value: Any) -> None:
    """Write plain values whole, one a line."""
    from gptedu.training.checkpoint import write_whole  # loads torch, which readers do not need

    text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    write_whole(path, text.encode("utf-8"))


def spread(values: Iterable[float]) -> dict[str, float]:
    """The least, the mean and the most of some figures."""
    values = list(values)
    return {"least": min(values), "mean": sum(values) / len(values), "most": max(values)}


def origin(lm: TextModel) -> dict[str, Any]:
    """What a record keeps of a model, so that figures can be told from those of another one."""
    from gptedu.model.body import parameter_count

    kept = ("tokens", "sha256", "commit")
    return {
        "parameters": parameter_count(lm.model),
        **{key: lm.card[key] for key in kept if key in lm.card},
    }


@overload
def model(name: str) -> LanguageModel: ...
@overload
def model(name: str, expect: type[Model]) -> Model: ...
def model(name: str, expect: type[TextModel] | None = None) -> TextModel:
    """`gptedu.load`, once a process: experiments share their models, and change none.

    expect: the class that it must be of, LanguageModel by default. Raises what `load` raises, and
    TypeError for a model of another class.
    """
    from gptedu.language_model import LanguageModel  # loads torch, which readers do not need
    from gptedu.model.text_model import of_kind

    return of_kind(_loaded(name), expect or LanguageModel)


@cache
def _loaded(name: str) -> TextModel:
    return gptedu.load(name)


def rounded(value: Any) -> Any:
    """The same value with every float in it rounded to four places, and tuples as lists."""
    if isinstance(value, dict):
        return {key: rounded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(each) for each in value]
    return round(value, 4) if isinstance(value, float) else value


def _with_numbers_as_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {_key(key): _with_numbers_as_keys(each) for key, each in value.items()}
    return [_with_numbers_as_keys(each) for each in value] if isinstance(value, list) else value


def _key(text: str) -> str | int | float:
    if re.fullmatch(r"-?\d+", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?\d+\.\d+", text) else text
