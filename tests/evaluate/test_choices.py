"""Scores of choices under a small random model."""

from __future__ import annotations

import math

import pytest

from gptedu.evaluate.choices import score_choices
from gptedu.evaluate.likelihood import perplexity
from gptedu.finetuning.bert import MaskedModel
from gptedu.language_model import LanguageModel, split_choices
from gptedu.model.text_model import wrap
from gptedu.rlhf.reward.model import RewardModel
from gptedu.rlhf.reward.scorer import Scorer
from gptedu.text import train_tokenizer
from small_lm import CHOICES, PROMPTS, small_lm


@pytest.fixture(scope="module")
def lm() -> LanguageModel:
    return small_lm()


def test_many_at_once_equal_one_at_a_time(lm):
    together = score_choices(lm, PROMPTS, [CHOICES] * 4, batch_size=3)
    for prompt, (raw, normalised) in zip(PROMPTS, together, strict=True):
        alone = lm.score(prompt, list(CHOICES))
        assert raw == pytest.approx(list(alone.raw), abs=1e-4)
        assert normalised == pytest.approx(list(alone.normalised), abs=1e-4)
        assert len(set(raw)) == len(raw)


def test_scores_add_up_by_the_chain_rule(lm):
    for prompt in PROMPTS:
        [(raw, _)] = score_choices(lm, [prompt], [CHOICES])
        read = lm.logprobs(prompt)
        for choice, score in zip(CHOICES, raw, strict=True):
            both = lm.logprobs(prompt + choice)
            assert score == pytest.approx(float(sum(both.logprobs) - sum(read.logprobs)), abs=1e-3)


def test_all_continuations_of_one_token_sum_to_one(lm):
    ids = range(lm.tokenizer.vocab_size)
    probabilities = lm.next_token("hot :")
    words = [lm.tokenizer.decode([i]) for i in ids]
    prompt = lm.tokenizer.encode("hot :")
    plain = [i for i in ids if lm.tokenizer.encode("hot :" + words[i]) == [*prompt, i]]
    [(raw, normalised)] = score_choices(lm, ["hot :"], [[words[i] for i in plain]])
    assert len(plain) > 30
    assert raw == normalised
    assert [math.exp(score) for score in raw] == pytest.approx(
        [float(probabilities[i]) for i in plain], abs=1e-5
    )


def test_a_merge_over_the_border_scores_from_where_the_prompt_still_stands():
    tokenizer = train_tokenizer(["hotdog hotdog hotdog cat"] * 9, 270)
    assert tokenizer.encode("hot")[0] != tokenizer.encode("hotdog")[0]
    head, tails = split_choices(tokenizer, "a hot", ["dog", "x"])
    for choice, tail in zip(("dog", "x"), tails, strict=True):
        assert [tokenizer.end, *tokenizer.encode("a hot" + choice)] == head + tail
    assert head == [tokenizer.end, *tokenizer.encode("a hot")][: len(head)]


def test_a_choice_without_a_token_is_named(lm):
    with pytest.raises(ValueError, match="encodes to nothing"):
        score_choices(lm, ["hot :"], [(" cold", "")])
    with pytest.raises(ValueError, match="at least one text"):
        score_choices(lm, ["hot :"], [()])
    with pytest.raises(ValueError, match="the context of random is 48"):
        score_choices(lm, ["wet : dry\n" * 30], [(" cold", " dry")])


@pytest.mark.parametrize("many", [score_choices, lambda lm, p, c: [lm.score(p[0], c[0])]])
def test_a_prompt_that_is_one_token_too_long_with_its_choice_is_refused(lm, many):
    prompt = "wet"
    while len(lm.tokenizer.encode(prompt + " dry dry")) < 48:
        prompt += " dry"
    assert 1 + len(lm.tokenizer.encode(prompt + " dry")) == 48
    many(lm, [prompt], [[" dry"]])
    with pytest.raises(ValueError, match="context of random"):
        many(lm, [prompt + " dry"], [[" dry"]])


@pytest.mark.parametrize("choices", [{" cold", " dry"}, " cold", iter([" cold"]), {" cold": 1}])
def test_choices_without_an_order_are_refused(lm, choices):
    for ask in (
        lambda: lm.score("hot :", choices),
        lambda: score_choices(lm, ["hot :"], [choices]),
    ):
        with pytest.raises(ValueError, match="give a list of at least one text"):
            ask()


@pytest.mark.parametrize("network", [MaskedModel, RewardModel])
def test_a_model_without_a_next_token_has_no_scores_and_no_perplexity(lm, network):
    other = wrap(network(lm.model.config), lm.tokenizer, "other", {})
    assert isinstance(other, Scorer) == (network is RewardModel)
    with pytest.raises(TypeError, match="predicts no next token"):
        score_choices(other, PROMPTS, [CHOICES] * 4)
    with pytest.raises(TypeError, match="predicts no next token"):
        perplexity(other, PROMPTS)
