"""The four formats in which a path is learned (Huang et al. 2022, section 3.2, table 2).

Trained in one alone, a model would learn that format rather than to reason. Two of them teach with
steps and two without, two after examples and two without.
"""

from __future__ import annotations

from collections.abc import Sequence

from gptedu import checks
from gptedu.reasoning.examples import Example
from gptedu.reasoning.prompts import MANNERS, prompt
from gptedu.rlhf.labels.demonstrations import Demonstration
from gptedu.world.problems.problem import Problem

STEPS = ("worked examples", "phrase")
"""Formats that show the path itself."""
PLAIN = ("plain examples", "plain")
"""Formats that show its answer alone."""
FORMATS = (*STEPS, *PLAIN)

_MANNER = {
    "worked examples": "worked",
    "phrase": "phrase",
    "plain examples": "direct",
    "plain": "bare",
}


def formatted(
    problem: Problem,
    path: str,
    label: str,
    name: str,
    examples: Sequence[Example] = (),
) -> Demonstration:
    """A problem's path in one of `FORMATS`: the prompt, and what is learned after it.

    path: as the model wrote it, with the space before it. label: its answer. examples: (problem, a
    worked solution of it), for the formats that show some. The problem's own answer is not read.
    """
    manner = _MANNER[checks.one_of("format", name, FORMATS)]
    shown = examples if MANNERS[manner].shown else ()
    return Demonstration(prompt(problem, manner, shown), path if name in STEPS else f" {label}")
