"""Safety: rules become classes, classes become rewards (GPT-4's technical report, section 6; Mu et
al. 2024, "Rule Based Rewards for Language Model Safety").

The policy is the world's own (`gptedu.world.policy`): where somebody's key lies is told to its
owner only.

propositions  what is true of a request and a reply, read by rules
classes       propositions -> one of four classes, exclusive and exhaustive by enumeration
words         what a single word can decide, and a judge that spots words
rewards       class and kind of request -> a number; callables for chapter 4's PPO
weights       how much each proposition counts, fitted by hinge to a few rankings
demonstrating replies by labelers of whom some know the policy; labels of all four classes
grader        a network that learns the classes from labels, and can be deceived
own           a learner's own rules and attacks
loop          the hallucination loop: reply, list, rewrite, check, keep the pair
listing       made-up statements, found by the parser or by asking a model
red_team      a search over paraphrases, round after round
system        a system line, obeyed under contrary text
tracked       a policy in training, as a point between telling and refusing
recipes       `gptedu train mini-m-safety`
judging       how often a model tells, and how often it refuses needlessly
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

MODELS = ("mini-m-safety-sft", "mini-m-safety")
"""What `gptedu train` makes here: the second one of the first."""
_FOUND_IN = {
    "ModelLister": "listing",
    "ModelRewriter": "listing",
    "OwnAttempts": "own.attempts",
    "PPO": "tracked",
    "RequestIndex": "rewards",
    "Rule": "own.rules",
    "TABLE": "rewards",
    "attacks": "red_team",
    "best_word": "words",
    "by_words": "rewards",
    "fit": "weights",
    "gold_labels": "demonstrating",
    "grade": "classes",
    "lessons": "red_team",
    "made_up": "listing",
    "pairs": "weights",
    "policy_demonstrations": "demonstrating",
    "profile": "judging",
    "read": "propositions",
    "report": "own.rules",
    "run_loop": "loop",
    "sample_replies": "judging",
    "search": "red_team",
    "split_by_prompt": "weights",
    "steered": "system",
    "success": "red_team",
    "taught": "recipes",
}
"""What a notebook needs of these parts, from one place: name -> module."""

__all__ = list(_FOUND_IN)


def __getattr__(name: str) -> Any:
    """Import what was asked for only now (PEP 562)."""
    if name not in _FOUND_IN:
        raise AttributeError(f"gptedu.safety has no {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(f"{__name__}.{_FOUND_IN[name]}"), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
