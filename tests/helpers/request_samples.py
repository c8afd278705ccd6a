"""Requests of the miniature web, drawn by name."""

from __future__ import annotations

import random

from gptedu.world import World
from gptedu.world.draw import Draw
from gptedu.world.requests import INSTRUCTION_KINDS, instruction


def draw(name: str, split: str = "train") -> Draw:
    return Draw(World().facts, split, random.Random(f"test/{name}"))


def requests(count: int, name: str = "", split: str = "train"):
    return [instruction(draw(f"{name} {i}", split), INSTRUCTION_KINDS[i % 4]) for i in range(count)]
