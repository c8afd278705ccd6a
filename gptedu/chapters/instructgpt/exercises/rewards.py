"""What a ranking teaches a reward model, and where its reward is read: chapter 4."""

from __future__ import annotations

import torch

from gptedu.course.exercises import Exercise, Mistake, Probe, probe
from gptedu.rlhf.labels.comparisons import pairs
from gptedu.sampling import seeded
from gptedu.text import pad


def comparison_loss(rewards, ranks):
    better, worse = torch.tensor(pairs(ranks)).T
    return -torch.nn.functional.logsigmoid(rewards[better] - rewards[worse]).mean()


def _differences(rewards, ranks):
    better, worse = torch.tensor(pairs(ranks)).T
    return rewards[better] - rewards[worse]


def _with_ties(rewards, ranks):
    places = range(len(ranks))
    ordered = [(i, j) for i in places for j in places if i != j and ranks[i] <= ranks[j]]
    better, worse = torch.tensor(ordered).T
    return -torch.nn.functional.logsigmoid(rewards[better] - rewards[worse]).mean()


COMPARISON_LOSS = Exercise(
    id="instructgpt/comparison-loss",
    title="What a ranking teaches",
    difficulty=2,
    minutes=10,
    task=(
        "`rewards` `[K]` is what the reward model gives K replies to one prompt, and `ranks` what "
        "a labeler said of them (1 is best, not all are tied). Return the loss of InstructGPT's "
        "equation 1, a tensor with one number: $-\\log\\sigma(r_w - r_l)$, with $r_w$ the better "
        "reply's reward and $r_l$ the worse one's, as a **mean over all pairs**."
    ),
    hints=(
        "`pairs(ranks)` from before says which replies to compare. A tie is no pair.",
        "`better, worse = torch.tensor(pairs(ranks)).T`, then `rewards[better] - rewards[worse]` "
        "are all the differences at once.",
        "`torch.nn.functional.logsigmoid(differences)` is the logarithm of the sigmoid; then the "
        "mean, and a minus.",
    ),
    reference=comparison_loss,
    probes=(
        probe(torch.tensor([0.3, -0.5, 1.2], requires_grad=True), [2, 3, 1]),
        probe(torch.tensor([1.0, 1.5, -2.0, 0.5], requires_grad=True), [1, 2, 2, 4]),
        probe(torch.tensor([-60.0, 60.0, 0.0], requires_grad=True), [1, 2, 3]),
    ),
    mistakes=(
        Mistake(
            "a sum",
            lambda rewards, ranks: (
                -torch.nn.functional.logsigmoid(_differences(rewards, ranks)).sum()
            ),
            "You add the pairs up. Nine replies make 36 pairs and four make 6, so a prompt with "
            "nine would weigh six times as much: take the mean.",
        ),
        Mistake(
            "divided by the replies",
            lambda rewards, ranks: (
                -torch.nn.functional.logsigmoid(_differences(rewards, ranks)).sum() / len(ranks)
            ),
            "You divide by the number of **replies**. A mean over all pairs divides by the number "
            "of pairs: nine replies make up to 36 of them, and ties make fewer.",
        ),
        Mistake(
            "the wrong way round",
            lambda rewards, ranks: (
                -torch.nn.functional.logsigmoid(-_differences(rewards, ranks)).mean()
            ),
            "Your loss falls when the *worse* reply gets the higher reward. Take the worse one's "
            "reward from the better one's, not the other way round.",
        ),
        Mistake(
            "no logarithm",
            lambda rewards, ranks: -torch.sigmoid(_differences(rewards, ranks)).mean(),
            "The logarithm is missing. Without it a pair that is badly wrong has hardly any slope, "
            "and the model never learns from it.",
        ),
        Mistake(
            "ties as pairs",
            _with_ties,
            "Two tied replies are compared, both ways: that pulls their rewards together, which "
            "the labeler never said. A tie makes no pair.",
        ),
        Mistake(
            "the best against all",
            lambda rewards, ranks: -rewards.log_softmax(0)[ranks.index(min(ranks))],
            "That is a softmax over all the replies: it knows the best one, and learns nothing "
            "about the order of the rest. Compare two at a time.",
        ),
        Mistake(
            "the logarithm of nothing",
            lambda rewards, ranks: -torch.log(torch.sigmoid(_differences(rewards, ranks))).mean(),
            "The formula is right, and still it gives infinity: far below 0 the sigmoid is rounded "
            "to 0 before you take its logarithm. `logsigmoid` does both in one step.",
        ),
    ),
)


