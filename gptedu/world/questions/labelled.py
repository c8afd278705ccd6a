"""Labelled examples for fine-tuning: GPT-1's four formats (section 3.3, figure 1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gptedu.world.documents import opinion, passages, prose, reading
from gptedu.world.draw import Draw
from gptedu.world.words.grammar import hero

LABELS: dict[str, tuple[str, ...]] = {
    "review": ("bad", "good"),
    "entailment": ("entailed", "contradicted", "neither"),
    "similarity": ("different", "same"),
    "story": ("first", "second"),
}
"""Task -> what its labels, which are indices, stand for."""


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
    text, good = d.of_split(
        lambda: opinion.review_parts(d, last_word=0.0), key=lambda made: made[0]
    )
    return Classification(text, int(good))


def _entailment(d: Draw) -> Entailment:
    told, premise = passages.told_passage(d, 2, 3)
    fact, verdict = reading.judgement(d, told)
    return Entailment(premise, fact.say(d) + ".", LABELS["entailment"].index(verdict))


def _similarity(d: Draw) -> Similarity:
    first, second, same = reading.two_sentences(d)
    return Similarity(first + ".", second + ".", int(same))


def _story(d: Draw) -> MultipleChoice:
    aim, other = d.sample(prose.AIMS, 2)
    context, right = d.of_split(lambda: prose.story_parts(d, aim), key=lambda parts: parts[0])
    wrong = prose.ending(d, other, hero(context))
    label = d.between(0, 1)
    return MultipleChoice(context, (right, wrong) if label == 0 else (wrong, right), label)


LABELLED: dict[str, Callable[[Draw], Labelled]] = {
    "review": _review,
    "entailment": _entailment,
    "similarity": _similarity,
    "story": _story,
}
"""Task -> how one labelled example of it is drawn."""
