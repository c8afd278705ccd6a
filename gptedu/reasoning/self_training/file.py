"""A training file: the paths that reach their problem's label, in the paper's formats."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from statistics import fmean

from gptedu import checks
from gptedu.language_model import LanguageModel
from gptedu.reasoning.answers import read_answer
from gptedu.reasoning.checking import check
from gptedu.reasoning.examples import Example
from gptedu.reasoning.paths import Paths
from gptedu.reasoning.self_training.formats import FORMATS, PLAIN, STEPS, formatted
from gptedu.reasoning.self_training.labels import Labels
from gptedu.rlhf.labels.demonstrations import Demonstration
from gptedu.world.problems.problem import Problem


def training_file(
    problems: Sequence[Problem],
    paths: Paths,
    labels: Labels,
    *,
    formats: Sequence[str] = FORMATS,
    examples: Sequence[Example] = (),
    most: int = 4,
    seed: int = 0,
    lm: LanguageModel | None = None,
) -> list[Demonstration]:
    """What a model is trained on: up to `most` distinct paths a problem, and its answer alone.

    A path is learned where it comes to the label. The formats with steps take turns over a
    problem's paths; each format without them shows its answer once, as it would be the same for
    every path. examples: for the formats that show one; each problem gets another one. lm: the
    model that is to learn the file.

    The right answers of the problems are not read: permuting them changes nothing, to the last
    byte. Raises ValueError for an unknown format, for formats that need examples and have none,
    for paths of other problems or of another tokenizer than `lm`'s, and where there is not one row
    of paths and one label a problem.
    """
    for name in formats:
        checks.one_of("format", name, FORMATS)
    if not len(problems) == len(paths.texts) == len(labels):
        raise ValueError(
            f"there are {len(problems)} problems, paths of {len(paths.texts)} and {len(labels)} "
            "labels: give one row of paths and one label a problem"
        )
    paths.check_problems(problems)
    if lm is not None:
        paths.check_vocabulary(lm)
    rng = random.Random(f"training file/{seed}")
    stepped = [name for name in formats if name in STEPS]
    rows: list[Demonstration] = []
    for place, (problem, texts, label) in enumerate(
        zip(problems, paths.texts, labels, strict=True)
    ):
        reach = [t for t in dict.fromkeys(texts) if _reaches(t, problem, label)]
        if label is None or not reach:
            continue
        shown = _one_of(examples, problem, rng)
        kept = rng.sample(reach, min(most, len(reach))) if stepped else []
        for number, path in enumerate(kept, start=place):
            name = stepped[number % len(stepped)]
            rows.append(formatted(problem, path, label, name, shown))
        for name in formats:
            if name in PLAIN:
                rows.append(formatted(problem, reach[0], label, name, shown))
    return rows


def _reaches(text: str, problem: Problem, label: str | None) -> bool:
    return label is not None and read_answer(text, problem.choices, announced=True) == label


def _one_of(examples: Sequence[Example], problem: Problem, rng: random.Random) -> list[Example]:
    others = [each for each in examples if each[0].key != problem.key]
    return [rng.choice(others)] if others else []


def as_many(rows: Sequence[Demonstration], count: int | None, seed: int = 0) -> list[Demonstration]:
    """`count` of the rows, so that files of different lengths train alike; None for all.

    Too few are repeated in their order; too many are shuffled, by the seed, and cut. Raises
    ValueError for a count below 1.
    """
    count = checks.whole("rows", count, none="for all rows")
    if count is None:
        return list(rows)
    if len(rows) <= count:
        return [rows[place % len(rows)] for place in range(count)]
    return random.Random(f"rows/{seed}").sample(list(rows), count)


def with_wrong_steps(rows: Iterable[Demonstration], problems: Sequence[Problem]) -> float:
    """Share of the rows with steps that have a wrong one, whatever they answer; 0 without such
    rows. problems: those that the rows are of.
    """
    by_told = {problem.told: problem for problem in problems}
    wrong = []
    for row in rows:
        told = row.prompt.rpartition("Question: ")[2].partition("\nAnswer:")[0]
        solution = check(by_told[told], row.answer)
        if len(solution.steps) > 1:  # more than "The answer is ..."
            wrong.append(solution.first_wrong is not None)
    return fmean(wrong) if wrong else 0.0


def as_bytes(rows: Iterable[Demonstration]) -> bytes:
    """The file, a line of JSON a row."""
    return b"".join(json.dumps(asdict(row)).encode() + b"\n" for row in rows)


def check_apart(train: Iterable[Problem], test: Iterable[Problem]) -> None:
    """Raise ValueError where a problem of the test is among those that are trained on, told in
    whatever words.
    """
    shared = {problem.key for problem in train} & {problem.key for problem in test}
    if shared:
        raise ValueError(
            f"{len(shared)} problems are in training and in the test, such as {min(shared)}: draw "
            "them from different splits"
        )
