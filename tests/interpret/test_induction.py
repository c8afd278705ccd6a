"""Induction: scores against their definition, heads off against weights set to zero."""

from __future__ import annotations

import itertools
import math

import pytest
import torch
from torch import Tensor, nn

from gptedu.chapters.gpt3.experiments.induction import lost, switched_off
from gptedu.evaluate.accuracy import evaluate
from gptedu.interpret.heads_off import ablation, one_by_one, random_heads, without_heads
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
from gptedu.text import Tokenizer, train_tokenizer
from gptedu.world import Question
from gptedu.world.words import lexicon

WORDS = [*lexicon.THINGS, *lexicon.WOMEN, *lexicon.TOWNS]
LENGTH = 6


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return train_tokenizer([f"x {word}" for word in WORDS] * 4, 900)


@pytest.fixture(scope="module")
def lm(tokenizer: Tokenizer) -> LanguageModel:
    """Random, with sharp attention, so that every head matters."""
    size = tokenizer.vocab_size
    model = GPT(GPTConfig(size, context=64, layers=3, width=32, heads=4), seeded())
    with torch.no_grad():
        for weight in model.parameters():
            if weight.dim() == 2:
                weight.mul_(3)
    return LanguageModel(model, tokenizer, "random")


class Ideal(nn.Module):
    """Four heads that look where they should, and the prediction that an induction head makes.

    Heads: the token after the last occurrence, the token before, the first token, everywhere.
    A token that occurred before is followed with probability 0.9 by what followed it.
    """

    def __init__(self, vocab_size: int) -> None:
        super().__init__()
        self.config = GPTConfig(vocab_size, context=256, layers=1, width=8, heads=4)
        self.token_embedding = nn.Embedding(vocab_size, 1)

    def features(self, ids: Tensor, trace: Trace | None = None) -> Tensor:
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
    ids = repeated_tokens(tokenizer, 20, LENGTH, seeded())
    assert ids.shape == (20, 2 * LENGTH + 1)
    assert ids.dtype == torch.int64
    assert torch.equal(ids[:, 1 : LENGTH + 1], ids[:, LENGTH + 1 :])
    assert (ids[:, 0] == tokenizer.end).all()
    assert all(len(set(row[1:].tolist())) == LENGTH for row in ids)
    spoken = {piece for row in ids for piece in tokenizer.pieces(row[1:].tolist())}
    assert all(piece[0] == " " and piece[1:].isalpha() for piece in spoken)
    assert len(spoken) > 50
    assert torch.equal(ids, repeated_tokens(tokenizer, 20, LENGTH, seeded()))
    assert not torch.equal(ids, repeated_tokens(tokenizer, 20, LENGTH, seeded(1)))


def test_no_special_token_is_drawn(tokenizer):
    plain = plain_tokens(tokenizer)
    assert len(plain) == tokenizer.vocab_size - 1
    assert tokenizer.end not in plain
    assert set(word_tokens(tokenizer).tolist()) < set(plain.tolist())
    ids = repeated_tokens(tokenizer, 2, len(plain), seeded(), plain)
    assert sorted(ids[0, 1 : len(plain) + 1].tolist()) == sorted(plain.tolist())


def test_too_long_a_half_is_told_how_many_there_are(tokenizer):
    most = len(word_tokens(tokenizer))
    for length in (0, most + 1):
        with pytest.raises(ValueError, match=f"length is {length}: give 1 to {most}"):
            repeated_tokens(tokenizer, 1, length, seeded())


# --- scores


def test_ideal_heads_are_told_apart(ideal):
    scores = induction_scores(ideal, seeded(), count=3, length=LENGTH)
    evenly = sum(1 / (query + 1) for query in range(LENGTH + 1, 2 * LENGTH + 1)) / LENGTH
    assert scores.shape == (1, 4)
    assert scores[0].tolist() == pytest.approx([1, 0, 0, evenly], abs=1e-6)
    before = previous_token_scores(ideal, seeded(), count=3, length=LENGTH)[0]
    evenly = sum(1 / (query + 1) for query in range(2, 2 * LENGTH + 1)) / (2 * LENGTH - 1)
    assert before[1:].tolist() == pytest.approx([1, 0, evenly], abs=1e-6)
    assert before[0] == 0


