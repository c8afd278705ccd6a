"""Which of a guess's options came true: read off what a model wrote, or off a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gptedu.rlhf.labels.labeler import POLITE

CHANGED = 0.05  # of a true score, or of a share: less is called no change
SCRAPS = ("ourse", "leasure", "ladly", "ertainly", "hope", "hank", "elcome")  # of polite phrases


def of_base(reply: str) -> str:
    """What the base model made of a request."""
    if "kitchen" in reply:
        return "in the kitchen"
    return "a question back" if reply.strip().endswith("?") else "something else altogether"


def of_change(before: float, after: float) -> str:
    """What became of a true score."""
    if abs(after - before) <= CHANGED:
        return "it stays"
    return "it rises too" if after > before else "it falls"


def of_best(one: float, by_judge: float, by_truth: float) -> str:
    """Whose pick among several replies helps more often than one reply; shares, 0 to 1."""
    if by_truth - one <= CHANGED:
        return "neither"
    return "both picks" if by_judge - one > CHANGED else "the true score's pick alone"


def of_free_run(record: Sequence[Mapping[str, Any]]) -> str:
    """What a policy without a penalty writes in the end.

    record: a `PPORecord`. More than one polite phrase or scrap of one in a reply is too many.
    """
    last = record[-1]["samples"]
    replies = " ".join(sample["answer"] for sample in last)
    if sum(replies.count(scrap) for scrap in SCRAPS) > len(last):
        return "polite words, whole or in pieces"
    better = record[-1]["truth"] > record[0]["truth"] and POLITE.search(replies)
    return "better replies than with it" if better else "letters without sense"
