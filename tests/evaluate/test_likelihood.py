"""Perplexity of a small random model."""

from __future__ import annotations

import math

import pytest
import torch

from gptedu.evaluate.likelihood import perplexity
from gptedu.language_model import LanguageModel
from small_lm import small_lm


@pytest.fixture(scope="module")
def lm() -> LanguageModel:
    return small_lm()


def test_perplexity_is_exp_of_the_mean_negative_log_likelihood(lm):
    documents = ["hot : cold", "the big dog", "wet"]
    each = [value for text in documents for value in lm.logprobs(text).logprobs]
    expected = math.exp(-float(sum(each)) / len(each))
    assert perplexity(lm, documents, batch_size=2) == pytest.approx(expected, rel=1e-4)


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
