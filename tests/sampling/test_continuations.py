"""The log-probability of continuations, against one token at a time."""

from __future__ import annotations

import random

import pytest
import torch

from gptedu.finetuning import LSTMConfig, LSTMModel
from gptedu.model import GPT, GPTConfig
from gptedu.sampling import continuation_logprobs, continuations, seeded


def gpt() -> GPT:
    model = GPT(GPTConfig(40, context=24, layers=2, width=16, heads=2), seeded(1)).eval()
    with torch.no_grad():
        model.token_embedding.weight.mul_(8)  # far from uniform, so that a wrong place shows
    return model


def pairs(count: int) -> list[tuple[list[int], list[int]]]:
    """Texts and continuations of many lengths; several share a text."""
    rng = random.Random(0)
    texts = [[0, *rng.choices(range(40), k=rng.randrange(12))] for _ in range(count // 3)]
    ends = [rng.choices(range(40), k=rng.randrange(1, 9)) for _ in range(count)]
    return [(rng.choice(texts), end) for end in ends]


def one_by_one(model, text, continuation) -> list[float]:
    logprobs, ids = [], list(text)
    for token in continuation:
        with torch.no_grad():
            logprobs.append(model(torch.tensor([ids]))[0, -1].log_softmax(-1)[token].item())
        ids.append(token)
    return logprobs


@pytest.mark.parametrize("rows", [1, 4, 64])
@pytest.mark.parametrize("make", [gpt, lambda: LSTMModel(LSTMConfig(40, 24, 8, 12), seeded(1))])
def test_continuations_equal_one_token_at_a_time(make, rows):
    model, asked = make(), pairs(30)
    found = continuation_logprobs(model, asked, rows)
    for (text, continuation), logprobs in zip(asked, found, strict=True):
        assert logprobs.shape == (len(continuation),)
        assert logprobs.tolist() == pytest.approx(one_by_one(model, text, continuation), abs=1e-4)


def test_continuations_of_one_token_are_read_once(monkeypatch):
    model, read = gpt(), []
    features = model.features
    monkeypatch.setattr(
        model, "features", lambda ids, **how: (read.append(len(ids)), features(ids, **how))[1]
    )
    found = continuation_logprobs(model, [([0, 3, 5], [token]) for token in range(40)])
    assert read == [1]
    assert sum(float(each.exp()) for each in found) == pytest.approx(1.0, abs=1e-5)


def test_a_few_tokens_at_once_are_unembedded(monkeypatch):
    model, asked = gpt(), pairs(12)
    whole, sizes, unembed = continuation_logprobs(model, asked), [], model.unembed

    def counted(hidden):
        sizes.append(hidden.shape[:-1].numel())
        return unembed(hidden)

    monkeypatch.setattr(model, "unembed", counted)
    for limit, most in ((1, 1), (5 * 40, 5), (2**25, 10**6)):
        sizes.clear()
        monkeypatch.setattr(continuations, "LOGITS", limit)
        for one, other in zip(continuation_logprobs(model, asked), whole, strict=True):
            assert torch.allclose(one, other, atol=1e-6)
        assert max(sizes) <= most
        assert sum(sizes) == sum(len(end) for _, end in asked)


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        (([], [1]), "pair 1 has an empty side"),
        (([0], []), "pair 1 has an empty side"),
        (([0] * 20, [1] * 5), "pair 1 has 25 tokens and the context is 24"),
    ],
)
def test_what_cannot_be_scored_is_named(pair, words):
    with pytest.raises(ValueError, match=words):
        continuation_logprobs(gpt(), [([0], [1]), pair])
