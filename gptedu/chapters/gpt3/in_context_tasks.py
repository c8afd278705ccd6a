"""Chapter 3's tasks, and how well they are done by number of examples (Brown et al. 2020).

Every task here is one whose prompt alone does not say what is wanted, so that a model that has
understood nothing but its weights cannot do better than guess among tasks: ``TASKS`` says why.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import torch

from gptedu.evaluate.accuracy import evaluate
from gptedu.evaluate.example_order import OrderEffect, order_effect
from gptedu.evaluate.example_order import mean_variances as mean_variances
from gptedu.language_model import distinct_name
from gptedu.sampling import seeded
from gptedu.world import metrics

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel
    from gptedu.world import World

TASKS = metrics(
    "two-readings/opposite",
    "two-readings/comparative",
    "two-readings/young",
    "two-readings/home",
    "sorting",
    "sorting/three-groups",
    "sorting/new-labels",
    "sorting/new-groups",
    "pairs/sound",
)
"""Task of the world -> how its answers are judged (see ``evaluate``).

Why none of them can be known without an example:

- two-readings: "big ->" is asked for the opposite and for the comparative, "cow ->" for the young
  and for the home. The two tasks of a couple ask the same words, so without examples an answer is
  right in one of them at most: their mean is a half at best, apart from which words are drawn.
- sorting: what a label means is decided in the list alone. Half is chance, a third with three
  groups. The asked words never stood under their label in training; new labels are common words
  that no training list has as labels; new groups are sorted by no training list.
- pairs/sound: a relation that sentences use and no list of the training documents is about.
"""
LIMITS = metrics(
    "held-out-pairs/opposite",
    "held-out-pairs/young",
    "reversed/opposite",
    "reversed/young",
    "rule/same-word",
    "sorting/new-spellings",
)
"""Where examples would have to teach something that no training document has shown.

