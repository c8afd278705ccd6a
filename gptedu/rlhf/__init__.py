"""Learning what people want (InstructGPT, Ouyang et al. 2022).

Demonstrations make a policy that answers; comparisons of answers make a reward model; the policy is
then trained against it with PPO, held near where it began by a KL penalty (section 3.5).

labels/      what people send in and say: prompts, demonstrations, rankings (sections 3.2 and 3.4)
sft/         step 1: demonstrations -> the supervised policy
reward/      step 2: rankings -> a reward model (equation 1)
ppo/         step 3: the policy against its rewards (equation 2)
episodes     prompts with their answers as tokens, and how likely the answers are
pretraining  old text read along, in steps 1 and 3
judging      win rates, true scores and made-up statements (section 4)
recipes, command    what `gptedu train mini-m-ppo` makes, and how

A reward is a callable `list[str] -> Tensor [texts]` on whole texts (prompt and answer), whether a
network, a rule or a person stands behind it.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_FOUND_IN = {
    "Apprentice": "reward.apprentice",
    "Labeler": "labels.labeler",
    "PPOConfig": "ppo.config",
    "PPORun": "ppo.run",
    "Preference": "labels.labeler",
    "SIMULATED": "labels.labeler",
    "TrueScore": "labels.labeler",
    "ValueModel": "ppo.value_model",
    "accuracy": "reward.scorer",
    "agreement": "labels.comparisons",
    "answer_logprobs": "episodes",
    "answer_values": "ppo.value_model",
    "demonstrations": "labels.demonstrations",
    "mean_score": "judging",
    "personal_data": "labels.submissions",
    "prepare": "labels.submissions",
    "profile": "judging",
    "prompt_sets": "labels.prompt_sets",
    "qualities": "labels.labeler",
    "rank_answers": "labels.answers",
    "roll_out": "ppo.rollout",
    "sample_answers": "labels.answers",
    "validation_loss": "sft.loss",
    "whiten": "ppo.advantages",
    "win_rate": "judging",
    "yours_first": "labels.answers",
}
"""What a notebook needs of these parts, from one place: name -> module."""

__all__ = list(_FOUND_IN)


def __getattr__(name: str) -> Any:
    """Import what was asked for only now (PEP 562): a ranking needs no PPO."""
    if name not in _FOUND_IN:
        raise AttributeError(f"gptedu.rlhf has no {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(f"{__name__}.{_FOUND_IN[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
