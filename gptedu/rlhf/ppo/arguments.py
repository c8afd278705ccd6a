"""What a PPO run can be made of: networks that fit together, and prompts that leave room."""

from __future__ import annotations

from collections.abc import Sequence

from torch import nn

from gptedu.language_model import LanguageModel
from gptedu.model import GPT
from gptedu.rlhf.reward.model import RewardModel


def check_networks(
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