Pairs that stand in sentences only, pairs from right to left, a rule of one line (every word is
paired with itself), and labels spelled as no word of the training documents is (half is chance).
"""
KS = (0, 1, 2, 4, 12)
NAMES = {
    "two-readings/opposite": "opposites",
    "two-readings/comparative": "comparatives",
    "two-readings/young": "animals and their young",
    "two-readings/home": "animals and their homes",
    "sorting": "sorting by two labels",
    "sorting/three-groups": "sorting by three labels",
    "sorting/new-labels": "sorting, everyday labels",
    "sorting/new-groups": "sorting, unsorted groups",
    "pairs/sound": "animals and their sounds",
    "held-out-pairs/opposite": "opposites not in any list",
    "held-out-pairs/young": "young not in any list",
    "reversed/opposite": "opposites, right to left",
    "reversed/young": "from the young to the animal",
    "rule/same-word": "the same word again",
    "sorting/new-spellings": "labels of new spelling",
}
"""Task -> what it is called in the chapter."""
CHANCE = {
    "sorting": 1 / 2,
    "sorting/three-groups": 1 / 3,
    "sorting/new-labels": 1 / 2,
    "sorting/new-groups": 1 / 2,
}
"""Task -> what guessing among its labels gets. A word to be written is hardly ever guessed."""

SENTENCES = {
    "pairs/sound": "Our {}",
    "held-out-pairs/opposite": "The opposite of {} is",
    "held-out-pairs/young": "The young of a {} is called a",
}
"""Task whose pairs stand in sentences only -> how such a sentence of the training documents begins,
up to the second word of a pair."""

Scores = dict[str, dict[str, dict[int, float]]]


class ByOrder(NamedTuple):
    """What the order of the same examples does to the answers.

    changed: the share of questions, 0 to 1, that are not answered alike after all orders.
    accuracy: under each order.
    """

    changed: float
    accuracy: list[float]


def by_shots(
    models: Iterable[LanguageModel],
    world: World,
    ks: Sequence[int] = KS,
    count: int = 50,
    seed: int = 0,
    tasks: Mapping[str, str] = TASKS,
) -> Scores:
    """Every task with every number of examples: model -> task -> K -> accuracy, 0 to 1.

    The questions are the same for all models and all K: only the examples in front of them grow.
    count: questions of each task. Models that share a name are numbered: "mini-m", "mini-m (2)".
    """
    questions = {task: world.questions(task, "test", count, seed=seed) for task in tasks}
    scores: Scores = {}
    for lm in models:
        scores[distinct_name(lm.name, scores)] = {
            task: {k: evaluate(lm, questions[task], k, metric).accuracy for k in ks}
            for task, metric in tasks.items()
        }
    return scores


def averages(
    scores: Mapping[str, Mapping[str, Mapping[int, float]]],
) -> dict[str, dict[int, float]]:
    """The mean over the tasks, each with the same weight: model -> K -> 0 to 1."""
    means: dict[str, dict[int, float]] = {}
    for model, by_task in scores.items():
        rows = list(by_task.values())
        means[model] = {k: sum(row[k] for row in rows) / len(rows) for k in rows[0]}
    return means


def levels(tasks: Iterable[str] = TASKS) -> dict[str, float]:
    """Two averages, 0 to 1, that need no example, by what they take.

    Guessing among the labels; and knowing every pair besides, and guessing which of its two
    readings is wanted: right half of the time.
    """
    tasks = list(tasks)
    guessed = [CHANCE.get(task, 0.0) for task in tasks]
    known = [0.5 if task.startswith("two-readings/") else 0.0 for task in tasks]
    return {
        "guesses the labels": sum(guessed) / len(tasks),
        "knows the pairs, guesses which": sum([*guessed, *known]) / len(tasks),
    }


def margins(scores: Scores, count: int) -> dict[str, dict[int, float]]:
    """Half the 95% interval of `averages`, 0 to 1, with `count` questions a task: model -> K -> it.

    From the draw of questions alone: another training run may lie further off.
    """
    return {
        model: {
            k: 1.96
            * math.sqrt(sum(row[k] * (1 - row[k]) for row in by_task.values()) / count)
            / len(by_task)
            for k in next(iter(by_task.values()))
        }
        for model, by_task in scores.items()
    }


def gap(averages: Mapping[str, Mapping[int, float]], model: str) -> float:
    """Points that the largest number of examples is above none."""
    row = averages[model]
    return 100 * (row[max(row)] - row[min(row)])


def new_task(
    lm: LanguageModel,
    world: World,
    ks: Sequence[int] = KS,
    count: int = 100,
    seed: int = 0,
    new_names: bool = False,
) -> dict[int, float]:
    """Sorting words by invented labels that they never stood under in training: K -> accuracy.

    Two labels, so chance is 0.5. new_names: the labels are spelled as no word in training is.
    """
    questions = world.questions("sorting", "test", count, seed=seed, new_names=new_names)
    return {k: evaluate(lm, questions, k, "choice").accuracy for k in ks}


def next_words(lm: LanguageModel, prompt: str, top: int = 5) -> list[tuple[str, float]]:
    """The likeliest next words: (word, probability of its first token), likeliest first.

    The model finishes each word itself, greedily, up to the end of the line.
    """
    found = lm.next_token(prompt).topk(top)
    starts = lm.tokenizer.pieces(found.indices.tolist())
    ends = lm.generate([prompt + start for start in starts], max_tokens=5, stop="\n")
    return [
        (start + end, float(chance))
        for start, end, chance in zip(starts, ends, found.values, strict=True)
    ]


def shares(lm: LanguageModel, prompt: str, choices: Sequence[str]) -> list[float]:
    """The probability of each choice after a prompt, set against the other choices alone.

    Each 0 to 1, together 1; all that the model could say besides is left out.
    """
    return torch.tensor(lm.score(prompt, choices).raw).softmax(-1).tolist()


def answers(
    lm: LanguageModel, world: World, task: str, k: int = 12, count: int = 5
) -> list[tuple[str, str, str]]:
    """What a model writes after k examples: (prompt, what it writes, the right answer)."""
    asked = world.questions(task, "test", count)
    examples = evaluate(lm, asked, k).examples
    return [
        (question.prompt, example.given.strip(), question.answer.strip())
        for question, example in zip(asked, examples, strict=True)
    ]


def in_sentences(lm: LanguageModel, world: World, task: str, count: int = 40) -> tuple[int, int]:
    """Whether a model knows the pairs of one of `SENTENCES` where it has read them.

    (pairs of which it writes the second word when a sentence ends before it, all pairs that
    `count` questions ask for).
    """
    asked = world.questions(task, "test", count)
    pairs = sorted({(each.prompt.removesuffix(" ->"), each.answer.strip()) for each in asked})
    begun = [SENTENCES[task].format(left) for left, _ in pairs]
    said = [text.split() for text in lm.generate(begun, max_tokens=4, stop=".")]
    right = sum(words[:1] == [right] for words, (_, right) in zip(said, pairs, strict=True))
    return right, len(pairs)


def by_order(
    lm: LanguageModel,
    world: World,
    task: str,
    k: int = 4,
    orders: int = 8,
    count: int = 40,
    seed: int = 0,
) -> ByOrder:
    """Each question of a task after the same K examples in several random orders."""
    generator = seeded(seed)
    questions = world.questions(task, "test", count, seed=seed)
    said: list[set[str]] = [set() for _ in questions]
    accuracy = []
    for _ in range(orders):
        row = torch.randperm(k, generator=generator).tolist()
        shuffled = [
            replace(each, demonstrations=tuple(each.demonstrations[i] for i in row))
            for each in questions
        ]
        found = evaluate(lm, shuffled, k, TASKS[task])
        accuracy.append(found.accuracy)
        for answers, example in zip(said, found.examples, strict=True):
            answers.add(example.given)
    return ByOrder(sum(len(answers) > 1 for answers in said) / len(said), accuracy)


def order_effects(
    lm: LanguageModel, world: World, k: int = 2, lists: int = 12, orders: int = 8, seed: int = 0
) -> list[OrderEffect]:
    """``order_effect`` on several sorting lists, each with orders of its own."""
    generator = seeded(seed)
    return [
        order_effect(lm, world.one_list(seed=1000 * seed + number), k, orders, generator)
        for number in range(lists)
    ]


def direction(
    lm: LanguageModel,
    world: World,
    count: int = 100,
    seed: int = 0,
    k: int = 2,
    metric: str = "exact",
) -> dict[str, float]:
    """Sentences translated into English and out of it (section 3.3): {"into": ..., "out of": ...}.

    0 to 1. metric: "exact" takes a sentence that is right from end to end, "f1" the share of its
    words.
    """
    tasks = {"into": "translate-into-english", "out of": "translate-out-of-english"}
    return {
        way: evaluate(lm, world.questions(task, "test", count, seed=seed), k, metric).accuracy
        for way, task in tasks.items()
    }
