"""`gptedu measure SLUG [NAME ...]`: runs experiments and writes their records."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import torch

import gptedu.chapters
from gptedu import console, records
from gptedu.chapters import claims_of
from gptedu.model.text_model import TextModel
from gptedu.records import SEEDS, Experiment, Record, Run
from gptedu.training.record import machine, source_commit

FAMILY = "family"
"""The slug of what is measured of the family, for no chapter alone."""


class Lacking(Exception):
    """What an experiment needs is not on this machine; the message says the way out."""


def experiments(slug: str) -> Mapping[str, Experiment]:
    """The experiments of a chapter, or of the family. Raises ValueError for an unknown slug."""
    if slug not in slugs():
        raise ValueError(f"there are no experiments {slug!r}: choose one of {', '.join(slugs())}")
    where = "gptedu.tools.readiness" if slug == FAMILY else f"gptedu.chapters.{slug}.experiments"
    return importlib.import_module(where).EXPERIMENTS


def slugs() -> list[str]:
    """Whatever has experiments: the chapters, and the family."""
    chapters = Path(next(iter(gptedu.chapters.__path__)))
    modules = [*chapters.glob("*/experiments.py"), *chapters.glob("*/experiments/__init__.py")]
    return [*sorted(path.relative_to(chapters).parts[0] for path in modules), FAMILY]


def measure(
    slug: str,
    names: Sequence[str] = (),
    *,
    seeds: Sequence[int] = SEEDS,
    folders: Sequence[Path] = (),
    out: Path | None = None,
    say: Callable[[str], None] = console.say,
) -> bool:
    """Run experiments and write each one's record as it ends; True where all could be run.

    names: all of the chapter's where none is given. folders: of mini-m trained again, for those
    that are about other seeds. out: the folder of all records, by default of those that ship. One
    whose models or folders are not here is left out, and its record stays as it was. Raises
    ValueError for a name that is not there, for no seeds where they are needed and for a folder
    without a training seed; what `gptedu.load` raises for a folder; what an experiment raises.
    """
    known = experiments(slug)
    for name in names:
        if name not in known:
            raise ValueError(f"{slug} has no experiment {name!r}: choose of {', '.join(known)}")
    names = names or list(known)
    if not seeds and any(known[name].over == "seeds" for name in names):
        raise ValueError("there is no seed to measure with: give at least one")
    trained = {folder: _training_seed(folder) for folder in folders}
    whole = True
    for name in names:
        try:
            record = run(slug, name, known[name], seeds, trained)
        except Lacking as lack:
            say(f"{slug}/{name}: left out, {lack}")
            whole = False
            continue
        for id, figures in record.claims.items():
            say(f"{id}: {'  '.join(f'{figure:.3f}' for figure in figures)}")
        say(f"{records.write(record, out)}: {record.seconds:.0f} s")
    return whole


def run(
    slug: str,
    name: str,
    experiment: Experiment,
    seeds: Sequence[int] = SEEDS,
    folders: Mapping[Path, int] = MappingProxyType({}),
) -> Record:
    """An experiment's record.

    folders: of mini-m trained again -> the seed of that training. Raises `Lacking` where a model
    is not on this machine or no folder is given to one that is about folders.
    """
    given: dict[str, list[tuple[Any, ...]]] = {
        "seeds": [(seed,) for seed in seeds],
        "nothing": [()],
        "folders": [(folder,) for folder in folders],
    }
    drawn = {"seeds": list(seeds), "nothing": [], "folders": list(folders.values())}
    if experiment.over == "folders" and not folders:
        raise Lacking(f"{name} measures copies of mini-m: give their folders with --other-seeds")
    began = time.perf_counter()
    models = {each: records.origin(_model(each)) for each in experiment.models}
    results = [records.rounded(experiment.measure(*each)) for each in given[experiment.over]]
    return Record(
        experiment=name,
        slug=slug,
        seeds=drawn[experiment.over],
        seconds=round(time.perf_counter() - began),
        commit=source_commit(),
        machine=machine(torch.device("cpu")),
        models=models,
        settings=dict(experiment.settings),
        claims=figures(slug, name, results),
        results=results,
    )


def figures(slug: str, name: str, results: Sequence[Run]) -> dict[str, list[float]]:
    """The claims of an experiment's runs: id -> a figure for each.

    A run that is of several draws itself says the spread of each of its "claims": its mean counts.
    """
    if all("claims" in each for each in results):
        ids = results[0]["claims"]
        return {id: [each["claims"][id]["mean"] for each in results] for id in ids}
    claims = [] if slug == FAMILY else [each for each in claims_of(slug) if each.record == name]
    return {claim.id: [round(claim.of(each), 4) for each in results] for claim in claims}


def _training_seed(folder: Path) -> int:
    card = gptedu.load(folder).card
    if "seed" not in card:
        raise ValueError(f"{folder} was not trained here: give folders that `gptedu train` wrote")
    return card["seed"]


def _model(name: str) -> TextModel:
    """A model of an experiment. Raises `Lacking` where it or a library of its own is not here."""
    try:
        return records.model(name, TextModel)
    except (FileNotFoundError, ImportError) as lack:
        raise Lacking(str(lack)) from lack
