"""The reward model: a language model that gives a text a number instead of a next token.

InstructGPT (Ouyang et al. 2022, section 3.5): "starting from the SFT model with the final
unembedding layer removed, we trained a model to take in a prompt and response, and output a scalar
reward". It learns from comparisons alone, so only differences of rewards between answers to one
prompt mean anything.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from gptedu.model import GPT, GPTConfig
from gptedu.model.fast.answer_states import states_at_end
from gptedu.rlhf.episodes import Episodes
from gptedu.training import kinds
from gptedu.training.checkpoint import load_model, save_model

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel


class RewardModel(nn.Module):
    """rewards [batch] from rows of tokens: a GPT's body and a linear head of one output.

    The head starts at zero, so that at first all texts are worth the same. It has no bias, which
    comparisons could not teach; `shift` [] takes its place (see `shift_to_zero`).

    generator: draws the body of an untrained model; `RewardModel.of` takes a trained one.
    """

    shift: Tensor

    def __init__(self, config: GPTConfig, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.body = GPT(config, generator)
        dtype = self.body.token_embedding.weight.dtype
        self.head = nn.Linear(config.width, 1, bias=False, dtype=dtype)
        nn.init.zeros_(self.head.weight)
        self.register_buffer("shift", torch.zeros((), dtype=dtype))

    @classmethod
    def of(cls, lm: LanguageModel) -> RewardModel:
        """The reward model that a language model becomes: its body copied, and a new head.

        Raises ValueError where the model is no GPT.
        """
        if not isinstance(lm.model, GPT):
            raise ValueError(
                f"{lm.name} is a {type(lm.model).__name__}: a reward model is made of a GPT, "
                "as 'mini-m' is"
            )
        model = cls(lm.model.config, torch.Generator())
        model.body = copy.deepcopy(lm.model)
        return model.to(lm.model.token_embedding.weight).eval()  # its device, and its type

    @property
    def config(self) -> GPTConfig:
        return self.body.config

    @property
    def token_embedding(self) -> nn.Embedding:
        return self.body.token_embedding

    def at_every_token(self, ids: Tensor, mask: Tensor | None = None) -> Tensor:
        """What the head says after each token: [batch, time], at pads nothing of use.

        ids: [batch, time] int64. mask: bool [batch, time], True for a real token; pads may stand
        anywhere. The body's unembedding is never computed.
        """
        return self.head(self.body.features(ids, mask=mask)).squeeze(-1) + self.shift

    def at_end(self, texts: Episodes) -> Tensor:
        """The reward of each text, [batch]: what `forward` gives, and what is needed for it alone
        (see `answer_states`). The model must be in eval mode."""
        parts = texts.ids, texts.answer_mask, texts.prompts
        return self.head(states_at_end(self.body, *parts)).squeeze(-1) + self.shift

    def forward(self, ids: Tensor, mask: Tensor | None = None) -> Tensor:
        """The reward of each row, read at its last real token: [batch].

        The mask alone says which token that is: the id of a pad may be that of the end of text.
        Raises ValueError for a row without a real token.
        """
        rewards = self.at_every_token(ids, mask)
        if mask is None:
            return rewards[:, -1]
        return rewards.gather(1, last_real(mask.to(rewards.device))[:, None]).squeeze(1)


def last_real(mask: Tensor) -> Tensor:
    """Place of the last True in each row: [batch, time] bool -> [batch] int64."""
    if len(empty := (~mask.any(dim=1)).nonzero()):
        raise ValueError(f"row {int(empty[0])} has no real token: leave it out")
    places = torch.arange(mask.shape[1], device=mask.device)
    return torch.where(mask.bool(), places, -1).amax(dim=1)


def save_reward_model(
    folder: str | Path, model: RewardModel, card: dict[str, Any]
) -> dict[str, Any]:
    """Writes the model (float16) and its card, as `gptedu.load` reads them; returns the card."""
    about = card | {"kind": "reward", "model": model.config.to_dict()}
    return save_model(folder, model, about)


def load_reward_model(folder: str | Path) -> tuple[RewardModel, dict[str, Any]]:
    """The model, on the CPU and in evaluation mode, and its card.

    Raises what `load_model` raises, and ValueError where the folder holds another kind of model.
    """
    model, card = load_model(folder)
    if not isinstance(model, RewardModel):
        raise ValueError(f"{folder} holds a {type(model).__name__} and no reward model")
    return model, card


kinds.register("reward", kinds.Kind(GPTConfig, RewardModel, loss=None))  # fitted to comparisons
