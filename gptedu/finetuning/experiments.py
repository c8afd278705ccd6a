"""Chapter 1's experiments, over seeds: `python -m gptedu.finetuning.experiments` records them.

Each function returns plain values for `assets/records/gpt1.json`. A seed draws the labelled
examples, the new embeddings and the head, and the order of training; the pretrained bodies are
those that ship, and all are tested on the same 200 examples.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, cast

import torch
from torch import nn

import gptedu
from gptedu import assets
from gptedu.finetuning.classifier import TASKS, Body, Classifier, fresh, transfer
from gptedu.finetuning.heuristics import zero_shot_accuracy
from gptedu.finetuning.train import FineTuning, accuracy, fine_tune
from gptedu.language_model import LanguageModel
from gptedu.training.record import machine, source_commit
from gptedu.world import Labelled, World
from gptedu.zoo import steps

LABELS, TESTED = 200, 200
SEEDS = (0, 1, 2)
HOW = FineTuning()

Load = Callable[[str], LanguageModel]
Scores = dict[str, list[float]]  # task -> accuracy of each seed, 0 to 1


@cache
def labelled(task: str, split: str, count: int, seed: int = 0) -> tuple[Labelled, ...]:
    """Labelled examples of the miniature web, drawn once."""
    return tuple(World(seed=0).labelled(task, split, count, seed=seed))


def score(
    body: nn.Module,
    encode: Callable[[str], list[int]],
    task: str,
    seed: int,
    labels: int = LABELS,
    how: FineTuning = HOW,
) -> float:
    """Accuracy on unseen examples after `body` (which is changed) was fine-tuned on one task."""
    classifier = Classifier(cast(Body, body), TASKS[task], torch.Generator().manual_seed(seed))
    examples = labelled(task, "train", labels, seed)
    fine_tune(
        classifier, examples, encode, how,
        generator=torch.Generator().manual_seed(1000 + seed), progress=False,
    )  # fmt: skip
    return accuracy(classifier, labelled(task, "test", TESTED), encode)


def all_tasks(
    make: Callable[[int], nn.Module],
    encode: Callable[[str], list[int]],
    seeds: Iterable[int],
    labels: int = LABELS,
    how: FineTuning = HOW,
    tasks: Iterable[str] = tuple(TASKS),
) -> Scores:
    """`score` on each task for every seed; make(seed) gives the body to start from."""
    seeds = tuple(seeds)
    return {t: [score(make(s), encode, t, s, labels, how) for s in seeds] for t in tasks}


def average(scores: Scores) -> list[float]:
    """The mean over the tasks for each seed, in percent."""
    return [100 * statistics.fmean(row) for row in zip(*scores.values(), strict=True)]


def pretraining(load: Load, seeds: Sequence[int] = SEEDS) -> dict[str, Any]:
    """The same network, pretrained and from scratch (table 5)."""
    lm = load("mini-m")
    encode = lm.tokenizer.encode

    def scratch(seed: int) -> nn.Module:
        return fresh(lm.model, torch.Generator().manual_seed(seed))

    return {
        "pretrained": all_tasks(lambda seed: transfer(lm.model), encode, seeds),
        "scratch": all_tasks(scratch, encode, seeds),
    }


def layers(load: Load, seeds: Sequence[int] = SEEDS) -> dict[str, Any]:
    """How many pretrained layers are kept (figure 2, left), on reviews; embeddings always are.

    All layers kept is `pretraining`'s "pretrained".
    """
    lm = load("mini-m")

    def keeping(layers: int) -> Any:
        return lambda seed: transfer(lm.model, layers, torch.Generator().manual_seed(seed))

    return {
        str(kept): all_tasks(keeping(kept), lm.tokenizer.encode, seeds, tasks=("review",))
        for kept in range(lm.model.config.layers)
    }


def zero_shot_growth(load: Load, seeds: Sequence[int] = SEEDS) -> dict[str, Any]:
    """The heuristics along pre-training (figure 2, right); a seed draws other test examples."""
    seeds = tuple(seeds)[:1]  # nothing is trained here, so nothing but the test examples varies
    names = [f"mini-m@{step}" for step in steps("mini-m")[::2]] + ["mini-m"]
    growth = []
    for name in names:
        lm = load(name)
        scores = {
            task: [
                zero_shot_accuracy(lm.model, lm.tokenizer, labelled(task, "test", TESTED, seed))
                for seed in seeds
            ]
            for task in TASKS
        }
        growth.append({"tokens": lm.card["tokens"], "scores": scores})
    return {"checkpoints": growth}


def aux_lm(load: Load, seeds: Sequence[int] = SEEDS) -> dict[str, Any]:
    """Reviews without the auxiliary language model (table 5); with it is in `pretraining`."""
    lm = load("mini-m")
    how = FineTuning(lm_weight=0.0)
    encode = lm.tokenizer.encode
    found = all_tasks(lambda seed: transfer(lm.model), encode, seeds, how=how, tasks=("review",))
    return {"lambda 0": found}


def lstm(load: Load, seeds: Sequence[int] = SEEDS) -> dict[str, Any]:
    """The LSTM of the same size and data (table 5)."""
    return _twin(load("mini-lstm"), seeds)


def bert(load: Load, seeds: Sequence[int] = SEEDS) -> dict[str, Any]:
    """The masked, bidirectional twin of the same size and data."""
    return _twin(load("mini-bert"), seeds)


def _twin(lm: LanguageModel, seeds: Sequence[int]) -> dict[str, Any]:
    scores = all_tasks(lambda seed: transfer(lm.model), lm.tokenizer.encode, seeds)
    return {"pretrained": scores}


EXPERIMENTS: dict[str, Callable[[Load, Sequence[int]], dict[str, Any]]] = {
    "pretraining": pretraining,
    "layers": layers,
    "zero-shot-growth": zero_shot_growth,
    "aux-lm": aux_lm,
    "lstm": lstm,
    "bert": bert,
}


def load_record(path: Path | None = None) -> dict[str, Any]:
    """The record that ships, or the one at `path`: experiment -> what its function returned."""
    path = path or assets.path("records", "gpt1.json")
    return json.loads(path.read_text())


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(EXPERIMENTS)}")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    parser.add_argument("--out", type=Path, default=assets.root() / "records" / "gpt1.json")
    asked = parser.parse_args(arguments)
    unknown = [name for name in asked.names if name not in EXPERIMENTS]
    if unknown:
        parser.error(f"there is no experiment {unknown[0]!r}; choose of {', '.join(EXPERIMENTS)}")
    for name in asked.names or EXPERIMENTS:
        began = time.perf_counter()
        found = EXPERIMENTS[name](gptedu.load, asked.seeds)
        about = {"seeds": asked.seeds, "labels": LABELS, "tested": TESTED}
        about |= {"seconds": round(time.perf_counter() - began), "commit": source_commit()}
        about["machine"] = machine(torch.device("cpu"))
        record = load_record(asked.out) if asked.out.exists() else {}
        record[name] = about | found
        asked.out.parent.mkdir(parents=True, exist_ok=True)
        asked.out.write_text(json.dumps(_rounded(record), indent=1) + "\n")
        print(f"{name}: {about['seconds']} s")


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    return [_rounded(inner) for inner in value] if isinstance(value, list | tuple) else value


if __name__ == "__main__":
    main()
