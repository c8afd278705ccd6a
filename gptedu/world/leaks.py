"""Whether anything held out is in the training text: a check that runs.

Splits are disjoint by construction; this looks at the result instead. Every question and every
labelled example of the validation and the test split is searched for in the documents of a
mixture's training split, letter by letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gptedu.world.questions.added import ADDED_TASKS
from gptedu.world.questions.labelled import (
    LABELLED,
    Classification,
    Entailment,
    Labelled,
    Similarity,
)
from gptedu.world.questions.question import Question
from gptedu.world.world import World

KNOWN_BY_HEART = (
    "closed-book", "sayings/", "velan-life/", "functions/run/1", "functions/write/1",
)  # fmt: skip
"""Tasks that ask for what training is meant to tell, facts and single parts of functions."""

LISTED = ("pairs/", "two-readings/")
"""Tasks whose pairs stand in lists of training by design; "held-out-pairs/" are others."""

SHORT = ("reversed/", "rule/same-word", "sorting")
"""Tasks whose prompt is a word: only a line that joins it to its answer would be a leak."""

HELD_OUT = ("validation", "test")


def leaked(
    world: World,
    mixture: str,
    *,
    documents: int = 10_000,
    questions: int = 20,
    seed: int = 0,
    start: int = 0,
) -> list[str]:
    """What held-out questions and labelled examples share with training documents; [] if nothing.

    documents: how many of the training split are searched, from `start` on. questions: how many of
    each task, from each held-out split.
    """
    web = world.documents("train", documents, seed=seed, start=start, mixture=mixture)
    text = "\n".join(document.text for document in web)
    return [part for part in held_out(world, questions, seed) if part in text]


def held_out(world: World, count: int, seed: int = 0) -> Iterator[str]:
    """The part of each held-out question and example that no training document may have."""
    for split in HELD_OUT:
        for task in (*world.tasks, *ADDED_TASKS):
            if task.startswith(KNOWN_BY_HEART) or task.startswith(LISTED):
                continue
            if split == "validation" and task.startswith(("sorting", "held-out-pairs/")):
                continue  # one set of pairs and of assignments is held out, for both splits
            if task.startswith("told/") and "/1/" in task:
                continue  # problems of one step are facts, and in training entirely
            for question in world.questions(task, split, count, seed=seed):
                yield own_part(question)
        for task in LABELLED:
            for example in world.labelled(task, split, count, seed=seed):
                yield from parts(example)


def own_part(question: Question) -> str:
    """What a question alone asks: its prompt, or a line of a list with its answer."""
    task = question.task
    if task.startswith(SHORT) or task.startswith("pairs/"):
        return f"\n{question.prompt}{question.answer}\n"
    if task == "compare/sentences":
        return question.prompt.rstrip(":")
    # A passage, a post, a sentence, a story: the first line, without what says that it is one.
    return question.prompt.split("\n")[0].removeprefix("# ").split(": ", 1)[-1]


def parts(example: Labelled) -> Iterable[str]:
    """What makes a labelled example: its text, or both of its texts one after the other."""
    if isinstance(example, Classification):
        return [example.text]
    if isinstance(example, Entailment):
        return [example.premise]
    if isinstance(example, Similarity):
        first, second = example.first.rstrip("."), example.second.rstrip(".")
        joints = (". {}", ".\n{}", "\n{}", " / {}", '" and "{}')
        return [first + joint.format(second) for joint in joints]
    return [example.context]
