"""What a pilot of a new web has learned: measured on the validation split, kept as a record.

    gptedu train mini-s --mixture second --tokens 6000000 --out DIR
    python -m gptedu.tools.pilots DIR --name mini-s-6M

measures the model in DIR: what the family is asked for (`readiness`), told problems directly and
in steps, one path and a vote of many, verdicts on pages that compare, and chapter 1's race from 200
labels. With `--along` the copies that were kept along its training are measured, too. DIR may be
the folder of a run that has not ended; its last copy stands for it then. The record is kept in
assets/records/pilots, that of a pilot that failed, too. Without DIR all that are there are listed.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import torch

import gptedu
from gptedu import records
from gptedu.chapters.gpt1.experiments import score
from gptedu.evaluate.accuracy import evaluate, free_answers
from gptedu.evaluate.answers import same_answer
from gptedu.evaluate.verdicts import verdict_accuracy
from gptedu.finetuning.classifier import TASKS as FORMATS
from gptedu.finetuning.classifier import fresh, transfer
from gptedu.language_model import LanguageModel
from gptedu.reasoning import votes
from gptedu.reasoning.answers import read_answer
from gptedu.records import Record, Run
from gptedu.sampling import seeded
from gptedu.tools import readiness
from gptedu.training.checkpoint import CARD
from gptedu.training.record import machine, source_commit
from gptedu.world import TASKS, World
from gptedu.world.documents.comparing import PAGES, pages
from gptedu.world.problems.ways import WAYS, way_of
from gptedu.world.questions.added import ADDED_TASKS

SLUG = "pilots"
SPLIT = "validation"
KINDS = ("sums", "exchanges", "ages", "shelves")
STEPS = (2, 4, 6)
TEMPERATURE, PATHS = 0.7, 16
ROOM = 110  # tokens for the longest solution

HEADLINES = (
    ("race", "mean gain"),
    ("vote", "greedy"),
    ("vote", "one path"),
    ("vote", "vote of 16"),
    ("comparing", "primer-sentences"),
    ("comparing", "primer-claims"),
    ("comparing", "sentences"),
    ("comparing", "claims"),
    ("pairs", "similarity"),
    ("pairs", "entailment"),
)
"""Part and figure: what `overview` shows of a pilot."""

ABILITIES: tuple[tuple[str, tuple[int, ...]], ...] = (
    *((cell.task, cell.ks) for cell in readiness.CELLS if not cell.task.startswith("sums/")),
    ("compare/sentences", (0,)),
    ("compare/claims", (0,)),
    ("sayings/false", (0,)),
    ("sayings/true", (0,)),
    ("sayings/false/encyclopaedia", (0,)),
    ("advice/agrees", (0, 2)),
    ("advice/parts", (0, 2)),
    ("functions/run/1", (0,)),
    ("functions/run/2", (0,)),
    ("functions/write/1", (0,)),
    ("functions/write/2", (0,)),
    ("velan-life/both", (0,)),
    ("velan-life/english-only", (0,)),
    ("kesh-into-english", (0,)),
    ("copy/sentences", (0,)),
)
"""Task -> with how many examples it is asked. The first web's sums are not in the second."""


def told(lm: LanguageModel, world: World, count: int, seed: int = 0) -> dict[str, Any]:
    """Share right of told problems, by kind and number of steps: answered at once, and worked.

    At once needs an example: behind the question alone, the web has worked answers as well.
    """
    results: dict[str, Any] = {}
    for kind in KINDS:
        for steps in STEPS if kind == "sums" else (1, 2, 3):
            for how in ("direct", "think"):
                questions = world.questions(f"told/{kind}/{steps}/{how}", SPLIT, count, seed=seed)
                shown = 1 if how == "direct" else 0
                found = evaluate(lm, questions, shown, "answer", max_tokens=ROOM)
                results.setdefault(f"{kind}/{steps}", {})[how] = found.accuracy
    return results


