"""Chapter 7's experiments: `gptedu measure vision [NAME ...]` records them.

Those of `reading` ask the model that ships. Each of the others trains the CLIPs that it is about,
three seeds each. A training is kept in the cache: one that was stopped goes on where it was, and
experiments share theirs.
"""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import replace
from functools import cache, partial

import numpy as np
import torch

from gptedu.chapters.vision import probes, reading
from gptedu.records import Experiment, Run
from gptedu.training.command import shipped_tokenizer
from gptedu.training.data.web import cache_folder
from gptedu.vision.clip import Clip
from gptedu.vision.pairs import Corpus
from gptedu.vision.predicting import fit_predictor, likeliest
from gptedu.vision.recipes import BATCH, CORPUS, PAIRS, PictureRecipe, clip_recipe, fit
from gptedu.vision.world import scenes

SPLIT = "test"
FEW = 12_800
"""Pictures, where ways of learning are compared at equal ones."""
ASKED = 256
"""Pictures on which they are compared: a captioner reads each of 64 captions for each of them."""
PLAIN = Corpus()
"""On which they are compared: in one style, which a captioner has enough to do with."""
OF_TWO = Corpus((("two", 1.0),))
FOR_BINDING = {"pictures": 48_000, "batch": 256}
"""In so large a batch of two things each, many captions differ by binding alone: it has to be
learned."""


def recipe(
    seed: int, *, corpus: Corpus = CORPUS, pictures: int = PAIRS, batch: int = BATCH
) -> PictureRecipe:
    """mini-clip's, of another seed, of other pictures or captions, or of fewer."""
    tokenizer = shipped_tokenizer()
    return clip_recipe(
        tokenizer.vocab_size, pictures=pictures, batch=batch, seed=seed, corpus=corpus
    )


@cache
def trained(seed: int, corpus: Corpus = CORPUS, pictures: int = PAIRS, batch: int = BATCH) -> Clip:
    """A CLIP of a seed: from the cache, or trained, going on where it was."""
    own = recipe(seed, corpus=corpus, pictures=pictures, batch=batch)
    digest = hashlib.sha256(json.dumps(own.to_dict(), sort_keys=True).encode()).hexdigest()
    folder = cache_folder() / "vision" / digest[:12]
    return fit(own, shipped_tokenizer(), folder=folder, progress=False)


def zero_shot(seed: int, split: str = SPLIT) -> Run:
    """See `probes.zero_shot`."""
    return {"right": probes.zero_shot(trained(seed), split, seed), "scale": trained(seed).scale}


def prompts(seed: int, split: str = SPLIT) -> Run:
    """See `probes.prompts`."""
    found = probes.prompts(trained(seed), split, seed)
    bare, single = found[probes.BARE], found[probes.SINGLE]
    return {"bare": bare, "single": single, "all": found["all"], "each": found}


def contrastive(seed: int, split: str = SPLIT) -> Run:
    """Per cent right of 64 classes, held-out pairs, after FEW pictures: compared, or predicted."""
    tokenizer, own = shipped_tokenizer(), recipe(seed, corpus=PLAIN, pictures=FEW)
    pictures, wanted = probes.held_out_pictures(split, seed)
    pictures, wanted = pictures[:ASKED], wanted[:ASKED]
    clip = fit(own, tokenizer, progress=False)

    def predicted(way: str) -> float:
        model = fit_predictor(way, own, tokenizer)
        pixels = torch.from_numpy(pictures)
        best = likeliest(model, tokenizer, pixels, probes.NAMES, probes.SINGLE)
        hits = [probes.NAMES[i] == name for i, name in zip(best, wanted, strict=True)]
        return 100 * float(np.mean(hits))

    return {
        "contrastive": probes.right(clip, pictures, probes.NAMES, wanted, probes.SINGLE),
        "words": predicted("words"),
        "bag": predicted("bag"),
    }


def binding(seed: int, split: str = SPLIT) -> Run:
    """From complete captions of two things and from those that name one; what both know of one."""
    clips = {
        "complete": trained(seed, OF_TWO, **FOR_BINDING),
        "one object": trained(seed, replace(OF_TWO, complete=False), **FOR_BINDING),
    }
    return {
        "bound": {name: probes.binding(clip, split, seed) for name, clip in clips.items()},
        "pairs": {name: probes.right(clip, *_asked(split, seed)) for name, clip in clips.items()},
    }


def _asked(split: str, seed: int) -> tuple[np.ndarray, tuple[str, ...], list[str]]:
    """Pictures of one thing of training, whose shape and colour are asked for."""
    rng = random.Random(f"binding/one/{split}/{seed}")
    seen = [scenes.one(rng) for _ in range(probes.PICTURES)]
    return probes.drawn(seen, rng), probes.NAMES, [probes.named(scene) for scene in seen]


def counting(seed: int, split: str = SPLIT) -> Run:
    """See `probes.counting`."""
    return probes.counting(trained(seed), split, seed)


def typographic(seed: int, split: str = SPLIT) -> Run:
    """See `probes.typographic`."""
    return {"right": probes.typographic(trained(seed), split, seed)}


_OF_CLIP = {"pictures": PAIRS, "asked": probes.PICTURES, "split": SPLIT}
FIRST_TRY = {
    "kinds": "all", "batch": 128, "bar": 10, "commit": "15a517d",
    "bound": {"complete": [52.5391, 56.4453, 49.0234], "one object": [50.1953, 50.5859, 50.1953]},
}  # fmt: skip
"""Binding, asked of mini-clip's own recipe: per cent right for seeds 0, 1 and 2."""
EXPERIMENTS = {
    "zero-shot": Experiment(zero_shot, settings=_OF_CLIP),
    "prompts": Experiment(prompts, settings=_OF_CLIP),
    "contrastive": Experiment(
        contrastive, settings={"pictures": FEW, "asked": ASKED, "split": SPLIT}
    ),
    "binding": Experiment(
        binding,
        settings=_OF_CLIP | FOR_BINDING | {"kinds": "two", "first try": FIRST_TRY},
    ),
    "counting": Experiment(counting, settings=_OF_CLIP),
    "typographic": Experiment(typographic, settings=_OF_CLIP),
    **reading.EXPERIMENTS,
}
PILOTS = {name: partial(each.measure, split="validation") for name, each in EXPERIMENTS.items()}
"""The same on what no record is about: bars are set by these, before any figure of the test
split."""
