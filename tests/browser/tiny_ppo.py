"""A tiny reward model and tiny PPO runs of the real classes, for the browser tests."""

from __future__ import annotations

import time
from pathlib import Path

import torch

from gptedu.rlhf.ppo.config import PPOConfig
from gptedu.rlhf.ppo.record import PPORecord
from gptedu.rlhf.ppo.run import PPORun
from gptedu.rlhf.reward.model import RewardModel
from gptedu.rlhf.reward.scorer import Scorer
from gptedu.sampling import seeded
from tiny_family import HOSTILE, load

PROMPT = f"The cat sat on the mat. {HOSTILE}\nAsk: who sat?\nReply:"
ANSWERS = [
    " The cat sat on the mat.",
    f" {HOSTILE} sat.",
    " No.",
    *(f" The {who} saw the {what}." for who in ("cat", "dog") for what in ("mat", "house")),
]


def scorer() -> Scorer:
    """A reward model whose head is random, so that every token moves its reward."""
    lm = load("tiny")
    model = RewardModel.of(lm)
    torch.nn.init.normal_(model.head.weight, 0, 0.2, generator=seeded(1))
    return Scorer(model, lm.tokenizer)


def count(letter: str):
    """A reward by rule: how often a letter occurs, a quarter each."""
    return lambda texts: torch.tensor([text.count(letter) / 4 for text in texts])


class Slow(PPORun):
    """Takes 0.1 s a step more, and waits while there is a file named `hold` beside the notebook."""

    def step(self) -> dict:
        time.sleep(0.1)
        while Path("hold").exists():
            time.sleep(0.02)
        return super().step()


def run(beta: float = 0.05, fails_at: int | None = None) -> Slow:
    """A policy that learns to write the letter t, and a truth that wants the letter e."""
    calls = [0]
    reward = count("t")

    def failing(texts: list[str]) -> torch.Tensor:
        calls[0] += 1
        if calls[0] == fails_at:
            raise ValueError("the labeler has gone home")
        return reward(texts)

    config = PPOConfig(batch=8, minibatch=8, epochs=2, max_tokens=12, learning_rate=3e-3, beta=beta)
    return Slow(load("tiny"), failing, [PROMPT, "The dog saw"], config, truth=count("e"))


def record(beta: float, steps: int) -> PPORecord:
    """What a run came to."""
    trained = run(beta)
    for _ in range(steps):
        PPORun.step(trained)
    return trained.record
