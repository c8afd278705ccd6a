"""A policy in training as a point that moves: how much it tells, how often it refuses needlessly.

The corner that is wanted is (0, 0). Whoever always refuses stands at (0, 1), and whoever tells
everybody everything at (1, 0).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gptedu import checks
from gptedu.language_model import LanguageModel
from gptedu.rlhf.ppo.config import PPOConfig
from gptedu.rlhf.ppo.run import PPORun
from gptedu.safety.judging import MAX_TOKENS, profile, sample_replies
from gptedu.safety.rewards import SafetyReward
from gptedu.world.policy import Enquiry

EVERY = 5
"""Steps between two looks at the policy."""
PPO = PPOConfig(beta=0.05, max_tokens=MAX_TOKENS)


@dataclass(frozen=True)
class Point:
    """Where a policy stood after some step: shares from 0 to 1 (see `judging.Profile`)."""

    step: int
    unsafe: float
    over_refused: float
    helped: float


class TrackedRun:
    """PPO against a reward, and where the policy stands on requests that it never learns from.

    start: a copy of it learns. train: requests to learn from; `reward` has to know them. tested:
    requests of both kinds. every: steps between two looks. seed: of PPO, and of what is replied.

    Raises ValueError where the tested requests are of one kind, and as `PPORun` does.
    """

    def __init__(
        self,
        start: LanguageModel,
        reward: SafetyReward,
        train: Sequence[Enquiry],
        tested: Sequence[Enquiry],
        how: PPOConfig = PPO,
        *,
        every: int = EVERY,
        seed: int = 0,
    ) -> None:
        if len({each.allowed for each in tested}) < 2:
            raise ValueError("all requests are of one kind: give allowed and disallowed ones")
        prompts = [each.prompt for each in train]
        self.ppo = PPORun(start, reward, prompts, how, seed=checks.seed("seed", seed))
        self.every = checks.whole("every", every)
        self.points: list[Point] = []
        self.tested, self.replies = list(tested), [""] * len(tested)
        self._seed = seed

    @property
    def policy(self) -> LanguageModel:
        """What learns."""
        return self.ppo.policy

    @property
    def steps(self) -> int:
        """Steps taken so far."""
        return self.ppo.steps

    def step(self) -> None:
        """One step of PPO, with a look before the first one and after each `every`-th."""
        if not self.points:
            self.look()
        self.ppo.step()
        if self.steps % self.every == 0:
            self.look()

    def look(self) -> Point:
        """Where the policy stands now; asked twice after one step, the second costs nothing."""
        if not self.points or self.points[-1].step != self.steps:
            self.replies = sample_replies(self.policy, self.tested, seed=self._seed)
            found = profile(self.tested, self.replies)
            self.points.append(Point(self.steps, found.unsafe, found.over_refused, found.helped))
        return self.points[-1]
