"""Induction: scores against their definition, and when heads that copy arrive."""

from __future__ import annotations

import itertools
import math

import pytest
import torch
from torch import Tensor, nn

from gptedu.evaluate.accuracy import evaluate
from gptedu.interpret.induction import (
    Point,
    along_training,
    copying_accuracy,
    follower_scores,
    in_context_gain,
    induction_heads,
    induction_scores,
    jump,
    plain_tokens,
    previous_token_scores,
    repeated_tokens,
    text_gain,
    text_induction_scores,
    word_tokens,
)
from gptedu.language_model import LanguageModel
from gptedu.model import GPT, GPTConfig, Trace
from gptedu.sampling import seeded
from gptedu.text import Tokenizer
from gptedu.world import Question
from small_lm import WORDS

LENGTH = 6


class Ideal(nn.Module):
    """Four heads that look where they should, and the prediction that an induction head makes.

    Heads: the token after the last occurrence, the token before, the first token, everywhere.
    A token that occurred before is followed with probability 0.9 by what followed it.
    """

    def __init__(self, vocab_size: int) -> None:
        super().__init__()
        self.config = GPTConfig(vocab_size, context=256, layers=1, width=8, heads=4)
        self.token_embedding = nn.Embedding(vocab_size, 1)

    def features(self, ids: Tensor, trace: Trace | None = None, heads_off=()) -> Tensor:
        rows, time = ids.shape
        looks = torch.zeros(rows, 4, time, time)
        size = self.config.vocab_size
        probability = torch.full((rows, time, size), 1 / size)
        for row, query in itertools.product(range(rows), range(time)):
            before = [j for j in range(query) if ids[row, j] == ids[row, query]]
            looks[row, 0, query, before[-1] + 1 if before else query] = 1
            looks[row, 1, query, max(0, query - 1)] = 1
            looks[row, 2, query, 0] = 1
            looks[row, 3, query, : query + 1] = 1 / (query + 1)
            if before:
                probability[row, query] = 0.1 / (size - 1)
                probability[row, query, ids[row, before[-1] + 1]] = 0.9
        if trace is not None:
            trace.attention.append(looks)
        return probability.log()

    def forward(self, ids: Tensor) -> Tensor:
        return self.features(ids)


@pytest.fixture(scope="module")
def ideal(tokenizer: Tokenizer) -> LanguageModel:
    return LanguageModel(Ideal(tokenizer.vocab_size), tokenizer, "ideal")


# --- what heads are scored on


def test_repeated_tokens_are_random_words_said_twice(tokenizer):
    ids = repeated_tokens(tokenizer, 20, LENGTH, seeded(0))
    assert ids.shape == (20, 2 * LENGTH + 1)
    assert ids.dtype == torch.int64
    assert torch.equal(ids[:, 1 : LENGTH + 1], ids[:, LENGTH + 1 :])
    assert (ids[:, 0] == tokenizer.end).all()
    assert all(len(set(row[1:].tolist())) == LENGTH for row in ids)
    spoken = {piece for row in ids for piece in tokenizer.pieces(row[1:].tolist())}
    assert all(piece[0] == " " and piece[1:].isalpha() for piece in spoken)
    assert len(spoken) > 50
    assert torch.equal(ids, repeated_tokens(tokenizer, 20, LENGTH, seeded(0)))
    assert not torch.equal(ids, repeated_tokens(tokenizer, 20, LENGTH, seeded(1)))


def test_no_special_token_is_drawn(tokenizer):
    plain = plain_tokens(tokenizer)
    assert len(plain) == tokenizer.vocab_size - 1
    assert tokenizer.end not in plain
    assert set(word_tokens(tokenizer).tolist()) < set(plain.tolist())
    ids = repeated_tokens(tokenizer, 2, len(plain), seeded(0), plain)
    assert sorted(ids[0, 1 : len(plain) + 1].tolist()) == sorted(plain.tolist())


def test_too_long_a_half_is_told_how_many_there_are(tokenizer):
    most = len(word_tokens(tokenizer))
    for length in (0, most + 1):
        with pytest.raises(ValueError, match=f"length is {length}: give 1 to {most}"):
            repeated_tokens(tokenizer, 1, length, seeded(0))


# --- scores


def test_ideal_heads_are_told_apart(ideal):
    scores = induction_scores(ideal, seeded(0), count=3, length=LENGTH)
    evenly = sum(1 / (query + 1) for query in range(LENGTH + 1, 2 * LENGTH + 1)) / LENGTH
    assert scores.shape == (1, 4)
    assert scores[0].tolist() == pytest.approx([1, 0, 0, evenly], abs=1e-6)
    before = previous_token_scores(ideal, seeded(0), count=3, length=LENGTH)[0]
    evenly = sum(1 / (query + 1) for query in range(2, 2 * LENGTH + 1)) / (2 * LENGTH - 1)
    assert before[1:].tolist() == pytest.approx([1, 0, evenly], abs=1e-6)
    assert before[0] == 0


