"""Replies that a labeler writes to show what counts: a right one, and others with one fault each.

Not in InstructGPT, whose labelers rank what models wrote. There a false reply differs from a true
one in manners and length as well, and a small reward model learns those alone; where two replies
differ in their truth and in nothing else, there is nothing but the truth to learn.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from gptedu.rlhf.labels.comparisons import Comparison
from gptedu.rlhf.labels.labeler import Labeler
from gptedu.world import World
from gptedu.world.draw import Draw
from gptedu.world.requests import Instruction
from gptedu.world.requests.faults import faulty
from gptedu.world.requests.replies import right_reply, with_manners

CAREFUL = Labeler("careful", ties=0.01)
"""Who wrote the replies knows what is wrong with them: the true preference, without noise."""


def contrasts(instructions: Sequence[Instruction], seed: int = 0) -> list[Comparison]:
    """To each prompt the right reply and three or four with one fault each, ranked.

    Two in five of them are polite, whatever their fault, so that manners tell nothing of the rest.
    """
    rng = random.Random(0)  # a labeler without noise draws nothing
    ranked = []
    for number, each in enumerate(instructions):
        replies = written(each, seed=f"{seed}/{number}")
        ranks = CAREFUL.rank(each, replies, rng)
        ranked.append(Comparison(each.prompt, replies, ranks, CAREFUL.name))
    return ranked


def written(instruction: Instruction, seed: int | str = 0) -> tuple[str, ...]:
    """A right reply first, then those with a fault (see `faulty`); each begins with a space."""
    d = Draw(World().facts, "train", random.Random(f"contrasts/{seed}"))
    replies = [right_reply(d, instruction), *faulty(d, instruction).values()]
    return tuple(" " + with_manners(d, reply) for reply in replies)
