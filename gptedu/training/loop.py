"""The loop: batches in, a trained model and its record out, for every model of the course."""

from __future__ import annotations

import json
import math
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from gptedu.device import autocast, pick_bfloat16, pick_device
from gptedu.training.checkpoint import STATE, save_model, save_state, write_whole
from gptedu.training.loss import lm_loss
from gptedu.training.optimiser import Optimisers, make_optimiser, set_learning_rate
from gptedu.training.recipe import Recipe
from gptedu.training.record import RunRecord, machine, source_commit
from gptedu.training.state import Progress, resume, state_of

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


def step_seed(seed: int, step: int, rank: int = 0) -> int:
    """The seed of one step's chance (dropout, masks): a stopped run goes on with the same."""
    return (seed * 1_000_003 + step) * 1_009 + rank


def _chance(recipe: Recipe, step: int, rank: int) -> torch.Generator:
    """Seeds torch's own generator (dropout has no other), and returns one for the loss."""
    number = step_seed(recipe.seed, step, rank)
    torch.manual_seed(number)
    return torch.Generator().manual_seed(number)


@torch.no_grad()
def evaluate(
    model: nn.Module, batches: Sequence[Tensor], loss: Loss = lm_loss, seed: int = 0
) -> float:
    """Mean loss in nats over batches, each weighed by its rows: float32, in evaluation mode."""
    device = next(model.parameters()).device
    training = model.training
    model.eval()
    generator = torch.Generator().manual_seed(seed)
    losses = [loss(model, b.to(device), generator) * len(b) for b in batches]
    model.train(training)
    return (torch.stack(losses).sum() / sum(len(b) for b in batches)).item()


@contextmanager
def interrupts_between_steps() -> Iterator[Callable[[], bool]]:
    """Holds Ctrl-C back until a step is whole; a second one stops at once."""
    asked = [False]

    def handler(number: int, frame: Any) -> None:
        if asked[0]:
            raise KeyboardInterrupt
        asked[0] = True

    if threading.current_thread() is not threading.main_thread():
        yield lambda: False  # Python delivers signals to the main thread only
        return
    before = signal.signal(signal.SIGINT, handler)
    try:
        yield lambda: asked[0]
    finally:
        signal.signal(signal.SIGINT, before)


