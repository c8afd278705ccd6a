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
from gptedu.rlhf.episodes import Episodes, answer_logprobs
from gptedu.rlhf.ppo.arguments import read_prompts
from gptedu.rlhf.ppo.value_model import ValueModel, answer_values
from gptedu.rlhf.reward.scorer import Reward, scores_of
from gptedu.sampling import generate, row_logprobs

TOGETHER = 32  # prompts answered together


class Pass(NamedTuple):
    """Log-probabilities and values [batch, time] of one group of episodes, with their graphs.

    threads: on how many they were computed, and have to be differentiated (`LayerNorm`).
    """

    logprobs: Tensor
    values: Tensor
    threads: int


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
    new, drawn, entropies = draw_answers(policy, read, max_tokens, generator)
    ends = {policy.tokenizer.end, *policy.stops}
    known = policy.tokenizer.vocab_size  # some embeddings are padded beyond the vocabulary
    answers = [
        policy.tokenizer.decode([i for i in ids if i < known and i not in ends]) for ids in new
    ]
    episodes = Episodes.of(read, new).to(policy.model.token_embedding.weight.device)
    logprobs = episodes.spread(drawn.to(episodes.ids.device))
    ref_logprobs, values = torch.zeros_like(logprobs), torch.zeros_like(logprobs)
    every = torch.arange(len(prompts), device=episodes.ids.device)
    width = policy.model.config.width
    first: list[Pass] = []
    for number, which in enumerate(every.split(minibatch)):
        learns = number == 0 and torch.is_grad_enabled()
        for group in episodes.groups(which, width):
            some = episodes.rows(group)
            time = some.ids.shape[1]
            networks = 3 if learns else 2
            with threads.working("rollout", policy.model, networks * some.ids.numel()):
                if learns:
                    own = Pass(
                        answer_logprobs(policy.model, some),
                        answer_values(value_model, some),
                        torch.get_num_threads(),
                    )
                    first.append(own)
                    logprobs[group, :time] = own.logprobs.detach()
                    values[group, :time] = own.values.detach()
                with torch.inference_mode():
                    if not learns:
                        values[group, :time] = answer_values(value_model, some)
                    ref_logprobs[group, :time] = answer_logprobs(reference, some)
    texts = [p + a for p, a in zip(prompts, answers, strict=True)]
    return Rollout(
        prompts=list(prompts),
        answers=answers,
        episodes=episodes,
        logprobs=logprobs,
        ref_logprobs=ref_logprobs,
        values=values,
        scores=scores_of(reward, texts).to(logprobs.device),
        entropy=float(entropies.mean()),
        finished=torch.tensor([ids[-1] in ends for ids in new]),
        first=first,
    )


def draw_answers(
    policy: LanguageModel,
    prompts: Sequence[list[int]],
    max_tokens: int,
    generator: torch.Generator,
) -> tuple[list[list[int]], Tensor, Tensor]:
    """The new tokens after each prompt, prompts of like length side by side.

    Also of each new token [n], answer after answer: its log-probability, and the entropy of what it
    was drawn from, in nats. Temperature 1 and no cut: the tokens come from the very distribution
    whose log-probabilities the ratio is made of.
    """
    order = sorted(range(len(prompts)), key=lambda row: len(prompts[row]))
    new: list[list[int]] = [[] for _ in prompts]
    logprobs, entropies = torch.zeros(2, len(prompts), max_tokens)
    for start in range(0, len(order), TOGETHER):
        group = order[start : start + TOGETHER]
        notes = _Notes(logprobs, entropies, group)
        drawn = generate(
            policy.model,
            [prompts[row] for row in group],
            max_tokens,
            temperature=1.0,
            stop_ids=(policy.tokenizer.end, *policy.stops),
            generator=generator,
            on_draw=notes,
        )
        for row, ids in zip(group, drawn, strict=True):
            new[row] = ids
    lengths = torch.tensor([len(ids) for ids in new])
    real = torch.arange(max_tokens) < lengths[:, None]  # not what was drawn behind an end
    return new, logprobs[real], entropies[real]


class _Notes:
    """Keeps of each draw its log-probability and entropy, in rows of two [batch, time] tensors."""

    def __init__(self, logprobs: Tensor, entropies: Tensor, rows: Sequence[int]) -> None:
        self.logprobs, self.entropies, self.rows, self.step = logprobs, entropies, rows, 0

    def __call__(self, going: Sequence[int], logits: Tensor, ids: Tensor) -> None:
        rows = [self.rows[row] for row in going]
        logprobs, entropies = _of_draws(logits, ids)
        self.logprobs[rows, self.step], self.entropies[rows, self.step] = logprobs, entropies
        self.step += 1


def _of_draws(logits: Tensor, ids: Tensor) -> tuple[Tensor, Tensor]:
    """Log-probability of ids [n] by logits [n, vocab], and each row's entropy, in nats: [n], [n].

    Entropy is log sum exp(logits) less the expected logit.
    """
    logits = logits.float()
    logprobs = row_logprobs(logits, ids)
    normaliser = logits.gather(1, ids[:, None])[:, 0] - logprobs
    return logprobs.cpu(), (normaliser - (logits.softmax(dim=-1) * logits).sum(dim=-1)).cpu()
