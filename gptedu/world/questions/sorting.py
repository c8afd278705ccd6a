"""A word to sort: what its label means, the lines before it decide."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from gptedu.world.documents.lists import assignment_held_out
from gptedu.world.draw import Draw
from gptedu.world.questions.question import DEMONSTRATIONS, Question, Task
from gptedu.world.words import lexicon

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
    The questions have other words of the two groups, as many of one group as of the other.
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


def _task(
    name: str,
    groups: int = 2,
    groups_of: Mapping[str, tuple[str, ...]] = lexicon.CATEGORIES,
    new_labels: Sequence[str] = (),
) -> Task:
    source = "GPT-3, section 3.9: words whose meaning only the examples give"
    return Task(name, "choice", source, _sorting(name, groups, groups_of, new_labels))


TASKS = (
    _task("sorting"),
    _task("sorting/three-groups", groups=3),
    _task("sorting/new-groups", groups_of=NEW_GROUPS),
    _task("sorting/new-labels", new_labels=NEW_LABELS),
    _task("sorting/new-spellings", new_labels=lexicon.HELD_OUT_LABELS),
)
