"""A reward model as a reward, and how often a reward orders as a labeler did."""

from __future__ import annotations

import math

import pytest
import torch

from gptedu.model import GPTConfig
from gptedu.rlhf.labels.comparisons import Comparison
from gptedu.rlhf.reward.model import RewardModel
from gptedu.rlhf.reward.scorer import Scorer, accuracy, read_texts
from gptedu.sampling import seeded
from reward_samples import CONTEXT, ranked


def test_a_scorer_gives_each_text_its_reward_in_whatever_company(model, tokenizer):
    texts = [text for i in range(5) for text in ranked(i).texts]
    rows = read_texts(tokenizer, texts, CONTEXT)
    alone = torch.cat([model(torch.tensor([row])) for row in rows]).float()
    for size in (1, 3, 64):
        rewards = Scorer(model, tokenizer, batch=size)(texts)
        torch.testing.assert_close(rewards, alone, rtol=1e-6, atol=1e-6)
        assert rewards.dtype == torch.float32
        assert not rewards.requires_grad
    assert Scorer(model, tokenizer)([]).shape == (0,)
    assert Scorer(model, tokenizer)(["é\n😀 \ud83d </script>"]).isfinite().all()


def test_what_a_scorer_gives_can_stand_in_a_loss(model, tokenizer):
    rewards = Scorer(model, tokenizer)([" cat", " dog"])
    weight = torch.ones((), requires_grad=True)
    (rewards * weight).sum().backward()
    assert weight.grad == rewards.sum()


def test_a_scorer_switches_dropout_off_and_on_again(tokenizer):
    config = GPTConfig(tokenizer.vocab_size, CONTEXT, layers=1, width=16, heads=2, dropout=0.5)
    model = RewardModel(config, seeded(0))
    torch.nn.init.normal_(model.head.weight, generator=seeded(1))
    scorer = Scorer(model.train(), tokenizer)
    assert torch.equal(scorer([" cat"]), scorer([" cat"]))
    assert torch.equal(scorer.by_token(" cat")[1], scorer.by_token(" cat")[1])
    assert model.training
    model.eval()
    scorer([" cat"])
    assert not model.training


def test_the_reward_token_by_token_ends_at_the_reward_of_the_text(model, tokenizer):
    scorer, text = Scorer(model, tokenizer), "the cat\nReply: sat on </script> 😀."
    pieces, rewards = scorer.by_token(text)
    assert pieces[0] == pieces[-1] == "<|endoftext|>"
    assert "".join(pieces[1:-1]).startswith("the cat\nReply: sat on </script>")
    assert rewards.shape == (len(pieces),)
    torch.testing.assert_close(rewards[-1:], scorer([text]))
    longer = scorer.by_token(text + " cat cat")[1]  # what follows changes nothing before it
    torch.testing.assert_close(longer[: len(rewards) - 1], rewards[:-1])
    assert len(set(rewards.tolist())) > len(rewards) / 2


def test_what_cannot_be_scored_is_refused(model, tokenizer):
    scorer = Scorer(model, tokenizer)
    with pytest.raises(TypeError, match="give a list"):
        scorer("the cat")
    for ask in (lambda: scorer([" cat", " cat" * 50]), lambda: scorer.by_token(" cat" * 50)):
        with pytest.raises(ValueError, match=r"text [01] takes 52 tokens.*the context is 48"):
            ask()
    assert scorer([" cat" * 46]).shape == (1,)  # it fits with its two ends
    with torch.no_grad():
        model.head.weight[0, 0] = math.nan
    for ask in (lambda: scorer([" cat"]), lambda: scorer.by_token(" cat")):
        with pytest.raises(FloatingPointError, match="gives nan"):
            ask()


def by_table(rewards: dict[str, float]):
    """A reward that is no network."""
    return lambda texts: torch.tensor([rewards[text[1:]] for text in texts])


def test_accuracy_is_the_share_of_pairs_in_the_labelers_order():
    comparisons = [
        Comparison("p", ("a", "b", "c"), (1, 2, 3)),
        Comparison("p", ("b", "d"), (2, 1)),
        Comparison("p", ("a", "d"), (1, 1)),
    ]
    rewards = {"a": 3.0, "b": 1.0, "c": 2.0, "d": 1.0}
    # a > b and a > c hold, b > c does not, d against b is undecided
    assert accuracy(by_table(rewards), comparisons) == 2.5 / 4
    assert accuracy(by_table({k: v - 7 for k, v in rewards.items()}), comparisons) == 2.5 / 4
    assert accuracy(by_table({k: -v for k, v in rewards.items()}), comparisons) == 1.5 / 4
    assert accuracy(by_table(dict.fromkeys("abcd", 0.0)), comparisons) == 0.5


def test_accuracy_needs_a_pair():
    for comparisons in ([], [Comparison("p", ("a", "b"), (1, 1))]):
        with pytest.raises(ValueError, match="no pair"):
            accuracy(by_table({"a": 1.0, "b": 1.0}), comparisons)


@pytest.mark.parametrize(
    ("reward", "says"),
    [
        (lambda texts: torch.tensor([1.0, torch.nan]), "gave nan for the text 'pb'"),
        (lambda texts: torch.zeros(len(texts), 1), r"shape \[2, 1\] for 2 texts"),
        (lambda texts: torch.zeros(()), r"shape \[\] for 2 texts"),
        (lambda texts: torch.zeros(5), r"shape \[5\] for 2 texts"),
    ],
)
def test_accuracy_refuses_what_is_no_reward(reward, says):
    with pytest.raises(ValueError, match=says):
        accuracy(reward, [Comparison("p", ("a", "b"), (2, 1))])
