"""Questions in the form of a list: a pair to complete, a word to sort.

Their prompt is one word, so it says little or nothing of what is asked; the lines before it do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from gptedu.world.documents.lists import assignment_held_out
from gptedu.world.draw import Draw
from gptedu.world.facts import Facts
from gptedu.world.questions.question import DEMONSTRATIONS, Question
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
NEW_GROUPS: dict[str, tuple[str, ...]] = {
    "women": lexicon.WOMEN,
    "men": lexicon.MEN,
    "town": lexicon.TOWNS,
    "company": lexicon.COMPANIES,
    "job": tuple(lexicon.JOBS),
    "thing": lexicon.THINGS,
    "place": lexicon.PLACES,
    "room": lexicon.ROOMS,
    "feeling": lexicon.FEELINGS,
    "hobby": lexicon.HOBBIES,
}
"""Groups of words that no list in training sorts; the words themselves are common."""
NEW_LABELS = lexicon.ROOMS + lexicon.FEELINGS + lexicon.TOWNS
"""Words that training documents are full of, and that no list in training uses as a label."""
_JOINT = " -> "


def shared_words(facts: Facts, relation: str) -> tuple[str, ...]:
    """The words that lists of `relation` and of its other reading (`TWO_READINGS`) both have."""
    other = {left for left, _ in facts.listed_pairs(TWO_READINGS[relation])}
    return tuple(left for left, _ in facts.listed_pairs(relation) if left in other)


def makers(facts: Facts) -> dict[str, Callable[[Draw], Question]]:
    """Task name -> how one of its questions is drawn, for every task that looks like a list."""
    found: dict[str, Callable[[Draw], Question]] = {}
    for relation in facts.relations():
        found[f"pairs/{relation}"] = _pairs(relation, held_out=False)
        if facts.held_out_pairs(relation):
            found[f"held-out-pairs/{relation}"] = _pairs(relation, held_out=True)
    for relation in TWO_READINGS:
        found[f"two-readings/{relation}"] = _two_readings(relation)
    for relation in REVERSED:
        found[f"reversed/{relation}"] = _reversed(relation)
    found["rule/same-word"] = _same_word
    found["sorting"] = _sorting("sorting", 2)
    found["sorting/three-groups"] = _sorting("sorting/three-groups", 3)
    found["sorting/new-groups"] = _sorting("sorting/new-groups", 2, NEW_GROUPS)
    for task, labels in (
        ("sorting/new-labels", NEW_LABELS),
        ("sorting/new-spellings", lexicon.HELD_OUT_LABELS),
    ):
        found[task] = _sorting(task, 2, new_labels=labels)
    return found


def _pairs(relation: str, held_out: bool) -> Callable[[Draw], Question]:
    """A pair of a relation after pairs that lists show; if held out, no list shows it."""

    def make(d: Draw) -> Question:
        listed = d.facts.listed_pairs(relation)
        asked = d.facts.held_out_pairs(relation) if held_out else listed
        answers = [right for _, right in d.facts.relations()[relation]]
        return _completed(f"pairs/{relation}", d, d.pick(asked), listed, answers)

    return make


def _two_readings(relation: str) -> Callable[[Draw], Question]:
    """A pair whose first word stands in lists of another relation too, with another answer."""

    def make(d: Draw) -> Question:
        listed = d.facts.listed_pairs(relation)
        asked = d.pick(shared_words(d.facts, relation))
        pair = asked, dict(listed)[asked]
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
    """The second half of `pair`, asked for after other pairs of `listed`."""
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


def _sorting(
    task: str,
    count: int,
    groups_of: Mapping[str, tuple[str, ...]] = lexicon.CATEGORIES,
    new_labels: Sequence[str] = (),
) -> Callable[[Draw], Question]:
    """A word to be sorted by labels that it never stood under in training.

    count: how many groups. new_labels: labels that no training list has, in place of the usual.
    """

    def make(d: Draw) -> Question:
        new = new_labels or (lexicon.HELD_OUT_LABELS if d.new_names else ())
        never = new or groups_of is not lexicon.CATEGORIES  # no list in training can have it
        while True:
            groups = d.sample(tuple(groups_of), count)
            labels = d.sample(new or lexicon.LABELS, count)
            candidates = [
                (word, label)
                for group, label in zip(groups, labels, strict=True)
                for word in groups_of[group]
                if never or assignment_held_out(word, label)
            ]
            if candidates:
                break
        word, label = d.pick(candidates)
        each = DEMONSTRATIONS // count
        words = [d.sample([w for w in groups_of[g] if w != word], each) for g in groups]
        lines = [
            f"{words[i][n]}: {labels[i]}"
            for n in range(each)  # one line of each group in any order
            for i in d.sample(range(count), count)
        ]
        choices = tuple(f" {x}" for x in labels)
        return Question(task, f"{word}:", f" {label}", choices, tuple(lines), "\n")

    return make


def one_list(d: Draw, shown: int = DEMONSTRATIONS) -> list[Question]:
    """Many questions about one sorting list: all have the same labels and demonstrations.

    shown: how many lines may stand in front, half of each group; fewer where a group is small.
    Other words of the two groups are asked, as many of one group as of the other.
    """
    groups = d.sample(tuple(lexicon.CATEGORIES), 2)
    labels = d.sample(lexicon.LABELS, 2)
    words = [d.sample(lexicon.CATEGORIES[g], len(lexicon.CATEGORIES[g])) for g in groups]
    half = min(len(each) for each in words) // 2
    each = min(shown // 2, half)
    lines = [f"{words[i][n]}: {labels[i]}" for n in range(each) for i in (0, 1)]
    choices = tuple(f" {label}" for label in labels)
    return [
        Question("sorting/one-list", f"{word}:", f" {labels[i]}", choices, tuple(lines), "\n")
        for i in (0, 1)
        for word in words[i][half : 2 * half]
    ]
