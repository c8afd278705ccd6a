"""From logits to a loss, and from logits to a next token: two exercises of chapter 0."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from gptedu.course.exercises import Exercise, Mistake, Probe, probe


def next_token_loss(logits, ids):
    guesses, right = logits[:, :-1], ids[:, 1:]
    return F.cross_entropy(guesses.flatten(0, 1), right.flatten())


def _loss(guesses, right, **how):
    return F.cross_entropy(guesses.flatten(0, 1), right.flatten(), **how)


def _texts() -> list[Probe]:
    """Logits that need a gradient, as those of a model that learns, and ids."""
    generator = torch.Generator().manual_seed(0)
    probes = []
    for batch, time, vocabulary in ((1, 3, 5), (2, 4, 7), (3, 2, 4)):
        logits = (2 * torch.randn(batch, time, vocabulary, generator=generator)).requires_grad_()
        probes.append(probe(logits, torch.randint(vocabulary, (batch, time), generator=generator)))
    return probes


NEXT_TOKEN_LOSS = Exercise(
    id="start/next-token-loss",
    title="Text is its own teacher",
    difficulty=2,
    minutes=6,
    task=(
        "`ids` [batch, time] is a text, `logits` [batch, time, vocabulary] what the model says "
        "after reading each of its tokens. Return the mean cross-entropy, where **the logits after "
        "token $t$ are judged by token $t+1$**. After the last token nothing comes: leave its "
        "logits out."
    ),
    hints=(
        "The first token is nobody's next token, and the last logits have no right answer: "
        "`time - 1` guesses remain.",
        "The guesses are `logits[:, :-1]`, the right answers `ids[:, 1:]`.",
        "`F.cross_entropy` wants [n, vocabulary] and [n]: `.flatten(0, 1)` joins batch and time "
        "of the logits, `.flatten()` those of the ids.",
    ),
    reference=next_token_loss,
    probes=_texts,
    mistakes=(
        Mistake(
            "not shifted",
            lambda logits, ids: _loss(logits, ids),
            "You judge the logits after a token by that same token. The model has just read it: "
            "it would learn to copy. Shift by one.",
        ),
        Mistake(
            "shifted the other way",
            lambda logits, ids: _loss(logits[:, 1:], ids[:, :-1]),
            "You shift the other way: each token is asked for the one **before** it.",
        ),
        Mistake(
            "sum, not mean",
            lambda logits, ids: _loss(logits[:, :-1], ids[:, 1:], reduction="sum"),
            "You add up where the mean belongs: a longer text would have a larger loss.",
        ),
        Mistake(
            "softmax twice",
            lambda logits, ids: _loss(logits[:, :-1].softmax(-1), ids[:, 1:]),
            "You give probabilities to `F.cross_entropy`, which takes a softmax itself. Give it "
            "the logits.",
        ),
        Mistake(
            "the sign",
            lambda logits, ids: -_loss(logits[:, :-1], ids[:, 1:]),
            "The sign is the other way round: training makes the loss small, and yours becomes "
            "smaller as the model gets worse.",
        ),
        Mistake(
            "only the last token",
            lambda logits, ids: F.cross_entropy(logits[:, -2], ids[:, -1]),
            "You judge one guess a text. Every token but the first is a right answer: use all.",
        ),
    ),
)


def probabilities(logits, temperature):
    return (logits / temperature).softmax(dim=-1)


PROBABILITIES = Exercise(
    id="start/probabilities",
    title="How daring is it?",
    difficulty=1,
    minutes=4,
    task=(
        "`logits` [.., vocabulary] are scores of the next token. Return its **probabilities at a "
        "temperature**: divide the logits by `temperature`, then take the softmax over the "
        "vocabulary. At 1 they are the model's own. Below 1 the likely tokens gain; above 1 the "
        "unlikely ones do."
    ),
    hints=(
        "Two steps, in this order: divide, then softmax.",
        "`(...).softmax(dim=-1)` makes probabilities that add up to 1 over the last dimension.",
    ),
    reference=probabilities,
    probes=(
        probe(torch.tensor([2.0, 0.0, -1.0]), 0.5),
        probe(torch.tensor([[1.0, 3.0], [0.5, -0.5], [2.0, 0.0]]), 2.0),
        probe(torch.tensor([0.3, 0.1, 0.2, 1.5]), 1.0),
    ),
    mistakes=(
        Mistake(
            "multiplied",
            lambda logits, temperature: (logits * temperature).softmax(dim=-1),
            "You multiply by the temperature, so that a low one makes the model wild. Divide.",
        ),
        Mistake(
            "divided after the softmax",
            lambda logits, temperature: logits.softmax(dim=-1) / temperature,
            "You divide the probabilities, so they no longer add up to 1. Divide the **logits**, "
            "before the softmax.",
        ),
        Mistake(
            "no temperature",
            lambda logits, temperature: logits.softmax(dim=-1),
            "The temperature is not used: at every temperature you return the model's own "
            "probabilities.",
        ),
        Mistake(
            "no softmax",
            lambda logits, temperature: logits / temperature,
            "These are logits still. The softmax makes probabilities of them.",
        ),
        Mistake(
            "logarithms",
            lambda logits, temperature: (logits / temperature).log_softmax(dim=-1),
            "These are logarithms of probabilities, and negative. Take `softmax`, not "
            "`log_softmax`.",
        ),
    ),
)
