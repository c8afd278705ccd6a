"""Chapter 2's experiments, each over three draws of questions, kept as one record.

``python -m gptedu.chapters.gpt2.experiments`` writes assets/records/gpt2.json. The chapter measures
the same on one draw. The spread in the record is over questions; what another training run would
give is told by copies of mini-m from other seeds, where ``--other-seeds`` names their folders.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gptedu import records
from gptedu.evaluate.accuracy import evaluate
from gptedu.evaluate.answers import overlap_f1
from gptedu.evaluate.likelihood import perplexity
from gptedu.records import SEEDS
from gptedu.world import metrics

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel
    from gptedu.world import Question, World

FAMILY = ("mini-xs", "mini-s", "mini-m", "mini-l")
BODY, TWIN = "mini-m", "mini-m-untranslated"
"""The model of most claims, and its twin: the same network and as many tokens, no translation."""
REAL = "smollm2-135m-instruct"
TASKS = metrics("reading", "closed-book", "translate-into-english", "summary")
"""GPT-2's Figure 1: the four tasks, and how their answers are judged."""
HINT = "\nTL;DR:"
RECORD, OTHER_SEEDS = "gpt2.json", "other training seeds"


def zero_shot(lm: LanguageModel, world: World, count: int, seed: int = 0) -> dict[str, float]:
    """Each of the four tasks without an example: task -> score, 0 to 1."""
    return {
        task: evaluate(lm, world.questions(task, "test", count, seed=seed), 0, metric).accuracy
        for task, metric in TASKS.items()
    }


