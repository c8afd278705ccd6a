"""The models that learn from people, and how each is made: what `gptedu train mini-m-ppo` looks up.

base -> NAME-sft -> NAME-rm -> NAME-ppo and NAME-ppo-ptx
                 -> NAME-rm-rounds -> NAME-ppo-ptx-rounds
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from gptedu.rlhf.labels.answers import MAX_TOKENS
from gptedu.rlhf.ppo.config import PPOConfig
from gptedu.rlhf.reward.fitting import RewardFitting
from gptedu.rlhf.sft.train import SFT

_PPO = PPOConfig(beta=0.05, max_tokens=MAX_TOKENS)
_PPO_PTX = replace(_PPO, ptx=1.0)
_SLOWLY = replace(_PPO_PTX, learning_rate=1e-4)  # at 2e-4 it drifts, and no reply gets more helpful
_SHOWN = RewardFitting(epochs=5, learning_rate=1e-3, batch=16)
_RANKED = RewardFitting(epochs=2, learning_rate=8e-4)


@dataclass(frozen=True)
class Rounds:
    """How a judge is made that sees more than manners.

    contrasts: prompts whose replies a labeler writes (see `labels.contrasts`), fitted to first, as
    `shown` says: whatever a reward model learns first, it hardly leaves again. rankings: prompts
    to which the SFT model replies, then fitted to as `ranked` says.
    rounds: how often a policy is then trained against the judge for `steps` steps of `ppo`, and its
    replies to `replies` more prompts are ranked, too (section 3.1: "steps 2 and 3 can be iterated
    continuously"): they show what the judge likes by mistake.
    """

    contrasts: int = 1_000
    shown: RewardFitting = _SHOWN
    rankings: int = 3_000
    ranked: RewardFitting = _RANKED
    rounds: int = 1
    steps: int = 30
    replies: int = 600
    ppo: PPOConfig = _SLOWLY


@dataclass(frozen=True)
class Stage:
    """One model to make.

    base: of the family. kind: "sft", "rm", "rounds" or "ppo". how: its settings. steps: of PPO.
    judge: the reward model that PPO follows, by the end of its name.
    """

    base: str
    kind: str
    how: SFT | RewardFitting | Rounds | PPOConfig
    steps: int = 0
    judge: str = "rm"

    def requires(self) -> tuple[str, ...]:
        """The models that must be there before."""
        before = {"sft": (), "rm": ("sft",), "rounds": ("sft",), "ppo": ("sft", self.judge)}
        return (self.base, *(f"{self.base}-{kind}" for kind in before[self.kind]))


# A small model learns late to copy from the text: mini-s all at once, in its seventh epoch.
_SFT = {
    "mini-m": SFT(epochs=4, ptx=1.0),
    "mini-s": SFT(epochs=16, learning_rate=2e-3, ptx=1.0),
    "mini-m-v2": SFT(epochs=4, ptx=1.0),
    "mini-s-v2": SFT(epochs=16, learning_rate=2e-3, ptx=1.0),
}
_UNUSED = {("mini-s", "ppo"), ("mini-s-v2", "ppo")}  # nothing asks for them
STEPS = 60
STAGES = {
    f"{base}-{name}": Stage(base, kind, how, STEPS if kind == "ppo" else 0)
    for base, sft in _SFT.items()
    for name, kind, how in (
        ("sft", "sft", sft),
        ("rm", "rm", RewardFitting()),
        ("ppo", "ppo", _PPO),
        ("ppo-ptx", "ppo", _PPO_PTX),
    )
    if (base, name) not in _UNUSED
} | {
    "mini-m-v2-rm-rounds": Stage("mini-m-v2", "rounds", Rounds()),
    "mini-m-v2-ppo-ptx-rounds": Stage("mini-m-v2", "ppo", _SLOWLY, STEPS, "rm-rounds"),
}