def check_shares(recipe: Recipe, world: int, accumulation: int) -> None:
    """ValueError where a batch does not divide into processes x micro-batches."""
    if accumulation < 1 or recipe.batch_size % (world * accumulation):
        raise ValueError(
            f"a batch of {recipe.batch_size} cannot be shared by {world} processes x "
            f"{accumulation} micro-batches: choose numbers that divide it."
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
) -> RunRecord:
    """Trains `model` in place and returns the record.

    batches: step -> int64 [batch_size, context + 1], a function of the step alone. validation:
    held-out batches of the same shape. loss: (model, batch, generator) -> scalar. folder: where
    the state is kept every `save_every` steps, the recipe's checkpoints ("step-000100") along the
    way, and at the end the model and record.json; the same call goes on where an earlier one was
    stopped, to the same weights. card: more entries for card.json. accumulation: micro-batches per
    step, for memory. points, validations: rows of the two loss curves. bfloat16: None uses it where
    it is known to be fast (see `gptedu.device`); True, on a CPU with matrix units for it too.

    Under `torchrun` (an initialised process group) each process takes its rows of every batch and
    the gradients are averaged. Ctrl-C lets the step end, keeps the state and raises
    KeyboardInterrupt with what to do next. Raises FloatingPointError when the loss is not finite.
    """
    device = pick_device(device)
    bfloat16 = pick_bfloat16(device, bfloat16)
    rank, world = (dist.get_rank(), dist.get_world_size()) if dist.is_initialized() else (0, 1)
    check_shares(recipe, world, accumulation)
    folder = Path(folder) if folder is not None else None
    model.to(device).train()
    optimiser = make_optimiser(model, recipe)
    now = resume(folder, model, optimiser, recipe) if folder else Progress()
    wrapped: nn.Module = model
    if world > 1:
        where = [device.index or 0] if device.type == "cuda" else None
        wrapped = DistributedDataParallel(model, device_ids=where)
    log_every = max(1, recipe.steps // points)
    validate_every = max(1, recipe.steps // validations)
    lead = rank == 0

    def save() -> None:
        if folder and lead:
            save_state(folder / STATE, state_of(model, optimiser, recipe, now))

    def keep(step: int, where: Path) -> None:
        tokens = step * recipe.tokens_per_step
        about = {"name": recipe.name, "step": step, "tokens": tokens, "seconds": now.seconds}
        about |= {"model": recipe.model.to_dict(), "recipe": recipe.to_dict()}
        about |= {"seed": recipe.seed, "commit": now.commit, "bfloat16": bfloat16, **(card or {})}
        losses = [row[2] for row in now.validation[-1:] or now.train[-1:]]
        save_model(where, model, about | {"final_loss": losses[0] if losses else None})

    bar = _bar(recipe, now.step, progress and lead)
    forked = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(forked), interrupts_between_steps() as interrupted, bar:
        if now.step == 0:
            now.commit = source_commit()
            if validation:
                now.validation.append((0, 0, evaluate(model, validation, loss)))
            if folder and lead and 0 in recipe.checkpoints:
                keep(0, folder / "step-000000")
        while now.step < recipe.steps:
            started = time.monotonic()
            batch = batches(now.step)
            value = _one_step(
                wrapped, optimiser, batch, recipe, now.step, loss, accumulation, device, bfloat16
            )
            now.step += 1
            now.total, now.count = now.total + value, now.count + 1
            tokens = now.step * recipe.tokens_per_step
            last = now.step == recipe.steps
            if now.step % log_every == 0 or last:
                _log(now, tokens, world)
                bar.set_postfix(loss=f"{now.train[-1][2]:.3f}", refresh=False)
            if validation and (now.step % validate_every == 0 or last):
                now.validation.append((now.step, tokens, evaluate(model, validation, loss)))
            now.seconds += time.monotonic() - started
            bar.update(recipe.tokens_per_step)
            if folder and lead and now.step in recipe.checkpoints:
                keep(now.step, folder / f"step-{now.step:06d}")
            if now.step % save_every == 0:
                save()
            try:
                if on_step:
                    on_step(Step(now.step, recipe.steps, tokens, value, model))
                if interrupted():
                    raise KeyboardInterrupt
            except KeyboardInterrupt:
                save()
                raise KeyboardInterrupt(_how_to_go_on(now.step, recipe, folder)) from None
        save()
    record = RunRecord(
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
        machine=machine(device)
        | {"processes": world, "accumulation": accumulation, "bfloat16": bfloat16},
    )
    if folder and lead:
        keep(recipe.steps, folder)
        write_whole(folder / RECORD, (json.dumps(record.to_dict()) + "\n").encode())
    model.eval()
    return record


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
    rank, world = (dist.get_rank(), dist.get_world_size()) if dist.is_initialized() else (0, 1)
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
    optimiser.step()
    optimiser.zero_grad()
    return total


def _log(now: Progress, tokens: int, world: int) -> None:
    """Turns the losses since the last row into a row: the only place that waits for a number."""
    mean = torch.as_tensor(now.total).float() / now.count
    if world > 1:
        dist.all_reduce(mean)
        mean = mean / world
    value = mean.item()
    if not math.isfinite(value):
        raise FloatingPointError(
            f"the loss is {value} at step {now.step}: lower the learning rate or clip harder."
        )
    now.train.append((now.step, tokens, value))
    now.total, now.count = 0.0, 0


def _how_to_go_on(step: int, recipe: Recipe, folder: Path | None) -> str:
    where = f"stopped after step {step} of {recipe.steps}; "
    if folder is None:
        return where + "the model has these steps in it, but without a folder they start over."
    return where + f"the state is in {folder / STATE}: run the same again to go on."


def _bar(recipe: Recipe, step: int, shown: bool) -> Any:
    """A progress bar in tokens, with the time left."""
    from tqdm import tqdm

    return tqdm(
        total=recipe.steps * recipe.tokens_per_step,
        initial=step * recipe.tokens_per_step,
        desc=recipe.name,
        unit="tok",
        unit_scale=True,
        disable=not shown,
        mininterval=0.5,
    )
