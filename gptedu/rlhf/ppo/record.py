"""What happened in a PPO run, as plain values."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gptedu.assets import write_whole


class PPORecord(list[dict[str, Any]]):
    """What happened: a plain dict a step, measured on the answers written before its update.

    step: from 1 on. episodes: so far. reward, truth: mean over the answers (truth None where it
    is unknown). kl, kl3: to the reference, nats an answer, by the estimators k1 and k3. entropy:
    nats a token. length: tokens an answer, the end-of-text token among them. finished: share that
    ended by themselves. clip_fraction, ratio_max, policy_loss, value_loss, ptx_loss (None without
    ptx): over the step's updates. explained_variance: of the returns by the values. beta: that
    this step paid. seconds: it took. samples: {prompt, answer, reward, truth} of a few answers.
    """

    def column(self, name: str) -> list[Any]:
        """One quantity, step by step."""
        return [row[name] for row in self]

    def save(self, path: str | Path) -> None:
        """Writes JSON: a list of objects."""
        write_whole(Path(path), (json.dumps(self, allow_nan=False) + "\n").encode())

    @classmethod
    def load(cls, path: str | Path) -> PPORecord:
        """Reads what `save` wrote."""
        return cls(json.loads(Path(path).read_text(encoding="utf-8")))
