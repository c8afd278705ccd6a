"""The policy answers: what it wrote, how likely each token was, and what it was worth."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from gptedu.language_model import LanguageModel
from gptedu.model import GPT
from gptedu.rlhf.ppo.episodes import (
    Episodes,
    answer_logits,
    answer_logprobs,
    logprobs_of,
    states_of,
)
from gptedu.rlhf.reward.model import Reward, RewardModel, scores_of
from gptedu.sampling import generate

TOGETHER = 32  # prompts answered together


class ValueModel(nn.Module):
    """The score to be expected, token by token: a body and a scalar head of its own."""

    def __init__(self, body: GPT, head: nn.Linear) -> None:
        super().__init__()
        self.body, self.head = body, head

    @classmethod
    def of_policy(cls, policy: GPT) -> ValueModel:
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


def _zero_head(body: GPT) -> nn.Linear:
    head = nn.Linear(body.config.width, 1).to(body.token_embedding.weight.device)
    nn.init.zeros_(head.weight)
    nn.init.zeros_(head.bias)
    return head


def answer_values(model: ValueModel, episodes: Episodes) -> Tensor:
    """What was expected before each token of the answers, [batch, time], 0 elsewhere."""
    return episodes.spread(model.head(states_of(model.body, episodes))[:, 0])


class Pass(NamedTuple):
    """Log-probabilities and values [batch, time] of one group of episodes, with their graphs."""

    logprobs: Tensor
    values: Tensor


@dataclass(frozen=True)
class Rollout:
    """Answers of a policy and all that PPO needs to learn from them.

    prompts, answers: text; `texts` are both together, as the reward reads them.
    logprobs, ref_logprobs: of each answer token under the policy as it was, and the reference,
    in nats. values: expected before each. All [batch, time], 0 where no answer stands.
    scores: [batch], the reward. entropy: nats per answer token. finished: bool [batch], whether
    the answer ended by itself. first: the passes that gave the first minibatch its logprobs and
    values, group by group: its update goes on from them. Empty under `torch.no_grad`.
    """

    prompts: list[str]
    answers: list[str]
    episodes: Episodes
    logprobs: Tensor
    ref_logprobs: Tensor
    values: Tensor
    scores: Tensor
    entropy: float
    finished: Tensor
    first: list[Pass]

    @property
    def texts(self) -> list[str]:
        return [p + a for p, a in zip(self.prompts, self.answers, strict=True)]


def roll_out(
    policy: LanguageModel,
    prompts: Sequence[str],
    *,
    reference: GPT,
    value_model: ValueModel,
    reward: Reward,
    max_tokens: int,
    generator: torch.Generator,
    minibatch: int,
) -> Rollout:
    """One answer to each prompt, drawn at temperature 1 from all tokens.

    minibatch: episodes of an update. They pass through the networks in the very groups in which
    the first epoch will learn from them, so that its first ratio is 1 to the last bit.

    Raises ValueError for a prompt that leaves no room for `max_tokens`, and for a reward that does
    not give one finite number a text.
    """
    read = read_prompts(policy, prompts, max_tokens)
    new = draw_answers(policy, read, max_tokens, generator)
    ends = {policy.tokenizer.end, *policy.stops}
    known = policy.tokenizer.vocab_size  # some embeddings are padded beyond the vocabulary
    answers = [
        policy.tokenizer.decode([i for i in ids if i < known and i not in ends]) for ids in new
    ]
    episodes = Episodes.of(read, new).to(policy.model.token_embedding.weight.device)
    logprobs, entropy = torch.zeros(episodes.ids.shape, device=episodes.ids.device), 0.0
    ref_logprobs, values = torch.zeros_like(logprobs), torch.zeros_like(logprobs)
    every = torch.arange(len(prompts), device=episodes.ids.device)
    width = policy.model.config.width
    first: list[Pass] = []
    for number, which in enumerate(every.split(minibatch)):
        learns = number == 0 and torch.is_grad_enabled()
        for group in episodes.groups(which, width):
            some = episodes.rows(group)
            time = some.ids.shape[1]
            with torch.set_grad_enabled(learns):
                logits = answer_logits(policy.model, some)
                found = Pass(logprobs_of(logits, some), answer_values(value_model, some))
            if learns:
                first.append(found)
            with torch.inference_mode():
                logprobs[group, :time] = found.logprobs
                values[group, :time] = found.values
                entropy += float(_entropies(logits).sum())
                ref_logprobs[group, :time] = answer_logprobs(reference, some)
    tokens = int(episodes.answer_mask.sum())
    texts = [p + a for p, a in zip(prompts, answers, strict=True)]
    return Rollout(
        prompts=list(prompts),
        answers=answers,
        episodes=episodes,
        logprobs=logprobs,
        ref_logprobs=ref_logprobs,
        values=values,
        scores=scores_of(reward, texts).to(logprobs.device),
        entropy=entropy / tokens,
        finished=torch.tensor([ids[-1] in ends for ids in new]),
        first=first,
    )


def check_bodies(
    policy: LanguageModel, reference: LanguageModel | GPT | None, value_from: RewardModel | None
) -> None:
    """Raises TypeError for what is no model, ValueError for one that PPO cannot use in its place.

    The policy and its reference must write text, and nobody may read less than the policy writes.
    """
    if not isinstance(policy, LanguageModel):
        raise TypeError(f"policy is {_kind(policy)}: give a LanguageModel, as gptedu.load returns")
    held = reference.model if isinstance(reference, LanguageModel) else reference
    for name, body in (("policy", policy.model), ("reference", held)):
        if body is not None and not isinstance(body, nn.Module):
            raise TypeError(f"{name} is {_kind(body)}: give a LanguageModel, or its GPT")
        if body is not None and not hasattr(body, "new_cache"):
            raise ValueError(
                f"{name} is {_kind(body)}, which cannot write text: give a GPT, for instance "
                "gptedu.load('mini-m-sft')"
            )
    if value_from is not None and not isinstance(value_from, RewardModel):
        raise TypeError(
            f"value_from is {_kind(value_from)}: give a RewardModel, as a Scorer and "
            "gptedu.load('mini-m-rm') have it in .model"
        )
    for name, reader in (("reference", held), ("value_from", value_from)):
        for what in ("vocab_size", "context"):
            own = getattr(policy.model.config, what)
            if reader is not None and getattr(reader.config, what) < own:
                raise ValueError(
                    f"{name} has a {what} of {getattr(reader.config, what)} and the policy "
                    f"{own}: give one made from the same base model"
                )


def _kind(what: object) -> str:
    name = type(what).__name__
    return f"{'an' if name.startswith(('LSTM', *'AEIOaeio')) else 'a'} {name}"


def read_prompts(policy: LanguageModel, prompts: Sequence[str], max_tokens: int) -> list[list[int]]:
    """The ids of each prompt, end-of-text first; ValueError where an answer would not fit.

    TypeError for a prompt that is no text.
    Behind the longest answer there is room for an end-of-text token, as a reward model reads one.
    """
    if odd := [prompt for prompt in prompts if not isinstance(prompt, str)]:
        raise TypeError(f"the prompt {odd[0]!r} is no text: give strings")
    read = [[policy.tokenizer.end, *policy.tokenizer.encode(prompt)] for prompt in prompts]
    context = policy.model.config.context
    for prompt, ids in zip(prompts, read, strict=True):
        if len(ids) + max_tokens + 1 > context:
            raise ValueError(
                f"the prompt {prompt[:40]!r}... has {len(ids)} tokens: with max_tokens "
                f"{max_tokens} and an end it does not fit the context of {context}; shorten one"
            )
    return read


def draw_answers(
    policy: LanguageModel,
    prompts: Sequence[list[int]],
    max_tokens: int,
    generator: torch.Generator,
) -> list[list[int]]:
    """The new tokens after each prompt, prompts of like length side by side.

    Temperature 1 and no cut: the tokens come from the very distribution whose log-probabilities
    the ratio is made of.
    """
    order = sorted(range(len(prompts)), key=lambda row: len(prompts[row]))
    new: list[list[int]] = [[] for _ in prompts]
    for start in range(0, len(order), TOGETHER):
        group = order[start : start + TOGETHER]
        drawn = generate(
            policy.model,
            [prompts[row] for row in group],
            max_tokens,
            temperature=1.0,
            stop_ids=(policy.tokenizer.end, *policy.stops),
            generator=generator,
        )
        for row, ids in zip(group, drawn, strict=True):
            new[row] = ids
    return new


def _entropies(logits: Tensor) -> Tensor:
    """Entropy in nats of each row of logits [n, vocab]."""
    logprobs = logits.log_softmax(dim=-1)
    return -(logprobs.exp() * logprobs).sum(dim=-1)
