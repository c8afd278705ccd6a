"""One prompt and its answers while they are ranked: PreferenceRanker's cards and boards.

A *place* is where an answer stands on the screen, 0 for the first; the order is shuffled, so that
its place says nothing of an answer. Everything is frozen: every step gives a new board.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from gptedu import checks
from gptedu.world.requests import REPLY

MOST_ANSWERS = 9
"""One key for each answer; InstructGPT's labelers ranked 4 to 9 (section 3.5)."""

Rows = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Card:
    """A prompt and its answers. order: place on the screen -> index of the answer."""

    prompt: str
    answers: tuple[str, ...]
    order: tuple[int, ...]

    @property
    def key(self) -> tuple[str, tuple[str, ...]]:
        """The same for the same answers to the same prompt, in whatever order they stand."""
        return self.prompt, tuple(sorted(self.answers))

    def split_prompt(self) -> tuple[str, str]:
        """(text, request): a request is the last line before "Reply:"; the text may be empty."""
        body = self.prompt[: -len(REPLY)] if self.prompt.endswith(REPLY) else self.prompt
        text, _, request = body.rpartition("\n")
        return text, request


def make_cards(items: Sequence[tuple[str, Sequence[str]]], seed: int) -> tuple[Card, ...]:
    """One card an item, its answers shuffled by `seed` and the item's index.

    Raises ValueError without items, and where an item has fewer than 2 or more than 9 answers.
    """
    cards = []
    for index, (prompt, answers) in enumerate(items):
        if isinstance(answers, str) or not 2 <= len(answers) <= MOST_ANSWERS:
            raise ValueError(
                f"item {index} has {'a text' if isinstance(answers, str) else len(answers)} for "
                f"answers: give 2 to {MOST_ANSWERS} answers to each prompt"
            )
        order = list(range(len(answers)))
        random.Random(f"{seed} {index}").shuffle(order)
        cards.append(Card(prompt, tuple(answers), tuple(order)))
    if not cards:
        raise ValueError("there are no items: give at least one (prompt, answers)")
    return tuple(cards)


@dataclass(frozen=True)
class Board:
    """Answers of one card put into rows, best first; those of one row are a tie.

    rows: places. last: the place put down last. past: (rows, last) before each step, for undo.
    """

    count: int
    rows: Rows = ()
    last: int | None = None
    past: tuple[tuple[Rows, int | None], ...] = ()

    @classmethod
    def of(cls, card: Card, ranks: Sequence[int]) -> Board:
        """A full board, as if the answers had been chosen from best to worst."""
        board = cls(len(card.order))
        of_place = [ranks[answer] for answer in card.order]
        before = None
        for place in sorted(range(board.count), key=of_place.__getitem__):
            board = board.choose(place, tie=of_place[place] == before)
            before = of_place[place]
        return board

    @property
    def full(self) -> bool:
        return sum(map(len, self.rows)) == self.count

    def row_of(self, place: int) -> int | None:
        """The row in which an answer stands, or None."""
        return next((i for i, row in enumerate(self.rows) if place in row), None)

    def choose(self, place: int, tie: bool = False) -> Board:
        """The answer at `place` as the next best, or as a tie with the one before.

        Raises ValueError for no such answer, one that has its rank, and a tie with nothing.
        """
        self._check(place)
        if self.row_of(place) is not None:
            raise ValueError(f"answer {place + 1} has its rank already: u takes the last one back")
        if tie and not self.rows:
            raise ValueError(f"nothing is placed yet that answer {place + 1} could tie with")
        if tie:
            return self._step((*self.rows[:-1], (*self.rows[-1], place)), place)
        return self._step((*self.rows, (place,)), place)

    def tie(self) -> Board:
        """The answer put down last as a tie with the row before it. Raises ValueError if none."""
        row = None if self.last is None else self.row_of(self.last)
        if row is None:
            raise ValueError("choose an answer first; then t ties it with the one before")
        if len(self.rows[row]) > 1:
            raise ValueError(f"answer {self.last + 1} is in a tie already")  # type: ignore[operator]
        if row == 0:
            raise ValueError(f"nothing stands before answer {self.last + 1} to tie it with")  # type: ignore[operator]
        return self.move(self.last, row - 1, tie=True)  # type: ignore[arg-type]

    def move(self, place: int, row: int, tie: bool) -> Board:
        """An answer, placed or not, into row `row`, or as a new row before it.

        row: counted on the board as it is now; len(rows) for a new last row.
        """
        self._check(place)
        if not 0 <= row < len(self.rows) + (not tie):
            raise ValueError(f"there is no row {row + 1} to put answer {place + 1} into")
        rows = [tuple(p for p in each if p != place) for each in self.rows]
        if tie:
            rows[row] = (*rows[row], place)
        else:
            rows.insert(row, (place,))
        changed = tuple(each for each in rows if each)
        # Where nothing changes there is nothing to undo.
        return self if changed == self.rows else self._step(changed, place)

    def take_back(self, place: int) -> Board:
        """An answer out of its row, to be ranked again."""
        if self.row_of(place) is None:
            raise ValueError(f"answer {place + 1} has no rank to take back")
        rows = (tuple(p for p in row if p != place) for row in self.rows)
        return self._step(tuple(row for row in rows if row), None)

    def undo(self) -> Board:
        """As it was before the last step."""
        if not self.past:
            raise ValueError("there is nothing to undo")
        rows, last = self.past[-1]
        return Board(self.count, rows, last, self.past[:-1])

    def ranks(self, card: Card) -> tuple[int, ...]:
        """One rank for each of `card.answers`, 1 for the best; without gaps after a tie."""
        missing = [place + 1 for place in range(self.count) if self.row_of(place) is None]
        if missing:
            names = ", ".join(map(str, missing))
            many = len(missing) > 1
            raise ValueError(f"answer{'s' * many} {names} {'have' if many else 'has'} no rank yet")
        rank_of = {card.order[p]: rank for rank, row in enumerate(self.rows, 1) for p in row}
        return tuple(rank_of[answer] for answer in range(self.count))

    def _step(self, rows: Rows, last: int | None) -> Board:
        return Board(self.count, rows, last, (*self.past, (self.rows, self.last)))

    def _check(self, place: int) -> None:
        number = checks.as_whole(place)
        if number is None or not 0 <= number < self.count:
            raise ValueError(f"there are {self.count} answers here: choose 1 to {self.count}")


def in_words(board: Board) -> str:
    """The rows as a learner would say them: "2, then 1 = 4, then 3"."""
    return ", then ".join(" = ".join(str(place + 1) for place in row) for row in board.rows)
