"""PreferenceRanker without Jupyter: a sitting over many cards, and the file of its rankings.

`Labelling` is frozen: every action gives a new one, so that the view can write a ranking to the
disk before it believes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gptedu import checks
from gptedu.rlhf.labels.comparisons import Comparison, append, revise

from .board import Board, Card


@dataclass(frozen=True)
class Done:
    """A card that was dealt with: ranked (with its record) or skipped (record None)."""

    index: int
    record: Comparison | None
    board: Board


@dataclass(frozen=True)
class Labelling:
    """A sitting: which cards are done, in the order in which they were, and the one on the table.

    current: index of the card on the table, None when all are ranked or skipped.
    """

    cards: tuple[Card, ...]
    done: tuple[Done, ...]
    current: int | None
    board: Board

    @classmethod
    def start(cls, cards: tuple[Card, ...], records: Sequence[Comparison] = ()) -> Labelling:
        """Go on from `records`: each counts for one card with its prompt and its answers."""
        waiting: dict[object, list[int]] = {}
        for index, card in enumerate(cards):
            waiting.setdefault(card.key, []).append(index)
        done = []
        for record in records:
            places = waiting.get((record.prompt, tuple(sorted(record.answers))))
            if places:
                index = places.pop(0)
                ranks = _in_order_of(cards[index], record)
                done.append(Done(index, record, Board.of(cards[index], ranks)))
        return cls._turned(cards, tuple(done))

    @property
    def records(self) -> tuple[Comparison, ...]:
        """The rankings of this sitting's cards, in the order in which they were made."""
        return tuple(each.record for each in self.done if each.record is not None)

    @property
    def skipped(self) -> int:
        return len(self.done) - len(self.records)

    def place(self, board: Board, labeler: str) -> Labelling:
        """The table's card with `board`; a full board is confirmed and the next card comes."""
        self.card()
        return replace(self, board=board) if not board.full else self._confirm(board, labeler)

    def tie(self, labeler: str) -> Labelling:
        """`Board.tie`; with nothing placed, on the card that was confirmed just before.

        The last answer of a card confirms it, so a tie of the last two can only come after that.
        """
        if self.board.past or not self.done or self.done[-1].record is None:
            self.card()
            return self.place(self.board.tie(), labeler)
        before = self._reopened()
        return before._confirm(before.board.tie(), labeler)

    def confirm(self) -> Labelling:
        """What Enter does: a full board is confirmed by itself, so this tells what is missing."""
        if self.board.rows:
            self.board.ranks(self.card())
        return self

    def undo(self, labeler: str) -> Labelling:
        """Without the last step; with nothing placed, the card before, without its last step."""
        if self.board.past:
            return replace(self, board=self.board.undo())
        if not self.done:
            raise ValueError("there is nothing to undo")
        before = self._reopened()
        ranked = self.done[-1].record is not None
        # Without a tie that was made at the end the board is still full: confirmed again.
        return before.place(before.board.undo(), labeler) if ranked else before

    def skip(self) -> Labelling:
        """Leave the card on the table unranked; `undo` brings it back as it was."""
        self.card()
        done = (*self.done, Done(self.current, None, self.board))  # type: ignore[arg-type]
        return self._turned(self.cards, done)

    def unskip(self) -> Labelling:
        """Put the skipped cards back among those to be ranked."""
        kept = tuple(each for each in self.done if each.record is not None)
        if self.current is None:
            return self._turned(self.cards, kept)
        return replace(self, done=kept)

    def rank(self, index: int, ranks: Sequence[int], labeler: str) -> Labelling:
        """Card `index` ranked by code, in the order of its answers; an earlier ranking goes."""
        number = checks.as_whole(index)
        if number is None or not 0 <= number < len(self.cards):
            raise ValueError(f"there is no item {index!r}: there are {len(self.cards)}, from 0")
        index = number
        card = self.cards[index]
        record = Comparison(card.prompt, card.answers, tuple(ranks), labeler)
        kept = tuple(each for each in self.done if each.index != index)
        done = (*kept, Done(index, record, Board.of(card, record.ranks)))
        if index == self.current:
            return self._turned(self.cards, done)
        return replace(self, done=done)

    def card(self) -> Card:
        """The card on the table. Raises ValueError where there is none."""
        if self.current is None:
            raise ValueError("every prompt is ranked or skipped: u goes back to the last one")
        return self.cards[self.current]

    def _confirm(self, board: Board, labeler: str) -> Labelling:
        card = self.card()
        record = Comparison(card.prompt, card.answers, board.ranks(card), labeler)
        done = (*self.done, Done(self.current, record, board))  # type: ignore[arg-type]
        return self._turned(self.cards, done)

    def _reopened(self) -> Labelling:
        """The last card that was done, on the table as it was then."""
        last = self.done[-1]
        return Labelling(self.cards, self.done[:-1], last.index, last.board)

    @classmethod
    def _turned(cls, cards: tuple[Card, ...], done: tuple[Done, ...]) -> Labelling:
        """The first card that is not done on the table."""
        over = {each.index for each in done}
        current = next((index for index in range(len(cards)) if index not in over), None)
        return cls(cards, done, current, Board(0 if current is None else len(cards[current].order)))


def _in_order_of(card: Card, record: Comparison) -> list[int]:
    """The record's ranks in the order of the card's answers."""
    ranks: dict[str, list[int]] = {}
    for answer, rank in zip(record.answers, record.ranks, strict=True):
        ranks.setdefault(answer, []).append(rank)
    return [ranks[answer].pop(0) for answer in card.answers]


def write_change(path: Path, old: Sequence[Comparison], new: Sequence[Comparison]) -> None:
    """Make the file hold `new` where it held `old`; what others wrote into it stays."""
    gone, added = Counter(old) - Counter(new), Counter(new) - Counter(old)
    more = [record for record in new if added[record] > 0 and not added.subtract([record])]
    if gone:
        revise(path, gone.elements(), more)
        return
    for record in more:
        append(path, record)
