"""Scores, answers and perplexity on a small random model."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch

from gptedu.evaluate import accuracy as evaluation
from gptedu.evaluate import few_shot, likelihood
from gptedu.evaluate.accuracy import evaluate, free_answers
from gptedu.evaluate.likelihood import perplexity
from gptedu.evaluate.scoring import score_choices
from gptedu.language_model import LanguageModel, split_choices
from gptedu.model import GPT, GPTConfig
from gptedu.text import train_tokenizer
from gptedu.world import Question

TEXTS = ["the cold dog : the hot cat\nbig : small\nwet : dry and dry and wet\n"] * 20
PROMPTS = ["hot :", "the big dog and the wet cat :", "x", "big : small\nwet :"]
CHOICES = (" cold", " dry and wet", " x", "\nhot")


def asked(prompt: str, answer: str, choices: tuple[str, ...] = (), shown: tuple[str, ...] = ()):
    return Question("pairs", prompt, answer, choices, shown, "\n")


@pytest.fixture(scope="module")
def lm() -> LanguageModel:
    torch.manual_seed(0)
    tokenizer = train_tokenizer(TEXTS, 300)
    model = GPT(GPTConfig(vocab_size=tokenizer.vocab_size, context=48, layers=2, width=32, heads=2))
    with torch.no_grad():  # far from uniform, so that a wrong position shows
        for weight in model.parameters():
            if weight.dim() == 2:
                weight.mul_(6)
    return LanguageModel(model=model.eval(), tokenizer=tokenizer, name="random", card={})


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
    with pytest.raises(ValueError, match="context of random holds 48"):
        score_choices(lm, ["wet : dry\n" * 30], [(" cold", " dry")])


def test_answers_do_not_depend_on_the_batch(lm):
    alone = [free_answers(lm, [prompt], "\n", 6)[0] for prompt in PROMPTS]
    assert free_answers(lm, PROMPTS, "\n", 6, rows=3) == alone
    assert len(set(alone)) > 1


def test_evaluation_counts_what_the_model_says(lm, monkeypatch):
    said = [" cold", "", " dry and wet", " Dry."]
    monkeypatch.setattr(evaluation, "free_answers", lambda *_: said)
    answers = [" cold", " small", " dry", " dry"]
    questions = [asked(p, a) for p, a in zip(PROMPTS, answers, strict=True)]
    exact = evaluate(lm, questions)
    assert [example.score for example in exact.examples] == [1.0, 0.0, 0.0, 1.0]
    assert [example.given for example in exact.examples] == said
    assert (exact.accuracy, exact.count) == (0.5, 4)
    assert evaluate(lm, questions, metric="f1").accuracy == pytest.approx((1 + 0 + 0.5 + 1) / 4)


def test_evaluation_takes_the_likeliest_choice(lm):
    questions = [asked(prompt, " cold", CHOICES) for prompt in PROMPTS]
    result = evaluate(lm, questions, metric="choice")
    for question, example in zip(questions, result.examples, strict=True):
        scores = lm.score(question.prompt, list(CHOICES)).raw
        assert example.given == CHOICES[max(range(4), key=lambda i: scores[i])]
    assert result.accuracy == sum(e.given == " cold" for e in result.examples) / 4


def test_examples_stand_in_the_prompts_that_are_asked(lm):
    shown = ("hot : cold", "big : x")
    questions = [
        asked("wet :", " cold", CHOICES, shown),
        asked("dry :", " x", CHOICES, shown[::-1]),
    ]
    for k in (0, 1, 2):
        result = evaluate(lm, questions, k=k, metric="choice")
        assert [e.prompt for e in result.examples] == [few_shot(q, k) for q in questions]
        assert [e.shown for e in result.examples] == [k, k]
    with pytest.raises(ValueError, match="0 to 2 examples"):
        evaluate(lm, questions, k=3, metric="choice")


def test_evaluation_says_what_is_wrong(lm):
    with pytest.raises(ValueError, match="Unknown metric 'rouge'"):
        evaluate(lm, [asked("a", " b")], metric="rouge")
    with pytest.raises(ValueError, match="no questions"):
        evaluate(lm, [])
    with pytest.raises(ValueError, match="evaluate each kind apart"):
        evaluate(lm, [asked("a", " b"), replace(asked("a", " b"), stop=".")])
    with pytest.raises(ValueError, match="without its answer"):
        evaluate(lm, [asked("a", " b", choices=(" x", " y"))], metric="choice")


def test_perplexity_is_exp_of_the_mean_negative_log_likelihood(lm):
    documents = ["hot : cold", "the big dog", "wet"]
    each = [value for text in documents for value in lm.logprobs(text).logprobs]
    expected = math.exp(-float(sum(each)) / len(each))
    assert perplexity(lm, documents, batch_size=2) == pytest.approx(expected, rel=1e-4)


def test_perplexity_unembeds_a_few_tokens_at_once(lm, monkeypatch):
    documents = [prompt * (1 + place) for place, prompt in enumerate(PROMPTS)]
    whole, sizes, unembed = perplexity(lm, documents), [], type(lm.model).unembed

    def counted(model, hidden):
        sizes.append(hidden.shape[:-1].numel() * model.config.vocab_size)
        return unembed(model, hidden)

    monkeypatch.setattr(type(lm.model), "unembed", counted)
    tokens = sum(len(lm.tokenizer.encode(document)) for document in documents)
    for limit in (1, 5 * lm.model.config.vocab_size, 2**25):
        sizes.clear()
        monkeypatch.setattr(likelihood, "LOGITS", limit)
        assert perplexity(lm, documents) == pytest.approx(whole, rel=1e-6)
        assert max(sizes) <= max(limit, lm.model.config.vocab_size)
        assert sum(sizes) == tokens * lm.model.config.vocab_size


def test_perplexity_predicts_every_token_of_a_long_document_once(lm):
    text = "wet : dry and dry and wet\n" * 12
    ids = [lm.tokenizer.end, *lm.tokenizer.encode(text)]
    assert len(ids) > 2 * lm.model.config.context
    total, count = 0.0, 0
    for at in range(0, len(ids) - 1, 47):
        window = torch.tensor([ids[at : at + 48]])
        with torch.no_grad():
            log = lm.model(window)[0, :-1].log_softmax(-1)
        total -= float(log.gather(1, window[0, 1:, None]).sum())
        count += window.shape[1] - 1
    assert count == len(ids) - 1
    assert perplexity(lm, [text]) == pytest.approx(math.exp(total / count), rel=1e-4)
    with pytest.raises(ValueError, match="no token"):
        perplexity(lm, [""])
    with pytest.raises(TypeError, match="give a list of texts"):
        perplexity(lm, text)


@pytest.mark.parametrize("kind", ["bert", "reward"])
def test_a_model_without_a_next_token_has_no_scores_and_no_perplexity(lm, kind):
    other = LanguageModel(lm.model, lm.tokenizer, "other", {"kind": kind})
    with pytest.raises(ValueError, match="predicts no next token"):
        score_choices(other, PROMPTS, [CHOICES] * 4)
    with pytest.raises(ValueError, match="predicts no next token"):
        perplexity(other, PROMPTS)
