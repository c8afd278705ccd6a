"""The sum of two bars: which are asked for, how it is worked out, and whether a text did so.

As with the family's sums in words, a worked answer says each step and ends in "The answer is". A
checker reads the steps one by one, so that a right answer from wrong readings is told from one
that was worked out (GPT-4's report shows such a sum, of a chart of meat eaten in two regions).
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from gptedu.vision.world.held_out import COLOURS, sums
from gptedu.vision.world.scenes import Bar, Chart, random_chart
from gptedu.world.problems.problem import ANSWER, answer_in


def added(rng: random.Random, split: str = "train") -> tuple[Chart, str, str]:
    """A chart and the colours of two of its bars whose heights are a pair of the split.

    The sum is drawn first, so that each that the split has is as frequent as the others. Raises
    ValueError for an unknown split.
    """
    own = sums(split)
    total = rng.choice(sorted({a + b for a, b in own}))
    heights = rng.choice([pair for pair in own if sum(pair) == total])
    chart = random_chart(rng)
    first, second = rng.sample(range(len(chart.bars)), 2)
    bars = list(chart.bars)
    for place, height in zip((first, second), heights, strict=True):
        bars[place] = Bar(bars[place].colour, height)
    return Chart(tuple(bars), chart.line), bars[first].colour, bars[second].colour


def read_out(chart: Chart) -> str:
    """ "the bars are red 3, green 7, blue 5.": all, before one is looked up by its colour."""
    bars = ", ".join(f"{bar.colour} {bar.height}" for bar in chart.bars)
    return f"the bars are {bars}."


def worked(chart: Chart, first: str, second: str) -> str:
    """ "red is 3. blue is 5. 3 and 5 is 8. The answer is 8." """
    a, b = chart.height(first), chart.height(second)
    return f"{first} is {a}. {second} is {b}. {a} and {b} is {a + b}. {ANSWER} {a + b}."


@dataclass(frozen=True)
class Verdict:
    """What holds of a worked answer. said: it has all steps, for these two bars. read: both
    heights are the chart's. added: the sum is that of the heights it names. answered: the answer is
    its own sum. right: the answer is the chart's."""

    said: bool
    read: bool
    added: bool
    answered: bool
    right: bool

    @property
    def worked_out(self) -> bool:
        """Whether the answer is right, and every step to it."""
        return self.said and self.read and self.added and self.answered and self.right


_READ = re.compile(rf"\b({'|'.join(COLOURS)}) is (\d+)\.")
_ADD = re.compile(r"(\d+) and (\d+) is (\d+)\.")


def judged(chart: Chart, first: str, second: str, text: str) -> Verdict:
    """A worked answer to the sum of two bars, step by step; bars may be read in either order."""
    readings, additions = _READ.findall(text), _ADD.findall(text)
    answer = answer_in(text)
    right = answer == str(chart.height(first) + chart.height(second))
    named = sorted(colour for colour, _ in readings) == sorted((first, second))
    if not named or len(additions) != 1 or answer is None:
        return Verdict(False, False, False, False, right)
    a, b, total = map(int, additions[0])
    heights = sorted(int(height) for _, height in readings)
    return Verdict(
        said=True,
        read=all(int(height) == chart.height(colour) for colour, height in readings),
        added=a + b == total and sorted((a, b)) == heights,
        answered=answer == str(total),
        right=right,
    )
