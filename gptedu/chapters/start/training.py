"""Chapter 0's training run: what its notebook takes from here, and the same run as a function."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn

from gptedu.chapters.start.exercises.predicting import next_token_loss
from gptedu.chapters.start.little_gpt import GPT
from gptedu.plots.loss import loss_by_step
from gptedu.plots.style import Figure
from gptedu.text import Tokenizer
from gptedu.training.steps import Steps

VOCABULARY, CONTEXT, LAYERS, WIDTH, HEADS = 800, 64, 2, 96, 4
STEPS, ROWS, RATE = 800, 12, 0.01


def steps(model: nn.Module, count: int) -> Iterator[int]:
    """0 to `count` - 1; the stop button ends it between two steps."""
    with Steps(model, count, "training", progress=False) as taken:
        yield from taken


def curve(losses: Sequence[float], pairs: float, vocabulary: int) -> Figure:
    """The losses of a run, beside that of a count of pairs and of a blind guess."""
    beside = {"table of pairs": pairs, "blind guess": math.log(vocabulary)}
    return loss_by_step(losses, beside, title="Your GPT as it learns")


def stream(pages: Sequence[str], tokenizer: Tokenizer) -> Tensor:
    """All pages in one row of ids, each behind the token that ends a document: int64 [tokens]."""
    return torch.tensor([i for page in pages for i in [tokenizer.end, *tokenizer.encode(page)]])


def batch(ids: Tensor, generator: torch.Generator) -> Tensor:
    """Stretches of a stream, drawn by chance: int64 [ROWS, CONTEXT]."""
    starts = torch.randint(len(ids) - CONTEXT, (ROWS, 1), generator=generator)
    return ids[starts + torch.arange(CONTEXT)]


def rows(ids: Tensor) -> Tensor:
    """A stream cut into rows: int64 [rows, CONTEXT]; what does not fill the last one is left."""
    return ids[: len(ids) // CONTEXT * CONTEXT].view(-1, CONTEXT)


def train(ids: Tensor, seed: int, count: int = STEPS) -> GPT:
    """A model that has learned from a stream; the seed draws its weights and its batches.

    count: of steps.
    """
    generator = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)  # torch's layers draw their weights from the shared generator
        model = GPT(VOCABULARY, CONTEXT, LAYERS, WIDTH, HEADS)
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, count)
    for _ in range(count):
        read = batch(ids, generator)
        loss = next_token_loss(model(read), read)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return model.eval()


def pair_loss(read: Tensor, held_out: Tensor, vocabulary: int, added: float) -> float:
    """The loss on rows [rows, time] of what follows each token most often, counted in a stream.

    added: to each count, so that a pair that was never seen is not impossible.
    """
    counts = torch.full((vocabulary, vocabulary), added)
    pairs = torch.stack([read[:-1], read[1:]])
    counts.index_put_(tuple(pairs), torch.ones(len(read) - 1), accumulate=True)
    share = counts / counts.sum(dim=1, keepdim=True)
    return -share[held_out[:, :-1], held_out[:, 1:]].log().mean().item()
