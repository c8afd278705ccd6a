"""The logit lens ends in the model's own answer, and begins at its embedding."""

from __future__ import annotations

import pytest
import torch

from gptedu.finetuning import LSTMConfig, LSTMModel
from gptedu.interpret.logit_lens import logit_lens
from gptedu.language_model import LanguageModel, NextTokenModel
from gptedu.model import GPT, GPTConfig
from gptedu.sampling import seeded
from gptedu.text import train_tokenizer

IDS = [0, 9, 40, 7, 100, 3]


def tiny(norm: str = "pre") -> LanguageModel:
    tokenizer = train_tokenizer(["The cat sat on the mat. A mat is red."] * 3, 290)
    shape = GPTConfig(tokenizer.vocab_size, context=16, layers=3, width=32, heads=4, norm=norm)
    model = GPT(shape, seeded(1))
    with torch.no_grad():
        model.token_embedding.weight.mul_(3)  # far from uniform
    return LanguageModel(model, tokenizer, "tiny")


@pytest.mark.parametrize("norm", ["pre", "post"])
def test_the_last_layer_says_what_the_model_says(norm):
    lm = tiny(norm)
    probability = lm.model(torch.tensor([IDS]))[0].softmax(-1).detach()
    for position in range(len(IDS)):
        layers = logit_lens(lm, IDS, position, top=3)
        assert [layer.layer for layer in layers] == [0, 1, 2, 3]
        tokens, shares = zip(*layers[-1].tokens, strict=True)
        best = probability[position].topk(3)
        assert list(tokens) == best.indices.tolist()
        assert shares == pytest.approx(best.values.tolist(), abs=1e-5)
        assert layers[-1].rank == 1
        assert layers[-1].probability == shares[0]


def test_the_first_is_the_embedding_through_norm_and_head():
    lm = tiny()
    ids, model = torch.tensor([IDS]), lm.model
    embedded = model.token_embedding(ids) + model.position_embedding.weight[: len(IDS)]
    wanted = model.unembed(model.final_norm(embedded))[0, 5].softmax(-1).detach()
    first, *_, last = logit_lens(lm, IDS, 5)
    token, share = first.tokens[0]
    assert (token, share) == (int(wanted.argmax()), pytest.approx(float(wanted.max()), abs=1e-5))
    winner = last.tokens[0][0]
    assert first.probability == pytest.approx(float(wanted[winner]), abs=1e-6)
    assert first.rank == 1 + int((wanted > wanted[winner]).sum())


def test_an_lstm_has_no_layers_to_read():
    lm = tiny()
    lstm = LSTMModel(LSTMConfig(lm.tokenizer.vocab_size, 16, 8, 8))
    with pytest.raises(AttributeError, match=r"lstm is .* without attention"):
        logit_lens(NextTokenModel(lstm, lm.tokenizer, "lstm"), IDS, 0)
