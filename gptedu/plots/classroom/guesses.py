"""What a class guessed before a result was shown, with the result marked."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from gptedu.plots.style import COLOURS, PATTERNS, dress


def class_guesses(
    bars: Sequence[tuple[str, int]], *, question: str, result: str, right: int | None
) -> go.Figure:
    """A bar an answer, or a range of answers, as high as many guessed it.

    bars: (answer, how many). result: what came out, in words; empty where nobody came so far.
    right: the bar in which it lies. Raises ValueError without bars, or for a bar that is not there.
    """
    if not bars or (right is not None and not 0 <= right < len(bars)):
        raise ValueError(f"{len(bars)} bars and result in bar {right}: give a bar that is there")
    figure = go.Figure()
    for name, own, i in (("a guess", False, 0), ("the result lies here", True, 2)):
        places = [n for n in range(len(bars)) if (n == right) is own]
        if not places:
            continue
        figure.add_bar(
            x=[bars[n][0] for n in places],
            y=[bars[n][1] for n in places],
            text=[str(bars[n][1]) for n in places],
            name=name,
            marker={"color": COLOURS[i], "pattern": {"shape": PATTERNS[i % 2 or i // 2]}},
        )
    said = "; ".join(f"{answer}: {count}" for answer, count in bars if count)
    alt = f"{question} Guesses: {said or 'none'}. The result: {result or 'not known'}."
    came = f"the result: {result}" if result else "the result: nobody came so far"
    dress(figure, question, came, "learners", alt)
    figure.update_xaxes(
        type="category", categoryorder="array", categoryarray=[answer for answer, _ in bars]
    )
    return figure.update_yaxes(tick0=0, dtick=max(1, max(count for _, count in bars) // 8))
