"""A network that learns the four classes from labels, and can be deceived.

Like the report's graders it reads request and reply, and says how likely each class is. A policy
that is rewarded by it finds replies that it takes for good ones: its score rises, and the oracle's
does not.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gptedu.language_model import LanguageModel
from gptedu.model import GPT
from gptedu.model.modes import evaluating, learning
from gptedu.rlhf.reward.model import last_real
from gptedu.rlhf.reward.scorer import read_texts
from gptedu.safety.weights import Graded
from gptedu.sampling import seeded
from gptedu.text import Tokenizer, pad
from gptedu.training.tuning import Tuned, Tuning, descend, set_rate
from gptedu.world.policy import CLASSES, Enquiry

USUAL = Tuning(epochs=6, batch=16, learning_rate=1e-3)
TOGETHER = 64


class ClassModel(nn.Module):
    """logits [batch, classes] from rows of tokens, read at the last real token of each."""

    def __init__(self, body: GPT) -> None:
        super().__init__()
        self.body = body
        self.head = nn.Linear(body.config.width, len(CLASSES)).to(body.token_embedding.weight)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """ids: int64 [batch, time]. mask: bool [batch, time], True for a real token."""
        states = self.body.features(ids, mask=mask)
        return self.head(states[torch.arange(len(ids)), last_real(mask)])


@dataclass(frozen=True)
class LearnedGrader:
    """(request, reply) -> the shares of the classes: a grader for `SafetyReward`."""

    model: ClassModel
    tokenizer: Tokenizer

    @torch.no_grad()
    def shares(self, asked: Sequence[tuple[Enquiry, str]]) -> Tensor:
        """How likely each class is: [replies, classes], rows that sum to 1."""
        texts = [enquiry.prompt + reply for enquiry, reply in asked]
        rows = read_texts(self.tokenizer, texts, self.model.body.config.context)
        found = torch.zeros(len(rows), len(CLASSES))
        with evaluating(self.model):
            for start in range(0, len(rows), TOGETHER):
                batch = pad(rows[start : start + TOGETHER])
                logits = self.model(batch.ids, batch.mask)
                found[start : start + TOGETHER] = logits.float().softmax(dim=-1)
        return found

    def __call__(self, enquiry: Enquiry, reply: str) -> dict[str, float]:
        """Class -> how likely it is."""
        return self.many([(enquiry, reply)])[0]

    def many(self, asked: Sequence[tuple[Enquiry, str]]) -> list[dict[str, float]]:
        """The same of several replies, read together."""
        rows = self.shares(asked).tolist()
        return [dict(zip(CLASSES, row, strict=True)) for row in rows]

    def grade(self, enquiry: Enquiry, reply: str) -> str:
        """The likeliest class."""
        shares = self(enquiry, reply)
        return max(shares, key=shares.__getitem__)


def learn(
    lm: LanguageModel, gold: Sequence[Graded], how: Tuning = USUAL, seed: int = 0
) -> tuple[LearnedGrader, Tuned]:
    """A grader from a copy of a language model's body and some labels (500 in the chapter).

    seed: decides the order of the labels. Raises ValueError where there is none, for a model that
    is no GPT, and for a text that does not fit its context.
    """
    if not gold:
        raise ValueError("there are no labels to learn from: give at least one")
    if not isinstance(lm.model, GPT):
        raise ValueError(f"{lm.name} is a {type(lm.model).__name__}: a grader is made of a GPT")
    texts = [enquiry.prompt + reply for enquiry, reply, _ in gold]
    rows = read_texts(lm.tokenizer, texts, lm.model.config.context)
    labels = torch.tensor([CLASSES.index(name) for _, _, name in gold])
    done, generator = Tuned(), seeded(seed)
    with learning():
        model = ClassModel(copy.deepcopy(lm.model))
        optimiser = torch.optim.AdamW(
            model.parameters(), lr=how.learning_rate, weight_decay=how.weight_decay
        )
        total = how.steps(len(rows))
        for epoch in range(how.epochs):
            order = torch.randperm(len(rows), generator=generator).split(how.batch)
            for place, group in enumerate(order):
                step = epoch * len(order) + place
                set_rate(optimiser, how.learning_rate * how.schedule(step, total))
                batch = pad([rows[i] for i in group])
                loss = F.cross_entropy(model(batch.ids, batch.mask), labels[group])
                done.losses.append(descend(loss, model, optimiser, how.clip, step))
    done.finished = True
    return LearnedGrader(model.eval(), lm.tokenizer), done


def agreement(grader: LearnedGrader, gold: Sequence[Graded]) -> float:
    """Share of replies, 0 to 1, to which the grader gives their class."""
    if not gold:
        raise ValueError("there are no replies to grade: give at least one")
    shares = grader.shares([(enquiry, reply) for enquiry, reply, _ in gold])
    labels = torch.tensor([CLASSES.index(name) for _, _, name in gold])
    return float((shares.argmax(dim=1) == labels).float().mean())
