"""Chapter 2's experiments: `gptedu measure gpt2 [NAME ...]` records them.

A seed draws the questions; the models are those that ship. What another training run would give is
told by copies of mini-m from other seeds, where ``--other-seeds`` names their folders.
"""

from __future__ import annotations

from pathlib import Path

import gptedu
from gptedu import records
from gptedu.chapters.gpt2 import claims
from gptedu.chapters.gpt2.tasks import TASKS, overlap, summaries
from gptedu.chapters.gpt2.web_questions import ask
from gptedu.evaluate.accuracy import evaluate
from gptedu.evaluate.likelihood import perplexity
from gptedu.language_model import LanguageModel
from gptedu.records import SEEDS, Experiment, Run, spread
from gptedu.world import World
from gptedu.zoo import FAMILY

BODY, TWIN = "mini-m", "mini-m-untranslated"
"""The model of most claims, and its twin: the same network and as many tokens, no translation."""
REAL = "smollm2-135m-instruct"
QUESTIONS, PAGES = 100, 150
POSTS = 200
"""More than the questions of a task: at the fork a post is mostly right or wrong as a whole, so
fewer would leave the cost uncertain by several points."""


def score(lm: LanguageModel, task: str, seed: int) -> float:
    """One of the four tasks without an example, 0 to 1."""
    questions = World(seed=0).questions(task, "test", QUESTIONS, seed=seed)
    return evaluate(lm, questions, 0, TASKS[task]).accuracy


def size(seed: int) -> Run:
    """Figure 1 and the perplexity of held-out pages, smallest model first."""
    family = [records.model(name) for name in FAMILY]
    pages = list(World(seed=0).documents("test", count=PAGES, seed=seed))
    return {
        "scores": {task: [score(lm, task, seed) for lm in family] for task in TASKS},
        "perplexities": [perplexity(lm, pages) for lm in family],
    }


def hint(seed: int) -> Run:
    """Overlap with and without "TL;DR:", in points."""
    return hint_of(records.model(BODY), seed)


def hint_of(lm: LanguageModel, seed: int) -> Run:
    posts = World(seed=0).questions("summary", "test", POSTS, seed=seed)
    return {
        name: overlap(summaries(lm, posts, hinted, seed), posts)
        for name, hinted in (("with_hint", True), ("without", False))
    }


def why(seed: int) -> Run:
    """A model and its twin that never saw a translation, on the four tasks.

    The summaries are a control, since nothing that they need was left out of the twin's text. They
    are judged by overlap: how many come out word for word differs by a third between two training
    runs of one recipe.
    """
    return why_of(records.model(BODY), seed)


def why_of(lm: LanguageModel, seed: int) -> Run:
    models = (lm, records.model(TWIN))
    return {"scores": {each.name: {task: score(each, task, seed) for task in TASKS}
                       for each in models}}  # fmt: skip


def other_seeds(folder: Path) -> Run:
    """mini-m trained again from another seed, against the one twin.

    folder: a checkpoint made by ``gptedu train mini-m --seed N --out FOLDER``.
    """
    lm = gptedu.load(BODY, folder=folder, expect=LanguageModel)
    whys, hints = ([measure(lm, seed) for seed in SEEDS] for measure in (why_of, hint_of))
    return {
        "model": records.origin(lm),
        "scores": {task: spread([run["scores"][BODY][task] for run in whys]) for task in TASKS},
        "claims": {
            claims.why.id: spread([claims.why.of(run) for run in whys]),
            claims.why_control.id: spread([claims.why_control.of(run) for run in whys]),
            claims.hint.id: spread([claims.hint.of(run) for run in hints]),
        },
    }


def real() -> Run:
    """The chapter's real prompts put to `smollm2-135m-instruct`."""
    return ask(gptedu.load(REAL, expect=LanguageModel))


EXPERIMENTS = {
    "size": Experiment(size, FAMILY, {"questions": QUESTIONS, "pages": PAGES}),
    "hint": Experiment(hint, (BODY,), {"posts": POSTS}),
    "why": Experiment(why, (BODY, TWIN), {"questions": QUESTIONS}),
    "other-seeds": Experiment(
        other_seeds,
        (TWIN,),
        {"questions": QUESTIONS, "posts": POSTS, "draws": len(SEEDS)},
        "folders",
    ),
    "real": Experiment(real, (REAL,), over="nothing"),
}
