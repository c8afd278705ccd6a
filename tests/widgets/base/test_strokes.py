"""What the pictures of several widgets share."""

from __future__ import annotations

import itertools
import random

import pytest

from gptedu.widgets.base.png import Sheet
from gptedu.widgets.base.strokes import flow, shorten, ticks, wrap


def test_boxes_flow_into_lines_in_order_and_never_overlap() -> None:
    chance = random.Random(0)
    for _ in range(200):
        widths = [chance.uniform(1, 60) for _ in range(chance.randrange(30))]
        lines = flow(widths, room=100, gap=3)
        assert [index for line in lines for index, _ in line] == list(range(len(widths)))
        for line in lines:
            ends = [x + widths[index] for index, x in line]
            assert all(end <= 100 + 1e-9 for end in ends)
            assert all(abs(x - end - 3) < 1e-9 for (_, x), end in zip(line[1:], ends, strict=False))
        for before, after in itertools.pairwise(lines):  # no line breaks too early
            last, x = before[-1]
            assert x + widths[last] + 3 + widths[after[0][0]] > 100


def test_a_box_wider_than_the_room_has_a_line_to_itself() -> None:
    assert flow([10, 500, 10], room=100, gap=2) == [[(0, 0.0)], [(1, 0.0)], [(2, 0.0)]]
    assert flow([], room=100, gap=2) == [[]]


def test_text_is_cut_only_where_it_is_too_long() -> None:
    assert [shorten(words, 4) for words in ("", "four", "fives")] == ["", "four", "fiv…"]
    sheet = Sheet(1, 1)
    lines = wrap(sheet, "one two three\n\n" + "x" * 99, 60)
    assert all(sheet.measure(line) <= 60 for line in lines)
    assert " ".join(lines[:-2]) == "one two three"
    assert (lines[-2], lines[-1][-1]) == ("", "…")


def test_what_cannot_be_seen_is_drawn_as_a_sign_of_itself() -> None:
    sheet = Sheet(100, 20)
    for odd in ("\r", "\u2029", "\u2028", "\x1c", "\x85", "\x00", "\u202e"):
        assert sheet.measure(f"a{odd}b") == sheet.measure("a�b")
        sheet.text(0, 0, f"a{odd}b")


def test_ticks_are_round_and_inside():
    for low, high in ((0, 1), (-3.2, 7.9), (0.011, 0.0134), (0, 87_000), (-0.05, 0.02)):
        found = ticks(low, high, 5)
        assert 2 <= len(found) <= 12
        assert all(low - 1e-9 <= at <= high + 1e-9 for at, _ in found)
        for at, words in found:
            assert float(words.replace("−", "-")) == pytest.approx(at, abs=1e-12)
    assert [words for _, words in ticks(-1, 1, 4)] == ["−1.0", "−0.5", "0.0", "0.5", "1.0"]
