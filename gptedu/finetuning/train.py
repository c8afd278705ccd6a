"""Fine-tuning on a few labelled examples, in seconds (GPT-1, section 4.1)."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor
from tqdm import tqdm

from gptedu.finetuning.classifier import Classifier
from gptedu.finetuning.formats import Example, Formats, Row
from gptedu.training.loop import interrupts_between_steps
from gptedu.training.optimiser import check_fine_tuning, check_weight, rise_and_fall


@dataclass(frozen=True)
class FineTuning:
    """How to fine-tune.

    lm_weight: lambda of equation 5, the weight of the auxiliary language model.
    warmup: share of the steps in which the rate rises; it then falls to 0 in a straight line.
    learning_rate: larger than the paper's 6.25e-5, as our networks are narrower; batch and epochs
    are for hundreds of labels, where the paper has thousands and takes 32 and 3.
    """

    epochs: int = 5
    batch: int = 8
    learning_rate: float = 1e-3
    lm_weight: float = 0.5
    weight_decay: float = 0.01
    warmup: float = 0.1
    clip: float = 1.0

    def __post_init__(self) -> None:
        check_fine_tuning(self)
        check_weight(self, "lm_weight")

    def schedule(self, step: int, steps: int) -> float:
        """Share of the learning rate at a step: up over the warm-up, then down to 0."""
        return rise_and_fall(step, steps, self.warmup)


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

    Raises FloatingPointError where the loss or its gradient is no number; the weights are then as
    before that step.
    """
    data = Encoded.of(classifier.formats(encode), examples)
    steps = how.epochs * -(-len(data) // how.batch)
    optimiser = torch.optim.AdamW(
        _decay_groups(classifier, how.weight_decay), lr=how.learning_rate, betas=(0.9, 0.99)
    )
    done = Progress()
    began, step = time.perf_counter(), 0
    bar = tqdm(total=steps, desc=f"fine-tuning: {classifier.task.name}", disable=not progress)
    classifier.train()
    with bar, interrupts_between_steps() as interrupted:
        for epoch in range(how.epochs):
            for rows, labels in data.batches(how.batch, generator):
                if interrupted():
                    break
                for group in optimiser.param_groups:
                    group["lr"] = how.learning_rate * how.schedule(step, steps)
                losses = classifier.losses(rows, labels, how.lm_weight)
                optimiser.zero_grad(set_to_none=True)
                losses.total.backward()
                norm = torch.nn.utils.clip_grad_norm_(classifier.parameters(), how.clip)
                value = losses.total.item()
                if not (math.isfinite(value) and bool(norm.isfinite())):
                    classifier.eval()
                    raise FloatingPointError(
                        f"at step {step + 1} the loss is {value} and its gradient {norm.item()}: "
                        "lower the learning rate, and begin again with a new classifier"
                    )
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
