"""The models of this chapter, and how each is made: what `gptedu train mini-m-ppo` looks up.

    base -> NAME-sft -> NAME-rm -> NAME-ppo and NAME-ppo-ptx

Prompts come from one stream of submissions. No prompt serves two stages (table 6), and all users of
the held-out splits are unknown to all stages.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import torch
from torch import Tensor

from gptedu.language_model import LanguageModel
from gptedu.rlhf.labels.comparisons import Comparison
from gptedu.rlhf.labels.labeler import Labeler
from gptedu.rlhf.labels.prompts import Prompts, prepare
from gptedu.rlhf.ppo.losses import PPOConfig
from gptedu.rlhf.reward.fitting import Fitted, RewardFitting, fit
from gptedu.rlhf.reward.model import RewardModel, shift_to_zero
from gptedu.rlhf.sft.tuning import SFT, Demonstration
from gptedu.text import Tokenizer
from gptedu.training.data import Batches
from gptedu.training.recipe import DataOptions
from gptedu.training.web import web_tokens
from gptedu.world import World
from gptedu.world.draw import Draw
from gptedu.world.requests.instructions import Instruction, demonstration, submissions

SUBMISSIONS = 40_000
SFT_PROMPTS, RM_PROMPTS = 10_000, 5_000  # of the training users; PPO has all the others
K = 4  # answers that a labeler ranks
NOISE = 0.42  # at which a labeler orders a pair twice alike in about 73% of cases
TIES = 0.1
MAX_TOKENS = 28


@dataclass(frozen=True)
class Data:
    """Who gets which prompts. held_out: of users whom no stage has met."""

    sft: tuple[Instruction, ...]
    rm: tuple[Instruction, ...]
    ppo: tuple[Instruction, ...]
    validation: tuple[Instruction, ...]
    held_out: tuple[Instruction, ...]
    removed: dict[str, int]


@cache
def data(seed: int = 0) -> Data:
    """All prompts of the chapter; takes five seconds the first time."""
    found: Prompts = prepare(submissions(World(), SUBMISSIONS, seed))
    border = SFT_PROMPTS + RM_PROMPTS
    return Data(
        sft=found.train[:SFT_PROMPTS],
        rm=found.train[SFT_PROMPTS:border],
        ppo=found.train[border:],
        validation=found.validation,
        held_out=found.test,
        removed=found.removed,
    )


def demonstrations(asked: Sequence[Instruction], seed: int = 0) -> list[Demonstration]:
    """What a labeler wrote to each prompt."""
    facts = World().facts
    return [
        Demonstration(
            each.prompt,
            demonstration(Draw(facts, "train", random.Random(f"demo/{seed}/{i}")), each),
        )
        for i, each in enumerate(asked)
    ]


def ask(
    lm: LanguageModel, asked: Sequence[Instruction], k: int = 1, seed: int = 0
) -> list[tuple[str, ...]]:
    """`k` answers of a model to each prompt, drawn at temperature 1."""
    prompts = [each.prompt for each in asked for _ in range(k)]
    written = lm.generate(prompts, max_tokens=MAX_TOKENS, temperature=1.0, seed=seed)
    return [tuple(written[i : i + k]) for i in range(0, len(written), k)]


def compare(
    asked: Sequence[Instruction],
    answers: Sequence[Sequence[str]],
    labeler: Labeler,
    seed: int = 0,
) -> list[Comparison]:
    """A labeler's rankings of the answers to each prompt."""
    rng = random.Random(f"labels/{labeler.name}/{seed}")
    return [
        Comparison(each.prompt, tuple(own), labeler.rank(each, own, rng), labeler.name)
        for each, own in zip(asked, answers, strict=True)
    ]


def fit_rewards(
    sft: LanguageModel,
    comparisons: Sequence[Comparison],
    shown: Sequence[Demonstration],
    how: RewardFitting,
    seed: int = 0,
    progress: bool = True,
) -> tuple[RewardModel, Fitted]:
    """A reward model that starts from the SFT model, on whose scale demonstrations get 0."""
    model = RewardModel.of(sft)
    generator = torch.Generator().manual_seed(seed)
    done = fit(model, comparisons, sft.tokenizer, how, generator=generator, progress=progress)
    shift_to_zero(model, sft.tokenizer, [each.prompt + each.answer for each in shown])
    return model, done


def pretraining_text(
    tokenizer: Tokenizer, context: int, batch: int = 8, tokens: int = 1_000_000
) -> Callable[[int], Tensor]:
    """Batches of the text that the base model was trained on, for the ptx term."""
    stream = web_tokens(DataOptions(seed=1, tokens=tokens), "train", tokenizer)
    return Batches(stream, context, batch, seed=0)


@dataclass(frozen=True)
class Stage:
    """One model to make.

    base: of the family. kind: "sft", "rm" or "ppo". how: its settings. steps: of PPO.
    """

    base: str
    kind: str
    how: SFT | RewardFitting | PPOConfig
    steps: int = 0

    def requires(self) -> tuple[str, ...]:
        """The models that must be there before."""
        before = {"sft": (), "rm": ("sft",), "ppo": ("sft", "rm")}[self.kind]
        return (self.base, *(f"{self.base}-{kind}" for kind in before))


# A small model learns late to copy from the text: mini-s all at once, in its seventh epoch.
_SFT = {"mini-m": SFT(epochs=4, ptx=1.0), "mini-s": SFT(epochs=16, learning_rate=2e-3, ptx=1.0)}
_PPO = PPOConfig(beta=0.05, max_tokens=MAX_TOKENS)
STEPS = 60
STAGES = {
    f"{base}-{name}": Stage(base, kind, how, STEPS if kind == "ppo" else 0)
    for base, sft in _SFT.items()
    for name, kind, how in (
        ("sft", "sft", sft),
        ("rm", "rm", RewardFitting()),
        ("ppo", "ppo", _PPO),
        ("ppo-ptx", "ppo", replace(_PPO, ptx=1.0)),
    )
    if (base, name) != ("mini-s", "ppo")  # nothing asks for it
}