def test_scores_on_repeated_tokens_are_the_attention_at_one_distance(lm):
    ids = repeated_tokens(lm.tokenizer, 4, LENGTH, seeded(0))
    trace = Trace()
    lm.model.features(ids, trace=trace)
    looks = torch.stack(trace.attention, dim=1)
    total = sum(
        looks[..., query, query - LENGTH + 1] for query in range(LENGTH + 1, 2 * LENGTH + 1)
    )
    wanted = total.mean(dim=0) / LENGTH
    assert torch.allclose(induction_scores(lm, seeded(0), 4, LENGTH), wanted, atol=1e-6)


def test_scores_on_any_text_sum_over_all_earlier_occurrences(lm):
    ids = torch.tensor([[0, 5, 6, 5, 7, 5, 5, 6, 8]])
    trace = Trace()
    lm.model.features(ids, trace=trace)
    looks = torch.stack(trace.attention, dim=1)[0]
    found, queries = torch.zeros(3, 4), 0
    for query in range(3, 9):
        after = {j + 1 for j in range(query) if ids[0, j] == ids[0, query] and j + 1 < query}
        if after:
            found, queries = found + looks[..., query, sorted(after)].sum(dim=-1), queries + 1
    assert queries == 4  # the 8 comes once, and so does the 7
    assert torch.allclose(follower_scores(lm, ids, start=3), found / queries, atol=1e-6)
    with pytest.raises(ValueError, match="no token comes twice"):
        follower_scores(lm, torch.tensor([[0, 1, 2, 3]]), start=1)


def test_a_text_of_ones_own_is_said_twice(ideal, lm):
    scores = text_induction_scores(ideal, "lamp window Rosden")
    assert scores[0, 0] == pytest.approx(1)
    assert text_gain(ideal, "lamp window Rosden") > 4
    for text in ("", "lamp " * 60):
        with pytest.raises(ValueError, match="must fit the context, 64"):
            text_induction_scores(lm, text)


def test_what_copying_gains_is_known_for_the_ideal_model(ideal):
    size = ideal.tokenizer.vocab_size
    gain = in_context_gain(ideal, seeded(0), count=2, length=LENGTH)
    assert gain == pytest.approx(math.log(0.9) - math.log(1 / size), abs=1e-4)
    assert copying_accuracy(ideal, seeded(0), count=2, length=LENGTH) == 1


def test_a_model_that_has_learned_nothing_gains_nothing(tokenizer):
    config = GPTConfig(tokenizer.vocab_size, context=64, layers=2, width=16, heads=2)
    fresh = LanguageModel(GPT(config, seeded(0)), tokenizer, "fresh")
    assert abs(in_context_gain(fresh, seeded(0))) < 0.1
    assert copying_accuracy(fresh, seeded(0)) < 0.1
    assert induction_heads(induction_scores(fresh, seeded(0))) == []


def test_induction_heads_come_highest_first():
    scores = torch.tensor([[0.1, 0.5], [0.09, 0.9]])
    assert induction_heads(scores, threshold=0.1) == [(1, 1), (0, 1), (0, 0)]
    assert induction_heads(scores, threshold=0.95) == []


# --- along training


def asked(count: int = 30) -> list[Question]:
    words = [f" {word}" for word in WORDS]
    return [
        Question("t", f"x{words[i]} x", words[i + 1], tuple(words[i + 1 : i + 4]), (), "\n")
        for i in range(count)
    ]


def test_the_jump_is_the_largest_rise_from_one_copy_to_the_next():
    gains, right = (0.0, -0.7, 0.3, 2.7, 2.9, 2.5), (0.6, 0.5, 0.5, 0.5, 0.9, 1.0)
    points = [
        Point(str(i), i, 0.0, 0.0, gain, share, ())
        for i, (gain, share) in enumerate(zip(gains, right, strict=True))
    ]
    assert jump(points) == (points[2], points[3])
    assert jump(points, lambda each: each.accuracy) == (points[3], points[4])
    for nothing in (points[:2], points[:1], []):
        with pytest.raises(ValueError, match="nothing rises along"):
            jump(nothing)


def test_a_point_holds_what_the_functions_say(ideal, lm, monkeypatch):
    lm.card["tokens"] = 7
    questions = asked(4)
    [found] = along_training([lm], questions, k=0)
    scores = induction_scores(lm, seeded(0))
    assert found == Point(
        "random",
        7,
        float(scores.max()),
        float(previous_token_scores(lm, seeded(0)).max()),
        in_context_gain(lm, seeded(1)),
        evaluate(lm, questions, 0, "choice").accuracy,
        tuple(induction_heads(scores)),
    )