def test_scores_on_repeated_tokens_are_the_attention_at_one_distance(lm):
    ids = repeated_tokens(lm.tokenizer, 4, LENGTH, seeded())
    trace = Trace()
    lm.model.features(ids, trace=trace)
    looks = torch.stack(trace.attention, dim=1)
    total = sum(
        looks[..., query, query - LENGTH + 1] for query in range(LENGTH + 1, 2 * LENGTH + 1)
    )
    wanted = total.mean(dim=0) / LENGTH
    assert torch.allclose(induction_scores(lm, seeded(), 4, LENGTH), wanted, atol=1e-6)


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
    gain = in_context_gain(ideal, seeded(), count=2, length=LENGTH)
    assert gain == pytest.approx(math.log(0.9) - math.log(1 / size), abs=1e-4)
    assert copying_accuracy(ideal, seeded(), count=2, length=LENGTH) == 1


def test_a_model_that_has_learned_nothing_gains_nothing(tokenizer):
    config = GPTConfig(tokenizer.vocab_size, context=64, layers=2, width=16, heads=2)
    fresh = LanguageModel(GPT(config, seeded()), tokenizer, "fresh")
    assert abs(in_context_gain(fresh, seeded())) < 0.1
    assert copying_accuracy(fresh, seeded()) < 0.1
    assert induction_heads(induction_scores(fresh, seeded())) == []


def test_induction_heads_come_highest_first():
    scores = torch.tensor([[0.1, 0.5], [0.09, 0.9]])
    assert induction_heads(scores, threshold=0.1) == [(1, 1), (0, 1), (0, 0)]
    assert induction_heads(scores, threshold=0.95) == []


# --- heads switched off


def zeroed(lm: LanguageModel, heads) -> LanguageModel:
    """The same by other means: a copy whose output matrices do not read those heads."""
    model = GPT(lm.model.config)
    model.load_state_dict(lm.model.state_dict())
    width = model.config.head_width
    with torch.no_grad():
        for layer, head in heads:
            model.blocks[layer].attention.out.weight[:, head * width : (head + 1) * width] = 0
    return LanguageModel(model, lm.tokenizer, "zeroed")


OFF = [(0, 2), (2, 1), (2, 3)]
TEXTS = [" lamp ladder", " Rosden lamp spoon lamp", "x"]


def test_heads_off_are_as_weights_that_read_nothing(lm):
    view, wanted = without_heads(lm, OFF), zeroed(lm, OFF)
    assert lm.generate(TEXTS, 12) != wanted.generate(TEXTS, 12)
    assert view.generate(TEXTS, 12) == wanted.generate(TEXTS, 12)
    assert view.generate(TEXTS, 12, temperature=1.0, seed=3) == wanted.generate(
        TEXTS, 12, temperature=1.0, seed=3
    )
    for text in TEXTS:
        assert torch.allclose(
            view.logprobs(text).logprobs, wanted.logprobs(text).logprobs, atol=1e-5
        )
        assert torch.allclose(view.next_token(text), lm.next_token(text, heads_off=OFF), atol=1e-6)
        assert view.score(text, [" lamp", " spoon"]).raw == pytest.approx(
            wanted.score(text, [" lamp", " spoon"]).raw, abs=1e-4
        )
    assert torch.allclose(
        induction_scores(view, seeded(), 2, LENGTH), induction_scores(wanted, seeded(), 2, LENGTH)
    )


def test_the_model_itself_stays_whole(lm):
    before = {name: weight.clone() for name, weight in lm.model.state_dict().items()}
    whole = lm.logprobs(TEXTS[1]).logprobs
    without_heads(lm, OFF).generate(TEXTS, 5)
    assert torch.equal(lm.logprobs(TEXTS[1]).logprobs, whole)
    assert all(torch.equal(weight, before[name]) for name, weight in lm.model.state_dict().items())


