"""The models that learn from people, and how each is made: what `gptedu train mini-m-ppo` looks up.

base -> NAME-sft -> NAME-rm -> NAME-ppo and NAME-ppo-ptx
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from gptedu.rlhf.labels.answers import MAX_TOKENS
from gptedu.rlhf.ppo.config import PPOConfig
from gptedu.rlhf.reward.fitting import RewardFitting
from gptedu.rlhf.sft.train import SFT


@dataclass(frozen=True)
class Stage:
    """One model to make.

    base: of the family. kind: "sft", "rm" or "ppo". how: its settings. steps: of PPO.
    """

    base: str
    kind: str
    how: SFT | RewardFitting | PPOConfig
    steps: int = 0

    def requires(self) -> tuple[str, ...]:
        """The models that must be there before."""
        before = {"sft": (), "rm": ("sft",), "ppo": ("sft", "rm")}[self.kind]
        return (self.base, *(f"{self.base}-{kind}" for kind in before))


# A small model learns late to copy from the text: mini-s all at once, in its seventh epoch.
_SFT = {"mini-m": SFT(epochs=4, ptx=1.0), "mini-s": SFT(epochs=16, learning_rate=2e-3, ptx=1.0)}
_PPO = PPOConfig(beta=0.05, max_tokens=MAX_TOKENS)
STEPS = 60
STAGES = {
    f"{base}-{name}": Stage(base, kind, how, STEPS if kind == "ppo" else 0)
    for base, sft in _SFT.items()
    for name, kind, how in (
        ("sft", "sft", sft),
        ("rm", "rm", RewardFitting()),
        ("ppo", "ppo", _PPO),
        ("ppo-ptx", "ppo", replace(_PPO, ptx=1.0)),
    )
    if (base, name) != ("mini-s", "ppo")  # nothing asks for it
}
