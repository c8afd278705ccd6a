"""A trial of some kinds of document alone: does a language model learn to compare from them?

    python -m gptedu.tools.trials NAME --kinds tallies doubles copies --tokens 1000000

reads only those kinds of the second mixture, or without `--kinds` its lead, with one of the
family's networks, and watches verdicts on held-out pages as it goes. Then it fine-tunes the two
tasks with pairs of GPT-1 on 200 labels, from this body and from scratch. The record stands among
the pilots (`gptedu.tools.pilots` lists them), that of a trial that failed, too.
"""

from __future__ import annotations

import argparse
import copy
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

import gptedu
from gptedu import records
from gptedu.chapters.gpt1.experiments import score
from gptedu.evaluate.verdicts import verdict_accuracy
from gptedu.finetuning.classifier import fresh, transfer
from gptedu.language_model import LanguageModel
from gptedu.model import GPT
from gptedu.records import Record, Run
from gptedu.sampling import seeded
from gptedu.text import Tokenizer
from gptedu.tools.pilots import SLUG, SPLIT, comparing
from gptedu.training.command import mixture_tokenizer
from gptedu.training.data.batches import Batches, DocumentBatches, pack
from gptedu.training.data.order import Order, reading_order
from gptedu.training.data.web import lead_tokens, web_tokens
from gptedu.training.loop import Step, train
from gptedu.training.recipe import DataOptions, Recipe
from gptedu.training.recipes import SIZES
from gptedu.training.record import machine, source_commit
from gptedu.world import World
from gptedu.world.documents.comparing import PAGES, pages

MIXTURE = "second"
PAIRS = ("entailment", "similarity")
SETTINGS = (
    "note",
    "tokens",
    "kinds",
    "size",
    "batch",
    "rate",
    "count",
    "bfloat16",
    "start",
    "window",
)
"""Options that a record keeps."""


def trial(
    recipe: Recipe,
    kinds: Sequence[str] | None,
    tokenizer: Tokenizer,
    count: int,
    every: int,
    bfloat16: bool = False,
    start: LanguageModel | None = None,
    window: int | None = None,
) -> Run:
    """One training on `kinds` alone, or on the lead: its curve, and what comes of fine-tuning.

    start: begin with its weights, in place of fresh ones. window: read windows of so many tokens,
    each of which begins with a document; by default the context's, cut anywhere.
    count: held-out pages of each kind. every: steps between two looks.
    """
    world = World(seed=0)
    model = GPT(recipe.model, seeded(recipe.seed)) if start is None else copy.deepcopy(start.model)
    lm = LanguageModel(model, tokenizer, recipe.name)
    asked = {kind: pages(world.facts, kind, SPLIT, count) for kind in PAGES}
    curve: dict[int, Any] = {}

    def look(step: Step) -> None:
        if step.step % every and step.step != step.steps:
            return
        rights = {kind: round(verdict_accuracy(lm, asked[kind]), 3) for kind in asked}
        curve[step.tokens] = {"loss": round(float(step.loss), 3), **rights}
        model.train()
        print(time.strftime("%H:%M:%S"), step.tokens, curve[step.tokens], flush=True)

    if kinds:
        web = world.documents("train", seed=recipe.data.seed, kinds=kinds, mixture=MIXTURE)
        tokens = pack((each.text for each in web), tokenizer, recipe.tokens + 1_000)
        rows, seed = recipe.tokens_per_step, recipe.data.seed
        batches: Order = (
            DocumentBatches(tokens, window, rows // window, seed, tokenizer.end)
            if window
            else Batches(tokens, recipe.model.context, recipe.batch_size, seed)
        )
    else:
        # All of it is lead, which is a tenth of a run at most; of the web two windows, never read.
        data = replace(recipe.data, lead=recipe.tokens, tokens=2 * recipe.model.context + 1)
        run = recipe.replace(tokens=10 * recipe.tokens, data=data)
        stream = web_tokens(data, "train", tokenizer)
        batches = reading_order(run, lead_tokens(data, tokenizer), stream, tokenizer.end)
    train(model, batches, recipe, on_step=look, progress=False, device="cpu", bfloat16=bfloat16)
    return {
        "curve": curve,
        "comparing": comparing(lm, world, 2 * count, recipe.seed),
        "pairs": pairs(lm, recipe.seed),
    }


def pairs(lm: LanguageModel, seed: int) -> dict[str, float]:
    """Accuracy on GPT-1's two tasks with pairs after 200 labels, on the validation split."""
    bodies: dict[str, Callable[[], Any]] = {
        "": lambda: transfer(lm.model),
        ", from scratch": lambda: fresh(lm.model, seeded(seed)),
    }
    return {
        task + name: score(make(), lm.tokenizer, task, seed, split=SPLIT)
        for task in PAIRS
        for name, make in bodies.items()
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a trial for each seed and write its record."""
    parser = argparse.ArgumentParser(prog="python -m gptedu.tools.trials", description=__doc__)
    parser.add_argument("name")
    parser.add_argument(
        "--kinds", nargs="+", help="kinds of document (default: the lead, in stages)"
    )
    parser.add_argument("--tokens", type=int, default=1_000_000)
    parser.add_argument("--size", choices=SIZES, default="mini-m")
    parser.add_argument("--batch", type=int, default=8, help="windows a step")
    parser.add_argument("--rate", type=float, default=0.008, help="Muon's, of the matrices")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--count", type=int, default=24, help="held-out pages of each kind")
    parser.add_argument("--every", type=int, default=50, help="steps between two looks")
    parser.add_argument("--note", default="", help="what was tried, in a sentence")
    parser.add_argument("--tokenizer", type=Path, help="(default: the mixture's)")
    parser.add_argument("--start", help="a model of that size to go on with, such as mini-m")
    parser.add_argument("--window", type=int, help="of so many tokens, from a document's start on")
    parser.add_argument("--bfloat16", action="store_true", help="faster on some CPUs")
    parser.add_argument("--out", type=Path, help="folder of records (default: those that ship)")
    options = parser.parse_args(arguments)
    start = gptedu.load(options.start, expect=LanguageModel) if options.start else None
    if start is not None:
        tokenizer = start.tokenizer
    elif options.tokenizer:
        tokenizer = Tokenizer.load(options.tokenizer)
    else:
        tokenizer = mixture_tokenizer(MIXTURE)
    model = replace(SIZES[options.size], vocab_size=tokenizer.vocab_size)
    data = DataOptions(mixture=MIXTURE)
    recipe = Recipe(options.name, model, options.tokens, options.batch, options.rate, data=data)
    began = time.perf_counter()
    runs = [
        trial(
            recipe.replace(seed=seed),
            options.kinds,
            tokenizer,
            options.count,
            options.every,
            options.bfloat16,
            start,
            options.window,
        )
        for seed in options.seeds
    ]
    record = Record(
        experiment=options.name,
        slug=SLUG,
        seeds=options.seeds,
        seconds=round(time.perf_counter() - began),
        commit=source_commit(),
        machine=machine(torch.device("cpu")),
        models={},  # none is kept
        settings={
            "split": SPLIT,
            **{name: getattr(options, name) for name in SETTINGS},
        },
        claims={},
        results=records.rounded(runs),
    )
    print(records.write(record, options.out))


if __name__ == "__main__":
    main()
