"""The text of bets: its shares by enumeration, its probabilities, its questions."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from typing import NamedTuple

import numpy as np
import pytest
import torch
from torch import nn

from gptedu.scaling.bets import RECORD, BetText, right

TEXT = BetText()
WON, LOST, GOOD, BAD = 18, 19, 20, 21


class Bet(NamedTuple):
    """A bet as it is read off a window, without the code that spelled it."""

    win: int
    lose: int
    outcome: int
    verdict: int | None = None

    @property
    def agrees(self) -> bool:
        """Whether it ended as it deserved."""
        return (self.win > self.lose) == (self.outcome == WON)


def read(row: list[int]) -> list[Bet]:
    """The bets of a window."""
    assert row[0] == TEXT.start == TEXT.symbols - 1
    parts = [row[at : at + RECORD] for at in range(1, len(row), RECORD)]
    return [Bet(win + 1, lose - 9 + 1, *rest) for win, lose, *rest in parts]


def test_a_verdict_follows_the_stakes_and_outcomes_agree_as_often_as_is_said():
    rows, _ = TEXT.windows(4000, 8, 0)
    bets = [bet for row in rows.tolist() for bet in read(row)]
    for bet in bets:
        assert 1 <= min(bet.win, bet.lose) < max(bet.win, bet.lose) <= 9
        assert bet.outcome in (WON, LOST)
        assert bet.verdict == (GOOD if bet.win > bet.lose else BAD)
    for verdict in (GOOD, BAD):  # neither is told more, or ends better than it should
        same = [bet.agrees for bet in bets if bet.verdict == verdict]
        assert len(same) / len(bets) == pytest.approx(0.5, abs=0.01)
        assert np.mean(same) == pytest.approx(0.9, abs=0.01)


def test_the_outcome_is_a_better_cue_than_either_stake():
    """By enumeration: what the best guess comes to for who sees one symbol of a bet."""
    assert len(TEXT.bets) == 72
    for column in (0, 1):
        seen = Counter((bet[column], bet[0] > bet[1]) for bet in TEXT.bets.tolist())
        best = sum(max(seen[stake, True], seen[stake, False]) for stake in range(1, 10))
        assert best / 72 == pytest.approx(7 / 9)
        assert best / 72 < TEXT.agree


def test_probabilities_of_all_windows_sum_to_one_and_give_the_floor():
    """All windows of two bets of small stakes, enumerated: 12 x 12 of them."""
    text = BetText(agree=0.8, stakes=3)
    each = {}
    for bet, agrees in itertools.product(text.bets, (True, False)):
        spelled = text.spelled(bet[None], np.array([agrees]))[0]
        each[tuple(spelled.tolist())] = (0.8 if agrees else 0.2) / 6
    assert len(each) == 12
    chance = {(*a, *b): p * q for (a, p), (b, q) in itertools.product(each.items(), repeat=2)}
    assert sum(chance.values()) == pytest.approx(1)
    entropy = -sum(p * math.log(p) for p in chance.values())
    assert entropy / (2 * RECORD) == pytest.approx(text.floor)
    rows, logprobs = text.windows(200, 2, 5)
    for row, logprob in zip(rows.tolist(), logprobs, strict=True):
        assert math.log(chance[tuple(row[1:])]) == pytest.approx(logprob)


@pytest.mark.parametrize("agree", [0.0, 0.9, 1.0])
def test_the_floor_is_that_of_the_held_out_text(agree):
    text = BetText(agree)
    batches, floor = text.held_out(32, 64_000)
    assert sum(len(batch) for batch in batches) == 2000
    assert floor == pytest.approx(text.floor, rel=0.005)


def test_batches_are_a_function_of_seed_and_step_and_never_the_held_out_text():
    again = TEXT.batch(32, 8, 3, 7)
    assert torch.equal(again, TEXT.batch(32, 8, 3, 7))
    assert again.shape == (8, 33)
    others = [TEXT.batch(32, 8, 3, 8), TEXT.batch(32, 8, 4, 7), TEXT.held_out(32, 256)[0][0]]
    assert not any(torch.equal(again, other) for other in others)


@pytest.mark.parametrize("part", [True, False])
@pytest.mark.parametrize("examples", [0, 7])
def test_examples_agree_and_the_question_parts_or_not(part, examples):
    prompts, verdicts = TEXT.questions(300, examples, part=part)
    assert prompts.shape == (300, 1 + (examples + 1) * RECORD - 1)
    for row, verdict in zip(prompts.tolist(), verdicts.tolist(), strict=True):
        *before, question = read(row)
        assert len(before) == examples
        assert all(bet.agrees for bet in before)
        assert question.agrees != part
        assert question.verdict is None
        assert verdict == (GOOD if question.win > question.lose else BAD)


def test_both_kinds_of_question_differ_in_the_last_outcome_alone():
    (parted, one), (agreed, other) = (TEXT.questions(50, 7, part=each) for each in (True, False))
    assert torch.equal(one, other)
    assert torch.equal(parted[:, :-1], agreed[:, :-1])
    assert not (parted[:, -1] == agreed[:, -1]).any()


class Judge(nn.Module):
    """Says of the last bet what a rule says. by_outcome: and not by its stakes."""

    def __init__(self, by_outcome: bool) -> None:
        super().__init__()
        self.by_outcome = by_outcome

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        logits = torch.zeros(*ids.shape, TEXT.symbols)
        win, lose, outcome = ids[:, -3], ids[:, -2] - 9, ids[:, -1]
        good = outcome == WON if self.by_outcome else win > lose
        logits[torch.arange(len(ids)), -1, torch.where(good, GOOD, BAD)] = 1
        return logits


@pytest.mark.parametrize(("by_outcome", "shares"), [(True, [0.0, 1.0]), (False, [1.0, 1.0])])
def test_who_goes_by_the_outcome_is_wrong_where_they_part(by_outcome, shares):
    model = Judge(by_outcome)
    found = [right(model, TEXT, *TEXT.questions(600, 3, part=part)) for part in (True, False)]
    assert found == shares


@pytest.mark.parametrize(
    ("how", "words"), [({"agree": 1.5}, "agree is 1.5"), ({"stakes": 1}, "stakes is 1")]
)
def test_impossible_texts_are_refused(how, words):
    with pytest.raises(ValueError, match=words):
        BetText(**how)


def test_a_window_ends_with_a_verdict():
    with pytest.raises(ValueError, match="context is 13: give a multiple of a bet's 4 symbols"):
        TEXT.batch(13, 1, 0, 0)
