"""Records of experiments: figures measured once, with their spread, kept in assets/records.

A module of experiments ends in

    def main(arguments: Sequence[str] | None = None) -> None:
        records.main(EXPERIMENTS, "gpt1.json", arguments, about={"labels": 200})

and is run as ``python -m gptedu.chapters.gpt1.experiments NAME ... --seeds 0 1 2``. Each figure is
written as soon as its experiment ends, so that what was measured before is kept if a later one
fails, and what is not measured again keeps the figures that it had.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

import gptedu
from gptedu import assets
from gptedu.training.checkpoint import write_whole
from gptedu.training.record import machine, source_commit

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel
    from gptedu.world import World

SEEDS = (0, 1, 2)
MERGED = ("claims", "counts")
"""Parts of a record to which every experiment adds its own."""

Run = dict[str, Any]
Keys = dict[str, Any]
"""What an experiment sets in the record: its key, and with it, say, "claims"."""


class NotAtHandError(Exception):
    """An experiment lacks what it needs, and is left out; the message says what."""


def main(
    experiments: Mapping[str, Callable[[Sequence[int]], Run]],
    record: str,
    arguments: Sequence[str] | None = None,
    *,
    about: Mapping[str, Any] | None = None,
    description: str | None = None,
) -> None:
    """Run the experiments named on the command line, or all, and keep what each found.

    experiments: name -> function of the seeds that returns plain values. A name's part of the
    record is these, after: seeds, what `about` says, seconds, commit and machine. record: the
    name of a file in assets/records, which ``--out`` replaces.
    """

    def dated(name: str, asked: argparse.Namespace) -> Keys:
        began = time.perf_counter()
        found = experiments[name](asked.seeds)
        kept = {"seeds": asked.seeds, **(about or {})}
        kept |= {"seconds": round(time.perf_counter() - began), "commit": source_commit()}
        kept["machine"] = machine(torch.device("cpu"))
        return {name: kept | found}

    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    record_named(parser, tuple(experiments), dated, record, arguments)


def take_other_seeds(parser: argparse.ArgumentParser) -> None:
    """Let a command name copies of mini-m that were trained again: ``--other-seeds FOLDER ...``."""
    parser.add_argument(
        "--other-seeds", nargs="*", type=Path, default=[], help="folders of mini-m trained anew"
    )


def of_other_seeds(asked: argparse.Namespace, measure: Callable[[Sequence[Path], int], Run]) -> Run:
    """What `measure` finds of those folders. Raises NotAtHandError where none was named."""
    if not asked.other_seeds:
        raise NotAtHandError("no folders are given with --other-seeds")
    return measure(asked.other_seeds, asked.count)


def record_named(
    parser: argparse.ArgumentParser,
    names: Sequence[str],
    run: Callable[[str, argparse.Namespace], Keys],
    record: str,
    arguments: Sequence[str] | None = None,
    say: Callable[[str], None] = print,
) -> None:
    """`main` for experiments that say themselves what they set in the record.

    parser: may have options of its own. run: name, options -> keys; raises NotAtHandError where
    it cannot be run.
    """
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(names)}")
    parser.add_argument("--out", type=Path, default=assets.root() / "records" / record)
    asked = parser.parse_args(arguments)
    unknown = [name for name in asked.names if name not in names]
    if unknown:
        parser.error(f"there is no experiment {unknown[0]!r}; choose of {', '.join(names)}")
    for name in asked.names or names:
        began = time.perf_counter()
        try:
            found = run(name, asked)
        except NotAtHandError as lack:
            say(f"{name}: left out, {lack}")
            continue
        keep(asked.out, found)
        for part in (found, found[name]):
            for claim, figure in part.get("claims", {}).items() if isinstance(part, dict) else ():
                say(f"{claim}: {figure}")
        say(f"{name}: {time.perf_counter() - began:.0f} s")


@dataclass(frozen=True)
class Draws:
    """An experiment repeated over draws of questions.

    needed: names of models. run: (models by name, world, questions of a task, seed of the draw)
    -> plain values. claims: id -> its figure in one run.
    """

    needed: Sequence[str]
    run: Callable[[Mapping[str, LanguageModel], World, int, int], Run]
    claims: Mapping[str, Callable[[Run], float]]

    def measure(
        self,
        models: Mapping[str, LanguageModel],
        world: World,
        count: int,
        seeds: Sequence[int] = SEEDS,
    ) -> tuple[list[Run], dict[str, dict[str, float]]]:
        """A run for each seed, and the claims' spread over them.

        Raises NotAtHandError where `models` lacks one that is needed.
        """
        if missing := [name for name in self.needed if name not in models]:
            raise NotAtHandError(f"{', '.join(missing)} is not there")
        runs = [self.run(models, world, count, seed) for seed in seeds]
        claims = {id: spread([of(run) for run in runs]) for id, of in self.claims.items()}
        return runs, claims


@cache
def at_hand(names: Sequence[str]) -> dict[str, LanguageModel]:
    """Those of the named models that ship, loaded once. names: a tuple."""
    return {name: gptedu.load(name) for name in names if is_there(name)}


def is_there(name: str) -> bool:
    """Whether a model of the family ships: "mini-m", or a copy along training, "mini-m@2930"."""
    base, _, step = name.partition("@")
    folder = assets.root() / "checkpoints" / base
    if step:
        folder /= f"step-{step:0>6}"
    return (folder / "card.json").is_file()


def load(name: str) -> LanguageModel:
    """`gptedu.load`; NotAtHandError where the model is not on this machine."""
    try:
        return gptedu.load(name)
    except (FileNotFoundError, ImportError) as error:
        raise NotAtHandError(str(error)) from None


def size(lm: LanguageModel) -> int:
    """How many parameters a model has."""
    return sum(weight.numel() for weight in lm.model.parameters())


def origin(lm: LanguageModel) -> dict[str, Any]:
    """What a record says of a model, so that figures can be told from those of another one."""
    kept = ("tokens", "seconds", "sha256", "commit")
    return {"parameters": size(lm), **{key: lm.card[key] for key in kept if key in lm.card}}


def spread(values: Iterable[float]) -> dict[str, float]:
    """The least, the mean and the most of a claim's figures."""
    values = list(values)
    found = {"least": min(values), "mean": sum(values) / len(values), "most": max(values)}
    return {name: round(value, 3) for name, value in found.items()}


def rounded(value: Any) -> Any:
    """The same value with every float in it rounded to four places, and every key as text."""
    if isinstance(value, dict):
        return {str(key): rounded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(each) for each in value]
    return round(value, 4) if isinstance(value, float) else value


def read(name: str | Path) -> dict[str, Any]:
    """A record that ships, by its name, or any by its path.

    Raises FileNotFoundError where it has not been made, ValueError where it is damaged.
    """
    path = name if isinstance(name, Path) else assets.path("records", name)
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is damaged ({error}): restore it or measure again") from None


def keep(path: Path, found: Keys) -> None:
    """Set some keys of a record, add to its claims and counts, and leave the others as they are."""
    record = read(path) if path.exists() else {}
    for key, value in rounded(found).items():
        record[key] = record.get(key, {}) | value if key in MERGED else value
    write(path, record)


def write(path: Path, record: Any) -> None:
    """Write a record whole, one value a line, so that two versions can be compared."""
    text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
    write_whole(path, text.encode("utf-8"))
