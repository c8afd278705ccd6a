"""Chapter 1's experiments, over seeds: `python -m gptedu.chapters.gpt1.experiments` records them.

Each function returns plain values for `assets/records/gpt1.json`. A seed draws the labelled
examples, the new embeddings and the head, and the order of training; the pretrained bodies are
those that ship, and all are tested on the same 200 examples.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any, cast

import torch
from torch import nn

import gptedu
from gptedu import records
from gptedu.evaluate.zero_shot import zero_shot_accuracy
from gptedu.finetuning.bert import MaskedModel
from gptedu.finetuning.classifier import TASKS, Classifier, fresh, transfer
from gptedu.finetuning.formats import familiar
from gptedu.finetuning.train import FineTuning, accuracy, fine_tune
from gptedu.language_model import LanguageModel
from gptedu.model import Body
from gptedu.records import SEEDS
from gptedu.text import Tokenizer
from gptedu.training.data import pack
from gptedu.world import Labelled, World
from gptedu.zoo import steps

LABELS, TESTED = 200, 200
PLACES, SIDE = 400, 32  # tokens to guess, and how many are seen on each side of them
FEW, MANY = 100, 1_000  # labels, for the auxiliary language model
RECORD = "gpt1.json"
PLENTY = 10_000
HOW, MANY_HOW = FineTuning(), FineTuning(epochs=3)
PLENTY_HOW = FineTuning(epochs=4, batch=32, lm_weight=0.0)

Load = Callable[[str], LanguageModel]
Scores = dict[str, list[float]]  # task -> accuracy of each seed, 0 to 1


@cache
def labelled(task: str, split: str, count: int, seed: int = 0) -> tuple[Labelled, ...]:
    """Labelled examples of the miniature web, drawn once."""
    return tuple(World(seed=0).labelled(task, split, count, seed=seed))


def score(
    body: nn.Module,
    tokenizer: Tokenizer,
    task: str,
    seed: int,
    labels: int = LABELS,
    how: FineTuning = HOW,
    split: str = "test",
) -> float:
    """Accuracy on unseen examples after `body` (which is changed) was fine-tuned on one task.

    split: "test"; or "validation", on which the way of fine-tuning was chosen.
    """
    classifier = Classifier(
        cast(Body, body), TASKS[task], torch.Generator().manual_seed(seed), familiar(tokenizer)
    )
    examples = labelled(task, "train", labels, seed)
    fine_tune(
        classifier, examples, tokenizer.encode, how,
        generator=torch.Generator().manual_seed(1000 + seed), progress=False,
    )  # fmt: skip
    return accuracy(classifier, labelled(task, split, TESTED), tokenizer.encode)


def all_tasks(
    make: Callable[[int], nn.Module],
    tokenizer: Tokenizer,
    seeds: Iterable[int],
    labels: int = LABELS,
    how: FineTuning = HOW,
    tasks: Iterable[str] = tuple(TASKS),
) -> Scores:
    """`score` on each task for every seed; make(seed) gives the body to start from."""
    seeds = tuple(seeds)
    return {t: [score(make(s), tokenizer, t, s, labels, how) for s in seeds] for t in tasks}


def average(scores: Scores) -> list[float]:
    """The mean over the tasks for each seed, in percent."""
    return [100 * statistics.fmean(row) for row in zip(*scores.values(), strict=True)]


def pretraining(
    load: Load,
    seeds: Sequence[int] = SEEDS,
    labels: int = LABELS,
    how: FineTuning = HOW,
    tasks: Iterable[str] = tuple(TASKS),
) -> dict[str, Any]:
    """The same network, pretrained and from scratch (table 5)."""
    lm = load("mini-m")

    def pretrained(seed: int) -> nn.Module:
        return transfer(lm.model)

    def scratch(seed: int) -> nn.Module:
        return fresh(lm.model, torch.Generator().manual_seed(seed))

    return {
        "pretrained": all_tasks(pretrained, lm.tokenizer, seeds, labels, how, tasks),
        "scratch": all_tasks(scratch, lm.tokenizer, seeds, labels, how, tasks),
    }


def more_labels(load: Load, seeds: Sequence[int] = SEEDS) -> dict[str, Any]:
    """The same race with five times the labels, and the paper's three epochs."""
    return {"labels": MANY, **pretraining(load, seeds, MANY, MANY_HOW)}


def many_labels(load: Load, seeds: Sequence[int] = SEEDS) -> dict[str, Any]:
    """Similarity with so many labels that comparing can be learned from them alone."""
    return {
        "labels": PLENTY,
        **pretraining(load, seeds, PLENTY, PLENTY_HOW, ("similarity",)),
    }


