"""The loop: batches in, a trained model and its record out, for every model of the course."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from gptedu import threads
from gptedu.assets import write_whole
from gptedu.console import Stopped
from gptedu.device import autocast, pick_bfloat16, pick_device
from gptedu.model.modes import evaluating
from gptedu.sampling import seeded
from gptedu.training.checkpoint import STATE, save_model, save_state
from gptedu.training.data.web import writable
from gptedu.training.distributed import is_lead, process_count, process_rank
from gptedu.training.loss import lm_loss
from gptedu.training.optimiser import Optimisers, make_optimiser, set_learning_rate
from gptedu.training.recipe import Recipe
from gptedu.training.record import RunRecord, machine, source_commit
from gptedu.training.state import Progress, resume, state_of
from gptedu.training.steps import Steps, step_seed

Loss = Callable[[nn.Module, Tensor, torch.Generator], Tensor]
RECORD = "record.json"


@dataclass(frozen=True)
class Step:
    """What `on_step` is told after each step. `loss` is a tensor: reading it costs a little."""

    step: int
    steps: int
    tokens: int
    loss: Tensor
    model: nn.Module


def _chance(recipe: Recipe, step: int, rank: int) -> torch.Generator:
    """Seeds torch's own generator (dropout has no other), and returns one for the loss."""
    number = step_seed(recipe.seed, step, rank)
    torch.manual_seed(number)
    return seeded(number)


@torch.no_grad()
def evaluate(
    model: nn.Module, batches: Sequence[Tensor], loss: Loss = lm_loss, seed: int = 0
) -> float:
    """Mean loss in nats over batches, each weighed by its rows: float32, in evaluation mode."""
    device = next(model.parameters()).device
    generator = seeded(seed)
    with evaluating(model):
        losses = []
        for batch in batches:
            with threads.working("reading", model, batch.numel()):
                losses.append(loss(model, batch.to(device), generator) * len(batch))
    return (torch.stack(losses).sum() / sum(len(b) for b in batches)).item()


def check_shares(recipe: Recipe, world: int, accumulation: int) -> None:
    """ValueError where a batch does not divide into processes x micro-batches."""
    if accumulation < 1 or recipe.batch_size % (world * accumulation):
        raise ValueError(
            f"a batch of {recipe.batch_size} cannot be shared by {world} processes x "
            f"{accumulation} micro-batches: choose numbers that divide it"
        )


