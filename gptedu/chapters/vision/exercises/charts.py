"""A checker of sums that are read off a chart: an exercise (GPT-4 report, table 14)."""

from __future__ import annotations

from gptedu.course.exercises import Exercise, Mistake, probe


def worked_out(heights, readings, total):
    read = all(heights.get(colour) == height for colour, height in readings)
    return read and sum(height for _, height in readings) == total


def _answer_only(heights, readings, total):
    return sum(heights.get(colour, 0) for colour, _ in readings) == total


CHART = {"red": 3, "blue": 5, "white": 9}

WORKED_OUT = Exercise(
    id="vision/chart",
    title="Was it worked out?",
    difficulty=2,
    minutes=7,
    task=(
        'A model read two bars off a chart and added them: `readings` is `[("red", 3), ("blue", '
        "5)]`, `total` is 8. `heights` has the chart's own, by colour. Return True where **every "
        "step** is right: both bars as high as it says, and the sum that of the heights it read. A "
        "bar that the chart does not have is a wrong reading."
    ),
    hints=(
        "Two things have to hold: each reading is the chart's, and the readings add up to `total`.",
        "`heights.get(colour)` is None for a bar that is not there, which is no height.",
        "`all(heights.get(colour) == height for colour, height in readings)`",
    ),
    reference=worked_out,
    probes=(
        probe(CHART, [("red", 3), ("blue", 5)], 8),
        probe(CHART, [("red", 4), ("blue", 4)], 8),
        probe(CHART, [("red", 3), ("blue", 5)], 9),
        probe(CHART, [("white", 8), ("blue", 5)], 13),
        probe(CHART, [("red", 3), ("blue", 4)], 8),
        probe(CHART, [("red", 3), ("pink", 2)], 5),
    ),
    mistakes=(
        Mistake(
            "only the answer",
            _answer_only,
            "You look at the answer alone. `red is 4, blue is 4, together 8` has the right answer "
            "by two wrong readings.",
        ),
        Mistake(
            "only the sum",
            lambda heights, readings, total: sum(height for _, height in readings) == total,
            "The sum is checked, the readings are not: compare each with the chart's height.",
        ),
        Mistake(
            "only the readings",
            lambda heights, readings, total: all(heights.get(c) == h for c, h in readings),
            "The readings are checked, the sum is not.",
        ),
        Mistake(
            "any reading",
            lambda heights, readings, total: (
                any(heights.get(c) == h for c, h in readings)
                and sum(h for _, h in readings) == total
            ),
            "One right reading is enough for yours: all have to be right.",
        ),
        Mistake(
            "a bar that is not there",
            lambda heights, readings, total: (
                all(heights[c] == h for c, h in readings) and sum(h for _, h in readings) == total
            ),
            "A bar that the chart does not have raises KeyError: `heights.get(colour)` gives None "
            "for it.",
        ),
    ),
    solution="""
    def worked_out(heights, readings, total):
        read = all(heights.get(colour) == height for colour, height in readings)
        return read and sum(height for _, height in readings) == total
    """,
)
