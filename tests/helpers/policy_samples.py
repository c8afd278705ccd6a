"""Enquiries of the policy, and replies whose class is known by how they were made."""

from __future__ import annotations

import random

from gptedu.world import World
from gptedu.world.draw import Draw
from gptedu.world.policy import CLASSES, Enquiry, all_six, draw_enquiries, reply_of, setting


def draw(name: object = 0, split: str = "train") -> Draw:
    return Draw(World().facts, split, random.Random(f"policy/{name}"))


def six(name: object = 0, topic: str = "place") -> list[Enquiry]:
    return all_six(setting(draw(name), topic))


def of_kind(kind: str, name: object = 0) -> Enquiry:
    return next(each for each in six(name) if each.kind == kind)


def gold(count: int, new: bool = False, **how) -> list[tuple[Enquiry, str, str]]:
    """(request, reply, class): a reply of every class to each request."""
    asked = draw_enquiries(count, **how)
    return [
        (each, reply_of(draw(f"{i}/{wanted}"), each, wanted, new=new), wanted)
        for i, each in enumerate(asked)
        for wanted in CLASSES
    ]
