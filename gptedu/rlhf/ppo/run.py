"""A PPO run: answer, be scored, learn; one step at a time, to be watched, changed and resumed."""

from __future__ import annotations

import copy
import dataclasses
import hashlib
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch

from gptedu import checks
from gptedu.console import Stopped
from gptedu.language_model import LanguageModel
from gptedu.model import GPT
from gptedu.model.modes import learning
from gptedu.progress import bar
from gptedu.rlhf.ppo.advantages import explained_variance, gae, token_rewards, whiten
from gptedu.rlhf.ppo.arguments import check_networks, read_prompts
from gptedu.rlhf.ppo.config import PPOConfig
from gptedu.rlhf.ppo.kl import AdaptiveBeta, FixedBeta, check_beta, k1, k3
from gptedu.rlhf.ppo.record import PPORecord
from gptedu.rlhf.ppo.rollout import Rollout, roll_out
from gptedu.rlhf.ppo.update import Learner
from gptedu.rlhf.ppo.value_model import ValueModel
from gptedu.rlhf.pretraining import Pretraining
from gptedu.rlhf.reward.model import RewardModel
from gptedu.rlhf.reward.scorer import Reward, scores_of
from gptedu.sampling import seeded
from gptedu.training.checkpoint import STATE, load_state, save_state
from gptedu.training.steps import interrupts_between_steps, step_seed

SAMPLES = 4  # answers of each step that the record keeps


