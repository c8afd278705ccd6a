"""In which order a run reads: the stages of its lead, then the web with some rows beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from torch import Tensor

from gptedu.training.data.batches import Batches, DocumentBatches
from gptedu.training.data.mixture import whole_counts
from gptedu.training.recipe import Recipe
from gptedu.world.leads import LEADS, Lead

Order = Callable[[int], Tensor]
"""Step -> batch."""
WEB = "web"


def reading_order(
    recipe: Recipe, lead: Mapping[str, np.ndarray], stream: np.ndarray, end: int
) -> Order:
    """The batches of a run. Each has the recipe's tokens, in more rows where these are short.

    lead: rows' name -> their tokens, of the mixture's lead (see `web.lead_tokens`). It is a tenth
    of the run at most. end: id of the token that stands before every document.
    """
    plan = LEADS[recipe.data.mixture]
    data, context, total = recipe.data, recipe.model.context, recipe.tokens_per_step

    def batches(tokens: np.ndarray, window: int | None, aligned: bool) -> Order:
        width = min(window or context, context)
        if aligned:
            return DocumentBatches(tokens, width, total // width, data.seed, end)
        return Batches(tokens, width, total // width, data.seed)

    windows = {name: plan.rows[name].window for name in lead}
    rows = {name: batches(lead[name], windows[name], bool(windows[name])) for name in lead}
    web = batches(stream, None, data.aligned)
    return interleaved({**rows, WEB: web}, shares(plan, recipe), data.seed)


def shares(plan: Lead, recipe: Recipe) -> list[tuple[int, Mapping[str, float]]]:
    """The stages of a run: steps, and name of rows -> share of these. The last is the web's."""
    read = min(recipe.data.lead, recipe.tokens // 10)
    stages = [
        (
            int(read * stage.share) // recipe.tokens_per_step,
            {name: weight / sum(stage.weights.values()) for name, weight in stage.weights.items()},
        )
        for stage in plan.stages
    ]
    later = {name: rows.later for name, rows in plan.rows.items() if rows.later}
    rest = recipe.steps - sum(steps for steps, _ in stages)
    return [*stages, (rest, {**later, WEB: 1 - sum(later.values())})]


def interleaved(
    sources: Mapping[str, Order], stages: Sequence[tuple[int, Mapping[str, float]]], seed: int
) -> Order:
    """Batches from several sources, in a random order that depends on (seed, stages) alone.

    stages: one after the other: steps, and source -> share of them, kept exactly but for rounding.
    Each source goes on where it was. A function of the step, so a run that was stopped goes on.
    """
    names = list(sources)
    rng = np.random.default_rng(seed)
    chosen = np.concatenate(
        [
            rng.permutation(
                np.repeat(
                    [names.index(name) for name in parts],
                    whole_counts(list(parts.values()), steps),
                )
            )
            for steps, parts in stages
        ]
    )
    place = np.zeros_like(chosen)
    for source in range(len(names)):
        here = chosen == source
        place[here] = np.arange(here.sum())
    return lambda step: sources[names[chosen[step]]](int(place[step]))
