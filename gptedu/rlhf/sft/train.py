"""Supervised fine-tuning: the base model learns from demonstrations what a reply is.

InstructGPT, sections 3.1 and 3.5. The loss is the language model's, on the tokens of the answer
alone: what people ask is given, and only how to reply is learned.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from gptedu.language_model import LanguageModel
from gptedu.rlhf.labels.demonstrations import Demonstration
from gptedu.rlhf.pretraining import Pretraining, ptx_loss
from gptedu.rlhf.sft.loss import Encoded, answer_loss, encode
from gptedu.sampling import seeded
from gptedu.training.checkpoint import load_state, save_state
from gptedu.training.loop import interrupts_between_steps, step_seed
from gptedu.training.optimiser import check_fine_tuning, check_weight

SAVED = 100  # steps after which a run's state is written


@dataclass(frozen=True)
class SFT:
    """How to fine-tune.

    The paper reads its demonstrations 16 times, with a cosine schedule and dropout of 0.2 on the
    residual stream; rates are larger here, as the models are smaller. Ours drop nothing out.
    ptx: weight of the language-model loss on the base model's own text, read along with the
    demonstrations of each step, so that less is forgotten. The paper's policies start from models
    made so (appendix C.4).
    """

    epochs: int = 2
    batch: int = 16
    learning_rate: float = 1e-3
    weight_decay: float = 0.01
    warmup: float = 0.05
    clip: float = 1.0
    ptx: float = 0.0

    def __post_init__(self) -> None:
        check_fine_tuning(self)
        check_weight(self, "ptx")


@dataclass
class SFTProgress:
    """loss: of each step, in nats a token. epochs: what `on_epoch` returned after each.

    finished: whether the last step was reached. seconds: since the run began or went on.
    """

    loss: list[float] = field(default_factory=list)
    epochs: list[Any] = field(default_factory=list)
    seconds: float = 0.0
    finished: bool = False


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
    seeded(seed)  # says what is wrong with it
    if not demonstrations:
        raise ValueError("there are no demonstrations: give at least one")
    if how.ptx and pretraining is None:
        raise ValueError(f"ptx is {how.ptx} and there is no pretraining text: give both")
    model = lm.model
    data = [encode(lm.tokenizer, shown, model.config.context) for shown in demonstrations]
    per_epoch = -(-len(data) // how.batch)
    steps = how.epochs * per_epoch
    optimiser = torch.optim.AdamW(
        model.parameters(), lr=how.learning_rate, betas=(0.9, 0.99),
        weight_decay=how.weight_decay, fused=True,
    )  # fmt: skip
    warm = max(1, round(how.warmup * steps))
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, max(1, steps - warm))
    rise = torch.optim.lr_scheduler.LinearLR(optimiser, 1 / (warm + 1), 1.0, warm)
    schedule = torch.optim.lr_scheduler.SequentialLR(optimiser, [rise, cosine], [warm])
    done, began = SFTProgress(), time.perf_counter()
    parts: dict[str, Any] = {"model": model, "optimiser": optimiser, "schedule": schedule}
    of = hashlib.sha256(repr((model.config, how, seed, data)).encode()).hexdigest()
    if state is not None and state.is_file():
        saved = load_state(state)
        if saved.get("of") != of:
            raise ValueError(
                f"{state} is of a run with other settings, demonstrations or seed: make the run as "
                "it was made, give another file, or delete it"
            )
        for name, part in parts.items():
            part.load_state_dict(saved[name])
        done.loss, done.epochs = saved["loss"], saved["epochs"]

    def save() -> None:
        if state is not None:
            happened = {"of": of, "loss": done.loss, "epochs": done.epochs}
            save_state(state, {n: p.state_dict() for n, p in parts.items()} | happened)

    def measure() -> None:
        """Once after each epoch, also where the run was stopped just then."""
        if on_epoch is not None and len(done.epochs) < len(done.loss) // per_epoch:
            model.eval()
            done.epochs.append(on_epoch(len(done.epochs) + 1, lm))
            model.train()

    bar = tqdm(
        total=steps, initial=len(done.loss), desc="supervised fine-tuning", disable=not progress
    )
    model.train()
    with bar, interrupts_between_steps() as interrupted:
        measure()
        for epoch in range(len(done.loss) // per_epoch, how.epochs):
            for group in _groups(data, how.batch, step_seed(seed, epoch) % 2**63)[
                len(done.loss) - epoch * per_epoch :
            ]:
                if interrupted():
                    break
                loss = answer_loss(model, group)
                optimiser.zero_grad(set_to_none=True)
                loss.backward()
                if pretraining is not None and how.ptx:
                    ptx_loss(model, pretraining(len(done.loss)), how.ptx).backward()
                norm = torch.nn.utils.clip_grad_norm_(model.parameters(), how.clip)
                value = loss.item()
                if not (math.isfinite(value) and bool(norm.isfinite())):
                    model.eval()
                    raise FloatingPointError(
                        f"at step {len(done.loss) + 1} the loss is {value} and its gradient "
                        f"{norm.item()}: lower the learning rate"
                    )
                optimiser.step()
                schedule.step()
                done.loss.append(value)
                bar.update()
                if len(done.loss) % SAVED == 0:
                    save()
            if interrupted() and len(done.loss) < steps:
                save()
                break
            measure()
    model.eval()
    done.finished, done.seconds = len(done.loss) == steps, time.perf_counter() - began
    return done


def _groups(data: list[Encoded], size: int, seed: int) -> list[list[Encoded]]:
    """Batches of demonstrations of like length, in an order that the seed decides."""
    generator = torch.Generator().manual_seed(seed)
    lengths = torch.tensor([len(example.ids) for example in data])
    order = (lengths * (0.9 + 0.2 * torch.rand(len(data), generator=generator))).argsort()
    groups = order.split(size)
    return [[data[i] for i in groups[g]] for g in torch.randperm(len(groups), generator=generator)]
