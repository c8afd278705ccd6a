"""Rewards of whole texts: any callable `list[str] -> Tensor [texts]`, and a network as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gptedu import threads
from gptedu.model import text_model
from gptedu.model.modes import evaluating
from gptedu.model.text_model import TextModel
from gptedu.rlhf.episodes import Episodes
from gptedu.rlhf.labels.comparisons import Comparison
from gptedu.rlhf.reward.model import RewardModel
from gptedu.text import Tokenizer

Reward = Callable[[list[str]], Tensor]  # whole texts, prompt + answer -> [texts]


def scores_of(reward: Reward, texts: list[str]) -> Tensor:
    """A reward's float32 [texts]; ValueError unless it is one finite real number a text."""
    given = reward(texts)
    try:
        rewards = torch.as_tensor(given).detach()
    except (TypeError, ValueError, RuntimeError):  # torch's words differ with what it was given
        rewards = None
    if rewards is None or rewards.is_complex():
        raise ValueError(
            f"the reward gave {str(given)[:60]} for {len(texts)} texts: it must give one real "
            "number a text, as a list or a tensor"
        )
    scores = rewards.float()
    if scores.shape != (len(texts),):
        raise ValueError(
            f"the reward gave a tensor of shape {list(scores.shape)} for {len(texts)} texts: it "
            f"must give one number a text, [{len(texts)}]"
        )
    if not bool(scores.isfinite().all()):
        worst = int((~scores.isfinite()).nonzero()[0])
        raise ValueError(
            f"the reward gave {scores[worst].item()} for the text {texts[worst]!r}: it must give "
            "a finite number"
        )
    return scores


def read_texts(tokenizer: Tokenizer, texts: Sequence[str], context: int) -> list[list[int]]:
    """The ids of whole texts, the end-of-text token before and behind each.

    Raises ValueError, with the number of the text, where one does not fit the context.
    """
    rows = []
    for number, text in enumerate(texts):
        ids = [tokenizer.end, *tokenizer.encode(text), tokenizer.end]
        if len(ids) > context:
            raise ValueError(
                f"text {number} takes {len(ids)} tokens, with the end-of-text token before and "
                f"behind it, and the context is {context}: shorten its prompt or its answer "
                f"({text[:40]!r}...)"
            )
        rows.append(ids)
    return rows


@dataclass(eq=False, repr=False)
class Scorer(TextModel):
    """A reward model as a reward: whole texts in, prompt + answer each, their rewards out.

    >>> reward = gptedu.load("mini-m-rm")  # or Scorer(reward_model, lm.tokenizer)
    >>> reward([prompt + " Yes, gladly.", prompt + " No."])
    tensor([ 0.8315, -1.2046])

    batch: texts that are read together. Neighbours that begin alike, as answers to one prompt do,
    are read in one row (see `answer_states`).
    """

    model: RewardModel
    name: str = "the reward model"
    batch: int = 64

    what: ClassVar[str] = (
        "a reward model, which gives whole texts a reward and predicts no next token: call it with "
        "a list of texts, or ask .by_token(text), and load a GPT, as 'mini-m' is, to write with"
    )

    @torch.no_grad()
    def __call__(self, texts: Sequence[str]) -> Tensor:
        """[texts] float32 on the CPU, without a graph and without dropout.

        Raises ValueError for a text that does not fit the context, and FloatingPointError where
        the model gives a reward that is no number.
        """
        if isinstance(texts, str):
            raise TypeError(f"texts is {texts!r}: give a list of texts")
        rows = read_texts(self.tokenizer, texts, self.model.config.context)
        rewards = torch.zeros(len(rows), dtype=torch.float32)
        with evaluating(self.model):
            for start in range(0, len(rows), self.batch):
                block = rows[start : start + self.batch]
                some = Episodes.with_common_beginnings(block).to(self.device)
                every = torch.arange(len(some.ids), device=self.device)
                for group in some.groups(every, self.model.config.width):
                    own = some.rows(group)
                    with threads.working("reading", self.model, own.ids.numel()):
                        at_end = self.model.at_end(own)
                    rewards[start + group.cpu()] = at_end.float().cpu()
        _check_finite(rewards)
        return rewards

    @torch.no_grad()
    def by_token(self, text: str) -> tuple[list[str], Tensor]:
        """The tokens of a text, and the reward that the head would give after each of them.

        Both begin with the end-of-text token that stands before the text and end with the one
        behind it, whose reward is the text's. Those before it are what the model makes of the text
        so far: it was never trained there, so read them as a hint.
        """
        ids = read_texts(self.tokenizer, [text], self.model.config.context)[0]
        with evaluating(self.model):
            along = self.model.at_every_token(torch.tensor([ids], device=self.device))
        rewards = along[0].float().cpu()
        _check_finite(rewards)
        return self.tokenizer.pieces(ids), rewards


def accuracy(reward: Reward, comparisons: Sequence[Comparison]) -> float:
    """Share of pairs, 0 to 1, that a reward orders as the labeler did; equal rewards count half.

    All pairs of all comparisons count alike. Raises ValueError where there is no pair, and for a
    reward that does not give one finite number a text: a NaN is neither above nor below another.
    """
    if not any(comparison.pairs() for comparison in comparisons):
        raise ValueError("there is no pair to order: give comparisons that are not all ties")
    texts = [text for comparison in comparisons for text in comparison.texts]
    rewards = scores_of(reward, texts)
    right: list[float] = []
    for comparison, own in zip(
        comparisons, rewards.split([len(c.answers) for c in comparisons]), strict=True
    ):
        values = own.tolist()
        for better, worse in comparison.pairs():
            ahead, behind = values[better], values[worse]
            right.append(0.5 if ahead == behind else float(ahead > behind))
    return sum(right) / len(right)


def _check_finite(rewards: Tensor) -> None:
    wrong = rewards[~rewards.isfinite()]
    if len(wrong):
        raise FloatingPointError(
            f"the reward model gives {wrong[0].item()}: its weights are spoiled, so fit it again"
        )


text_model.register(RewardModel, Scorer)
