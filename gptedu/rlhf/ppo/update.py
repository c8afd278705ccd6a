"""From answers to better weights: the epochs, minibatches and gradients of one PPO step."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

import torch
from torch import Tensor, nn

from gptedu import threads
from gptedu.model import GPT
from gptedu.model.llama import Llama
from gptedu.rlhf.episodes import answer_logprobs
from gptedu.rlhf.ppo.config import PPOConfig
from gptedu.rlhf.ppo.losses import clipped_policy_loss, value_loss
from gptedu.rlhf.ppo.rollout import Pass, Rollout
from gptedu.rlhf.ppo.value_model import ValueModel, answer_values
from gptedu.rlhf.pretraining import Pretraining, ptx_loss


class Learner:
    """Policy and value model with their optimiser. Both are trained in place."""

    def __init__(self, policy: GPT | Llama, value_model: ValueModel, config: PPOConfig) -> None:
        self.policy, self.value_model, self.config = policy, value_model, config
        self.networks = nn.ModuleList([policy, value_model]).requires_grad_(True)
        self.weights = list(self.networks.parameters())
        self.optimiser = torch.optim.AdamW(
            self.weights, lr=config.learning_rate, weight_decay=0.0, fused=True
        )

    def state_dict(self) -> dict[str, Any]:
        return {"networks": self.networks.state_dict(), "optimiser": self.optimiser.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.networks.load_state_dict(state["networks"])
        self.optimiser.load_state_dict(state["optimiser"])

    def learn(
        self,
        rollout: Rollout,
        advantages: Tensor,
        returns: Tensor,
        *,
        update: int,
        pretraining: Pretraining | None,
        generator: torch.Generator,
    ) -> dict[str, Any]:
        """All epochs over one batch of answers; returns what the record keeps of them.

        rollout: of these very networks. advantages, returns: [batch, time]. update: how many
        updates there have been before these. generator: draws who shares a minibatch.
        """
        config = self.config
        seen: list[Tensor] = []
        for epoch in range(config.epochs):
            # The first epoch takes the answers as they came, in the very groups that gave the old
            # log-probabilities, so that its first ratio is 1 to the last bit and the first update
            # needs no pass of its own. Prompts are drawn in random order, so these minibatches are
            # as random as any.
            order = torch.arange(config.batch).view(-1, config.answers)  # a row a prompt
            if epoch > 0:
                order = order[torch.randperm(len(order), generator=generator)]
            for which in order.flatten().to(advantages.device).split(config.minibatch):
                text = None
                if config.ptx and pretraining is not None:
                    text = pretraining(update).to(advantages.device)
                passes = () if seen else rollout.first
                seen.append(self.update(rollout, which, advantages, returns, text, passes))
                update += 1
        policy, value, ptx, clipped, largest = zip(*torch.stack(seen).tolist(), strict=True)
        return {
            "clip_fraction": sum(clipped) / len(clipped),
            "ratio_max": max(largest),
            "policy_loss": sum(policy) / len(policy),
            "value_loss": sum(value) / len(value),
            "ptx_loss": sum(ptx) / len(ptx) if config.ptx else None,
        }

    def update(
        self,
        rollout: Rollout,
        which: Tensor,
        advantages: Tensor,
        returns: Tensor,
        pretraining: Tensor | None = None,
        passes: Sequence[Pass] = (),
    ) -> Tensor:
        """One step of the optimiser from the episodes `which`.

        Returns [5]: policy, value and ptx loss, clip fraction, largest ratio. Raises
        FloatingPointError where the gradient is not finite, and leaves the weights as they were.
        """
        tokens = int(rollout.episodes.mask[which].sum())
        kind = "training on passes" if passes else "training"  # which are two thirds of the work
        with threads.working(kind, self.networks, tokens):
            seen = self.gradient(rollout, which, advantages, returns, pretraining, passes)
            norm = nn.utils.clip_grad_norm_(self.weights, self.config.max_grad_norm)
            if bool(norm.isfinite()):
                self.optimiser.step()
            self.optimiser.zero_grad(set_to_none=True)
        if not bool(norm.isfinite()):
            raise FloatingPointError(
                f"the gradient's norm is {norm.item()}: lower the learning rate, or the rewards"
            )
        return seen

    def gradient(
        self,
        rollout: Rollout,
        which: Tensor,
        advantages: Tensor,
        returns: Tensor,
        pretraining: Tensor | None = None,
        passes: Sequence[Pass] = (),
    ) -> Tensor:
        """Adds the gradient of all losses to the weights' `.grad`; returns what `update` does.

        passes: of each group of `which`, where the weights have not moved since; else made here.
        """
        config = self.config
        tokens = rollout.episodes.answer_mask[which].sum()
        seen = torch.zeros(5, device=tokens.device)
        groups = rollout.episodes.groups(which, self.policy.config.width)
        given: Sequence[Pass | None] = passes or [None] * len(groups)
        for group, known in zip(groups, given, strict=True):
            some = rollout.episodes.rows(group)
            mask = some.answer_mask
            share = mask.sum() / tokens  # a mean over groups, each weighed by its tokens
            old, old_values, gains, targets = (
                x[group, : mask.shape[1]]
                for x in (rollout.logprobs, rollout.values, advantages, returns)
            )
            with threads.exactly(known.threads) if known else nullcontext():
                of_policy = clipped_policy_loss(
                    known.logprobs if known else answer_logprobs(self.policy, some),
                    old,
                    gains,
                    mask,
                    config.clip,
                )
                (share * of_policy.loss).backward()
                of_value = value_loss(
                    known.values if known else answer_values(self.value_model, some),
                    old_values,
                    targets,
                    mask,
                    config.value_clip,
                )
                (share * config.value_coefficient * of_value).backward()
            with torch.no_grad():
                seen[0] += share * of_policy.loss
                seen[1] += share * of_value
                seen[3] += share * of_policy.clip_fraction
                seen[4] = torch.max(seen[4], of_policy.ratio_max)
        if pretraining is not None:  # added to PPO's gradient, not a step of its own
            of_ptx = ptx_loss(self.policy, pretraining, config.ptx)
            of_ptx.backward()
            seen[2] = of_ptx.detach()
        return seen
