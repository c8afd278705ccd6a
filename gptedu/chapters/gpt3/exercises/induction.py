"""What an induction head does, as a number: an exercise (Olsson et al. 2022)."""

from __future__ import annotations

import torch

from gptedu.course.exercises import Exercise, Mistake, Probe, probe
from gptedu.sampling import seeded


def induction_score(attention, length):
    queries = torch.arange(length + 1, 2 * length + 1)
    return attention[queries, queries - length + 1].mean().item()


def _at(attention, queries, keys):
    return attention[queries, keys].mean().item()


def _second_half(length):
    return torch.arange(length + 1, 2 * length + 1)


def _attentions() -> tuple[Probe, ...]:
    """Rows of random causal attention; in the last of them a head that does look back so."""
    generator = seeded(3)
    made = []
    for length, strength in ((4, 0), (7, 0), (5, 6)):
        scores = 3 * torch.randn(2 * length + 1, 2 * length + 1, generator=generator)
        scores[_second_half(length), _second_half(length) - length + 1] += strength
        causal = torch.ones_like(scores).tril().bool()
        made.append(probe(scores.masked_fill(~causal, -torch.inf).softmax(-1), length))
    return tuple(made)


INDUCTION_SCORE = Exercise(
    id="gpt3/induction-score",
    title="Look back, and one word further",
    difficulty=3,
    minutes=12,
    task=(
        "A row of tokens is a start token, then `length` random tokens, then **the same tokens "
        "again**. `attention` `[2·length+1, 2·length+1]` is what one head does there: row = the "
        "token that looks, column = the token looked at. Return the head's **induction score**, a "
        "float: the mean attention from each token of the second half to the token that came "
        "**after** it in the first half."
    ),
    hints=(
        "With length 3 the row is `S A B C A B C`, at positions 0 to 6. The second A, at 4, "
        "should look at the first B, at 2.",
        "The second half's positions are `length+1` to `2·length`. A token's earlier occurrence "
        "is `length` places back; the one after it is `length - 1` places back.",
        "`queries = torch.arange(length + 1, 2 * length + 1)`, then the mean of "
        "`attention[queries, queries - length + 1]`",
    ),
    reference=induction_score,
    probes=_attentions,
    mistakes=(
        Mistake(
            "the earlier occurrence itself",
            lambda a, n: _at(a, _second_half(n), _second_half(n) - n),
            "You look at the earlier place of the same token. A head that does so finds where this "
            "token stood before; what it needs is what came **after** it, one place later.",
        ),
        Mistake(
            "one too early",
            lambda a, n: _at(a, _second_half(n), _second_half(n) - n - 1),
            "That is the token *before* the earlier occurrence. Go one place the other way: the "
            "token after it is `length - 1` places back.",
        ),
        Mistake(
            "the first half counted",
            lambda a, n: a[_second_half(n), _second_half(n) - n + 1].sum().item() / (2 * n + 1),
            "You divide by all positions. In the first half nothing has come twice, so there is "
            "nothing to look back to: take the mean over the second half alone.",
        ),
        Mistake(
            "a sum",
            lambda a, n: a[_second_half(n), _second_half(n) - n + 1].sum().item(),
            "That is a sum, which grows with the row. Take the mean over the second half.",
        ),
        Mistake(
            "one query late",
            lambda a, n: _at(a, _second_half(n)[1:], _second_half(n)[1:] - n + 1),
            "The first token of the second half is missing. There is a start token at position 0, "
            "so the second half begins at `length + 1`.",
        ),
        Mistake(
            "no start token",
            lambda a, n: _at(a, _second_half(n) - 1, _second_half(n) - n),
            "You are one place early, in row and column. The start token has position 0, so the "
            "second half is `length + 1` to `2·length`.",
        ),
        Mistake(
            "every row with every column",
            lambda a, n: a[_second_half(n)][:, _second_half(n) - n + 1].mean().item(),
            "You average a whole block: every token of the second half with every place. Each has "
            "one place of its own; `attention[rows, columns]` takes them in pairs.",
        ),
        Mistake(
            "turned round",
            lambda a, n: _at(a, _second_half(n) - n + 1, _second_half(n)),
            "You have exchanged row and column: no token can look ahead, so this is near 0. The "
            "row is the token that looks.",
        ),
    ),
)
