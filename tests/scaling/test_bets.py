"""The text of bets: its shares by enumeration, its probabilities, its questions."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
import torch
from torch import nn

from gptedu.scaling.bets import CHANCES, RECORD, BetText, expected_value, right

TEXT = BetText()


def is_good(bet: np.ndarray) -> bool:
    """The expected value, in fractions and by its definition."""
    chance, win, lose = (int(each) for each in bet)
    return Fraction(chance, 10) * win - (1 - Fraction(chance, 10)) * lose > 0


def read(row: list[int]) -> list[dict]:
    """A window's bets in words, without the code that spelled them."""
    found = []
    for at in range(1, len(row), RECORD):
        chance, win, lose, outcome, *verdict = row[at : at + RECORD]
        bet = (chance + 2, win - 7 + 1, lose - 16 + 1)
        assert bet[0] in CHANCES
        assert 1 <= bet[1] <= 9
        assert 1 <= bet[2] <= 9
        found.append({"bet": bet, "won": outcome == 25, "word": verdict})
    return found


def test_a_bet_is_good_by_its_expected_value():
    assert TEXT.good.tolist() == [is_good(bet) for bet in TEXT.bets]
    assert len(TEXT.bets) == sum(
        c * w != (10 - c) * x for c, w, x in itertools.product(CHANCES, range(1, 10), range(1, 10))
    )
    assert expected_value(np.array([3, 5, 2])) == 1


def test_good_and_bad_bets_are_as_frequent_at_every_chance():
    for chance in CHANCES:
        for good in (True, False):
            same = (TEXT.bets[:, 0] == chance) & (TEXT.good == good)
            assert TEXT.probabilities[same].sum() == pytest.approx(1 / 14)


def knows(*columns: int) -> float:
    """Share of verdicts that are right for who sees some columns, and makes the best of it."""
    seen: dict[tuple[int, ...], list[float]] = {}
    for bet, good, p in zip(TEXT.bets, TEXT.good, TEXT.probabilities, strict=True):
        seen.setdefault(tuple(bet[list(columns)]), [0.0, 0.0])[int(good)] += p
    return sum(max(shares) for shares in seen.values())


def test_the_outcome_is_a_better_cue_than_any_two_of_chance_win_and_lose():
    assert knows(0) == pytest.approx(0.5)
    for columns in ((1,), (2,), (0, 1), (0, 2), (1, 2)):
        assert 0.5 < knows(*columns) < 0.86 < TEXT.agree
    assert knows(0, 1, 2) == pytest.approx(1)


def test_outcome_and_decision_agree_as_often_as_is_said():
    rows, _ = TEXT.windows(4000, 8, 0)
    agree = Counter()
    for row in rows.tolist():
        bets = read(row)
        words = {(is_good(each["bet"]), *each["word"]) for each in bets}
        assert len({word for _, word in words}) == len({good for good, _ in words})  # one writer
        agree.update(is_good(each["bet"]) == each["won"] for each in bets)
    assert agree[True] / 32_000 == pytest.approx(0.9, abs=0.01)


def test_each_word_says_good_for_half_of_the_writers():
    rows, _ = TEXT.windows(4000, 1, 3)
    good = [(is_good(read(row)[0]["bet"]), row[-1]) for row in rows.tolist()]
    shares = Counter(good)
    assert all(count / 4000 == pytest.approx(1 / 4, abs=0.03) for count in shares.values())
    assert len(shares) == 4


def test_probabilities_of_all_windows_of_one_bet_sum_to_one():
    """Drawn windows carry the enumerated chance of what they say."""
    chance = {}
    for number, p in enumerate(TEXT.probabilities):
        for won, writer in itertools.product((True, False), (0, 1)):
            row = TEXT.spelled(np.array([number]), np.array([won]), np.array([writer]))
            share = 0.9 if won == TEXT.good[number] else 0.1
            chance[tuple(row[0].tolist())] = p * share / 2
    assert len(chance) == 4 * len(TEXT.bets)
    assert sum(chance.values()) == pytest.approx(1)
    entropy = -sum(p * math.log(p) for p in chance.values())
    assert entropy == pytest.approx(TEXT.entropy + math.log(2))
    rows, logprobs = TEXT.windows(200, 1, 5)
    for row, logprob in zip(rows.tolist(), logprobs, strict=True):
        assert math.log(chance[tuple(row[1:])]) == pytest.approx(logprob)


def test_the_floor_is_that_of_the_held_out_text():
    batches, floor = TEXT.held_out(40, 80_000)
    assert sum(len(batch) for batch in batches) == 2000
    assert floor == pytest.approx((8 * TEXT.entropy + math.log(2)) / 40, rel=0.005)


def test_batches_are_a_function_of_seed_and_step_and_never_the_held_out_text():
    again = TEXT.batch(40, 8, 3, 7)
    assert torch.equal(again, TEXT.batch(40, 8, 3, 7))
    assert again.shape == (8, 41)
    others = [TEXT.batch(40, 8, 3, 8), TEXT.batch(40, 8, 4, 7), TEXT.held_out(40, 320)[0][0]]
    assert not any(torch.equal(again, other) for other in others)


@pytest.mark.parametrize("part", [True, False])
def test_examples_agree_and_the_question_parts_or_not(part):
    prompts, words = TEXT.questions(300, 7, part=part)
    assert prompts.shape == (300, 1 + 8 * RECORD - 1)
    for row, word in zip(prompts.tolist(), words.tolist(), strict=True):
        *examples, question = read(row)
        assert all(is_good(each["bet"]) == each["won"] for each in examples)
        assert question["word"] == []
        assert (is_good(question["bet"]) != question["won"]) == part
        of_writer = {is_good(each["bet"]): each["word"][0] for each in examples}
        assert of_writer.get(is_good(question["bet"]), word) == word


def test_both_kinds_of_question_differ_in_the_last_outcome_alone():
    (parted, words), (agreed, same) = (TEXT.questions(50, 7, part=each) for each in (True, False))
    assert torch.equal(words, same)
    assert torch.equal(parted[:, :-1], agreed[:, :-1])
    assert not (parted[:, -1] == agreed[:, -1]).any()


class Copier(nn.Module):
    """Says again what was said of the last bet that ended like this one."""

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        logits = torch.zeros(*ids.shape, TEXT.symbols)
        for row, place in itertools.product(range(len(ids)), [ids.shape[1] - 1]):
            for before in range(4, place, RECORD):
                if ids[row, before] == ids[row, place]:
                    logits[row, place] = 0
                    logits[row, place, ids[row, before + 1]] = 1
        return logits


def test_who_repeats_the_outcomes_word_is_wrong_where_they_part():
    shares = [right(Copier(), TEXT, *TEXT.questions(200, 7, part=part)) for part in (True, False)]
    # Where no example ended like the question, it says the first word: right in half of the cases.
    assert shares[0] < 0.05
    assert shares[1] > 0.95


@pytest.mark.parametrize(
    ("how", "words"),
    [({"agree": 1.5}, "agree is 1.5"), ({"stakes": 2}, "stakes is 2")],
)
def test_impossible_texts_are_refused(how, words):
    with pytest.raises(ValueError, match=words):
        BetText(**how)


def test_a_window_ends_with_a_verdict():
    with pytest.raises(ValueError, match="context is 12: give a multiple of a bet's 5 symbols"):
        TEXT.batch(12, 1, 0, 0)
