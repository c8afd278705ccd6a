"""What a pilot of a new web has learned: measured on the validation split, kept as a record.

    gptedu train mini-s --mixture second --tokens 6000000 --out DIR
    python -m gptedu.tools.pilots DIR --name s-6M

measures the model in DIR: what the family is asked for (`readiness`), told problems directly and
in steps, one path and a vote of many, comparing without fine-tuning, and chapter 1's race from 200
labels. The figures of every pilot are kept in assets/records/pilots.json, those that failed, too.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gptedu import records
from gptedu.evaluate.accuracy import evaluate, free_answers
from gptedu.evaluate.answers import same_answer
from gptedu.tools import readiness
from gptedu.world import TASKS
from gptedu.world.problems.problem import answer_in
from gptedu.world.problems.ways import WAYS, way_of
from gptedu.world.questions.added import ADDED_TASKS

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel
    from gptedu.world import World

SPLIT = "validation"
RECORD = "pilots.json"
KINDS = ("sums", "exchanges", "ages", "shelves")
STEPS = (2, 4, 6)
TEMPERATURE, PATHS = 0.7, 16
ROOM = 110  # tokens for the longest solution

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
    """Share right of told problems, by kind and number of steps: answered at once, and worked."""
    found: dict[str, Any] = {}
    for kind in KINDS:
        for steps in STEPS if kind == "sums" else (1, 2, 3):
            for how in ("direct", "think"):
                questions = world.questions(f"told/{kind}/{steps}/{how}", SPLIT, count, seed=seed)
                given = free_answers(lm, [q.prompt for q in questions], "\n", ROOM)
                rights = [
                    same_answer(text, q.answer) for text, q in zip(given, questions, strict=True)
                ]
                found.setdefault(f"{kind}/{steps}", {})[how] = statistics.fmean(rights)
    return found


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
    ]
    wanted = [answer_in(question.answer) for question in questions]
    read = [[answer_in(text) for text in path] for path in paths]  # [paths][questions]
    found: dict[str, Any] = {
        "temperature": temperature,
        "greedy": statistics.fmean(
            same_answer(t, q.answer) for t, q in zip(greedy, questions, strict=True)
        ),
        "one path": statistics.fmean(
            a == w for path in read for a, w in zip(path, wanted, strict=True)
        ),
        "ways, greedy": Counter(str(way_of(text)) for text in greedy),
        "ways, paths": Counter(str(way_of(text)) for path in paths for text in path),
    }
    found["right by way"] = {
        way.name: _share(
            a == w
            for path, answers in zip(paths, read, strict=True)
            for text, a, w in zip(path, answers, wanted, strict=True)
            if way_of(text) == way.name
        )
        for way in WAYS
    }
    for many in (4, 8, PATHS):
        scores = [majority([path[i] for path in read[:many]], w) for i, w in enumerate(wanted)]
        found[f"vote of {many}"] = statistics.fmean(score for score, _ in scores)
    by_share: dict[str, list[float]] = {}
    for score, share in scores:
        by_share.setdefault(f"{min(int(5 * share), 4) / 5:.1f}", []).append(score)
    found["by share"] = {
        share: [statistics.fmean(rights), len(rights)] for share, rights in sorted(by_share.items())
    }
    return found


def majority(answers: Sequence[str | None], wanted: str | None) -> tuple[float, float]:
    """What the readable answers vote for: (score, the winner's share of all); (0, 0) for none."""
    votes = Counter(answer for answer in answers if answer is not None)
    if not votes:
        return 0.0, 0.0
    top = max(votes.values())
    winners = [answer for answer, count in votes.items() if count == top]
    return (wanted in winners) / len(winners), top / len(answers)


def _share(rights: Any) -> float | None:
    rights = list(rights)
    return statistics.fmean(rights) if rights else None


def race(lm: LanguageModel, seeds: Sequence[int], labels: int = 200) -> dict[str, Any]:
    """Chapter 1's race on the validation split: pretrained against from scratch, four formats."""
    import torch

    from gptedu.chapters.gpt1.experiments import score
    from gptedu.finetuning.classifier import TASKS, fresh, transfer

    bodies: dict[str, Callable[[int], Any]] = {
        "pretrained": lambda seed: transfer(lm.model),
        "scratch": lambda seed: fresh(lm.model, torch.Generator().manual_seed(seed)),
    }
    found: dict[str, Any] = {
        name: {
            task: [score(make(s), lm.tokenizer, task, s, labels, split=SPLIT) for s in seeds]
            for task in TASKS
        }
        for name, make in bodies.items()
    }
    found["gain"] = {
        task: 100
        * (statistics.fmean(found["pretrained"][task]) - statistics.fmean(found["scratch"][task]))
        for task in TASKS
    }
    found["mean gain"] = statistics.fmean(found["gain"].values())
    return found


def measure(
    lm: LanguageModel, world: World, *, count: int, seeds: Sequence[int], parts: Sequence[str]
) -> dict[str, Any]:
    """The parts of a pilot's record that are asked for, and what the model is."""
    of_parts: dict[str, Callable[[], Any]] = {
        "race": lambda: race(lm, seeds),
        "vote": lambda: vote(lm, world, 2 * count),
        "told": lambda: told(lm, world, count),
        "readiness": lambda: _accuracies(lm, world, count),
    }
    began = time.perf_counter()
    found = {part: of_parts[part]() for part in parts}
    seconds = round(time.perf_counter() - began)
    about = {"recipe": lm.card.get("recipe", {}), "count": count, "seeds": list(seeds)}
    return {"model": records.origin(lm), **about, "seconds": seconds, **found}


def _accuracies(lm: LanguageModel, world: World, count: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for task, ks in ABILITIES:
        questions = world.questions(task, SPLIT, count)
        metric = (TASKS | ADDED_TASKS)[task].metric
        found[task] = {str(k): evaluate(lm, questions, k, metric).accuracy for k in ks}
    return found


PARTS = ("race", "vote", "told", "readiness")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure one pilot and add it to the record."""
    import gptedu
    from gptedu import assets
    from gptedu.world import World

    parser = argparse.ArgumentParser(prog="python -m gptedu.tools.pilots", description=__doc__)
    parser.add_argument("folder", type=Path, help="where `gptedu train --out` wrote the model")
    parser.add_argument("--name", required=True, help="what the record calls the pilot")
    parser.add_argument("--note", default="", help="what was tried, in a sentence")
    parser.add_argument("--count", type=int, default=100, help="questions of each task")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0], help="of the race")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--out", type=Path, default=assets.root() / "records" / RECORD)
    options = parser.parse_args(arguments)
    lm = gptedu.load(options.name, folder=options.folder)
    found = measure(
        lm, World(seed=0), count=options.count, seeds=options.seeds, parts=options.parts
    )
    found = {"note": options.note, **found} if options.note else found
    there = records.read(options.out) if options.out.exists() else {}
    records.write(
        options.out, there | {options.name: there.get(options.name, {}) | records.rounded(found)}
    )
    print(records.rounded(found))


if __name__ == "__main__":
    main()
