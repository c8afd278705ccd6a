"""Things to play with in a notebook: a figure with controls, and a model behind it.

`from gptedu.widgets import AttentionExplorer` works with and without a kernel, and loads that
widget alone. A widget is a folder, named as its class with underscores (a function adds `_view`):

    state.py    what is shown, computed: pure functions, without Jupyter
    picture.py  the same as a PNG, for where no widget can live
    view.js, view.css   the live view: draws what Python computes, asks for what a learner does
    widget.py   joins the three, on `base`: its actions, its caption, its picture
    __init__.py exports the class

To add one, copy a folder (task_formats is the smallest), rename it, and add the name to
`__all__` below. Inside a folder imports are relative, so that a copy stands on its own.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

__all__ = [
    "AttentionExplorer",
    "NextToken",
    "PPOMonitor",
    "PreferenceRanker",
    "PromptLab",
    "RewardLens",
    "RuleBench",
    "ScalingExplorer",
    "Sketchpad",
    "TaskFormats",
    "VoteExplorer",
    "bertviz_view",
]


def __getattr__(name: str) -> Any:
    wanted = name.removesuffix("_view").replace("_", "").lower()
    for folder in pkgutil.iter_modules(__path__):
        if folder.ispkg and folder.name.replace("_", "") == wanted:
            return getattr(importlib.import_module(f"{__name__}.{folder.name}"), name)
    raise AttributeError(f"gptedu.widgets has no {name!r}; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return [*globals(), *__all__]
