"""`gptedu measure SLUG [NAME ...]`: runs experiments and writes their records."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

import gptedu.chapters
from gptedu import console, records
from gptedu.chapters import claims_of
from gptedu.records import SEEDS, Experiment, Record, Run
from gptedu.training.record import machine, source_commit

FAMILY = "family"
"""The slug of what is measured of the family, for no chapter alone."""


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
    that lacks what it needs is left out, and its record stays as it was. Raises ValueError for a
    name that is not there.
    """
    known = experiments(slug)
    for name in names:
        if name not in known:
            raise ValueError(f"{slug} has no experiment {name!r}: choose of {', '.join(known)}")
    whole = True
    for name in names or known:
        try:
            record = run(slug, name, known[name], seeds, folders)
        except (FileNotFoundError, ImportError) as lack:
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
    folders: Sequence[Path] = (),
) -> Record:
    """An experiment's record. Raises FileNotFoundError where a model or a folder is lacking."""
    given: dict[str, list[tuple[Any, ...]]] = {
        "seeds": [(seed,) for seed in seeds],
        "nothing": [()],
        "folders": [(folder,) for folder in folders],
    }
    if not given[experiment.over]:
        raise FileNotFoundError(
            f"{name} measures copies of mini-m: give their folders with --other-seeds"
        )
    began = time.perf_counter()
    models = {each: records.origin(records.model(each)) for each in experiment.models}
    results = [records.rounded(experiment.measure(*each)) for each in given[experiment.over]]
    return Record(
        experiment=name,
        slug=slug,
        seeds=_seeds(experiment, seeds, folders),
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


def _seeds(experiment: Experiment, seeds: Sequence[int], folders: Sequence[Path]) -> list[int]:
    if experiment.over == "folders":
        return [gptedu.load(folder).card["seed"] for folder in folders]
    return list(seeds) if experiment.over == "seeds" else []
