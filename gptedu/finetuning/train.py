"""Fine-tuning on a few labelled examples, in seconds (GPT-1, section 4.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from gptedu import checks, threads
from gptedu.finetuning.classifier import Classifier, Task
from gptedu.finetuning.formats import Example, Formats, Row
from gptedu.model.modes import evaluating
from gptedu.training.steps import Steps
from gptedu.training.tuning import Tuned, Tuning, descend, set_rate

BEGIN_AGAIN = "lower the learning rate, and begin again with a new classifier"


@dataclass(frozen=True)
class FineTuning(Tuning):
    """How to fine-tune (see `Tuning`).

    lm_weight: lambda of equation 5, the weight of the auxiliary language model.
    learning_rate: larger than the paper's 6.25e-5, as our networks are narrower; batch and epochs
    are for hundreds of labels, where the paper has thousands and takes 32 and 3.
    """

    epochs: int = 5
    lm_weight: float = 0.5

    def __post_init__(self) -> None:
        super().__post_init__()
        checks.settle(self, checks.weight, "lm_weight")


@dataclass
class Progress(Tuned):
    """What came of it. classification, language_model: L2 and L1 of each step, in nats."""

    classification: list[float] = field(default_factory=list)
    language_model: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Encoded:
    """Labelled examples as rows: `rows[i]` are those of example i; labels is [examples]."""

    rows: list[tuple[Row, ...]]
    labels: Tensor

    @classmethod
    def of(cls, formats: Formats, examples: Sequence[Example], labels: Tensor) -> Encoded:
        """Raises ValueError where there is no example."""
        if not examples:
            raise ValueError("there are no examples: give at least one")
        return cls([formats.rows(example) for example in examples], labels)

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

    Raises ValueError for labels that are no indices of answers, and FloatingPointError where the
    loss or its gradient is no number; the weights are then as before that step.
    """
    labels = labels_of(examples, classifier.task)
    data = Encoded.of(classifier.formats(encode), examples, labels)
    total, per_epoch = how.steps(len(data)), how.steps(len(data)) // how.epochs
    optimiser = torch.optim.AdamW(
        _decay_groups(classifier, how.weight_decay), lr=how.learning_rate, betas=(0.9, 0.99)
    )
    batches = (batch for _ in range(how.epochs) for batch in data.batches(how.batch, generator))
    done = Progress()
    with Steps(
        classifier, total, f"fine-tuning: {classifier.task.name}", progress=progress
    ) as steps:
        for step, (rows, labels) in zip(steps, batches, strict=False):
            set_rate(optimiser, how.learning_rate * how.schedule(step, total))
            with threads.working("training", classifier, sum(len(row.ids) for row in rows)):
                losses = classifier.losses(rows, labels, how.lm_weight)
                value = descend(
                    losses.total, classifier, optimiser, how.clip, step, advice=BEGIN_AGAIN
                )
            done.losses.append(value)
            done.classification.append(losses.classification.mean().item())
            done.language_model.append(losses.language_model.mean().item())
            epoch, left = divmod(step + 1, per_epoch)
            if on_epoch is not None and left == 0 and not steps.interrupted():
                with evaluating(classifier):
                    on_epoch(epoch, classifier)
    return done.end(steps)


@torch.inference_mode()
def predict(
    classifier: Classifier,
    examples: Sequence[Example],
    encode: Callable[[str], list[int]],
    batch: int = 64,
) -> Tensor:
    """The most likely label of each example: int64 [examples]."""
    places = torch.arange(len(examples))  # where each answer belongs, in place of labels
    data = Encoded.of(classifier.formats(encode), examples, places)
    answers = torch.empty(len(data), dtype=torch.long)
    with evaluating(classifier):
        for rows, where in data.batches(batch, None):
            with threads.working("reading", classifier, sum(len(row.ids) for row in rows)):
                answers[where] = classifier(rows).argmax(dim=-1).cpu()
    return answers


def accuracy(
    classifier: Classifier, examples: Sequence[Example], encode: Callable[[str], list[int]]
) -> float:
    """Share of the examples whose label is predicted, 0 to 1."""
    labels = labels_of(examples, classifier.task)
    return (predict(classifier, examples, encode) == labels).float().mean().item()


def labels_of(examples: Sequence[Example], task: Task) -> Tensor:
    """The labels of examples: int64 [examples], each the index of one of the task's answers.

    Raises ValueError for any other: a label counted from 1, or -100 for one to be passed over.
    """
    most = task.answers - 1
    give = f"the index of one of {task.name}'s answers, 0 to {most}"
    labels = [
        checks.whole(f"the label of example {number}", example.label, least=0, most=most, give=give)
        for number, example in enumerate(examples)
    ]
    return torch.tensor(labels)


def _decay_groups(classifier: Classifier, weight_decay: float) -> list[dict]:
    """Matrices decay; gains, biases and embeddings do not."""
    kept, decayed = [], []
    for name, parameter in classifier.named_parameters():
        vector = parameter.ndim < 2 or "embedding" in name or name == "specials"
        (kept if vector else decayed).append(parameter)
    return [
        {"params": decayed, "weight_decay": weight_decay},
        {"params": kept, "weight_decay": 0.0},
    ]
