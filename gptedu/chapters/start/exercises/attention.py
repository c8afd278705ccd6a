"""Who may look at whom, and how they look: two exercises of chapter 0.

Vaswani et al. 2017, section 3.2.
"""

from __future__ import annotations

import torch

from gptedu.course.exercises import Exercise, Mistake, Probe, probe


def causal_mask(time):
    return torch.ones(time, time, dtype=torch.bool).tril()


CAUSAL_MASK = Exercise(
    id="start/causal-mask",
    title="Nobody sees the future",
    difficulty=1,
    minutes=4,
    task=(
        "Return the causal mask for `time` tokens: a bool tensor [time, time] with one row for "
        "each token that looks and one column for each token it may look at. It is True where "
        "looking is allowed: **at the token itself and at all tokens before it**."
    ),
    hints=(
        "Row 0 is the first token. It may look at itself only. The last row is all True.",
        "`torch.ones(time, time, dtype=torch.bool)` is all True. Which half has to become False?",
        "`.tril()` keeps the lower left triangle, with the diagonal.",
    ),
    reference=causal_mask,
    probes=(probe(4), probe(1), probe(7)),
    mistakes=(
        Mistake(
            "without itself",
            lambda time: torch.ones(time, time, dtype=torch.bool).tril(-1),
            "Your tokens do not see themselves. The first one then sees nobody, and a softmax over "
            "nothing is NaN. Keep the diagonal.",
        ),
        Mistake(
            "the future",
            lambda time: torch.ones(time, time, dtype=torch.bool).triu(),
            "Your tokens see themselves and what comes **after** them. Rows look, columns are "
            "looked at: the lower left triangle is the past.",
        ),
        Mistake(
            "everything",
            lambda time: torch.ones(time, time, dtype=torch.bool),
            "Everybody sees everybody. A model that sees the next token has nothing to guess.",
        ),
        Mistake(
            "turned round",
            lambda time: ~torch.ones(time, time, dtype=torch.bool).tril(),
            "True and False have changed places. Some libraries mark what is hidden; here True "
            "means that a token **may** look.",
        ),
        Mistake(
            "only itself",
            lambda time: torch.eye(time, dtype=torch.bool),
            "Each of your tokens sees itself and nobody else. It may see all tokens before it too.",
        ),
        Mistake(
            "numbers",
            lambda time: torch.ones(time, time).tril(),
            "The triangle is right, but it holds the numbers 0 and 1. Give "
            "`dtype=torch.bool`, so that it holds True and False.",
        ),
    ),
)


def attention(q, k, v):
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    scores = scores.masked_fill(~causal_mask(q.shape[-2]), -torch.inf)
    return scores.softmax(dim=-1) @ v


def _weights(q, k, scale=None, mask="before", softmax_over=-1):
    """Attention weights as a learner may get them wrong."""
    scores = q @ k.transpose(-2, -1) / (scale or q.shape[-1] ** 0.5)
    allowed = causal_mask(q.shape[-2])
    if mask == "before":
        scores = scores.masked_fill(~allowed, -torch.inf)
    if mask == "zero":
        scores = scores.masked_fill(~allowed, 0.0)
    if mask == "future":
        scores = scores.masked_fill(~allowed.T, -torch.inf)
    weights = scores.softmax(dim=softmax_over)
    return weights.masked_fill(~allowed, 0.0) if mask == "after" else weights


def _looks() -> list[Probe]:
    """Batches of queries, keys and values, with sizes that differ in every dimension."""
    generator = torch.Generator().manual_seed(0)
    shapes = [(1, 1, 3, 4), (2, 3, 5, 2), (1, 2, 1, 8)]
    return [
        probe(*(2 * torch.randn(shape, generator=generator) for _ in range(3))) for shape in shapes
    ]


ATTENTION = Exercise(
    id="start/attention",
    title="Look back, and take what you need",
    difficulty=3,
    minutes=9,
    task=(
        "`q`, `k` and `v` have the shape [batch, heads, time, D]: a query, a key and a value of D "
        "numbers for each token in each head. Return **softmax(q kᵀ / √D) v**, of the same shape. "
        "A token must not look at later tokens: give those scores $-\\infty$ **before** the "
        "softmax, so that their weights become 0."
    ),
    hints=(
        "`k.transpose(-2, -1)` turns [.., time, D] into [.., D, time]. So `q` times it "
        "is [.., time, time]: a score for each pair of tokens.",
        "`scores.masked_fill(~causal_mask(time), -torch.inf)` hides the future, with the mask of "
        "exercise 1.",
        "Then `.softmax(dim=-1)`, so that each row adds up to 1, and `@ v`.",
    ),
    reference=attention,
    probes=_looks,
    mistakes=(
        Mistake(
            "no scale",
            lambda q, k, v: _weights(q, k, scale=1) @ v,
            "You do not divide by √D. Without it scores grow with D, and the softmax looks at one "
            "token only.",
        ),
        Mistake(
            "divided by D",
            lambda q, k, v: _weights(q, k, scale=q.shape[-1]) @ v,
            "You divide by D. Divide by its square root: `q.shape[-1] ** 0.5`.",
        ),
        Mistake(
            "no mask",
            lambda q, k, v: _weights(q, k, mask="none") @ v,
            "Your tokens look into the future. Hide the later ones with the causal mask, before "
            "the softmax.",
        ),
        Mistake(
            "the mask after the softmax",
            lambda q, k, v: _weights(q, k, mask="after") @ v,
            "You mask after the softmax. The weights of a row then add up to less than 1. Set the "
            "**scores** to $-\\infty$ before it.",
        ),
        Mistake(
            "zero in place of minus infinity",
            lambda q, k, v: _weights(q, k, mask="zero") @ v,
            "You set the scores of the future to 0. A score of 0 still gets a weight: $e^0 = 1$. "
            "Only $-\\infty$ becomes 0.",
        ),
        Mistake(
            "the past is hidden",
            lambda q, k, v: _weights(q, k, mask="future") @ v,
            "You hide the past and show the future. `masked_fill` fills where its mask is "
            "**True**, so it needs the places that are *not* allowed.",
        ),
        Mistake(
            "softmax over the queries",
            lambda q, k, v: _weights(q, k, softmax_over=-2) @ v,
            "Your softmax runs over the tokens that look. It has to run over those that are "
            "looked at: the last dimension, `dim=-1`.",
        ),
        Mistake(
            "no softmax",
            lambda q, k, v: (q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5).tril() @ v,
            "You use the scores themselves. The softmax turns each row into weights that are "
            "positive and add up to 1.",
        ),
        Mistake(
            "the weights alone",
            lambda q, k, v: _weights(q, k),
            "These are the weights. Use them: `weights @ v` is the mean of the values, weighted "
            "by them.",
        ),
    ),
)