def gains(scores: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Points from the first model to the last, task by task. scores: model -> task -> 0 to 1."""
    first, *_, last = scores.values()
    return {task: 100 * (last[task] - first[task]) for task in first}


def smallest_fall(perplexities: Sequence[float]) -> float:
    """Per cent by which perplexity falls from one size to the next, where it falls least."""
    return min(100 * (1 - larger / smaller) for smaller, larger in pairwise(perplexities))


def gist(written: str) -> str:
    """The first line that was written, without a label such as "TL;DR:" or "Reply:"."""
    first = written.strip().split("\n")[0]
    return re.sub(r"^[\w;]+:\s*", "", first)


def summaries(
    lm: LanguageModel, questions: Sequence[Question], hint: bool, seed: int = 0
) -> list[str]:
    """A summary of each post, drawn among the two likeliest tokens (paper, Section 3.6).

    Without the hint the prompt is the post alone. The model may then write the label itself; that
    is taken off, so only the summary counts.
    """
    ends = HINT if hint else ""
    posts = [question.prompt.removesuffix(HINT) + ends for question in questions]
    written = lm.generate(posts, max_tokens=24, temperature=1.0, top_k=2, seed=seed)
    return [gist(text) for text in written]


def overlap(given: Sequence[str], questions: Sequence[Question]) -> float:
    """The mean overlap (ROUGE-1 F1) with the reference summaries, in points."""
    each = [overlap_f1(text, q.answer) for text, q in zip(given, questions, strict=True)]
    return 100 * sum(each) / len(each)


def by_size(models: Sequence[LanguageModel], world: World, count: int, seed: int) -> dict[str, Any]:
    """Figure 1 and the perplexity of held-out documents, smallest model first."""
    scores = {lm.name: zero_shot(lm, world, count, seed) for lm in models}
    documents = list(world.documents("test", count=2 * count, seed=seed))
    means = [sum(found.values()) / len(found) for found in scores.values()]
    return {
        "scores": scores,
        "gains": gains(scores),
        "smallest step of the mean": 100 * min(b - a for a, b in pairwise(means)),
        "perplexity": {lm.name: perplexity(lm, documents) for lm in models},
    }


def hint_cost(lm: LanguageModel, world: World, count: int, seed: int) -> dict[str, float]:
    """Overlap with and without "TL;DR:", in points, and the difference.

    Taken over 2 * count posts: at the fork a post is mostly right or wrong as a whole, so fewer
    would leave the cost uncertain by several points.
    """
    questions = world.questions("summary", "test", 2 * count, seed=seed)
    found = {
        name: overlap(summaries(lm, questions, hint, seed), questions)
        for name, hint in (("with", True), ("without", False))
    }
    return {**found, "cost": found["with"] - found["without"]}


def why(
    lm: LanguageModel, twin: LanguageModel, world: World, count: int, seed: int
) -> dict[str, Any]:
    """A model and its twin that never saw a translation: the four tasks, and what the twin loses.

    The summaries are a control, since nothing that they need was left out of the twin's text. They
    are judged by overlap: how many come out word for word differs by a third between two training
    runs of one recipe.
    """
    scores = {each.name: zero_shot(each, world, count, seed) for each in (lm, twin)}
    lost = {task: 100 * (scores[lm.name][task] - scores[twin.name][task]) for task in TASKS}
    return {"scores": scores, "lost": lost}


DRAWS = {
    "size": records.Draws(
        FAMILY,
        lambda models, world, count, seed: by_size(
            [models[name] for name in FAMILY], world, count, seed
        ),
        {
            "gpt2/size": lambda run: min(run["gains"].values()),
            "gpt2/size-steps": lambda run: run["smallest step of the mean"],
            "gpt2/perplexity": lambda run: smallest_fall(list(run["perplexity"].values())),
        },
    ),
    "hint": records.Draws(
        (BODY,),
        lambda models, world, count, seed: hint_cost(models[BODY], world, count, seed),
        {"gpt2/hint": lambda run: run["cost"]},
    ),
    "why": records.Draws(
        (BODY, TWIN),
        lambda models, world, count, seed: why(models[BODY], models[TWIN], world, count, seed),
        {
            "gpt2/why": lambda run: run["lost"]["translate-into-english"],
            "gpt2/why-control": lambda run: run["lost"]["summary"],
        },
    ),
}


def measure(name: str, count: int = 100) -> records.Keys:
    """One of `DRAWS`, and what the record says of all three: they are measured with one count.

    count: questions of each task in each of three draws. Raises NotAtHandError where a model
    that is needed does not ship.
    """
    from gptedu.world import World

    models = records.at_hand((*FAMILY, TWIN))
    runs, claims = DRAWS[name].measure(models, World(seed=0), count)
    return {
        "about": "Three draws of questions; one training run of each model of the family.",
        "count": count,
        "seeds": list(SEEDS),
        "tasks": TASKS,
        "models": {each: records.origin(lm) for each, lm in models.items()},
        "claims": claims,
        name: runs,
    }


def other_seeds(folders: Sequence[Path], count: int = 100) -> dict[str, Any]:
    """mini-m trained again from other seeds, against the one twin: seed -> its figures.

    folders: checkpoints made by ``gptedu train mini-m --seed N --out FOLDER``.
    """
    import gptedu
    from gptedu.world import World

    world, twin = World(seed=0), gptedu.load(TWIN)
    found: dict[str, Any] = {}
    for folder in folders:
        lm = gptedu.load(folder.name, folder=folder)
        draws = [
            {**why(lm, twin, world, count, seed), **hint_cost(lm, world, count, seed)}
            for seed in SEEDS
        ]
        found[str(lm.card["seed"])] = {
            **records.origin(lm),
            "scores": {
                task: records.spread([run["scores"][lm.name][task] for run in draws])
                for task in TASKS
            },
            "gpt2/why": records.spread([run["lost"]["translate-into-english"] for run in draws]),
            "gpt2/why-control": records.spread([run["lost"]["summary"] for run in draws]),
            "gpt2/hint": records.spread([run["cost"] for run in draws]),
        }
    return found


def real() -> dict[str, Any]:
    """The chapter's real prompts put to `smollm2-135m-instruct`."""
    from gptedu.chapters.gpt2.web_questions import ask

    lm = records.load(REAL)
    return {"model": REAL, "parameters": records.size(lm), **ask(lm)}


def read_record() -> dict[str, Any]:
    """The record that ships. Raises FileNotFoundError where it has not been made."""
    return records.read(RECORD)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and record; what is not at hand keeps the figures that it had."""
    parser = argparse.ArgumentParser(
        prog="python -m gptedu.chapters.gpt2.experiments", description=__doc__
    )
    parser.add_argument("--count", type=int, default=100, help="questions of a task in a draw")
    records.take_other_seeds(parser)

    def run(name: str, asked: argparse.Namespace) -> records.Keys:
        if name in DRAWS:
            if asked.names and (old := _count(asked.out)) not in (None, asked.count):
                parser.error(f"the record is of {old} questions: give --count {old}, or no names")
            return measure(name, asked.count)
        if name == "real":
            return {name: real()}
        return {name: records.of_other_seeds(asked, other_seeds)}

    records.record_named(parser, (*DRAWS, OTHER_SEEDS, "real"), run, RECORD, arguments)


def _count(path: Path) -> int | None:
    return records.read(path).get("count") if path.exists() else None


if __name__ == "__main__":
    main()