def train(
    model: nn.Module,
    batches: Callable[[int], Tensor],
    recipe: Recipe,
    *,
    validation: Sequence[Tensor] = (),
    loss: Loss = lm_loss,
    folder: str | Path | None = None,
    card: dict[str, Any] | None = None,
    accumulation: int = 1,
    points: int = 200,
    validations: int = 20,
    save_every: int = 100,
    on_step: Callable[[Step], None] | None = None,
    progress: bool = True,
    device: str | torch.device | None = None,
    bfloat16: bool | None = None,
    optimiser: Callable[[nn.Module, Recipe], Optimisers] = make_optimiser,
) -> RunRecord:
    """Trains `model` in place and returns the record.

    batches: step -> int64 [batch_size, context + 1], a function of the step alone. validation:
    held-out batches of the same shape. loss: (model, batch, generator) -> scalar. folder: where
    the state is kept every `save_every` steps, the recipe's checkpoints ("step-000100") along the
    way, and at the end the model and record.json; the same call goes on where an earlier one was
    stopped, to the same weights. card: more entries for card.json. accumulation: micro-batches per
    step, for memory. points, validations: rows of the two loss curves. bfloat16: None uses it where
    it is known to be fast (see `gptedu.device`); True, on a CPU with matrix units for it too.
    optimiser: (model, recipe) -> what moves the parameters.

    Under `torchrun` (an initialised process group) each process takes its rows of every batch and
    the gradients are averaged. Ctrl-C lets the step end, keeps the state and raises
    `Stopped` with what to do next. Raises FloatingPointError when the loss is not finite.
    """
    device = pick_device(device)
    bfloat16 = pick_bfloat16(device, bfloat16)
    world = process_count()
    check_shares(recipe, world, accumulation)
    where = Path(folder) if folder is not None else None
    if where and is_lead():
        writable(where, "give another one")
    model.to(device).train()
    mover = optimiser(model, recipe)
    now = resume(where, model, mover, recipe) if where else Progress()
    run = _Run(model, mover, recipe, now, where, {"bfloat16": bfloat16, **(card or {})})
    shared = _shared(model, device)
    log_every = max(1, recipe.steps // points)
    validate_every = max(1, recipe.steps // validations)
    stopped = False
    with Steps(
        model, recipe.steps, recipe.name, first=now.step, progress=progress and is_lead(),
        unit="tok", worth=recipe.tokens_per_step,
    ) as steps:  # fmt: skip
        if now.step == 0:
            now.commit = source_commit()
            run.validate(validation, loss)
            run.keep()
        for step in steps:
            started = time.monotonic()
            batch = batches(step)
            with threads.working("training", model, batch.numel()):
                value = _one_step(
                    shared, mover, batch, recipe, step, loss, accumulation, device, bfloat16
                )
            now.step += 1
            now.total, now.count = now.total + value, now.count + 1
            last = now.step == recipe.steps
            if now.step % log_every == 0 or last:
                steps.show(loss=run.log())
            if now.step % validate_every == 0 or last:
                run.validate(validation, loss)
            now.seconds += time.monotonic() - started
            run.keep()
            if now.step % save_every == 0:
                run.save()
            try:
                if on_step:
                    on_step(Step(now.step, recipe.steps, run.tokens, value, model))
            except KeyboardInterrupt:
                stopped = True
                break
        run.save()
        if stopped or steps.interrupted():
            raise Stopped(run.how_to_go_on())
    record = run.record(
        machine(device) | {"processes": world, "accumulation": accumulation, "bfloat16": bfloat16}
    )
    run.publish(record)
    return record


@dataclass
class _Run:
    """A run as it stands, and what is written of it: by the lead process, where there is a folder.

    card: entries beside those that every card has.
    """

    model: nn.Module
    optimiser: Optimisers
    recipe: Recipe
    now: Progress
    folder: Path | None
    card: dict[str, Any]

    @property
    def tokens(self) -> int:
        """Tokens read so far."""
        return self.now.step * self.recipe.tokens_per_step

    def log(self) -> float:
        """Makes a row of the losses since the last one: the only place that waits for a number."""
        now, world = self.now, process_count()
        mean = torch.as_tensor(now.total).float() / now.count
        if world > 1:
            dist.all_reduce(mean)
            mean = mean / world
        value = mean.item()
        if not math.isfinite(value):
            raise FloatingPointError(
                f"the loss is {value} at step {now.step}: lower the learning rate or clip harder"
            )
        now.train.append((now.step, self.tokens, value))
        now.total, now.count = 0.0, 0
        return value

    def validate(self, batches: Sequence[Tensor], loss: Loss) -> None:
        if batches:
            value = evaluate(self.model, batches, loss)
            self.now.validation.append((self.now.step, self.tokens, value))

    def save(self) -> None:
        """Writes the state from which the run goes on."""
        if self.folder and is_lead():
            state = state_of(self.model, self.optimiser, self.recipe, self.now)
            save_state(self.folder / STATE, state)

    def keep(self) -> None:
        """Writes a copy for readers, where the recipe asks for one after this step."""
        step = self.now.step
        if self.folder and is_lead() and step in self.recipe.checkpoints:
            self._write_model(self.folder / f"step-{step:06d}")

    def publish(self, record: RunRecord) -> None:
        """Writes the model and the record of a run that has ended."""
        if self.folder and is_lead():
            self._write_model(self.folder)
            content = (json.dumps(record.to_dict()) + "\n").encode()
            write_whole(self.folder / RECORD, content)

    def record(self, on: dict[str, Any]) -> RunRecord:
        now, recipe = self.now, self.recipe
        return RunRecord(
            name=recipe.name,
            recipe=recipe.to_dict(),
            seed=recipe.seed,
            steps=recipe.steps,
            tokens=recipe.steps * recipe.tokens_per_step,
            seconds=round(now.seconds, 1),
            final_loss=(now.validation or now.train)[-1][2],
            train=now.train,
            validation=now.validation,
            commit=now.commit,
            machine=on,
        )

    def how_to_go_on(self) -> str:
        where = f"stopped after step {self.now.step} of {self.recipe.steps}; "
        if self.folder is None:
            return where + "the model has these steps in it, but without a folder they start over"
        return where + f"the state is in {self.folder / STATE}: run the same again to go on"

    def _write_model(self, folder: Path) -> None:
        now, recipe = self.now, self.recipe
        about = {"name": recipe.name, "step": now.step, "tokens": self.tokens}
        about |= {"seconds": now.seconds, "model": recipe.model.to_dict()}
        about |= {"recipe": recipe.to_dict(), "seed": recipe.seed, "commit": now.commit}
        losses = [row[2] for row in now.validation[-1:] or now.train[-1:]]
        about |= self.card | {"final_loss": losses[0] if losses else None}
        save_model(folder, self.model, about)


def _shared(model: nn.Module, device: torch.device) -> nn.Module:
    """The model as it is trained: its gradients are averaged where there are several processes."""
    if process_count() == 1:
        return model
    ids = [device.index or 0] if device.type == "cuda" else None
    return DistributedDataParallel(model, device_ids=ids)


def _one_step(
    model: nn.Module,
    optimiser: Optimisers,
    batch: Tensor,
    recipe: Recipe,
    step: int,
    loss: Loss,
    accumulation: int,
    device: torch.device,
    bfloat16: bool,
) -> Tensor:
    """One optimiser step; returns this process's mean loss, without a graph."""
    rank, world = process_rank(), process_count()
    generator = _chance(recipe, step, rank)
    micros = batch[rank::world].to(device).chunk(accumulation)
    total = torch.zeros((), device=device)
    for i, micro in enumerate(micros):
        # Gradients are averaged over processes once, with the last micro-batch.
        more = i < len(micros) - 1
        with (
            model.no_sync()
            if isinstance(model, DistributedDataParallel) and more
            else nullcontext()
        ):
            with autocast(device, bfloat16):
                value = loss(model, micro, generator) / len(micros)
            value.backward()
        total = total + value.detach()
    nn.utils.clip_grad_norm_(model.parameters(), recipe.clip)
    set_learning_rate(optimiser, recipe.schedule(step))
    with autocast(device, bfloat16):  # for Muon's products: a third of mini-l's time in float32
        optimiser.step()
    optimiser.zero_grad()
    return total
