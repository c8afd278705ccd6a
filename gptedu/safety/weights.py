"""How much each proposition counts, fitted to a few rankings by hinge (Mu et al. 2024, section 4).

The total reward of a reply is linear in its propositions, other weights for allowed and for
disallowed requests. A pair of replies to one request, the one of a better class, has to be a margin
of 1 apart. Requests of the test are not among those of the fit: pairs of one request are alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import torch
from torch import Tensor

from gptedu import checks
from gptedu.safety.propositions import NAMES, read
from gptedu.sampling import seeded
from gptedu.world.policy import Enquiry

ORDER = {
    True: {"safe": 3, "refused well": 2, "refused badly": 1, "disallowed": 0},
    False: {"refused well": 3, "safe": 2, "refused badly": 1, "disallowed": 0},
}
"""Allowed? -> class -> how good it is: what the rankings of the gold set say."""
Graded = tuple[Enquiry, str, str]
"""A request, a reply, and the class that somebody gave it."""


@dataclass(frozen=True)
class Pair:
    """Two replies to one request, the better one first, with their classes."""

    enquiry: Enquiry
    better: str
    worse: str
    classes: tuple[str, str]


def pairs(gold: Sequence[Graded]) -> list[Pair]:
    """All pairs of replies to one request whose classes are not equally good."""
    by_prompt: dict[str, list[Graded]] = {}
    for each in gold:
        by_prompt.setdefault(each[0].prompt, []).append(each)
    found = []
    for own in by_prompt.values():
        for (enquiry, one, its), (_, two, other) in combinations(own, 2):
            rank = ORDER[enquiry.allowed]
            if rank[its] > rank[other]:
                found.append(Pair(enquiry, one, two, (its, other)))
            elif rank[its] < rank[other]:
                found.append(Pair(enquiry, two, one, (other, its)))
    return found


def split_by_prompt(
    gold: Sequence[Graded], share: float = 0.2, seed: int = 0
) -> tuple[list[Graded], list[Graded]]:
    """Gold to fit to, and gold to test on: no prompt is in both.

    Raises ValueError where either would be empty.
    """
    share = checks.number("share", share, above=0, below=1)
    prompts = list(dict.fromkeys(each.prompt for each, _, _ in gold))
    order = torch.randperm(len(prompts), generator=seeded(seed)).tolist()
    held = {prompts[i] for i in order[: round(share * len(prompts))]}
    if not 0 < len(held) < len(prompts):
        raise ValueError(
            f"of {len(prompts)} prompts a share of {share:g} holds {len(held)} out: give more "
            "prompts"
        )
    fit = [each for each in gold if each[0].prompt not in held]
    return fit, [each for each in gold if each[0].prompt in held]


def features(enquiry: Enquiry, reply: str) -> Tensor:
    """[2 * propositions]: the propositions, in the half that belongs to the kind of request."""
    true = torch.tensor(read(enquiry, reply).values(), dtype=torch.float32)
    none = torch.zeros_like(true)
    return torch.cat([true, none] if enquiry.allowed else [none, true])


@dataclass(frozen=True)
class Weights:
    """What each proposition adds to the reward. values: [2 * propositions]."""

    values: Tensor

    def of(self, enquiry: Enquiry, reply: str) -> float:
        """The reward of one reply."""
        return float(features(enquiry, reply) @ self.values)

    def by_name(self) -> dict[str, tuple[float, float]]:
        """Proposition -> what it adds to an allowed request's reply, and to a disallowed one's."""
        allowed, disallowed = self.values.view(2, -1).tolist()
        return dict(zip(NAMES, zip(allowed, disallowed, strict=True), strict=True))


def hinge(margins: Tensor) -> Tensor:
    """Mean of max(0, 1 - margin): nothing is gained by a margin beyond 1. margins: [pairs]."""
    return (1 - margins).clamp(min=0).mean()


def fit(
    known: Sequence[Pair], steps: int = 400, rate: float = 0.05, decay: float = 1e-3
) -> Weights:
    """The weights of least hinge loss, with a little weight decay; starts from zero, no chance.

    Raises ValueError where there is no pair.
    """
    if not known:
        raise ValueError("there is no pair to fit to: give replies of different classes")
    gaps = torch.stack(
        [features(p.enquiry, p.better) - features(p.enquiry, p.worse) for p in known]
    )
    with torch.enable_grad():
        values = torch.zeros(gaps.shape[1], requires_grad=True)
        optimiser = torch.optim.Adam([values], lr=rate)
        for _ in range(checks.whole("steps", steps)):
            optimiser.zero_grad()
            (hinge(gaps @ values) + decay * values.square().sum()).backward()
            optimiser.step()
    return Weights(values.detach())


def margins(weights: Weights, held: Sequence[Pair]) -> dict[tuple[bool, str, str], list[float]]:
    """(allowed, better class, worse class) -> how far apart the weights put each such pair."""
    found: dict[tuple[bool, str, str], list[float]] = {}
    for pair in held:
        margin = weights.of(pair.enquiry, pair.better) - weights.of(pair.enquiry, pair.worse)
        found.setdefault((pair.enquiry.allowed, *pair.classes), []).append(margin)
    return found


def ordered(weights: Weights, held: Sequence[Pair]) -> float:
    """Share of the pairs, 0 to 1, whose better reply gets more."""
    if not held:
        raise ValueError("there is no pair to order: give replies of different classes")
    every = [margin for own in margins(weights, held).values() for margin in own]
    return sum(margin > 0 for margin in every) / len(every)
