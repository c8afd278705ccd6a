"""Reasoning: steps written down, many paths and a vote, and learning from one's own majorities.

Wei et al. 2022 ("Chain-of-Thought Prompting"), Kojima et al. 2022 ("Large Language Models are
Zero-Shot Reasoners"), Wang et al. 2022 ("Self-Consistency"), Huang et al. 2022 ("Large Language
Models Can Self-Improve"). From a problem to a model that has taught itself:

problems       problems of several steps, from the world or typed
told/          a sum in free words, read where it is plain
examples       worked examples for prompts
prompts        the same problem asked directly, with steps, and as the papers' controls ask it
paths          many solutions of many problems, drawn in one go
answers        what a text says that the answer is: one function
votes          the majority of many answers, with ties and unreadable ones
confidence     a vote's share against how often it is right
accuracy       greedy, one path, and votes of more and more of them
planted        what the world's own ways of working would score
checking/      which step of a solution is wrong, and why
rewards        a checker as the reward of chapter 4's PPO
self_training/ a training file of majorities, rounds of it, and `gptedu train mini-m-lmsi`
bridge/        four people, one lamp: a search, states to step through, a checker of answers
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

UNSURE, LMSI = MODELS = ("mini-m-unsure", "mini-m-lmsi")
"""The model that teaches itself, and what comes of it; made by `self_training.recipes`."""

_FOUND_IN = {
    "as_bytes": "self_training.file",
    "ask": "accuracy",
    "check": "checking",
    "count_votes": "accuracy",
    "prompt": "prompts",
    "right_answers": "accuracy",
    "sample_paths": "paths",
    "thinking": "accuracy",
    "training_file": "self_training.file",
    "verified": "rewards",
    "worked_examples": "examples",
}
"""What a notebook needs of these parts, from one place: name -> module."""

__all__ = ["LMSI", "MODELS", "UNSURE", *_FOUND_IN]


def __getattr__(name: str) -> Any:
    """Import what was asked for only now (PEP 562): the name of a model needs no torch."""
    if name not in _FOUND_IN:
        raise AttributeError(f"gptedu.reasoning has no {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(f"{__name__}.{_FOUND_IN[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
