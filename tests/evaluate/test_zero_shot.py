"""GPT-1's zero-shot heuristics, with networks whose probabilities are known."""

from __future__ import annotations

import pytest
import torch

from gptedu.evaluate.zero_shot import sentence_logprobs, zero_shot, zero_shot_accuracy
from gptedu.model import GPT, GPTConfig
from gptedu.sampling import seeded
from gptedu.text import Tokenizer, train_tokenizer
from gptedu.world import Classification, Entailment, MultipleChoice, Similarity

TEXTS = [
    "The room was clean.\nVerdict: good",
    "The soup was cold.\nVerdict: bad",
    "The key is in the box. In other words, you find the key in the box.",
    "Is it true that the key is here? Answer: yes Answer: no Answer: it does not say",
] * 3


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return train_tokenizer(TEXTS, 320)


@pytest.fixture(scope="module")
def model(tokenizer) -> GPT:
    config = GPTConfig(tokenizer.vocab_size, context=64, layers=2, width=32, heads=4)
    return GPT(config, seeded(0)).eval()


class Biased(torch.nn.Module):
    """Finds one word likely wherever it may begin, and once begun goes on with it."""

    def __init__(self, model: GPT, tokenizer: Tokenizer, likes: str) -> None:
        super().__init__()
        self.config = model.config
        self.bias = torch.nn.Parameter(torch.zeros(tokenizer.vocab_size))
        self.word = tokenizer.encode(likes)
        self.bias.data[self.word[:1]] = 5.0

    def features(self, ids, mask=None):
        return ids[..., None]

    def unembed(self, hidden):
        ids = hidden[..., 0]
        logits = self.bias.repeat(*ids.shape, 1)
        for here, then in zip(self.word, self.word[1:], strict=False):
            logits[..., then] += 30.0 * (ids == here)
        return logits


def test_log_probabilities_follow_the_chain_rule(model, tokenizer):
    pairs = [("The room was clean.", " Verdict: good"), ("A", " soup"), ("", "The key")]
    sums, lengths = sentence_logprobs(model, tokenizer, pairs)
    for (text, continuation), found, length in zip(pairs, sums, lengths, strict=True):
        ids = [tokenizer.end, *tokenizer.encode(text)]
        expected, end = 0.0, tokenizer.encode(continuation)
        for token in end:
            with torch.no_grad():
                expected += model(torch.tensor([ids]))[0, -1].log_softmax(-1)[token].item()
            ids.append(token)
        assert found.item() == pytest.approx(expected, abs=1e-4)
        assert length.item() == len(end)


def test_long_texts_lose_their_beginning(model, tokenizer):
    long = "cold " * 100 + "the soup"
    sums, _ = sentence_logprobs(model, tokenizer, [(long, " cold"), ("x " + long, " cold")])
    assert torch.isfinite(sums).all()
    torch.testing.assert_close(sums[0], sums[1])  # both are read by the same last 63 tokens


def test_continuations_that_cannot_be_scored_raise(model, tokenizer):
    for continuation in ("", " x" * 100):
        with pytest.raises(ValueError, match="1 to 63 fit"):
            sentence_logprobs(model, tokenizer, [("a", continuation)])


@pytest.mark.parametrize(
    ("example", "likes"),
    [
        (Classification("The soup was cold.", 0), " bad"),
        (Classification("The soup was cold.", 1), " good"),
        (MultipleChoice("The soup", ("was cold", "was clean"), 0), " cold"),
        (MultipleChoice("The soup", ("was cold", "was clean"), 1), " clean"),
    ],
)
def test_the_likelier_answer_wins(model, tokenizer, example, likes):
    assert zero_shot_accuracy(Biased(model, tokenizer, likes), tokenizer, [example]) == 1.0


def test_endings_compare_by_their_mean_not_their_sum(model, tokenizer):
    """Under a model that finds all tokens alike, the longer ending is not the worse one."""
    even = Biased(model, tokenizer, "")
    even.bias.data[tokenizer.encode(" clean")] = 1.0
    example = MultipleChoice("The soup", ("was", "was clean clean clean"), 1)
    assert zero_shot(even, tokenizer, [example]).item() == 1


def test_half_of_the_pairs_are_called_the_same_in_either_order(model, tokenizer):
    pairs = [("The key is here.", "The soup was cold."), ("The room.", "The box."), ("A.", "B."),
             ("The room was clean.", "You find the key in the box.")]  # fmt: skip
    answers = zero_shot(model, tokenizer, [Similarity(a, b, 0) for a, b in pairs])
    swapped = zero_shot(model, tokenizer, [Similarity(b, a, 0) for a, b in pairs])
    assert answers.sum() == 2
    assert torch.equal(answers, swapped)


@pytest.fixture
def known_gains(monkeypatch):
    """Sentence A gains 3 nats a token, B 2, C 1, behind any text."""

    def known(model, tokenizer, pairs):
        gains = {" A": 3.0, " B": 2.0, " C": 1.0}
        sums = [-5.0 + (text != "In other words,") * gains[end.upper()] for text, end in pairs]
        return 2 * torch.tensor(sums), torch.full((len(pairs),), 2)

    monkeypatch.setattr("gptedu.evaluate.zero_shot.sentence_logprobs", known)


def test_what_gains_most_is_entailed_and_what_gains_least_is_neither(model, tokenizer, known_gains):
    examples = [Entailment("The key.", sentence, 0) for sentence in ("B.", "C.", "A.")]
    assert zero_shot(model, tokenizer, examples).tolist() == [1, 2, 0]


def test_what_gains_most_in_both_orders_is_the_same(model, tokenizer, known_gains):
    pairs = [("C.", "B."), ("A.", "B."), ("C.", "A."), ("C.", "C.")]  # 1.5, 2.5, 2 and 1
    answers = zero_shot(model, tokenizer, [Similarity(a, b, 0) for a, b in pairs])
    assert answers.tolist() == [0, 1, 1, 0]


def test_mixed_and_missing_examples_raise(model, tokenizer):
    mixed = [Classification("a", 0), Similarity("a", "b", 0)]
    for examples in (mixed, []):
        with pytest.raises(ValueError, match="one kind"):
            zero_shot(model, tokenizer, examples)
