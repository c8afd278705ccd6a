"""Things to play with in a notebook: a figure with controls, and a model behind it.

`from gptedu.widgets import AttentionExplorer` works with and without a kernel; each name loads
its module when it is first used.
"""

from __future__ import annotations

import importlib
from typing import Any

_HOME = {
    "AttentionExplorer": "attention_explorer",
    "NextToken": "next_token",
    "PPOMonitor": "ppo_monitor",
    "PreferenceRanker": "preference_ranker",
    "PromptLab": "prompt_lab",
    "RewardLens": "reward_lens",
    "TaskFormats": "task_formats",
    "bertviz_view": "bertviz",
}

__all__ = [
    "AttentionExplorer",
    "NextToken",
    "PPOMonitor",
    "PreferenceRanker",
    "PromptLab",
    "RewardLens",
    "TaskFormats",
    "bertviz_view",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"gptedu.widgets has no {name!r}; it has {', '.join(__all__)}.")
    return getattr(importlib.import_module(f"gptedu.widgets.{_HOME[name]}.widget"), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
