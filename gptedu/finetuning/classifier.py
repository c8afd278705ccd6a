"""A pretrained body with a linear head: GPT-1's fine-tuned model (section 3.2, equations 3 to 5).

All that is new for a task is three embeddings ([Start], [Delim], [Extract]) and one linear layer.
The body may be a GPT, an LSTM or a masked bidirectional model: whatever turns embeddings into
hidden states.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gptedu.finetuning.formats import SPECIALS, Formats, Row
from gptedu.model.body import Body
from gptedu.model.layers import Linear
from gptedu.sampling import token_logprobs
from gptedu.text import pad


@dataclass(frozen=True)
class Task:
    """How many rows an example has, and what is read from them.

    rows: rows of one example (2 for similarity, one for each choice in multiple choice).
    classes: outputs of the linear head; 1 for multiple choice, which scores each row.
    """

    name: str
    rows: int
    classes: int

    @property
    def answers(self) -> int:
        """Number of possible labels; guessing is right once in so many times."""
        return self.rows if self.classes == 1 else self.classes


TASKS = {
    "review": Task("review", rows=1, classes=2),
    "entailment": Task("entailment", rows=1, classes=3),
    "similarity": Task("similarity", rows=2, classes=2),
    "story": Task("story", rows=2, classes=1),
}


@dataclass(frozen=True)
class Losses:
    """L2 for each example [batch], L1 for each row that is text, and their sum L3 (a scalar)."""

    classification: Tensor
    language_model: Tensor
    total: Tensor


class Classifier(nn.Module):
    """logits [batch, answers] from rows of tokens.

    body: the network; it is trained on, not copied (see `transfer` for a copy).
    task: one of TASKS' values, or a Task of your own.
    generator: draws the new embeddings and the head.
    begin_as: ids of three tokens as which [Start], [Delim] and [Extract] begin (see `familiar`).
        The paper draws them, as does None; with few labels there is no time to learn from nothing
        that [Extract] is a place at which to answer.
    """

    def __init__(
        self,
        body: Body,
        task: Task,
        generator: torch.Generator | None = None,
        begin_as: Sequence[int] | None = None,
    ) -> None:
        super().__init__()
        self.body, self.task = body, task
        width = body.config.width
        weight = body.token_embedding.weight
        self.specials = nn.Parameter(weight.new_empty(len(SPECIALS), width))
        self.head = Linear(width, task.classes, device=weight.device, dtype=weight.dtype)
        with torch.no_grad():
            # As large as the embeddings the body knows, or it would not notice them.
            self.specials.copy_(_normal(self.specials, float(weight.std()), generator))
            if begin_as is not None:
                self.specials.copy_(weight[torch.tensor(begin_as)])
            self.head.weight.copy_(_normal(self.head.weight, 0.02, generator))
            self.head.bias.zero_()

    def embed(self, ids: Tensor) -> Tensor:
        """[batch, time] ids, specials included -> embeddings [batch, time, width]."""
        return F.embedding(ids, torch.cat([self.body.token_embedding.weight, self.specials]))

    def hidden(self, rows: Sequence[Row]) -> tuple[Tensor, Tensor, Tensor]:
        """Hidden states [rows, time, width], with the padded ids and their mask [rows, time]."""
        batch = pad([list(row.ids) for row in rows])
        device = self.specials.device
        ids, mask = batch.ids.to(device), batch.mask.to(device)
        return self.body.features(embeddings=self.embed(ids), mask=mask), ids, mask

    def answer_logits(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """Equation 3: what [Extract] has seen, through the head -> [batch, answers].

        Rows of one example lie side by side: similarity adds its two representations before the
        head, multiple choice scores each of them.
        """
        last = mask.sum(dim=1) - 1  # rows are padded on the right: the last real token
        extracted = hidden[torch.arange(len(hidden), device=hidden.device), last]
        extracted = extracted.view(-1, self.task.rows, extracted.shape[-1])
        if self.task.classes == 1:
            return self.head(extracted).squeeze(-1)
        return self.head(extracted.sum(dim=1))

    def forward(self, rows: Sequence[Row]) -> Tensor:
        """Logits [len(rows) / task.rows, answers]."""
        hidden, _, mask = self.hidden(rows)
        return self.answer_logits(hidden, mask)

    def losses(self, rows: Sequence[Row], labels: Tensor, lm_weight: float) -> Losses:
        """Equation 5: L3 = L2 + lambda * L1, as losses to be made small.

        labels: int64 [examples], indices of answers. lm_weight: lambda (0.5 in the paper); at 0
        the language model is not computed at all.
        Raises ValueError for labels that are no such indices, and for a body that looks both ways
        with another lambda than 0: it sees the token that it would have to predict.
        """
        answers = self.task.answers
        if labels.is_floating_point() or labels.dtype == torch.bool:
            raise ValueError(f"the labels are {labels.dtype}: give indices of answers, as int64")
        if len(labels) and not 0 <= int(labels.min()) <= int(labels.max()) < answers:
            raise ValueError(
                f"the labels run from {labels.min()} to {labels.max()}: give indices of the "
                f"{answers} answers, 0 to {answers - 1}"
            )
        if lm_weight and not self.body.causal:
            raise ValueError(
                f"lm_weight is {lm_weight}, and the body sees the next token: choose 0"
            )
        hidden, ids, mask = self.hidden(rows)
        labels = labels.to(hidden.device)
        loss2 = F.cross_entropy(self.answer_logits(hidden, mask), labels, reduction="none")
        if lm_weight == 0:
            return Losses(loss2, torch.zeros(1, device=hidden.device), loss2.mean())
        true = self.true_rows(labels)
        loss1 = self.language_model_loss(hidden[true], ids[true], mask[true])
        return Losses(loss2, loss1, loss2.mean() + lm_weight * loss1.mean())

    def true_rows(self, labels: Tensor) -> Tensor:
        """Which rows the language model is to learn: all; in multiple choice those of the labels.

        A wrong ending would teach the body that anything may follow anything. (GPT-1's own code
        reads the wrong ones too.)
        """
        examples = torch.arange(len(labels), device=labels.device)
        if self.task.classes == 1:
            return examples * self.task.rows + labels
        return torch.arange(len(labels) * self.task.rows, device=labels.device)

    def language_model_loss(self, hidden: Tensor, ids: Tensor, mask: Tensor) -> Tensor:
        """L1 of each row: the mean of -log P(token | tokens before it) over its real tokens."""
        real = mask[:, 1:].to(hidden.dtype)
        return -(self.text_logprobs(hidden, ids) * real).sum(1) / real.sum(1)

    def text_logprobs(self, hidden: Tensor, ids: Tensor) -> Tensor:
        """log P of every token but the first, given those before it: [rows, time - 1], in nats.

        [Delim] and [Extract] are predicted too, so the logits run over vocab_size + 3.
        """
        logits = torch.cat([self.body.unembed(hidden), hidden @ self.specials.T], dim=-1)
        return token_logprobs(logits, ids)

    def formats(self, encode: Callable[[str], list[int]]) -> Formats:
        """The input formats for this body, given its tokenizer's `encode`."""
        return Formats(encode, self.body.config.vocab_size, self.body.config.context)


