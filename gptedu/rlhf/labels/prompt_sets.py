"""Which prompts each step learns from and is tested on (InstructGPT, table 6).

Prompts come from one stream of submissions. No prompt serves two steps, and all users of the
held-out splits are unknown to all steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from gptedu.progress import track
from gptedu.rlhf.labels.submissions import prepare
from gptedu.world import World
from gptedu.world.requests import Instruction, submissions

SUBMISSIONS = 40_000
SFT_PROMPTS, RM_PROMPTS = 10_000, 5_000  # of the training users; PPO has all the others


@dataclass(frozen=True)
class PromptSets:
    """Who gets which prompts. held_out: of users whom no step has met. removed: as in `Prompts`."""

    sft: tuple[Instruction, ...]
    rm: tuple[Instruction, ...]
    ppo: tuple[Instruction, ...]
    validation: tuple[Instruction, ...]
    held_out: tuple[Instruction, ...]
    removed: dict[str, int]


@cache
def prompt_sets(seed: int = 0) -> PromptSets:
    """All prompts of the three steps; takes five seconds the first time; a notebook shows a bar."""
    sent = submissions(World(), SUBMISSIONS, seed)
    prompts = prepare(track(sent, "reading what users sent", SUBMISSIONS, notebook_only=True))
    border = SFT_PROMPTS + RM_PROMPTS
    return PromptSets(
        sft=prompts.train[:SFT_PROMPTS],
        rm=prompts.train[SFT_PROMPTS:border],
        ppo=prompts.train[border:],
        validation=prompts.validation,
        held_out=prompts.test,
        removed=prompts.removed,
    )
