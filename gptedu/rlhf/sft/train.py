"""Supervised fine-tuning: the base model learns from demonstrations what a reply is.

InstructGPT, sections 3.1 and 3.5. The loss is the language model's, on the tokens of the answer
alone: what people ask is given, and only how to reply is learned.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from gptedu import checks, threads
from gptedu.language_model import LanguageModel
from gptedu.model import GPT
from gptedu.model.llama import Llama
from gptedu.model.modes import evaluating
from gptedu.rlhf.labels.demonstrations import Demonstration
from gptedu.rlhf.pretraining import Pretraining, ptx_loss
from gptedu.rlhf.sft.loss import Encoded, answer_loss, encode
from gptedu.sampling import seeded
from gptedu.training.checkpoint import load_state, save_state
from gptedu.training.data.web import writable
from gptedu.training.schedules import rise_and_cosine
from gptedu.training.steps import Steps, step_seed
from gptedu.training.tuning import Tuned, Tuning, descend, set_rate

SAVED = 100  # steps after which a run's state is written
FORMAT = 2  # of that state


@dataclass(frozen=True)
class SFT(Tuning):
    """How to fine-tune (see `Tuning`).

    The paper reads its demonstrations 16 times, with a cosine schedule and dropout of 0.2 on the
    residual stream; rates are larger here, as the models are smaller. Ours drop nothing out.
    ptx: weight of the language-model loss on the base model's own text, read along with the
    demonstrations of each step, so that less is forgotten. The paper's policies start from models
    made so (appendix C.4).
    """

    epochs: int = 2
    batch: int = 16
    warmup: float = 0.05
    ptx: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        checks.settle(self, checks.weight, "ptx")

    def schedule(self, step: int, steps: int) -> float:
        """Share of the learning rate at a step: up over the warm-up, then a cosine down to 0."""
        return rise_and_cosine(step, max(1, round(self.warmup * steps)), steps)


@dataclass
class SFTProgress(Tuned):
    """What came of it. epochs: what `on_epoch` returned after each."""

    epochs: list[Any] = field(default_factory=list)


def supervise(
    lm: LanguageModel,
    demonstrations: Sequence[Demonstration],
    how: SFT = SFT(),
    *,
    seed: int = 0,
    progress: bool = True,
    on_epoch: Callable[[int, LanguageModel], Any] | None = None,
    pretraining: Pretraining | None = None,
    state: Path | None = None,
) -> SFTProgress:
    """Trains the model in place on demonstrations.

    seed: decides their order. on_epoch: called with the number of epochs done, to measure; plain
    values that it returns are kept.
    pretraining: number of the step -> int64 [batch, time + 1], for `how.ptx`.
    Ctrl-C stops after a whole step and keeps what was learned. state: a file from which a run that
    was stopped goes on, exactly; it is written every `SAVED` steps and when the run is stopped.

    Raises ValueError for a state of other settings, demonstrations or seed, and FloatingPointError
    where the loss or its gradient is no number; the weights are then as before that step.
    """
    seed = checks.seed("seed", seed)
    if not demonstrations:
        raise ValueError("there are no demonstrations: give at least one")
    if how.ptx and pretraining is None:
        raise ValueError(f"ptx is {how.ptx} and there is no pretraining text: give both")
    model = lm.model
    data = [encode(lm.tokenizer, shown, model.config.context) for shown in demonstrations]
    total, per_epoch = how.steps(len(data)), how.steps(len(data)) // how.epochs
    optimiser = torch.optim.AdamW(
        model.parameters(), lr=how.learning_rate, betas=(0.9, 0.99),
        weight_decay=how.weight_decay, fused=True,
    )  # fmt: skip
    done = SFTProgress()
    of = hashlib.sha256(repr((FORMAT, model.config, how, seed, data)).encode()).hexdigest()
    if state is not None:
        writable(state.parent, "give another file for the state")
    if state is not None and state.is_file():
        _go_on(state, of, model, optimiser, done)

    def save() -> None:
        if state is not None:
            parts = {"model": model.state_dict(), "optimiser": optimiser.state_dict()}
            save_state(state, parts | {"of": of, "losses": done.losses, "epochs": done.epochs})

    def measure() -> None:
        """Once after each epoch, also where the run was stopped just then."""
        if on_epoch is not None and len(done.epochs) < len(done.losses) // per_epoch:
            with evaluating(model):
                done.epochs.append(on_epoch(len(done.epochs) + 1, lm))

    def ptx(step: int) -> list[Callable[[], Tensor]]:
        if pretraining is None or not how.ptx:
            return []
        return [lambda: ptx_loss(model, pretraining(step), how.ptx)]

    first = len(done.losses)
    with Steps(model, total, "supervised fine-tuning", first=first, progress=progress) as steps:
        measure()
        for step, group in zip(steps, _batches(data, how, seed, first), strict=False):
            set_rate(optimiser, how.learning_rate * how.schedule(step, total))
            with threads.working("training", model, sum(len(each.ids) for each in group)):
                loss = answer_loss(model, group)
                value = descend(loss, model, optimiser, how.clip, step, also=ptx(step))
            done.losses.append(value)
            if (step + 1) % SAVED == 0:
                save()
            if step + 1 == total or not steps.interrupted():
                measure()
        if not steps.finished:
            save()
    return done.end(steps)


def _go_on(
    file: Path, of: str, model: GPT | Llama, optimiser: torch.optim.Optimizer, done: SFTProgress
) -> None:
    """Loads what a stopped run has saved; ValueError where it is another's."""
    saved = load_state(file)
    if saved.get("of") != of:
        raise ValueError(
            f"{file} is of a run with other settings, demonstrations or seed: make the run as it "
            "was made, give another file, or delete it"
        )
    model.load_state_dict(saved["model"])
    optimiser.load_state_dict(saved["optimiser"])
    done.losses, done.epochs = saved["losses"], saved["epochs"]


def _batches(data: list[Encoded], how: SFT, seed: int, first: int) -> Iterator[list[Encoded]]:
    """The demonstrations of each step from `first` on."""
    per_epoch = how.steps(len(data)) // how.epochs
    for epoch in range(first // per_epoch, how.epochs):
        groups = _groups(data, how.batch, step_seed(seed, epoch) % 2**63)
        yield from groups[max(0, first - epoch * per_epoch) :]


def _groups(data: list[Encoded], size: int, seed: int) -> list[list[Encoded]]:
    """Batches of demonstrations of like length, in an order that the seed decides."""
    generator = seeded(seed)
    lengths = torch.tensor([len(example.ids) for example in data])
    order = (lengths * (0.9 + 0.2 * torch.rand(len(data), generator=generator))).argsort()
    groups = order.split(size)
    return [[data[i] for i in groups[g]] for g in torch.randperm(len(groups), generator=generator)]
