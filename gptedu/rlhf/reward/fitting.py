"""Fitting a reward model to comparisons, in seconds (InstructGPT, section 3.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch

from gptedu import threads
from gptedu.language_model import LanguageModel
from gptedu.rlhf.labels.comparisons import Comparison
from gptedu.rlhf.labels.demonstrations import Demonstration
from gptedu.rlhf.reward.loss import batch_loss
from gptedu.rlhf.reward.model import RewardModel
from gptedu.rlhf.reward.scale import shift_to_zero
from gptedu.rlhf.reward.scorer import read_texts
from gptedu.sampling import seeded
from gptedu.text import Tokenizer
from gptedu.training.steps import Steps
from gptedu.training.tuning import Tuned, Tuning, descend, set_rate

BEGIN_AGAIN = "lower the learning rate, and begin again with RewardModel.of"


@dataclass(frozen=True)
class RewardFitting(Tuning):
    """How to fit (see `Tuning`).

    epochs: the paper's reward models see each comparison once, as more overfits.
    batch: prompts in a step, each with all of its answers (the paper: 64).
    """


@dataclass(frozen=True)
class FitStep:
    """What `on_step` is told after a step: how many are done, of how many, and the loss before."""

    step: int
    steps: int
    loss: float


def fit(
    model: RewardModel,
    comparisons: Sequence[Comparison],
    tokenizer: Tokenizer,
    how: RewardFitting = RewardFitting(),
    *,
    generator: torch.Generator,
    progress: bool = True,
    on_step: Callable[[FitStep], None] | None = None,
) -> Tuned:
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
    total = how.steps(len(useful))
    optimiser = torch.optim.AdamW(
        model.parameters(), lr=how.learning_rate, betas=(0.9, 0.99),
        weight_decay=how.weight_decay, fused=True,
    )  # fmt: skip
    chance = int(torch.randint(2**62, (), generator=generator))
    batches = _batches([max(map(len, own)) for own in rows], how, generator)
    done = Tuned()
    with Steps(model, total, "fitting the reward model", progress=progress) as steps:
        torch.manual_seed(chance)  # dropout has no other generator
        for step, places in zip(steps, batches, strict=False):
            set_rate(optimiser, how.learning_rate * how.schedule(step, total))
            texts, ranks = [rows[i] for i in places], [useful[i].ranks for i in places]
            tokens = sum(len(ids) for own in texts for ids in own)
            with threads.working("training", model, tokens):
                loss = batch_loss(model, texts, ranks)
                value = descend(loss, model, optimiser, how.clip, step, advice=BEGIN_AGAIN)
            done.losses.append(value)
            steps.show(loss=value)
            if on_step is not None:
                on_step(FitStep(step + 1, total, value))
    return done.end(steps)


def _batches(
    lengths: Sequence[int], how: RewardFitting, generator: torch.Generator
) -> Iterator[list[int]]:
    """Places of the prompts of each step, those of like length together.

    Who shares a batch with whom and the order of the batches are drawn again each epoch.
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
) -> tuple[RewardModel, Tuned]:
    """A reward model that starts from the SFT model, on whose scale demonstrations get 0."""
    model = RewardModel.of(sft)
    generator = seeded(seed)
    done = fit(model, comparisons, sft.tokenizer, how, generator=generator, progress=progress)
    shift_to_zero(model, sft.tokenizer, [each.text for each in demonstrations])
    return model, done