def layers(load: Load, seeds: Sequence[int] = SEEDS) -> dict[str, Any]:
    """Some of the pretrained layers kept (figure 2, left); embeddings always are.

    All layers kept is `pretraining`'s "pretrained".
    """
    lm = load("mini-m")

    def keeping(layers: int) -> Any:
        return lambda seed: transfer(lm.model, layers, torch.Generator().manual_seed(seed))

    return {
        str(kept): all_tasks(keeping(kept), lm.tokenizer, seeds)
        for kept in range(lm.model.config.layers)
    }


def zero_shot_growth(load: Load, seeds: Sequence[int] = SEEDS) -> dict[str, Any]:
    """The heuristics along pre-training (figure 2, right); a seed draws other test examples."""
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
    """Reviews with and without the auxiliary language model, on few labels and many (table 5)."""
    lm = load("mini-m")

    def both(labels: int, how: FineTuning) -> dict[str, Scores]:
        return {
            f"lambda {weight:g}": all_tasks(
                lambda seed: transfer(lm.model), lm.tokenizer, seeds, labels,
                replace(how, lm_weight=weight), ("review",),
            )
            for weight in (0.0, 0.5)
        }  # fmt: skip

    return {
        "labels": [FEW, MANY],
        f"{FEW} labels": both(FEW, HOW),
        f"{MANY} labels": both(MANY, MANY_HOW),
    }


def small(load: Load, seeds: Sequence[int] = SEEDS) -> dict[str, Any]:
    """mini-s, with which its two twins compare: the same text, recipe and number of weights."""
    return _pretrained(load("mini-s"), seeds)


def lstm(load: Load, seeds: Sequence[int] = SEEDS) -> dict[str, Any]:
    """mini-s's twin without attention (table 5)."""
    return _pretrained(load("mini-lstm"), seeds)


def bert(load: Load, seeds: Sequence[int] = SEEDS) -> dict[str, Any]:
    """mini-s's masked, bidirectional twin; it has no language model to keep, so lambda is 0."""
    return _pretrained(load("mini-bert"), seeds, replace(HOW, lm_weight=0.0))


def blanks(load: Load, seeds: Sequence[int] = SEEDS) -> dict[str, list[float]]:
    """How often GPT and BERT guess a token right, from its left side or from both: 0 to 1.

    A seed draws the places in held-out text; all three are asked for the same tokens.
    """
    gpt, masked = load("mini-s"), load("mini-bert")
    model = cast(MaskedModel, masked.model)
    found: dict[str, list[float]] = {
        name: [] for name in ("GPT, left side", "BERT, left side", "BERT, both sides")
    }
    for seed in seeds:
        rows = _windows(gpt.tokenizer, seed)  # [PLACES, 2 * SIDE + 1]
        hidden = rows.clone()
        hidden[:, SIDE] = model.mask_id
        with torch.inference_mode():
            # Logits of one place in each row only: those of all would take 260 MB.
            guesses = (
                gpt.model.unembed(gpt.model.features(rows[:, :SIDE])[:, -1]),
                model.unembed(model.features(hidden[:, : SIDE + 1])[:, -1]),
                model.unembed(model.features(hidden)[:, SIDE]),
            )
        for scores, logits in zip(found.values(), guesses, strict=True):
            scores.append(logits.argmax(-1).eq(rows[:, SIDE]).float().mean().item())
    return found


def _windows(tokenizer: Tokenizer, seed: int) -> torch.Tensor:
    """Stretches of held-out text, one after the other: int64 [PLACES, 2 * SIDE + 1]."""
    texts = (page.text for page in World(seed=0).documents("test", seed=seed))
    width = 2 * SIDE + 1
    stream = pack(texts, tokenizer, PLACES * width).astype("int64")
    return torch.from_numpy(stream).view(PLACES, width)


def _pretrained(lm: LanguageModel, seeds: Sequence[int], how: FineTuning = HOW) -> dict[str, Any]:
    scores = all_tasks(lambda seed: transfer(lm.model), lm.tokenizer, seeds, how=how)
    return {"pretrained": scores}


EXPERIMENTS: dict[str, Callable[[Load, Sequence[int]], dict[str, Any]]] = {
    "pretraining": pretraining,
    "more-labels": more_labels,
    "many-labels": many_labels,
    "layers": layers,
    "zero-shot-growth": zero_shot_growth,
    "aux-lm": aux_lm,
    "small": small,
    "lstm": lstm,
    "bert": bert,
    "blanks": blanks,
}


def load_record() -> dict[str, Any]:
    """The record that ships: experiment -> what its function returned."""
    return records.read(RECORD)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the experiments that are named, or all, and record them."""
    records.main(
        {name: partial(run, gptedu.load) for name, run in EXPERIMENTS.items()},
        RECORD,
        arguments,
        about={"labels": LABELS, "tested": TESTED},
        description=__doc__,
    )


if __name__ == "__main__":
    main()
