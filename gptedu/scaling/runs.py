"""Runs a sweep: each run once, its line in the table as it ends, the rest where it was stopped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from gptedu.model import GPT
from gptedu.model.modes import evaluating
from gptedu.sampling import seeded, token_logprobs
from gptedu.scaling import table
from gptedu.scaling.flops import parameters
from gptedu.scaling.recipe import ScalingRecipe
from gptedu.scaling.table import Row
from gptedu.scaling.texts import RecordText
from gptedu.training.loop import Step, evaluate, train
from gptedu.training.record import RunRecord

HELD_OUT = 524_288
"""Symbols on which a run is measured."""
POINTS = 40
"""Rows of a training curve."""
ASKED = 96
"""Facts that a model of records is asked for, their ranks evenly spread in the logarithm."""
RAREST = 10_000


@dataclass(frozen=True)
class Planned:
    """A run to be made. budget: the FLOPs that it was given, None where the width decided."""

    recipe: ScalingRecipe
    budget: float | None = None


def sweep(
    name: str,
    planned: Sequence[Planned],
    *,
    file: Path | None = None,
    say: Callable[[str], None] = lambda words: None,
) -> list[Row]:
    """Make the runs of a sweep that are not in the table yet; returns all of them, in this order.

    file: the table, by default the one that ships. A run that was stopped is made again from its
    beginning; one whose line is in the table is not. say: is told of each run as it ends.

    Raises ValueError where the table holds runs of this sweep by another recipe, or where two runs
    have one recipe: the law would be fitted to a mixture of both.
    """
    digests = [each.recipe.digest for each in planned]
    if len(set(digests)) < len(digests):
        raise ValueError(f"two runs of the sweep {name!r} have the same recipe: give each once")
    done = {row.recipe: row for row in table.read(file, name)}
    if other := set(done) - set(digests):
        raise ValueError(
            f"{file or table.path()} holds {len(other)} runs of {name!r} by another recipe "
            f"({', '.join(sorted(other)[:3])}): take them out of the table, or give the sweep "
            "another name"
        )
    for place, each in enumerate(planned, 1):
        if each.recipe.digest in done:
            continue
        row = table.add(run(name, each), file)
        done[row.recipe] = row
        say(
            f"{name} {place}/{len(planned)}: {row.text}, width {row.width}, seed {row.seed}, "
            f"{row.flops:.2e} FLOPs, {row.steps} steps, loss {row.loss:.4f}, {row.seconds:.0f} s"
        )
    return [done[digest] for digest in digests]


def run(
    name: str,
    planned: Planned,
    *,
    folder: Path | None = None,
    progress: bool = False,
    on_step: Callable[[Step], None] | None = None,
) -> Row:
    """Train one model and measure it. name: of the sweep.

    folder: where its state is kept, for a run so long that it may be stopped; the same call goes on
    where it was. on_step: is told after each step (see `gptedu.training.loop`).
    """
    recipe = planned.recipe
    text, config = recipe.text, recipe.model
    assert text is not None
    model, record = trained(recipe, folder=folder, progress=progress, on_step=on_step)
    rows, floor = text.held_out(config.context, HELD_OUT)
    return Row(
        sweep=name,
        recipe=recipe.digest,
        seed=recipe.seed,
        text=text.to_dict()["kind"],
        width=config.width,
        layers=config.layers,
        context=config.context,
        parameters=parameters(config, "all"),
        matrices=parameters(config, "matrices"),
        blocks=parameters(config, "blocks"),
        symbols=record.tokens,
        batch=recipe.batch_size,
        steps=record.steps,
        budget=planned.budget,
        flops=recipe.flops,
        rule=recipe.rule,
        matrix_rate=recipe.matrix_rate,
        learning_rate=recipe.learning_rate,
        horizon=recipe.horizon,
        loss=evaluate(model, rows),
        floor=floor,
        curve=[[row[1], row[2]] for row in record.train],
        recall=recall(model, text) if isinstance(text, RecordText) else [],
        seconds=record.seconds,
        threads=torch.get_num_threads(),
    )


def trained(
    recipe: ScalingRecipe,
    *,
    folder: Path | None = None,
    progress: bool = False,
    on_step: Callable[[Step], None] | None = None,
) -> tuple[GPT, RunRecord]:
    """The model of a recipe, trained on the CPU, and its record; `run` explains the rest."""
    text, context = recipe.text, recipe.model.context
    assert text is not None
    model = GPT(recipe.model, seeded(recipe.seed))

    def batches(step: int) -> Tensor:
        return text.batch(context, recipe.batch_size, recipe.seed, step)

    record = train(
        model, batches, recipe, folder=folder, points=POINTS, progress=progress,
        device="cpu", bfloat16=False, on_step=on_step,
        optimiser=lambda network, _: recipe.optimiser(network),
    )  # fmt: skip
    return model, record


def ranks(text: RecordText) -> np.ndarray:
    """The facts that are asked for, counted from 1: int64, without one twice."""
    spread = np.geomspace(1, min(RAREST, text.facts), ASKED)
    return np.unique(np.round(spread).astype(np.int64))


@torch.no_grad()
def recall(model: nn.Module, text: RecordText) -> list[list[float]]:
    """[rank, log P(value | key)] of some facts, in nats: what a model knows by heart.

    The key stands first in its window, behind the start symbol.
    """
    asked = ranks(text)
    records = torch.from_numpy(text.spelled(asked - 1))
    rows = torch.cat([torch.full((len(asked), 1), text.start), records], dim=1)
    with evaluating(model):
        logprobs = token_logprobs(model(rows[:, :-1]), rows)  # [facts, record]
    known = logprobs[:, text.key :].sum(dim=1).tolist()
    return [[int(rank), value] for rank, value in zip(asked, known, strict=True)]