def test_no_heads_off_is_the_model_and_two_views_add_up(lm):
    same = without_heads(lm, ())
    assert torch.equal(same.logprobs(TEXTS[1]).logprobs, lm.logprobs(TEXTS[1]).logprobs)
    twice = without_heads(without_heads(lm, OFF[:1]), OFF[1:])
    assert twice.logprobs(TEXTS[1]).logprobs.tolist() == pytest.approx(
        without_heads(lm, OFF).logprobs(TEXTS[1]).logprobs.tolist(), abs=1e-5
    )
    assert without_heads(lm, OFF).name == "random without 0.2, 2.1, 2.3"


def test_a_head_that_is_not_there_is_refused(lm):
    with pytest.raises(ValueError, match=r"there is no head \(3, 0\)"):
        without_heads(lm, [(3, 0)])


def asked(count: int = 30) -> list[Question]:
    words = [f" {word}" for word in WORDS]
    return [
        Question("t", f"x{words[i]} x", words[i + 1], tuple(words[i + 1 : i + 4]), (), "\n")
        for i in range(count)
    ]


def test_ablation_is_the_evaluation_of_the_model_without_those_heads(lm):
    questions = asked()
    found = ablation(lm, questions, 0, OFF, "choice")
    assert found == evaluate(zeroed(lm, OFF), questions, 0, "choice").accuracy
    assert one_by_one(lm, questions, 0, OFF, "choice") == [
        ablation(lm, questions, 0, OFF[:n], "choice") for n in range(4)
    ]


def test_random_heads_are_others_of_the_same_layers(lm):
    avoid = [(2, 0), (2, 1), (1, 3)]
    drawn = [random_heads(lm, 3, avoid, seeded(seed)) for seed in range(40)]
    for heads in drawn:
        assert sorted(layer for layer, _ in heads) == [1, 2, 2]
        assert len(set(heads)) == 3
        assert not set(heads) & set(avoid)
    assert len({tuple(heads) for heads in drawn}) == 3  # all there are: three of layer 1
    assert drawn[0] == random_heads(lm, 3, avoid, seeded(0))
    full = [(2, head) for head in range(4)]
    assert {layer for layer, _ in random_heads(lm, 4, full, seeded())} <= {0, 1}
    with pytest.raises(ValueError, match="8 heads besides 4"):
        random_heads(lm, 9, full, seeded())


def test_what_is_lost_is_a_share_of_the_gain():
    assert [lost(0.9, off, 0.5) for off in (0.9, 0.7, 0.5)] == pytest.approx([0, 0.5, 1])
    with pytest.raises(ValueError, match="no gain that could be lost"):
        lost(0.5, 0.5, 0.5)


def test_the_heads_and_the_random_sets_are_compared_on_the_same_questions(lm, monkeypatch):
    from gptedu.chapters.gpt3.experiments import induction as experiments

    def scripted(lm, questions, k, heads, metric):
        return {0: 0.5}.get(k, 1.0 if not heads else 0.6 if list(heads) == OFF else 0.9)

    monkeypatch.setattr(experiments, "ablation", scripted)
    found = switched_off(lm, asked(), 12, "choice", OFF, draws=4)
    assert found["lost"] == pytest.approx(0.8)
    assert found["lost at random"] == pytest.approx([0.2] * 4)
    assert all(
        len(heads) == len(OFF) and not set(heads) & set(OFF) for heads in found["random sets"]
    )


def test_a_size_without_heads_has_nothing_switched_off(tokenizer):
    from gptedu.chapters.gpt3.experiments.induction import one_size

    config = GPTConfig(tokenizer.vocab_size, context=64, layers=2, width=16, heads=2)
    fresh = LanguageModel(GPT(config, seeded()), tokenizer, "fresh")
    found = one_size(fresh, None, 10)
    assert found["heads"] == []
    assert set(found) == {"induction", "heads", "gain", "copied"}


# --- along training


def point(name: str, *heads) -> Point:
    return Point(name, 0, 0.0, 0.0, 0.0, 0.0, heads)


def test_the_jump_is_where_heads_arrive_for_good():
    early, flicker, before, after, late = (
        point("a"), point("b", (0, 0)), point("c"), point("d", (1, 0)), point("e", (1, 0)),
    )  # fmt: skip
    assert jump([early, flicker, before, after, late]) == (before, after)
    for points in ([early, before], [after, late], []):
        with pytest.raises(ValueError, match="induction heads do not arrive along"):
            jump(points)


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
