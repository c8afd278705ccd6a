"""The text of records: its probabilities by enumeration, its floor, its windows."""

from __future__ import annotations

import itertools
import math
from collections import Counter

import numpy as np
import pytest
import torch

from gptedu.scaling.texts import RecordText, digits

SMALL = RecordText(facts=6, exponent=1.0, base=3, key=2, value=1)


def test_probabilities_of_all_windows_sum_to_one_and_give_the_floor():
    """All windows of two records, enumerated: 36 of them."""
    records = SMALL.spelled(np.arange(6))
    weights = 1 / np.arange(1, 7)
    weights /= weights.sum()
    chance = Counter()
    for first, second in itertools.product(range(6), repeat=2):
        chance[(*records[first], *records[second])] += weights[first] * weights[second]
    assert len(chance) == 36  # no two windows look alike: the facts are what is drawn
    assert sum(chance.values()) == pytest.approx(1)
    entropy = -sum(p * math.log(p) for p in chance.values())
    assert entropy / 6 == pytest.approx(SMALL.floor)
    rows, logprobs = SMALL.windows(200, 2, 0)
    for row, logprob in zip(rows.tolist(), logprobs, strict=True):
        assert row[0] == SMALL.start
        assert math.log(chance[tuple(row[1:])]) == pytest.approx(logprob)


def test_facts_come_as_often_as_they_should():
    drawn = np.bincount(SMALL.draw((60_000,), 1), minlength=6) / 60_000
    assert drawn == pytest.approx(SMALL.probabilities, abs=0.01)


def test_the_best_model_reaches_the_floor_and_not_less():
    """Who predicts each symbol by the true conditional chance has the text's own -log p."""
    records, p = SMALL.spelled(np.arange(6)), SMALL.probabilities
    rows, logprobs = SMALL.windows(50, 1, 2)
    for row, logprob in zip(rows[:, 1:].numpy(), logprobs, strict=True):
        total = 0.0
        for place in range(3):
            same = (records[:, :place] == row[:place]).all(axis=1)
            follows = same & (records[:, place] == row[place])
            total += math.log(p[follows].sum() / p[same].sum())
        assert total == pytest.approx(logprob)


def test_the_shipped_text():
    text = RecordText()
    batches, floor = text.held_out(64, 65_536)
    assert sum(len(batch) for batch in batches) == 1024
    assert floor == pytest.approx(text.floor, rel=0.02)
    assert max(int(batch.max()) for batch in batches) == text.start == text.symbols - 1
    ranks = text.draw((1000,), 0)
    keys = text.spelled(ranks)[:, : text.key]
    assert (keys @ text.base ** np.arange(text.key)[::-1] == ranks).all()


def test_values_follow_no_rule_and_no_seed():
    text = RecordText()
    values = text.spelled(np.arange(100_000))[:, text.key :]
    for place in range(text.value):
        shares = np.bincount(values[:, place], minlength=32) / len(values)
        assert shares == pytest.approx(1 / 32, abs=0.003)
        after = np.corrcoef(values[:-1, place], values[1:, place])[0, 1]
        assert abs(after) < 0.02
    assert values[:2].tolist() == RecordText(facts=10).spelled(np.arange(2))[:, 4:].tolist()


def test_batches_are_a_function_of_seed_and_step_and_never_the_held_out_text():
    text = RecordText(facts=1000)
    again = text.batch(16, 8, 3, 7)
    assert torch.equal(again, text.batch(16, 8, 3, 7))
    assert again.shape == (8, 17)
    others = [text.batch(16, 8, 3, 8), text.batch(16, 8, 4, 7), text.held_out(16, 128)[0][0][:8]]
    assert not any(torch.equal(again, other) for other in others)


def test_digits_have_the_highest_first():
    assert digits(np.array([5, 32 * 7 + 1], dtype=np.uint64), 32, 2).tolist() == [[0, 5], [7, 1]]


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"facts": 2000, "key": 2}, "name 1,024 facts at most, not 2,000: give a longer key"),
        ({"facts": 0}, "facts is 0"),
        ({"exponent": -1}, "exponent is -1"),
    ],
)
def test_impossible_texts_are_refused(how, words):
    with pytest.raises(ValueError, match=words):
        RecordText(**how)


def test_a_window_ends_with_a_record():
    with pytest.raises(ValueError, match="context is 20: give a multiple of a record's 8 symbols"):
        RecordText(facts=10).batch(20, 1, 0, 0)


def test_what_was_not_met_cannot_be_known():
    """Against a count: the share of records whose fact is new, after so many were read."""
    text = RecordText(facts=500, exponent=1.1, base=8, key=3, value=2)
    assert text.unseen(0) == pytest.approx(2 * math.log(8) / 5)
    new = []
    for seed in range(200):
        read, asked = text.draw((300,), 5, seed), text.draw((200,), 6, seed)
        new.append(1 - np.isin(asked, read).mean())
    assert text.unseen(300) == pytest.approx(np.mean(new) * 2 * math.log(8) / 5, rel=0.03)
    assert text.unseen(1000) < text.unseen(300)