def fresh(model: nn.Module, generator: torch.Generator | None = None) -> nn.Module:
    """The same network from scratch: newly drawn weights, `model` left as it is."""
    origin: Any = model
    return type(origin)(origin.config, generator).to(origin.token_embedding.weight.device)


def transfer(
    model: nn.Module, layers: int | None = None, generator: torch.Generator | None = None
) -> nn.Module:
    """A copy of a pretrained GPT (or its masked twin) to fine-tune; `model` is left as it is.

    layers: how many layers keep what they learned, counted from the embeddings, which are always
    kept; those above, and the norm after the last, are drawn again (figure 2, left). None keeps
    all, and is the only choice for a model that has no layers of its own.
    """
    if layers is None:
        return copy.deepcopy(model)
    source: Any = model.gpt if hasattr(model, "gpt") else model
    if not hasattr(source, "blocks"):
        raise ValueError(f"a {type(model).__name__} has no layers to choose from: leave layers out")
    total = len(source.blocks)
    if not 0 <= layers <= total:
        raise ValueError(f"layers is {layers}: this model has 0 to {total} to transfer")
    result = copy.deepcopy(model)
    if layers < total:
        target: Any = result.gpt if hasattr(result, "gpt") else result
        new: Any = fresh(source, generator)
        target.blocks = nn.ModuleList([*target.blocks[:layers], *new.blocks[layers:]])
        target.final_norm = new.final_norm
    return result


def _normal(like: Tensor, std: float, generator: torch.Generator | None) -> Tensor:
    """Drawn on the CPU, so that a seed means the same weights on every device."""
    return (torch.randn(like.shape, generator=generator) * std).to(like.device)
