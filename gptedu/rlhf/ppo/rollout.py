"""The policy answers: what it wrote, how likely each token was, and what it was worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from gptedu import threads
from gptedu.language_model import LanguageModel
from gptedu.model import GPT
from gptedu.model.llama import Llama
from gptedu.rlhf.episodes import Episodes, answer_logits, answer_logprobs, logprobs_of
from gptedu.rlhf.ppo.arguments import read_prompts
from gptedu.rlhf.ppo.value_model import ValueModel, answer_values
from gptedu.rlhf.reward.scorer import Reward, scores_of
from gptedu.sampling import generate

TOGETHER = 32  # prompts answered together


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
    reference: GPT | Llama,
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
            with threads.working("rollout", policy.model, 3 * some.ids.numel()):  # three networks
                with torch.set_grad_enabled(learns):
                    logits = answer_logits(policy.model, some)
                    own = Pass(logprobs_of(logits, some), answer_values(value_model, some))
                if learns:
                    first.append(own)
                with torch.inference_mode():
                    logprobs[group, :time] = own.logprobs
                    values[group, :time] = own.values
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