END = 0


def reward_at_end(by_token, ids, mask, end):
    last = (torch.arange(mask.shape[1]) * mask).argmax(dim=1)
    return by_token[torch.arange(len(mask)), last]


def _at(by_token, places):
    return by_token[torch.arange(len(by_token)), places]


def _batches() -> tuple[Probe, ...]:
    """Pads on the right, on the left, and with an id of their own; some replies were cut off."""
    generator = seeded(4)
    made = []
    for rows, side, value in (
        ([[END, 5, 6, END], [END, 5, 7, 8, 9, END], [END, 6, 3]], "right", END),
        ([[END, 7, 8, END], [END, 4, 5, 6, 7, 8]], "left", END),
        ([[END, 5, 6, END], [END, 3, END], [END, 7, 8, 9, 2]], "right", 1),
    ):
        batch = pad(rows, side, value)
        by_token = torch.randn(batch.ids.shape, generator=generator)
        made.append(probe(by_token, batch.ids, batch.mask, END))
    return tuple(made)


REWARD_AT_END = Exercise(
    id="instructgpt/last-token",
    title="Where the reward is read",
    difficulty=2,
    minutes=10,
    task=(
        "`by_token` `[batch, time]` is what a reward model says after each token, `ids` "
        "`[batch, time]` are the tokens, and `mask` `[batch, time]` is True for a real one. Return "
        "`[batch]`: the reward of each row, read at its **last real token**. `end` is the id of "
        "the end-of-text token. Pads stand on the right or on the left, and their id may be `end` "
        "too."
    ),
    hints=(
        "A text begins with `end`, may close with `end`, and may be filled up with `end`; a "
        "reply that was cut off has none behind it. Can `ids` tell you where the text stops?",
        "Only `mask` can. You look for the largest place at which it is True.",
        "`last = (torch.arange(mask.shape[1]) * mask).argmax(dim=1)`, then "
        "`by_token[torch.arange(len(mask)), last]`",
    ),
    reference=reward_at_end,
    probes=_batches,
    mistakes=(
        Mistake(
            "the first end",
            lambda by_token, ids, mask, end: _at(by_token, (ids == end).int().argmax(dim=1)),
            "You read at the first `end`, and that is where every text **begins**: there the model "
            "has seen nothing of the reply.",
        ),
        Mistake(
            "the first end behind the start",
            lambda by_token, ids, mask, end: _at(
                by_token, 1 + (ids[:, 1:] == end).int().argmax(dim=1)
            ),
            "You look for an `end` behind the start. A reply that was cut off has none, and what "
            "you find there may be a pad with the same id. Ask `mask`, not `ids`.",
        ),
        Mistake(
            "the last that is no end",
            lambda by_token, ids, mask, end: _at(
                by_token, (torch.arange(ids.shape[1]) * (ids != end)).argmax(dim=1)
            ),
            "You skip every `end`, also the one that closes a reply: that one is a real token, "
            "and there the model has read it all. Ask `mask`, not `ids`.",
        ),
        Mistake(
            "the last column",
            lambda by_token, ids, mask, end: by_token[:, -1],
            "You read the last column. In a row that is filled up on the right a pad stands there, "
            "and what the model says at a pad means nothing.",
        ),
        Mistake(
            "the length",
            lambda by_token, ids, mask, end: _at(by_token, mask.sum(dim=1) - 1),
            "You count the real tokens. With pads on the **left** the text does not begin at place "
            "0, so its length is not the place where it ends.",
        ),
        Mistake(
            "the first real token",
            lambda by_token, ids, mask, end: _at(by_token, mask.int().argmax(dim=1)),
            "You read at the **first** real token: `mask.argmax` finds the first True, as all are "
            "alike. Make places further to the right larger: `torch.arange(time) * mask`.",
        ),
        Mistake(
            "one place early",
            lambda by_token, ids, mask, end: _at(
                by_token, (torch.arange(mask.shape[1]) * mask).argmax(dim=1) - 1
            ),
            "You read one place before the last real token. What the model says stands at the "
            "token **after** which it says it: take the last one itself.",
        ),
        Mistake(
            "a mean",
            lambda by_token, ids, mask, end: (by_token * mask).sum(dim=1) / mask.sum(dim=1),
            "You average over all tokens. Only the last one has read the whole reply; the model "
            "was taught to say its reward there and nowhere else.",
        ),
    ),
)
