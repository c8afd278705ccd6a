"""Fine-tuning on a few labelled examples, in seconds (GPT-1, section 4.1)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor
from tqdm import tqdm

from gptedu.finetuning.classifier import Classifier
from gptedu.finetuning.formats import Example, Formats, Row
from gptedu.training.loop import interrupts_between_steps
from gptedu.training.muon import Muon
from gptedu.training.optimiser import Optimisers, set_learning_rate


@dataclass(frozen=True)
class FineTuning:
    """How to fine-tune.

    lm_weight: lambda of equation 5, the weight of the auxiliary language model.
    warmup: share of the steps in which the rates rise; they then fall to 0 in a straight line.
    matrix_rate: Muon's, of the matrices inside the body, by which they were pretrained.
    learning_rate: AdamW's, of the body's embeddings, gains and biases. new_rate: AdamW's, of the
    new embeddings and the head, which have most to learn.
    Batch and epochs are for hundreds of labels, where the paper has thousands and takes 32 and 3.
    """

    epochs: int = 5
    batch: int = 8
    matrix_rate: float = 6e-3
    learning_rate: float = 1e-3
    new_rate: float = 3e-3
    lm_weight: float = 0.5
    weight_decay: float = 0.01
    warmup: float = 0.1
    clip: float = 1.0

    def __post_init__(self) -> None:
        if self.epochs < 1 or self.batch < 1:
            raise ValueError(f"epochs ({self.epochs}) and batch ({self.batch}) must be at least 1")
        if not self.lm_weight >= 0:
            raise ValueError(f"lm_weight is {self.lm_weight}: choose 0 (none) or more")
        for name in ("matrix_rate", "learning_rate", "new_rate"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} is {getattr(self, name)}: choose a positive number")

    def schedule(self, step: int, steps: int) -> float:
        """Share of the learning rate at a step: up over the warm-up, then down to 0."""
        warm = max(1, round(self.warmup * steps))
        return min((step + 1) / warm, (steps - step) / max(1, steps - warm + 1), 1.0)


@dataclass
class Progress:
    """What happened: the losses of each step, and whether the last step was reached."""

    classification: list[float] = field(default_factory=list)
    language_model: list[float] = field(default_factory=list)
    seconds: float = 0.0
    finished: bool = False


@dataclass(frozen=True)
class Encoded:
    """Labelled examples as rows: `rows[i]` are those of example i; labels is [examples]."""

    rows: list[tuple[Row, ...]]
    labels: Tensor

    @classmethod
    def of(cls, formats: Formats, examples: Sequence[Example]) -> Encoded:
        """Raises ValueError where there is no example."""
        if not examples:
            raise ValueError("there are no examples: give at least one")
        rows = [formats.rows(example) for example in examples]
        return cls(rows, torch.tensor([example.label for example in examples]))

    def __len__(self) -> int:
        return len(self.rows)

    def batches(
        self, size: int, generator: torch.Generator | None
    ) -> Iterator[tuple[list[Row], Tensor]]:
        """Rows and labels of `size` examples at a time, those of like length together.

        With a generator, who shares a batch with whom and the order of the batches are drawn;
        without one, lengths alone decide.
        """
        lengths = torch.tensor([max(len(row.ids) for row in rows) for rows in self.rows])
        if generator is None:
            order = lengths.argsort(stable=True)
        else:
            jitter = 0.8 + 0.4 * torch.rand(len(self), generator=generator)
            order = (lengths * jitter).argsort()
        groups = list(order.split(size))
        if generator is not None:
            groups = [groups[i] for i in torch.randperm(len(groups), generator=generator)]
        for group in groups:
            yield [row for i in group for row in self.rows[i]], self.labels[group]


def fine_tune(
    classifier: Classifier,
    examples: Sequence[Example],
    encode: Callable[[str], list[int]],
    how: FineTuning = FineTuning(),
    *,
    generator: torch.Generator,
    progress: bool = True,
    on_epoch: Callable[[int, Classifier], None] | None = None,
) -> Progress:
    """Trains the classifier in place: body, new embeddings and head together.

    encode: text -> ids (`tokenizer.encode`). generator: draws the order of the examples.
    on_epoch: called with the number of epochs done, to watch. Ctrl-C stops after a whole step,
    keeps what was learned, and leaves `finished` False in what is returned.
    """
    data = Encoded.of(classifier.formats(encode), examples)
    steps = how.epochs * -(-len(data) // how.batch)
    optimiser = _make_optimiser(classifier, how)
    done = Progress()
    began, step = time.perf_counter(), 0
    bar = tqdm(total=steps, desc=f"fine-tuning: {classifier.task.name}", disable=not progress)
    classifier.train()
    with bar, interrupts_between_steps() as interrupted:
        for epoch in range(how.epochs):
            for rows, labels in data.batches(how.batch, generator):
                if interrupted():
                    break
                set_learning_rate(optimiser, how.schedule(step, steps))
                losses = classifier.losses(rows, labels, how.lm_weight)
                optimiser.zero_grad()
                losses.total.backward()
                torch.nn.utils.clip_grad_norm_(classifier.parameters(), how.clip)
                optimiser.step()
                done.classification.append(losses.classification.mean().item())
                done.language_model.append(losses.language_model.mean().item())
                step += 1
                bar.update()
            if on_epoch is not None and not interrupted():
                on_epoch(epoch + 1, classifier)
                classifier.train()
    done.finished = step == steps
    done.seconds = time.perf_counter() - began
    classifier.eval()
    return done


@torch.inference_mode()
def predict(
    classifier: Classifier,
    examples: Sequence[Example],
    encode: Callable[[str], list[int]],
    batch: int = 64,
) -> Tensor:
    """The most likely label of each example: int64 [examples]."""
    data = Encoded.of(classifier.formats(encode), examples)
    places = Encoded(data.rows, torch.arange(len(data)))  # where each answer belongs
    answers = torch.empty(len(data), dtype=torch.long)
    training = classifier.training
    classifier.eval()
    for rows, where in places.batches(batch, None):
        answers[where] = classifier(rows).argmax(dim=-1).cpu()
    classifier.train(training)
    return answers


def accuracy(
    classifier: Classifier, examples: Sequence[Example], encode: Callable[[str], list[int]]
) -> float:
    """Share of the examples whose label is predicted, 0 to 1."""
    answers = predict(classifier, examples, encode)
    return (answers == torch.tensor([e.label for e in examples])).float().mean().item()


def _make_optimiser(classifier: Classifier, how: FineTuning) -> Optimisers:
    """As in pre-training: Muon for the body's matrices, AdamW for all else; matrices decay."""
    matrices, others, new = [], [], []
    for name, parameter in classifier.named_parameters():
        if not name.startswith("body."):
            new.append(parameter)
        elif parameter.ndim == 2 and "embedding" not in name:
            matrices.append(parameter)
        else:
            others.append(parameter)
    muon = Muon(
        [{"params": matrices, "peak": how.matrix_rate}],
        lr=how.matrix_rate,
        weight_decay=how.weight_decay,
    )
    adam = torch.optim.AdamW(
        [
            {"params": others, "lr": how.learning_rate, "peak": how.learning_rate},
            {"params": new, "lr": how.new_rate, "peak": how.new_rate},
        ],
        betas=(0.9, 0.99),
        weight_decay=0.0,
    )
    return Optimisers(muon, adam)
