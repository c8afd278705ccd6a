"""Chapter 3's figures: from what was measured to what is drawn, so that the notebook need not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import torch

from gptedu import assets
from gptedu.chapters.gpt3.in_context_tasks import Scores, averages, levels, margins
from gptedu.chapters.gpt3.occupations import JOBS
from gptedu.interpret.heads_off import Head
from gptedu.interpret.induction import Point, repeated_tokens
from gptedu.interpret.induction import jump as jump_of
from gptedu.plots import accuracy_by_shots, corpus_shares, training_replay
from gptedu.plots.next_words import next_words
from gptedu.sampling import seeded
from gptedu.training.data.mixture import TABLE_2_2
from gptedu.training.record import RunRecord

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from gptedu.language_model import LanguageModel

__all__ = ["by_shots_and_size", "jobs", "mixture", "next_words", "replay"]

ROWS, WORDS = 16, 12
"""Rows of random words said twice over which a head's attention is averaged, and their words."""


def by_shots_and_size(
    scores: Scores, family: Sequence[LanguageModel], count: int, *, title: str
) -> go.Figure:
    """The mean over tasks against K and against size, with what needs no example as dotted lines.

    count: questions of each task, for the error bars.
    """
    means = averages(scores)
    shots = list(next(iter(means.values())))
    return accuracy_by_shots.accuracy_by_shots_and_size(
        shots,
        {lm.name: lm.size for lm in family},
        means,
        title=title,
        margins=margins(scores, count),
        levels=levels(next(iter(scores.values()))),
    )


def replay(
    copies: Sequence[LanguageModel], points: Sequence[Point], head: Head, *, title: str
) -> go.Figure:
    """The training of `copies` (of one model, with what was measured of each) by a slider.

    head: the one that is shown, on average over rows of random words said twice.
    """
    layer, number = head
    ids = repeated_tokens(copies[-1].tokenizer, ROWS, WORDS, seeded(1))
    moments = []
    for lm, point in zip(copies, points, strict=True):
        weights: torch.Tensor = lm.trace(ids).attention[layer][:, number]
        shown = weights.float().mean(0).cpu().numpy()
        moments.append(training_replay.Moment(point.tokens, point.gain, shown))
    model = copies[-1].name.partition("@")[0]
    run = RunRecord.load(assets.path("checkpoints", model, "record.json")).train
    return training_replay.training_replay(
        moments,
        ([tokens for _, tokens, _ in run], [loss for *_, loss in run]),
        f"block {layer}, head {number}",
        title=title,
        before=points.index(jump_of(points)[0]),
    )


def jobs(probed: Mapping[str, Mapping[str, float]]) -> go.Figure:
    """Each job: the share of women that was planted, and what each model makes of it."""
    return corpus_shares.shares_by_name(
        JOBS,
        probed,
        title="She or he? Means over four openings of a sentence",
        x_title="women planted; P(she), set against P(he) alone",
        planted_title="women in the web",
    )


def mixture(epochs: Callable[[float, float, float], float], read: float = 300e9) -> go.Figure:
    """GPT-3's sources (Table 2.2).

    epochs: (tokens of a source, its percentage, tokens read in all) -> how often it is read.
    """
    total = sum(source.tokens for source in TABLE_2_2)
    return corpus_shares.mixture(
        [
            (
                source.name,
                source.tokens / total,
                source.share,
                epochs(source.tokens, 100 * source.share, read),
            )
            for source in TABLE_2_2
        ],
        title="GPT-3's sources: what there is, and what was read",
    )
