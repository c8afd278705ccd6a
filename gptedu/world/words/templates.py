"""Templates: "[Yesterday|Last week] {who} bought {what}." stands for many sentences."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from functools import lru_cache

# Text, and brackets with their choices, each of which is a template again.
Template = tuple[str | tuple["Template", ...], ...]


def render(template: str, rng: random.Random, slots: Mapping[str, object]) -> str:
    """One sentence of a template: one choice of each bracket, the braces filled.

    Brackets nest, and a choice may be empty. Double spaces go, and sentences begin with capitals.
    """
    text = "".join(_choose(_parse(template), rng))
    text = re.sub(r"  +", " ", text.format(**slots) if slots else text).strip(" ")
    text = re.sub(r" ([.,!?])", r"\1", text)
    return re.sub(r"(^|[.!?] |\n)([a-z])", lambda m: m.group(1) + m.group(2).upper(), text)


@lru_cache(maxsize=4096)
def _parse(template: str) -> Template:
    """ "a [b|c[d|e]]" -> ("a ", (("b",), ("c", (("d",), ("e",)))))"""
    parts: list[str | tuple[Template, ...]] = []
    depth = start = 0
    for i, character in enumerate(template):
        if character == "[":
            if depth == 0:
                parts.append(template[start:i])
                start = i + 1
            depth += 1
        elif character == "]":
            depth -= 1
            if depth == 0:
                parts.append(tuple(_parse(choice) for choice in _choices(template[start:i])))
                start = i + 1
    parts.append(template[start:])
    return tuple(part for part in parts if part)


def _choices(text: str) -> list[str]:
    """Split at the bars that stand outside inner brackets."""
    choices, depth, start = [], 0, 0
    for i, character in enumerate(text):
        depth += (character == "[") - (character == "]")
        if character == "|" and depth == 0:
            choices.append(text[start:i])
            start = i + 1
    return [*choices, text[start:]]


def _choose(template: Template, rng: random.Random) -> list[str]:
    chosen: list[str] = []
    for part in template:
        if isinstance(part, str):
            chosen.append(part)
        else:
            chosen.extend(_choose(part[int(rng.random() * len(part))], rng))
    return chosen
