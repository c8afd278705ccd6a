"""Episodes a second of PPO: PPORun beside the same loop written plainly on transformers.

An episode is one answer: written, scored, and learned from in every epoch. Both sides take as many
prompts, answers and updates, with the same losses. Where a prompt has several answers the plain
loop reads each behind its prompt as a row of its own; PPORun reads the prompt once for all of them,
and its gradients are those of the rows (`answer_states`).
"""

from __future__ import annotations

import copy
import dataclasses
import itertools
from collections.abc import Sequence

import torch
from torch import nn

import gptedu
from gptedu import assets
from gptedu.language_model import LanguageModel
from gptedu.model import GPT, GPTConfig
from gptedu.rlhf.ppo.config import PPOConfig
from gptedu.rlhf.ppo.run import PPORun
from gptedu.rlhf.reward.model import RewardModel, load_reward_model
from gptedu.rlhf.reward.scorer import Scorer
from gptedu.sampling import seeded
from gptedu.text import Tokenizer
from gptedu.tools.bench.timing import Line, measure
from gptedu.tools.bench.transformers_ppo import PlainPPO, Scalar
from gptedu.tools.bench.twins import in_transformers
from gptedu.world import World
from gptedu.world.requests import submissions

PROMPT, PROMPTS = 60, 256  # tokens of each, and how many to draw from
HOW = PPOConfig(batch=64, minibatch=32, epochs=2, max_tokens=28, learning_rate=1e-7)
"""So low a rate that answers stay as long as they are, on both sides, while time is taken."""


def ppo_full(what: str, shape: GPTConfig, rounds: int, *, answers: int, aim: float) -> Line:
    """A step of PPO where nothing is padded: prompts of about 60 tokens, answers of 28.

    answers: to each prompt, on both sides. The weights are random, so that hardly an answer ends
    by itself: both sides write and learn from as many tokens, and no time is lost in padding.
    """
    tokenizer = Tokenizer.load(assets.path("tokenizer.json"))
    lm = LanguageModel(GPT(shape, seeded(0)), tokenizer, "random")
    rewards = RewardModel.of(lm)
    nn.init.normal_(rewards.head.weight, generator=seeded(0))
    ids = itertools.chain.from_iterable(
        tokenizer.encode(page.text) for page in World(seed=0).documents("test", seed=0)
    )
    prompts = [tokenizer.decode(list(itertools.islice(ids, PROMPT))) for _ in range(PROMPTS)]
    config = dataclasses.replace(HOW, answers=answers)
    return _timed(what, *sides(lm, rewards, prompts, config), rounds, aim)


def ppo_chapter(
    what: str, rounds: int, *, answers: int, aim: float, contended: bool = False
) -> Line:
    """A step of PPO with chapter 4's models: mini-m-sft, mini-m-rm and what their users ask.

    answers: to each prompt, on both sides. Prompts differ in length, and most answers end early.
    Raises FileNotFoundError where these models are not there.
    """
    lm = gptedu.load("mini-m-sft", device="cpu")
    rewards, _ = load_reward_model(assets.path("checkpoints", "mini-m-rm"))
    prompts = [each.prompt for each in submissions(World(seed=0), PROMPTS)]
    config = dataclasses.replace(HOW, answers=answers)
    return _timed(what, *sides(lm, rewards, prompts, config), rounds, aim, contended)


def sides(
    lm: LanguageModel, rewards: RewardModel, prompts: Sequence[str], config: PPOConfig
) -> tuple[PPORun, PlainPPO]:
    """Both loops, from the same weights. Values start from the reward model.

    Raises ValueError for a language model that is no GPT: only that has a twin in transformers.
    """
    if not isinstance(lm.model, GPT):
        raise ValueError(
            f"{lm.name} is a {type(lm.model).__name__}: give a GPT, as 'mini-m-sft' is"
        )
    tokenizer = lm.tokenizer
    ours = PPORun(lm, Scorer(rewards, tokenizer), prompts, config, value_from=rewards)
    policy = in_transformers(lm.model)
    head = nn.Linear(rewards.config.width, 1)
    with torch.no_grad():
        head.weight.copy_(rewards.head.weight)
        head.bias.copy_(rewards.shift)
    scores = Scalar(in_transformers(rewards.body).transformer, head)
    read = [[tokenizer.end, *tokenizer.encode(prompt)] for prompt in prompts]
    values, reference = copy.deepcopy(scores), copy.deepcopy(policy)
    return ours, PlainPPO(policy, reference, values, scores, read, config)


def _timed(
    what: str,
    ours: PPORun,
    theirs: PlainPPO,
    rounds: int,
    aim: float,
    contended: bool = False,
) -> Line:
    with torch.random.fork_rng(devices=[]):  # theirs draws from the global generator
        torch.manual_seed(0)
        return measure(
            what, ours.step, theirs.step, ours.config.batch, rounds, aim,
            unit="episodes/s", contended=contended,
        )  # fmt: skip
