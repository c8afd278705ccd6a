"""What users send in: raw, before anything is sorted out (InstructGPT, section 3.2)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

from gptedu.world.draw import Draw
from gptedu.world.requests.instructions import Instruction, instruction
from gptedu.world.splits import split_of
from gptedu.world.words import lexicon
from gptedu.world.world import World

USERS = 1_000


def submissions(world: World, count: int, seed: int = 0) -> Iterator[Instruction]:
    """Requests in the order in which they come in.

    A few of the users ask for most of it (Zipf's law), one prompt in ten is sent twice, and one in
    thirty carries a telephone number, an address or an e-mail address. A user belongs to one split
    for ever, and so do the texts that this user sends.
    """
    weights = [1 / rank for rank in range(1, USERS + 1)]
    earlier: dict[str, Instruction] = {}
    for index in range(count):
        rng = random.Random(f"submissions/{world.seed}/{seed}/{index}")
        user = f"user-{rng.choices(range(USERS), weights)[0]:04d}"
        d = Draw(world.facts, user_split(user), rng)
        sent = replace(instruction(d), user=user)
        if d.chance(1 / 30):
            sent = replace(sent, request=f"{_signature(d)} {sent.request}")
        if d.chance(0.1):
            sent = earlier.get(user, sent)
        earlier[user] = sent
        yield sent


def user_split(user: str) -> str:
    """The split of a user: all that one person sends in stays on one side (section 3.2)."""
    return split_of(f"user/{user}")


def _signature(d: Draw) -> str:
    name, town = d.names(1)[0], d.pick(lexicon.TOWNS)
    return d.pick(
        (
            f"My number is 0{d.between(100, 999)} {d.between(100000, 999999)}.",
            f"Write to {name.lower()}@{d.pick(lexicon.COMPANIES).lower()}.example.",
            f"I live at {d.between(1, 99)} Mill Street, {town}.",
        )
    )
