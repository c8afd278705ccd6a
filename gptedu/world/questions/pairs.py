"""A pair to complete: its prompt is one word, and the lines before it say what is wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from gptedu.world.draw import Draw
from gptedu.world.facts import Facts
from gptedu.world.questions.question import DEMONSTRATIONS, Question, Task
from gptedu.world.words import lexicon

TWO_READINGS = {
    "opposite": "comparative",
    "comparative": "opposite",
    "young": "home",
    "home": "young",
}
"""Relation -> another one whose lists have some of the same words on the left.

"big ->" may be followed by "small" and by "bigger". The questions of both relations ask the same
words, so an answer without examples is right in one of the two at most.
"""
REVERSED = ("young", "opposite")
_JOINT = " -> "
_SOURCE = "GPT-3, section 3.9: a task that only the examples name"


def shared_words(facts: Facts, relation: str) -> tuple[str, ...]:
    """The words that lists of `relation` and of its other reading (`TWO_READINGS`) both have."""
    other = {left for left, _ in facts.listed_pairs(TWO_READINGS[relation])}
    return tuple(left for left, _ in facts.listed_pairs(relation) if left in other)


def _pairs(relation: str, held_out: bool) -> Callable[[Draw], Question]:
    """A pair of a relation after pairs that lists show; if held out, no list shows it."""

    def make(d: Draw) -> Question:
        listed = d.facts.listed_pairs(relation)
        candidates = d.facts.held_out_pairs(relation) if held_out else listed
        answers = [right for _, right in d.facts.relations()[relation]]
        return _completed(f"pairs/{relation}", d, d.pick(candidates), listed, answers)

    return make


def _two_readings(relation: str) -> Callable[[Draw], Question]:
    """A pair whose first word stands in lists of another relation too, with another answer."""

    def make(d: Draw) -> Question:
        listed = d.facts.listed_pairs(relation)
        word = d.pick(shared_words(d.facts, relation))
        pair = word, dict(listed)[word]
        return _completed(f"two-readings/{relation}", d, pair, listed, [b for _, b in listed])

    return make


def _reversed(relation: str) -> Callable[[Draw], Question]:
    """A pair from right to left, as no list in training has it: "puppy -> dog"."""

    def make(d: Draw) -> Question:
        listed = [(right, left) for left, right in d.facts.listed_pairs(relation)]
        return _completed(
            f"reversed/{relation}", d, d.pick(listed), listed, [left for _, left in listed]
        )

    return make


def _same_word(d: Draw) -> Question:
    """A rule that no list follows: a word is paired with itself."""
    words = [(word, word) for group in lexicon.CATEGORIES.values() for word in group]
    pair = d.pick(words)
    return _completed("rule/same-word", d, pair, words, [word for word, _ in words])


def _completed(
    task: str,
    d: Draw,
    pair: tuple[str, str],
    listed: Sequence[tuple[str, str]],
    answers: Sequence[str],
) -> Question:
    """The second half of `pair`, as the answer after other pairs of `listed`."""
    left, right = pair
    shown = [other for other in d.sample(listed, len(listed)) if other[0] != left]
    return Question(
        task,
        left + _JOINT[:-1],
        f" {right}",
        tuple(dict.fromkeys(f" {answer}" for answer in answers)),
        tuple(f"{a}{_JOINT}{b}" for a, b in shown[:DEMONSTRATIONS]),
        "\n",
    )


def _holds_out(relation: str, facts: Facts) -> bool:
    return bool(facts.held_out_pairs(relation))


def _tasks() -> Iterator[Task]:
    for relation in lexicon.RELATION_TITLES:
        yield Task(f"pairs/{relation}", "exact", _SOURCE, _pairs(relation, held_out=False))
        yield Task(
            f"held-out-pairs/{relation}", "exact", _SOURCE, _pairs(relation, held_out=True),
            occurs=partial(_holds_out, relation),
        )  # fmt: skip
    for relation in TWO_READINGS:
        yield Task(f"two-readings/{relation}", "exact", _SOURCE, _two_readings(relation))
    for relation in REVERSED:
        yield Task(f"reversed/{relation}", "exact", _SOURCE, _reversed(relation))
    yield Task("rule/same-word", "exact", _SOURCE, _same_word)


TASKS = tuple(_tasks())
