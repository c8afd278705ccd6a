"""Fitting a reward model to comparisons, in seconds (InstructGPT, section 3.5)."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import torch
from tqdm import tqdm

from gptedu.language_model import LanguageModel
from gptedu.rlhf.labels.comparisons import Comparison
from gptedu.rlhf.labels.demonstrations import Demonstration
from gptedu.rlhf.reward.loss import batch_loss
from gptedu.rlhf.reward.model import RewardModel
from gptedu.rlhf.reward.scale import shift_to_zero
from gptedu.rlhf.reward.scorer import read_texts
from gptedu.text import Tokenizer
from gptedu.training.loop import interrupts_between_steps
from gptedu.training.optimiser import check_fine_tuning, rise_and_fall


@dataclass(frozen=True)
class RewardFitting:
    """How to fit.

    epochs: the paper's reward models see each comparison once, as more overfits.
    batch: prompts in a step, each with all of its answers (the paper: 64).
    warmup: share of the steps in which the rate rises; it then falls to 0 in a straight line.
    """

    epochs: int = 1
    batch: int = 8
    learning_rate: float = 1e-3
    weight_decay: float = 0.01
    warmup: float = 0.1
    clip: float = 1.0

    def __post_init__(self) -> None:
        check_fine_tuning(self)

    def schedule(self, step: int, steps: int) -> float:
        """Share of the learning rate at a step: up over the warm-up, then down to 0."""
        return rise_and_fall(step, steps, self.warmup)


@dataclass(frozen=True)
class FitStep:
    """What `on_step` is told after a step: how many are done, of how many, and the loss before."""

    step: int
    steps: int
    loss: float


@dataclass
class Fitted:
    """What happened: the loss of each step in nats, and whether the last step was reached."""

    losses: list[float] = field(default_factory=list)
    seconds: float = 0.0
    finished: bool = False


def fit(
    model: RewardModel,
    comparisons: Sequence[Comparison],
    tokenizer: Tokenizer,
    how: RewardFitting = RewardFitting(),
    *,
    generator: torch.Generator,
    progress: bool = True,
    on_step: Callable[[FitStep], None] | None = None,
) -> Fitted:
    """Trains the reward model in place on all pairs of the comparisons.

    Each answer is scored once, in one forward pass with all answers of a step's prompts, and all
    pairs of a prompt stay in that step: as separate examples they would overfit within an epoch
    (section 3.5). The loss is the mean over a prompt's pairs, then over prompts; prompts whose
    answers are all tied are left out.

    To learn from rankings as they come, fit a new `RewardModel.of(lm)` to those made so far.

    generator: draws the order of the prompts, and dropout where the body has it. Ctrl-C stops after
    a whole step, keeps what was learned, and leaves `finished` False in what is returned.

    Raises ValueError where there is no comparison, no pair, or a text that does not fit the
    context, and FloatingPointError where the loss or its gradient is no number; the weights are
    then as before that step.
    """
    if not comparisons:
        raise ValueError("there are no comparisons to learn from: give at least one")
    useful = [comparison for comparison in comparisons if comparison.pairs()]
    if not useful:
        raise ValueError(
            "all answers are tied: there is no pair to learn from; rank one answer above another"
        )
    rows = [read_texts(tokenizer, c.texts, model.config.context) for c in useful]
    steps = how.epochs * -(-len(useful) // how.batch)
    optimiser = torch.optim.AdamW(
        model.parameters(), lr=how.learning_rate, betas=(0.9, 0.99),
        weight_decay=how.weight_decay, fused=True,
    )  # fmt: skip
    device = model.head.weight.device
    chance = int(torch.randint(2**62, (), generator=generator))
    done, began = Fitted(), time.perf_counter()
    bar = tqdm(total=steps, desc="fitting the reward model", disable=not progress)
    forked = [device] if device.type == "cuda" else []
    model.train()
    try:
        with bar, torch.random.fork_rng(forked), interrupts_between_steps() as interrupted:
            torch.manual_seed(chance)  # dropout has no other generator
            for places in _batches([max(map(len, own)) for own in rows], how, generator):
                if interrupted():
                    break
                step = len(done.losses)
                for group in optimiser.param_groups:
                    group["lr"] = how.learning_rate * how.schedule(step, steps)
                loss = batch_loss(
                    model, [rows[i] for i in places], [useful[i].ranks for i in places]
                )
                optimiser.zero_grad(set_to_none=True)
                loss.backward()
                norm = torch.nn.utils.clip_grad_norm_(model.parameters(), how.clip)
                value = loss.item()
                if not (math.isfinite(value) and bool(norm.isfinite())):
                    raise FloatingPointError(
                        f"at step {step + 1} the loss is {value} and its gradient {norm.item()}: "
                        "lower the learning rate, and begin again with RewardModel.of"
                    )
                optimiser.step()
                done.losses.append(value)
                bar.set_postfix(loss=f"{value:.3f}", refresh=False)
                bar.update()
                if on_step is not None:
                    on_step(FitStep(step + 1, steps, value))
    finally:
        model.eval()
    done.finished = len(done.losses) == steps
    done.seconds = time.perf_counter() - began
    return done


def _batches(
    lengths: Sequence[int], how: RewardFitting, generator: torch.Generator
) -> Iterator[list[int]]:
    """Places of the prompts of each step, those of like length together.

    Who shares a batch with whom and the order of the batches are drawn anew each epoch.
    """
    longest = torch.tensor(lengths)
    for _ in range(how.epochs):
        jitter = 0.8 + 0.4 * torch.rand(len(lengths), generator=generator)
        groups = (longest * jitter).argsort().split(how.batch)
        for group in torch.randperm(len(groups), generator=generator).tolist():
            yield groups[group].tolist()


def fit_to_rankings(
    sft: LanguageModel,
    comparisons: Sequence[Comparison],
    demonstrations: Sequence[Demonstration],
    how: RewardFitting,
    seed: int = 0,
    progress: bool = True,
) -> tuple[RewardModel, Fitted]:
    """A reward model that starts from the SFT model, on whose scale demonstrations get 0."""
    model = RewardModel.of(sft)
    generator = torch.Generator().manual_seed(seed)
    done = fit(model, comparisons, sft.tokenizer, how, generator=generator, progress=progress)
    shift_to_zero(model, sft.tokenizer, [each.text for each in demonstrations])
    return model, done
