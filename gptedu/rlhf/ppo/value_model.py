"""The value model: the score to be expected, token by token."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor, nn

from gptedu.model import GPT
from gptedu.model.llama import Llama
from gptedu.rlhf.episodes import Episodes, states_of


class ValueModel(nn.Module):
    """The score to be expected, token by token: a body and a scalar head of its own."""

    def __init__(self, body: GPT | Llama, head: nn.Linear) -> None:
        super().__init__()
        self.body, self.head = body, head

    @classmethod
    def of_policy(cls, policy: GPT | Llama) -> ValueModel:
        """A copy of the policy's body with a head that starts at zero: nothing is expected yet."""
        return cls(copy.deepcopy(policy), _zero_head(policy))

    @classmethod
    def of_reward_model(cls, reward_model: Any) -> ValueModel:
        """A copy of a reward model's body and head, as in InstructGPT (appendix C.4).

        What it adds to all rewards (`shift`) becomes the head's bias, to be learned like the rest.
        """
        body, head = copy.deepcopy(reward_model.body), _zero_head(reward_model.body)
        bias = reward_model.head.bias
        with torch.no_grad():
            head.weight.copy_(reward_model.head.weight)
            head.bias.add_(getattr(reward_model, "shift", 0.0) + (0.0 if bias is None else bias))
        return cls(body, head)

    def forward(self, ids: Tensor, mask: Tensor | None = None) -> Tensor:
        """Values [batch, time] after each token of ids [batch, time]."""
        return self.head(self.body.features(ids, mask=mask))[..., 0]


def _zero_head(body: GPT | Llama) -> nn.Linear:
    head = nn.Linear(body.config.width, 1).to(body.token_embedding.weight)
    nn.init.zeros_(head.weight)
    nn.init.zeros_(head.bias)
    return head


def answer_values(model: ValueModel, episodes: Episodes) -> Tensor:
    """What was expected before each token of the answers, [batch, time], 0 elsewhere."""
    return episodes.spread(model.head(states_of(model.body, episodes))[:, 0])