def vote(
    lm: LanguageModel, world: World, count: int, seed: int = 0, temperature: float = TEMPERATURE
) -> dict[str, Any]:
    """Told sums of 2 to 5 steps: greedy, one path, and the majority of up to `PATHS` of them.

    A tie of m answers scores 1/m. by_share: the vote's share, in fifths -> share right, and count.
    """
    questions = [
        question
        for steps in (2, 3, 4, 5)
        for question in world.questions(f"told/sums/{steps}/think", SPLIT, count // 4, seed=seed)
    ]
    prompts = [question.prompt for question in questions]
    greedy = free_answers(lm, prompts, "\n", ROOM)
    paths = [
        lm.generate(prompts, max_tokens=ROOM, temperature=temperature, stop="\n", seed=seed + path)
        for path in range(PATHS)
    ]  # [paths][questions]
    right_answers = [read_answer(question.answer) for question in questions]
    right_greedy = (same_answer(t, q.answer) for t, q in zip(greedy, questions, strict=True))
    return {
        "temperature": temperature,
        "greedy": statistics.fmean(right_greedy),
        "ways, greedy": Counter(str(way_of(text)) for text in greedy),
        **_single_paths(paths, right_answers),
        **_votes(paths, right_answers),
    }


def _single_paths(paths: list[list[str]], right_answers: list[str | None]) -> dict[str, Any]:
    """Each path alone: share right, the ways taken, and share right by way."""
    rights = [
        (str(way_of(text)), read_answer(text, announced=True) == right)
        for path in paths
        for text, right in zip(path, right_answers, strict=True)
    ]
    return {
        "one path": statistics.fmean(right for _, right in rights),
        "ways, paths": Counter(way for way, _ in rights),
        "right by way": {
            way.name: _share(right for name, right in rights if name == way.name) for way in WAYS
        },
    }


def _votes(paths: list[list[str]], right_answers: list[str | None]) -> dict[str, Any]:
    """Paths together: share right by how many vote, and by the share that all of them agree in."""
    answers = [[read_answer(text, announced=True) for text in path] for path in paths]
    results: dict[str, Any] = {}
    for many in (4, 8, PATHS):
        counted = [votes.vote(own) for own in zip(*answers[:many], strict=True)]
        scores = [
            (each.score(str(right)), each.share)
            for each, right in zip(counted, right_answers, strict=True)
        ]
        results[f"vote of {many}"] = statistics.fmean(right for right, _ in scores)
    by_share: dict[str, list[float]] = {}
    for right, share in scores:
        by_share.setdefault(f"{min(int(5 * share), 4) / 5:.1f}", []).append(right)
    results["by share"] = {
        share: [statistics.fmean(rights), len(rights)] for share, rights in sorted(by_share.items())
    }
    return results


def _share(rights: Iterable[bool]) -> float | None:
    rights = list(rights)
    return statistics.fmean(rights) if rights else None


def race(lm: LanguageModel, seed: int, labels: int = 200) -> dict[str, Any]:
    """Chapter 1's race on the validation split: pretrained against from scratch, four formats."""
    bodies: dict[str, Callable[[], Any]] = {
        "pretrained": lambda: transfer(lm.model),
        "scratch": lambda: fresh(lm.model, seeded(seed)),
    }
    scores = {
        name: {
            task: score(make(), lm.tokenizer, task, seed, labels, split=SPLIT) for task in FORMATS
        }
        for name, make in bodies.items()
    }
    gain = {task: 100 * (scores["pretrained"][task] - scores["scratch"][task]) for task in FORMATS}
    return {**scores, "gain": gain, "mean gain": statistics.fmean(gain.values())}


def abilities(lm: LanguageModel, world: World, count: int, seed: int = 0) -> dict[str, Any]:
    """Share right in each of `ABILITIES`, by the number of examples in the prompt."""
    accuracies: dict[str, Any] = {}
    for task, ks in ABILITIES:
        questions = world.questions(task, SPLIT, count, seed=seed)
        metric = (TASKS | ADDED_TASKS)[task].metric
        accuracies[task] = {k: evaluate(lm, questions, k, metric).accuracy for k in ks}
    return accuracies


def comparing(lm: LanguageModel, world: World, count: int, seed: int = 0) -> dict[str, float]:
    """Share of verdicts right on `count` held-out pages of each kind that passes verdicts."""
    return {
        kind: verdict_accuracy(lm, pages(world.facts, kind, SPLIT, count, seed)) for kind in PAGES
    }


PARTS: dict[str, Callable[[LanguageModel, World, int, int], Run]] = {
    "race": lambda lm, world, count, seed: race(lm, seed),
    "vote": lambda lm, world, count, seed: vote(lm, world, 2 * count, seed),
    "told": told,
    "comparing": comparing,
    "abilities": abilities,
}
"""What is measured, by name."""

ALONG = ("race", "comparing", "abilities")
"""Parts that are measured of the copies along training: those that take little time."""


def record_of(
    lm: LanguageModel,
    note: str,
    count: int,
    seeds: Sequence[int],
    parts: Sequence[str],
    copies: Sequence[LanguageModel] = (),
) -> Record:
    """What a pilot can do, with a run for each seed.

    note: what was tried, in a sentence. count: questions of each task. parts: keys of `PARTS`.
    copies: of the same model along its training; those of `parts` that are in `ALONG` are measured
    of them, and stand under "along" by the tokens that they had read.
    """
    world, began = World(seed=0), time.perf_counter()
    runs: list[Run] = [{part: PARTS[part](lm, world, count, s) for part in parts} for s in seeds]
    on_the_way = [part for part in parts if part in ALONG]
    for run, seed in zip(runs, seeds, strict=True):
        for copy in copies:
            measured = {part: PARTS[part](copy, world, count, seed) for part in on_the_way}
            run.setdefault("along", {})[copy.card["tokens"]] = measured
    settings = {"note": note, "split": SPLIT, "count": count, "recipe": lm.card.get("recipe", {})}
    return Record(
        experiment=lm.name,
        slug=SLUG,
        seeds=list(seeds),
        seconds=round(time.perf_counter() - began),
        commit=source_commit(),
        machine=machine(torch.device("cpu")),
        models={lm.name: records.origin(lm)},
        settings=settings,
        claims={},
        results=records.rounded(runs),
    )


def kept(folder: Path) -> list[Path]:
    """The copies along a training, the earliest first, and the model itself where it is done."""
    copies = sorted(path.parent for path in folder.glob(f"step-*/{CARD}"))
    return [*copies, folder] if (folder / CARD).is_file() else copies


def overview(root: Path | None = None) -> str:
    """The pilots that have a record, one a line: tokens read, means over its seeds, what was tried.

    root: the folder of all records, by default of those that ship.
    """
    kept = [
        records.load(path) for path in sorted(((root or records.folder()) / SLUG).glob("*.json"))
    ]
    return "\n".join(_line(record) for record in kept) or "no pilot has a record"


def _line(record: Record) -> str:
    """One pilot, or one trial, whose network is not kept and whose tokens are a setting."""
    about = next(iter(record.models.values()), record.settings)
    figures = [
        f"{part}, {name} {statistics.fmean(run[part][name] for run in record.results):.2f}"
        for part, name in HEADLINES
        if all(name in run.get(part, {}) for run in record.results)
    ]
    tokens = f"{about['tokens']:,} tokens" if "tokens" in about else "tokens not known"
    return "; ".join([f"{record.experiment}: {tokens}", *figures, record.settings["note"]])


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure one pilot and write its record, or list those there are."""
    parser = argparse.ArgumentParser(prog="python -m gptedu.tools.pilots", description=__doc__)
    parser.add_argument(
        "folder", type=Path, nargs="?", help="where `gptedu train --out` wrote the model"
    )
    parser.add_argument("--name", help="what the record is called (default: as the folder)")
    parser.add_argument("--note", default="", help="what was tried, in a sentence")
    parser.add_argument("--count", type=int, default=100, help="questions of each task")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0], help="of questions and race")
    parser.add_argument("--parts", nargs="+", choices=[*PARTS], default=[*PARTS])
    parser.add_argument("--along", action="store_true", help="measure the copies, too")
    parser.add_argument("--out", type=Path, help="folder of records (default: those that ship)")
    options = parser.parse_args(arguments)
    if options.folder is None:
        print(overview(options.out))
        return
    name = options.name or options.folder.resolve().name
    folders = kept(options.folder)
    if not folders:
        raise FileNotFoundError(f"{options.folder} holds no model: give what a run has written")
    *copies, lm = [gptedu.load(name, folder=each, expect=LanguageModel) for each in folders]
    record = record_of(
        lm, options.note, options.count, options.seeds, options.parts,
        copies if options.along else (),
    )  # fmt: skip
    print(records.write(record, options.out))


if __name__ == "__main__":
    main()
