"""What a labeler writes in reply to a prompt: the data of step 1 (InstructGPT, section 3.2)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from gptedu.world import World
from gptedu.world.draw import Draw
from gptedu.world.requests import Instruction, demonstration


@dataclass(frozen=True)
class Demonstration:
    """A prompt, and what a labeler wrote in reply (it begins with a space)."""

    prompt: str
    answer: str

    @property
    def text(self) -> str:
        """Prompt and answer, as a reward reads them."""
        return self.prompt + self.answer


def demonstrations(instructions: Sequence[Instruction], seed: int = 0) -> list[Demonstration]:
    """What a labeler wrote to each prompt."""
    facts = World().facts
    return [
        Demonstration(
            each.prompt,
            demonstration(Draw(facts, "train", random.Random(f"demo/{seed}/{i}")), each),
        )
        for i, each in enumerate(instructions)
    ]
