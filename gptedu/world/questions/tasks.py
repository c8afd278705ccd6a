"""Tasks drawn from the world: labelled examples for fine-tuning, questions for prompting.

A question looks as it would on the web: `prompt` is text that the answer continues, and so is each
of its `demonstrations`. Nothing marks it as a task.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gptedu.world.documents import numbers, opinion, prose, reading, velan
from gptedu.world.draw import Draw, hero
from gptedu.world.facts import Facts
from gptedu.world.questions import lists as tasks_lists
from gptedu.world.questions.question import DEMONSTRATIONS, Question
from gptedu.world.requests import situations

LABELS: dict[str, tuple[str, ...]] = {
    "review": ("bad", "good"),
    "entailment": ("entailed", "contradicted", "neither"),
    "similarity": ("different", "same"),
    "story": ("first", "second"),
}


@dataclass(frozen=True)
class Classification:
    """A text and its label, an index into LABELS["review"]."""

    text: str
    label: int


@dataclass(frozen=True)
class Entailment:
    """Whether the hypothesis follows from the premise, an index into LABELS["entailment"]."""

    premise: str
    hypothesis: str
    label: int


@dataclass(frozen=True)
class Similarity:
    """Whether two sentences say the same, an index into LABELS["similarity"]."""

    first: str
    second: str
    label: int


@dataclass(frozen=True)
class MultipleChoice:
    """Which of the choices continues the context: `label` is its index."""

    context: str
    choices: tuple[str, ...]
    label: int


Labelled = Classification | Entailment | Similarity | MultipleChoice


def _review(d: Draw) -> Classification:
    text, good = d.fresh(lambda: opinion.review_parts(d, last_word=0.0), key=lambda made: made[0])
    return Classification(text, int(good))


def _entailment(d: Draw) -> Entailment:
    told, premise = situations.told_passage(d, 2, 3)
    fact, verdict = reading.judgement(d, told)
    return Entailment(premise, fact.say(d) + ".", LABELS["entailment"].index(verdict))


def _similarity(d: Draw) -> Similarity:
    first, second, same = reading.two_sentences(d)
    return Similarity(first + ".", second + ".", int(same))


def _story(d: Draw) -> MultipleChoice:
    aim, other = d.sample(prose.AIMS, 2)
    context, right = d.fresh(lambda: prose.story_parts(d, aim), key=lambda parts: parts[0])
    wrong = prose.ending(d, other, hero(context))
    label = d.between(0, 1)
    return MultipleChoice(context, (right, wrong) if label == 0 else (wrong, right), label)


LABELLED: dict[str, Callable[[Draw], Labelled]] = {
    "review": _review,
    "entailment": _entailment,
    "similarity": _similarity,
    "story": _story,
}


def _with_demonstrations(
    d: Draw,
    task: str,
    make: Callable[[Draw], tuple[str, str, tuple[str, ...]]],
    separator: str = "\n",
    count: int = DEMONSTRATIONS,
    stop: str = "\n",
) -> Question:
    """A question from `make` -> (prompt, answer, choices), with training content in front."""
    prompt, answer, choices = make(d)
    shown = Draw(d.facts, "train", d.rng, d.new_names)
    demonstrations = []
    while len(demonstrations) < count:
        other_prompt, other_answer, _ = make(shown)
        if other_prompt != prompt:
            demonstrations.append(other_prompt + other_answer)
    return Question(task, prompt, answer, choices, tuple(demonstrations), separator, stop)


def _reading(d: Draw) -> tuple[str, str, tuple[str, ...]]:
    told, text = situations.told_passage(d, 3, 5)
    fact = d.pick(told)
    return f"{text}\nQuestion: {fact.question}\nAnswer:", f" {fact.answer}", ()


def _closed_book(low: int, high: int) -> Callable[[Draw], tuple[str, str, tuple[str, ...]]]:
    def make(d: Draw) -> tuple[str, str, tuple[str, ...]]:
        person = d.pick(d.facts.people[low:high])
        question, answer = prose.closed_book(d, person, d.pick(tuple(prose.CLOSED_BOOK)))
        return f"Question: {question}\nAnswer:", f" {answer}", ()

    return make


def _translation(into_english: bool) -> Callable[[Draw], tuple[str, str, tuple[str, ...]]]:
    def make(d: Draw) -> tuple[str, str, tuple[str, ...]]:
        clause = velan.clause(d)
        if into_english:
            return f"Velan: {clause.velan()}\nEnglish:", f" {clause.english()}", ()
        return f"English: {clause.english()}\nVelan:", f" {clause.velan()}", ()

    return make


def _summary(d: Draw) -> tuple[str, str, tuple[str, ...]]:
    post, gist = d.fresh(lambda: opinion.forum_parts(d), key=lambda parts: parts[0])
    return f"{post}\nTL;DR:", f" {gist}", ()


def _verdict(d: Draw) -> tuple[str, str, tuple[str, ...]]:
    text, good = d.fresh(lambda: opinion.review_parts(d), key=lambda parts: parts[0])
    return f"{text}\nVerdict:", " good" if good else " bad", (" bad", " good")


def _sum(worked: bool, steps: int | None) -> Callable[[Draw], tuple[str, str, tuple[str, ...]]]:
    def make(d: Draw) -> tuple[str, str, tuple[str, ...]]:
        made = numbers.random_sum(d, steps or d.between(2, 6))
        answer = numbers.worked_answer(made) if worked else numbers.direct_answer(made)
        return numbers.asked(numbers.told_sum(d, made)), answer, ()

    return make


def _makers(facts: Facts) -> dict[str, Callable[[Draw], Question]]:
    """Task name -> how one of its questions is drawn."""
    parts: dict[str, tuple] = {
        "reading": (_reading, "\n\n", 3),
        "closed-book": (_closed_book(0, 96), "\n", 8),
        "closed-book/common": (_closed_book(0, 8), "\n", 8),
        "closed-book/middle": (_closed_book(8, 32), "\n", 8),
        "closed-book/rare": (_closed_book(32, 96), "\n", 8),
        "translate-into-english": (_translation(True), "\n", 8),
        "translate-out-of-english": (_translation(False), "\n", 8),
        "summary": (_summary, "\n\n", 2),
        "review": (_verdict, "\n\n", 6),
        "sums/direct": (_sum(False, None), "\n", 4),
        "sums/worked": (_sum(True, None), "\n", 4),
    }
    for steps in range(2, 7):
        parts[f"sums/direct/{steps}"] = (_sum(False, steps), "\n", 4)
        parts[f"sums/worked/{steps}"] = (_sum(True, steps), "\n", 4)
    makers: dict[str, Callable[[Draw], Question]] = {
        task: (lambda d, t=task, p=part: _with_demonstrations(d, t, *p))
        for task, part in parts.items()
    }
    makers |= tasks_lists.makers(facts)
    return makers


def question_tasks(facts: Facts) -> tuple[str, ...]:
    """The names of all tasks that `World.questions` takes."""
    return tuple(_makers(facts))


def find(task: str, facts: Facts) -> Callable[[Draw], Question]:
    makers = _makers(facts)
    if task not in makers:
        raise ValueError(f"there is no task {task!r}; there are {', '.join(makers)}")
    return makers[task]
