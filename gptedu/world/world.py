"""A world: any number of documents from a seed, and questions about what stands in them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from gptedu import checks
from gptedu.world.documents.kinds import Kind
from gptedu.world.draw import Draw
from gptedu.world.facts import Facts
from gptedu.world.mixtures import find_mixture
from gptedu.world.questions import sorting
from gptedu.world.questions.added import ADDED_TASKS
from gptedu.world.questions.labelled import LABELLED, Labelled
from gptedu.world.questions.question import Question
from gptedu.world.questions.registry import TASKS
from gptedu.world.splits import check_split


@dataclass(frozen=True)
class Document:
    """One document of the web: its kind (a key of its mixture's) and its text."""

    kind: str
    text: str


class World:
    """A closed world of people, places and things, and the web that speaks of it.

    `seed` decides the facts (who lives where, who makes what); words, the Velan language and the
    splits are the same in every world. Documents and questions are functions of (seed, split,
    their own seed, index), so they can be drawn again at any time and from any point.

        >>> world = World(seed=0)
        >>> next(world.documents("train", count=1)).kind in KINDS
        True
    """

    def __init__(self, seed: int = 0):
        self.seed = seed

    @cached_property
    def facts(self) -> Facts:
        """What is true in this world."""
        return Facts(self.seed)

    @cached_property
    def tasks(self) -> tuple[str, ...]:
        """The names that `questions` takes: the tasks that occur in this world."""
        return tuple(name for name, task in TASKS.items() if task.occurs(self.facts))

    def documents(
        self,
        split: str = "train",
        count: int | None = None,
        *,
        seed: int = 0,
        start: int = 0,
        kinds: Sequence[str] | None = None,
        without: Sequence[str] = (),
        mixture: str = "first",
    ) -> Iterator[Document]:
        """Documents `start`, `start` + 1, ... of a split; without `count` they never end.

        `kinds` keeps only those kinds, `without` leaves some out; the others keep their relative
        frequency, and are equally frequent where none has a weight. mixture: which kinds there are,
        and how often (see `mixtures`). Raises ValueError for an unknown split, mixture or kind, or
        where no kind is left.
        """
        check_split(split)
        there = find_mixture(mixture)
        for kind in (*(kinds or ()), *without):
            checks.one_of("the kind of document", kind, there)
        kept = {kind: there[kind] for kind in (kinds or there) if kind not in without}
        if not kept:
            raise ValueError("no kind of document is left: name fewer in `without`")
        return self._documents(split, count, seed, start, kept)

    def _documents(
        self, split: str, count: int | None, seed: int, start: int, kinds: Mapping[str, Kind]
    ) -> Iterator[Document]:
        names = list(kinds)
        weights = [kind.weight for kind in kinds.values()]
        if not any(weights):
            weights = [1.0] * len(names)
        index = start
        while count is None or index < start + count:
            rng = random.Random(f"{self.seed}/{split}/{seed}/{index}")
            kind = rng.choices(names, weights)[0]
            yield Document(kind, kinds[kind].make(Draw(self.facts, split, rng)))
            index += 1

    def labelled(
        self, task: str, split: str = "train", count: int = 200, *, seed: int = 0
    ) -> list[Labelled]:
        """Labelled examples of one of GPT-1's four formats, balanced over the labels.

        task: "review" -> Classification, "entailment" -> Entailment, "similarity" -> Similarity,
        "story" -> MultipleChoice. Raises ValueError for another name.
        """
        check_split(split)
        draw = LABELLED[checks.one_of("task", task, LABELLED)]
        return [draw(self._draw(f"labelled/{task}", split, seed, index)) for index in range(count)]

    def questions(
        self,
        task: str,
        split: str = "test",
        count: int = 100,
        *,
        seed: int = 0,
        new_names: bool = False,
    ) -> list[Question]:
        """Questions that are asked by a prompt alone, each with demonstrations of its own.

        task: one of `tasks`, or of those that the second web adds (`questions.added`);
        `gptedu.world.TASKS` says how each is judged and which paper it follows. new_names: passages
        speak of people whose names no training document has. Raises ValueError for an unknown task.
        """
        check_split(split)
        added = ADDED_TASKS.get(task)
        draw = (added or TASKS[checks.one_of("task", task, self.tasks)]).draw
        return [
            draw(self._draw(f"question/{task}", split, seed, index, new_names))
            for index in range(count)
        ]

    def one_list(self, split: str = "test", *, seed: int = 0) -> list[Question]:
        """Questions about one sorting list, all with the same labels and demonstrations.

        For measuring what the choice and the order of demonstrations do: the rest stays the same.
        """
        check_split(split)
        return sorting.one_list(self._draw("one-list", split, seed, 0))

    def _draw(self, what: str, split: str, seed: int, index: int, new_names: bool = False) -> Draw:
        rng = random.Random(f"{what}/{self.seed}/{split}/{seed}/{index}")
        return Draw(self.facts, split, rng, new_names)
