"""PPO written plainly on transformers: with what PPORun is compared.

The same steps in the same order: left-padded prompts, `generate`, a full pass of each network over
prompt and answer, logits everywhere and then those of the answers, with this package's losses.
Where a prompt has several answers each row is still read whole, prompt and answer, as one writes it
when rows are all that `generate` and the model take. A library's trainer would be no fairer
measure: it spends time of its own on logging and on devices.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from gptedu.rlhf.ppo.advantages import gae, token_rewards, whiten
from gptedu.rlhf.ppo.config import PPOConfig
from gptedu.rlhf.ppo.losses import clipped_policy_loss, value_loss

if TYPE_CHECKING:
    from transformers import GPT2LMHeadModel, GPT2Model

END = 0  # the end-of-text token


class Scalar(nn.Module):
    """A GPT-2 body and a linear head: a number for each token, [batch, time]."""

    def __init__(self, body: GPT2Model, head: nn.Linear) -> None:
        super().__init__()
        self.body, self.head = body, head

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        hidden = self.body(ids, attention_mask=mask, position_ids=positions(mask), use_cache=False)
        return self.head(hidden.last_hidden_state)[..., 0]


class PlainPPO:
    """One policy, its reference, a value model and a reward model, all of one shape.

    prompts: ids of each, end-of-text first. config: `PPOConfig`, without ptx and a target of KL.
    """

    def __init__(
        self,
        policy: GPT2LMHeadModel,
        reference: GPT2LMHeadModel,
        value_model: Scalar,
        reward_model: Scalar,
        prompts: Sequence[list[int]],
        config: PPOConfig,
    ) -> None:
        self.policy, self.reference = policy.eval(), reference.eval()  # there is no dropout
        self.value_model, self.reward_model = value_model.eval(), reward_model.eval()
        self.prompts, self.config = list(prompts), config
        self.weights = [*policy.parameters(), *value_model.parameters()]
        self.optimiser = torch.optim.AdamW(self.weights, lr=config.learning_rate, weight_decay=0.0)
        self.policy.generation_config.eos_token_id = END

    def step(self) -> dict[str, Any]:
        """One batch of answers, and all updates from it."""
        several = self.config.answers
        drawn = torch.randperm(len(self.prompts))[: self.config.batch // several].tolist()
        return self.learn(*self.answer([self.prompts[i] for i in drawn for _ in range(several)]))

    def answer(self, prompts: Sequence[list[int]]) -> tuple[Tensor, Tensor, int]:
        """Prompts padded on the left, and the answers behind them.

        Returns ids and mask [batch, time], and how many columns are of prompts.
        """
        ids, mask = left_padded(prompts)
        width = ids.shape[1]
        ids = self.policy.generate(
            ids,
            attention_mask=mask.long(),
            max_new_tokens=self.config.max_tokens,
            do_sample=True,
            temperature=1.0,
            top_k=0,
            pad_token_id=END,
        )
        ended = ids[:, width:] == END
        before = ended.cumsum(dim=1) - ended.long()  # ends before each token
        return ids, torch.cat([mask, before == 0], dim=1), width

    def learn(self, ids: Tensor, mask: Tensor, width: int) -> dict[str, Any]:
        """All epochs over the answers; returns how many, and the means of losses, KL
        and reward."""
        config, answered = self.config, mask[:, width:]
        with torch.no_grad():
            old = self.logprobs(self.policy, ids, mask, width)
            log_ratios = old - self.logprobs(self.reference, ids, mask, width)
            old_values = self.value_model(ids, mask)[:, width - 1 : -1]
            scores = self.scores(ids, mask, width)
            rewards = token_rewards(scores, log_ratios, answered, config.beta)
            advantages, returns = gae(
                rewards, old_values * answered, answered, config.gamma, config.lam
            )
            advantages = whiten(advantages, answered)
        losses = []
        for _ in range(config.epochs):
            for some in torch.randperm(len(ids)).split(config.minibatch):
                logprobs = self.logprobs(self.policy, ids[some], mask[some], width)
                values = self.value_model(ids[some], mask[some])[:, width - 1 : -1]
                own = answered[some]
                of_policy = clipped_policy_loss(
                    logprobs, old[some], advantages[some], own, config.clip
                )
                of_value = value_loss(
                    values, old_values[some], returns[some], own, config.value_clip
                )
                self.optimiser.zero_grad()
                (of_policy.loss + config.value_coefficient * of_value).backward()
                nn.utils.clip_grad_norm_(self.weights, config.max_grad_norm)
                self.optimiser.step()
                losses.append((of_policy.loss.item(), of_value.item()))
        of_policies, of_values = zip(*losses, strict=True)
        return {
            "episodes": len(ids),
            "reward": scores.mean().item(),
            "kl": (log_ratios * answered).sum(dim=1).mean().item(),
            "length": answered.sum().item() / len(ids),
            "policy_loss": sum(of_policies) / len(losses),
            "value_loss": sum(of_values) / len(losses),
        }

    def logprobs(self, model: GPT2LMHeadModel, ids: Tensor, mask: Tensor, width: int) -> Tensor:
        """Of each token of the answers, [batch, answer time]; at pads, anything."""
        seen = model(ids, attention_mask=mask, position_ids=positions(mask), use_cache=False)
        logprobs = seen.logits[:, width - 1 : -1].log_softmax(dim=-1)
        return logprobs.gather(2, ids[:, width:, None])[..., 0]

    def scores(self, ids: Tensor, mask: Tensor, width: int) -> Tensor:
        """The reward of each text, read at the end-of-text token behind it: [batch]."""
        finished = ((ids == END) & mask)[:, width:].any(dim=1, keepdim=True)
        ids = torch.cat([ids, torch.full_like(finished, END, dtype=ids.dtype)], dim=1)
        mask = torch.cat([mask, ~finished], dim=1)
        last = (torch.arange(ids.shape[1]) * mask).argmax(dim=1)
        return self.reward_model(ids, mask).gather(1, last[:, None])[:, 0]


def positions(mask: Tensor) -> Tensor:
    """The place of each real token among those of its row; 0 at pads before it."""
    return (mask.long().cumsum(dim=1) - 1).clamp(min=0)


def left_padded(rows: Sequence[list[int]]) -> tuple[Tensor, Tensor]:
    """ids and mask [batch, time], pads in front."""
    width = max(map(len, rows))
    ids = torch.tensor([[END] * (width - len(row)) + row for row in rows])
    lengths = torch.tensor([len(row) for row in rows])
    return ids, torch.arange(width) >= width - lengths[:, None]
