"""The data section in small: from what users send in to prompts that a model may learn from.

InstructGPT, section 3.2: prompts that say who somebody is are taken out, what is sent twice counts
once, no user gives more than 200, and the split goes by user, so that no one is on both sides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from gptedu.world.requests import Instruction, user_split

CAP = 200  # prompts of one user at most, as in the paper
_PERSONAL = {
    "telephone number": re.compile(r"\b0\d{2,4}[ /-]?\d{5,}\b"),
    "e-mail address": re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"),
    "postal address": re.compile(r"\b\d{1,4} \w+ (Street|Road|Lane)\b"),
}


@dataclass(frozen=True)
class Prompts:
    """Prompts that are left, by split, and how many went where on the way.

    removed: reason -> how many submissions were taken out for it.
    """

    train: tuple[Instruction, ...]
    validation: tuple[Instruction, ...]
    test: tuple[Instruction, ...]
    removed: dict[str, int]

    @property
    def kept(self) -> int:
        return len(self.train) + len(self.validation) + len(self.test)


def personal_data(text: str) -> list[str]:
    """What in a text says who somebody is: the names of the rules that found it."""
    return [name for name, pattern in _PERSONAL.items() if pattern.search(text)]


def prepare(submissions: Iterable[Instruction], cap: int = CAP) -> Prompts:
    """Filters, deduplicates, caps and splits by user; the order of what is left stays.

    Raises ValueError for a cap below 1.
    """
    if cap < 1:
        raise ValueError(f"cap is {cap}: a user must be allowed at least 1 prompt")
    splits: dict[str, list[Instruction]] = {"train": [], "validation": [], "test": []}
    removed = dict.fromkeys((*_PERSONAL, "sent twice", f"beyond {cap} of one user"), 0)
    seen: set[str] = set()
    sent: dict[str, int] = {}
    for instruction in submissions:
        if personal := personal_data(instruction.prompt):
            removed[personal[0]] += 1
        elif instruction.prompt in seen:
            removed["sent twice"] += 1
        elif sent.get(instruction.user, 0) >= cap:
            removed[f"beyond {cap} of one user"] += 1
        else:
            seen.add(instruction.prompt)
            sent[instruction.user] = sent.get(instruction.user, 0) + 1
            splits[user_split(instruction.user)].append(instruction)
    return Prompts(**{name: tuple(kept) for name, kept in splits.items()}, removed=removed)
