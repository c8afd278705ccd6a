"""Heads switched off, against weights set to zero."""

from __future__ import annotations

import pytest
import torch

from gptedu.evaluate.accuracy import evaluate
from gptedu.interpret.heads_off import ablation, lost, one_by_one, random_heads, without_heads
from gptedu.interpret.induction import (
    induction_scores,
)
from gptedu.language_model import LanguageModel
from gptedu.model import GPT
from gptedu.sampling import seeded
from gptedu.world import Question
from small_lm import WORDS

LENGTH = 6


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
        induction_scores(view, seeded(0), 2, LENGTH), induction_scores(wanted, seeded(0), 2, LENGTH)
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
    assert {layer for layer, _ in random_heads(lm, 4, full, seeded(0))} <= {0, 1}
    with pytest.raises(ValueError, match="8 heads besides 4"):
        random_heads(lm, 9, full, seeded(0))


def test_what_is_lost_is_a_share_of_the_gain():
    assert [lost(0.9, off, 0.5) for off in (0.9, 0.7, 0.5)] == pytest.approx([0, 0.5, 1])
    with pytest.raises(ValueError, match="no gain that could be lost"):
        lost(0.5, 0.5, 0.5)
