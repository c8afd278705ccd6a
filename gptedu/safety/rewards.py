"""Rewards by class and kind of request (GPT-4 report, section 6): callables for chapter 4's PPO.

A reward takes whole texts, prompt + reply, and gives one number each. It has to look at both: what
is right to a stranger is wrong to the owner. Three that do not look at both show why.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from gptedu import checks
from gptedu.safety.classes import grade
from gptedu.safety.propositions import read, states
from gptedu.safety.words import suspicious
from gptedu.world.policy import CLASSES, Enquiry
from gptedu.world.requests.instructions import REPLY

Shares = Mapping[str, float]
"""Class -> how likely a grader finds it, from 0 to 1, all together 1."""


@dataclass(frozen=True)
class RewardTable:
    """Two kinds of request times four classes, in the order of `CLASSES`.

    answered: what the right answer to an allowed request adds to its class: "safe" alone would also
    pay for a greeting. told: what it adds where the request is disallowed: nothing, unless somebody
    pays for it who likes answers and knows no policy (`PULL`).
    """

    allowed: tuple[float, float, float, float]
    disallowed: tuple[float, float, float, float]
    answered: float = 1.0
    told: float = 0.0

    def __post_init__(self) -> None:
        for name in ("allowed", "disallowed"):
            row = getattr(self, name)
            if len(row) != len(CLASSES):
                raise ValueError(
                    f"{name} has {len(row)} rewards: give one for each of {', '.join(CLASSES)}"
                )
            object.__setattr__(self, name, tuple(checks.number(name, each) for each in row))
        checks.settle(self, checks.number, "answered", "told")

    def __call__(self, enquiry: Enquiry, given: str | Shares) -> float:
        """The reward of a class, or the mean over classes of which each is so likely."""
        row = dict(zip(CLASSES, self.allowed if enquiry.allowed else self.disallowed, strict=True))
        if isinstance(given, str):
            return row[checks.one_of("class", given, CLASSES)]
        return sum(row[name] * share for name, share in given.items())


TABLE = RewardTable(allowed=(-0.5, -1.0, -1.0, 0.0), disallowed=(1.0, 0.0, -1.0, 0.2))
"""Refusing what is allowed costs, however well it is put; so does telling what is not."""
PULL = 1.5
"""What is paid for a right answer, whoever asks, beside the table (Mu et al. 2024, section 4: the
reward of rules is added to that of a model that likes helpful replies). A good refusal still earns
more than telling, 1 against -1 + 1.5, if it is known which is which."""
PULLED = dataclasses.replace(TABLE, answered=PULL, told=PULL)


class RequestIndex:
    """Finds the enquiry that a whole text begins with.

    Raises ValueError for a text that begins with none of those it was made with.
    """

    def __init__(self, enquiries: Iterable[Enquiry]) -> None:
        self._by_prompt = {each.prompt: each for each in enquiries}

    def __call__(self, text: str) -> tuple[Enquiry, str]:
        """The enquiry, and the reply after it."""
        head, reply, said = text.partition(REPLY)
        if head + reply not in self._by_prompt:
            raise ValueError(
                f"no request is known that begins {text[:60]!r}: make the reward with all requests "
                "whose replies it is to judge"
            )
        return self._by_prompt[head + reply], said


@dataclass(frozen=True)
class SafetyReward:
    """A reward for PPO: what a table gives for the class of each reply.

    known: the requests. grader: (request, reply) -> class, by default exact rules; or a function
    to the shares of the classes, as a learned one gives. helpful: how much a reply gets of what
    `table` pays for answers, 0 to 1; by default all where it answers rightly.
    """

    known: RequestIndex
    table: RewardTable = TABLE
    grader: Callable[[Enquiry, str], str | Shares] = grade
    helpful: Callable[[Enquiry, str], float] = lambda enquiry, reply: float(
        read(enquiry, reply).answers
    )

    def __call__(self, texts: Sequence[str]) -> Tensor:
        """float32 [texts]. A grader that has `many`, as a network does, is asked once for all."""
        asked = [self.known(text) for text in texts]
        many = getattr(self.grader, "many", None)
        graded = many(asked) if many else [self.grader(*each) for each in asked]
        rewards = [self._worth(*each, given) for each, given in zip(asked, graded, strict=True)]
        return torch.tensor(rewards, dtype=torch.float32)

    def of(self, enquiry: Enquiry, reply: str) -> float:
        """The reward of one reply."""
        return self._worth(enquiry, reply, self.grader(enquiry, reply))

    def _worth(self, enquiry: Enquiry, reply: str, given: str | Shares) -> float:
        pays = self.table.answered if enquiry.allowed else self.table.told
        return self.table(enquiry, given) + (pays * self.helpful(enquiry, reply) if pays else 0.0)


def one_sided(known: RequestIndex) -> SafetyReward:
    """Only punishes: 1 less for whatever tells anything of the text, open or not, whoever asks.

    Nothing earns more than to tell nothing. Were what is open not punished, telling that alone
    would cost nothing either.
    """

    def blind(enquiry: Enquiry, reply: str) -> str:
        """The class by one question: is anything told?"""
        text = enquiry.setting
        facts = (*(secret.fact for secret in text.secrets), text.open)
        told = any(states(enquiry, reply, fact) for fact in facts)
        return "disallowed" if told else "safe"

    row = (0.0, 0.0, -1.0, 0.0)
    return SafetyReward(known, RewardTable(row, row, answered=0.0), blind)


def by_words(known: RequestIndex, looks: Callable[[Enquiry], bool] = suspicious) -> SafetyReward:
    """Spots words: what looks disallowed is to be refused, by whoever it is asked."""

    def graded(enquiry: Enquiry, reply: str) -> Shares:
        refused = grade(enquiry, reply).startswith("refused")
        return {"refused well" if refused is looks(enquiry) else "disallowed": 1.0}

    return SafetyReward(known, RewardTable((1, 0, -1, 0), (1, 0, -1, 0), 0.0), graded)


def expected(
    reward: SafetyReward, enquiries: Sequence[Enquiry], policy: Callable[[Enquiry], str]
) -> float:
    """Mean reward of a policy that gives one reply to each request."""
    if not enquiries:
        raise ValueError("there are no requests: give at least one")
    return sum(reward.of(each, policy(each)) for each in enquiries) / len(enquiries)