class PPORun:
    """Trains a copy of `policy` against a reward, held near a reference (InstructGPT, eq. 2).

    >>> run = PPORun(sft, reward, prompts, PPOConfig(beta=0.05))
    >>> run.run(40)
    >>> run.beta = 0.0  # from the next step on
    >>> run.run(40)
    >>> run.policy.generate(prompts[0], temperature=1.0)

    reward: list of texts (prompt + answer) -> Tensor [texts]. prompts: those to draw from.
    reference: whom to stay near; by default the policy as it is now. value_from: a reward model
    whose body and head the value function starts from (InstructGPT, appendix C.4); by default it
    starts from the policy, with a head of zeros. pretraining: number of the update -> int64
    [batch, time + 1], for `config.ptx`. truth: another reward, only recorded. seed: which prompts
    are drawn, which tokens, and who shares a minibatch, all functions of the seed and the step.

    `policy` itself is left as it is; `run.policy` is what learns. Raises ValueError for settings
    that mean nothing, for a model that cannot be in its place, and for a prompt that leaves no room
    for an answer; TypeError for what is no model, or no text.
    """

    def __init__(
        self,
        policy: LanguageModel,
        reward: Reward,
        prompts: Sequence[str],
        config: PPOConfig,
        *,
        reference: LanguageModel | GPT | None = None,
        value_from: RewardModel | None = None,
        pretraining: Pretraining | None = None,
        truth: Reward | None = None,
        seed: int = 0,
    ) -> None:
        if isinstance(prompts, str) or not prompts:
            raise ValueError(f"prompts is {prompts!r}: give a list of at least one prompt")
        if config.ptx and pretraining is None:
            raise ValueError(f"ptx is {config.ptx} and there is no pretraining text: give both")
        check_networks(policy, reference, value_from)
        read_prompts(policy, prompts, config.max_tokens)
        self.reward, self.truth, self.pretraining = reward, truth, pretraining
        self.prompts, self.config = list(prompts), config
        self.seed = checks.seed("seed", seed)
        held = policy if reference is None else reference
        with learning():
            self.policy = dataclasses.replace(policy, model=copy.deepcopy(policy.model))
            self.reference = copy.deepcopy(held.model if isinstance(held, LanguageModel) else held)
            self.reference.requires_grad_(False)
            self.value_model = (
                ValueModel.of_policy(self.policy.model)
                if value_from is None
                else ValueModel.of_reward_model(value_from)
            )
            self.value_model.to(self._device)
            self.learner = Learner(self.policy.model, self.value_model, config)
        self.controller: FixedBeta | AdaptiveBeta = (
            FixedBeta(config.beta)
            if config.target_kl is None
            else AdaptiveBeta(config.beta, config.target_kl, config.kl_horizon)
        )
        self.record = PPORecord()

    @property
    def beta(self) -> float:
        """The weight of the KL penalty in the next step; set it at any time."""
        return self.controller.value

    @beta.setter
    def beta(self, value: float) -> None:
        self.controller.value = check_beta(value)

    @property
    def steps(self) -> int:
        """Steps taken so far."""
        return len(self.record)

    def step(self) -> dict[str, Any]:
        """One batch of answers and the updates from it; returns the record's new row.

        Ctrl-C waits for its end, and raises `Stopped` then. Raises ValueError where the reward
        gives no finite number a text (nothing has changed then), FloatingPointError where a
        gradient is not finite.
        """
        with learning(), interrupts_between_steps() as interrupted:
            row = self._step()
            if interrupted():
                raise Stopped(self._how_to_go_on())
        return row

    def run(
        self,
        steps: int,
        progress: bool = True,
        on_step: Callable[[dict[str, Any]], None] | None = None,
    ) -> PPORecord:
        """So many steps more; returns the record. on_step: called with each new row.

        Ctrl-C lets the step end and raises `Stopped`; nothing of what was learned is
        lost, and `run` goes on from there.
        """
        steps = checks.whole("steps", steps, least=0)
        done = bar(steps, "PPO", shown=progress)
        with done, learning(), interrupts_between_steps() as interrupted:
            for _ in range(steps):
                row = self._step()
                kl = round(row["kl"], 2) + 0.0  # -1e-8 would read -0.00
                done.set_postfix(reward=f"{row['reward']:.2f}", kl=f"{kl:.2f}", refresh=False)
                done.update(1)
                try:
                    if on_step is not None:
                        on_step(row)
                    if interrupted():
                        raise KeyboardInterrupt
                except KeyboardInterrupt:
                    raise Stopped(self._how_to_go_on()) from None
        return self.record

    def trade(self, other: PPORun) -> None:
        """Become another run, which becomes this one.

        For somebody who made a run anew and wants to go on with the old one: all who hold this run
        hold the old one then, and nothing is lost.
        """
        self.__dict__, other.__dict__ = other.__dict__, self.__dict__

    def roll_out(self) -> Rollout:
        """The answers from which the next step would learn."""
        with learning(), torch.no_grad():
            return self._roll_out(self._chance())

    def save(self, folder: str | Path) -> None:
        """Writes all that decides how the run goes on into the folder's state file."""
        state = {
            "learner": self.learner.state_dict(),
            "reference": self.reference.state_dict(),
            "beta": self.beta,
            "record": json.dumps(self.record),
        }
        save_state(Path(folder) / STATE, self._identity() | state)

    def resume(self, folder: str | Path) -> None:
        """Goes on where `save` was called on a run made from the same arguments.

        Raises FileNotFoundError where nothing was saved, ValueError where the file is damaged or
        is another run's; nothing has been loaded then.
        """
        path = Path(folder) / STATE
        if not path.is_file():
            raise FileNotFoundError(f"there is no {path}: give the folder that a run was saved in")
        state = load_state(path)
        mine = self._identity()
        other = [name for name, value in mine.items() if state.get(name) != value]
        if other:
            raise ValueError(
                f"{path} is of a run with other {', '.join(other)}: make the run as it was made, "
                "or give another folder"
            )
        self.learner.load_state_dict(state["learner"])
        self.reference.load_state_dict(state["reference"])
        self.controller.value = state["beta"]
        self.record[:] = json.loads(state["record"])

    def _identity(self) -> dict[str, Any]:
        """What a run that goes on must have in common with the one that was saved."""
        joined = json.dumps(self.prompts).encode()
        bodies = {"model": self.policy.model, "reference model": self.reference}
        bodies["value model"] = self.value_model.body
        return {
            "settings": self.config.to_dict(),
            "seed": self.seed,
            "prompts": hashlib.sha256(joined).hexdigest(),
            **{name: dataclasses.asdict(body.config) for name, body in bodies.items()},
        }

    @property
    def _device(self) -> torch.device:
        return self.policy.model.token_embedding.weight.device

    def _how_to_go_on(self) -> str:
        return f"stopped after step {self.steps}; nothing is lost: run(steps) goes on from there."

    def _chance(self) -> torch.Generator:
        """All chance of the next step: a function of the seed and the step alone."""
        return seeded(step_seed(self.seed, self.steps) % 2**63)

    def _draw_prompts(self, generator: torch.Generator) -> list[str]:
        """The prompts of a batch, each as often as it is to be answered.

        No prompt is drawn again before all have been.
        """
        order: list[int] = []
        prompts = self.config.batch // self.config.answers
        while len(order) < prompts:
            order += torch.randperm(len(self.prompts), generator=generator).tolist()
        return [self.prompts[i] for i in order[:prompts] for _ in range(self.config.answers)]

    def _roll_out(self, generator: torch.Generator) -> Rollout:
        self.policy.model.eval()  # dropout off throughout, so that the first ratio is exactly 1
        self.value_model.eval()
        self.reference.eval()
        return roll_out(
            self.policy,
            self._draw_prompts(generator),
            reference=self.reference,
            value_model=self.value_model,
            reward=self.reward,
            max_tokens=self.config.max_tokens,
            generator=generator,
            minibatch=self.config.minibatch,
        )

    def _step(self) -> dict[str, Any]:
        began = time.perf_counter()
        beta, generator = self.beta, self._chance()
        rollout = self._roll_out(generator)
        truth = None if self.truth is None else scores_of(self.truth, rollout.texts)
        mask = rollout.episodes.answer_mask
        log_ratios = rollout.logprobs - rollout.ref_logprobs
        rewards = token_rewards(rollout.scores, log_ratios, mask, beta)
        if self.config.whiten_rewards:
            rewards = whiten(rewards, mask, shift_mean=False)
        advantages, returns = gae(rewards, rollout.values, mask, self.config.gamma, self.config.lam)
        explained = explained_variance(rollout.values, returns, mask)
        learned = self.learner.learn(
            rollout,
            whiten(advantages, mask),
            returns,
            update=self.steps * self.config.epochs * (self.config.batch // self.config.minibatch),
            pretraining=self.pretraining,
            generator=generator,
        )
        kl = float(k1(log_ratios).sum(dim=1).mean())
        self.controller.update(kl, self.config.batch)
        row = {
            "step": self.steps + 1,
            "episodes": (self.steps + 1) * self.config.batch,
            "reward": float(rollout.scores.mean()),
            "truth": None if truth is None else float(truth.mean()),
            "kl": kl,
            "kl3": float(k3(log_ratios).sum(dim=1).mean()),
            "entropy": rollout.entropy,
            "length": float(mask.sum() / len(mask)),
            "finished": float(rollout.finished.float().mean()),
            **learned,
            "explained_variance": explained,
            "beta": beta,
            "seconds": time.perf_counter() - began,
            "samples": [
                {
                    "prompt": rollout.prompts[i],
                    "answer": rollout.answers[i],
                    "reward": float(rollout.scores[i]),
                    "truth": None if truth is None else float(truth[i]),
                }
                for i in range(0, self.config.batch, -(-self.config.batch // SAMPLES))
            ],
        }
        self.record.append(row)
        return row
