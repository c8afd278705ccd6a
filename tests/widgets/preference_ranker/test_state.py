"""Boards, sittings and the file of rankings: by themselves."""

from __future__ import annotations

import itertools
import random

import pytest
from widgets.preference_ranker.samples import ITEMS

from gptedu.rlhf.labels.comparisons import Comparison, read
from gptedu.widgets.preference_ranker.board import Board, make_cards
from gptedu.widgets.preference_ranker.state import Labelling, write_change


@pytest.mark.parametrize("count", range(2, 7))
def test_ranks_of_a_board_give_the_board_back(count):
    """Every weak order of up to 4 answers, some of more: ranks -> board -> ranks."""
    card = make_cards([("p", [f"a{i}" for i in range(count)])], seed=3)[0]
    orders = itertools.product(range(1, count + 1), repeat=count)
    for ranks in itertools.islice(orders, 0, None, 1 if count < 5 else 97):
        dense = tuple(sorted(set(ranks)).index(rank) + 1 for rank in ranks)
        board = Board.of(card, ranks)
        assert board.full
        assert board.ranks(card) == dense
        for _ in range(count):  # it was made by `count` steps
            board = board.undo()
        assert board.rows == ()


def test_steps_and_their_undo_on_a_thousand_random_boards():
    draw = random.Random(0)
    for _ in range(1000):
        board = Board(draw.randint(2, 9))
        for _ in range(draw.randint(1, 12)):
            place = draw.randrange(board.count)
            step = draw.choice(["choose", "choose tie", "move", "move tie", "take_back", "tie"])
            try:
                match step:
                    case "choose" | "choose tie":
                        after = board.choose(place, step == "choose tie")
                    case "move" | "move tie":
                        after = board.move(place, draw.randint(0, len(board.rows)), step[4:] != "")
                    case "take_back":
                        after = board.take_back(place)
                    case _:
                        after = board.tie()
            except ValueError:
                continue
            placed = [p for row in after.rows for p in row]
            assert len(placed) == len(set(placed))
            assert all(after.rows)
            if after is not board:
                assert after.undo() == board
            board = after


@pytest.mark.parametrize(
    ("place", "row", "tie", "rows"),
    [
        (3, 0, False, ((3,), (0,), (1,), (2,))),
        (3, 1, False, ((0,), (3,), (1,), (2,))),
        (3, 3, False, ((0,), (1,), (2,), (3,))),
        (3, 1, True, ((0,), (1, 3), (2,))),
        (0, 3, False, ((1,), (2,), (0,))),
        (0, 2, False, ((1,), (0,), (2,))),
        (2, 0, True, ((0, 2), (1,))),
        (1, 1, True, ((0,), (1,), (2,))),
    ],
)
def test_dragging_into_a_row_and_between_rows(place, row, tie, rows):
    board = Board(4).choose(0).choose(1).choose(2)
    assert board.move(place, row, tie).rows == rows


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (lambda b: b.choose(1), "has its rank"),
        (lambda b: b.choose(4), "choose 1 to 4"),
        (lambda b: b.choose(-1), "choose 1 to 4"),
        (lambda b: b.take_back(3), "no rank to take back"),
        (lambda b: b.move(3, 3, False), "no row 4"),
        (lambda b: b.move(3, 2, True), "no row 3"),
        (lambda b: b.tie().tie(), "in a tie already"),
        (lambda b: Board(4).tie(), "choose an answer first"),
        (lambda b: Board(4).choose(0).tie(), "nothing stands before"),
        (lambda b: Board(4).choose(0, tie=True), "nothing is placed"),
        (lambda b: Board(4).undo(), "nothing to undo"),
        (lambda b: b.ranks(make_cards(ITEMS, 0)[0]), "answers 3, 4 have no rank"),
    ],
)
def test_what_cannot_be_done_is_said(step, said):
    board = Board(4).choose(0).choose(1)
    with pytest.raises(ValueError, match=said):
        step(board)


def test_the_prompt_apart_from_its_request():
    def split(prompt):
        return make_cards([(prompt, ("a", "b"))], 0)[0].split_prompt()

    assert split("One.\nTwo.\nPlease?\nReply:") == ("One.\nTwo.", "Please?")
    assert split("Please?\nReply:") == ("", "Please?")
    assert split("Say Reply:\nwhat") == ("Say Reply:", "what")
    assert split("") == ("", "")


def test_place_on_the_screen_is_no_hint(tmp_path):
    """Over many cards every answer stands about as often in every place."""
    cards = make_cards([("p", ("a", "b", "c", "d"))] * 600, seed=1)
    first = [card.order.index(0) for card in cards]
    for place in range(4):
        assert 110 < first.count(place) < 190  # 150 are expected, 11 is a standard deviation
    assert make_cards(ITEMS, 5) == make_cards(ITEMS, 5)
    assert make_cards(ITEMS, 5) != make_cards(ITEMS, 6)


def test_a_change_is_written_as_a_change(tmp_path):
    path = tmp_path / "r.jsonl"
    one, two, three = (Comparison(f"p{i}", ("a", "b"), (1, 2)) for i in range(3))
    write_change(path, [], [one, one, two])
    assert read(path) == [one, one, two]
    inode = path.stat().st_ino
    write_change(path, [one, one, two], [one, one, two, three])
    assert path.stat().st_ino == inode
    write_change(path, [one, one, two, three], [one, two, three])
    assert read(path) == [one, two, three]
    write_change(path, [one, two, three], [one, three, two])
    assert read(path) == [one, two, three]  # the order alone is no change


def test_a_sitting_is_plain_state():
    cards = make_cards(ITEMS, 0)
    start = Labelling.start(cards)
    after = start.place(Board.of(cards[0], (1, 2, 3, 4)), "me")
    assert start == Labelling.start(cards)
    assert (start.current, after.current) == (0, 1)
    assert Labelling.start(cards, after.records) == after
