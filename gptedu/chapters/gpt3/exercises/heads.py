"""What an induction head is, and a thumb taken off the scale: two exercises of chapter 3."""

from __future__ import annotations

import torch

from gptedu.course.exercises import Exercise, Mistake, Probe, probe

# --- the induction score ----------------------------------------------------------------------


def _induction_score(attention, length):
    queries = torch.arange(length + 1, 2 * length + 1)
    return attention[queries, queries - length + 1].mean().item()


def _at(attention, queries, keys):
    return attention[queries, keys].mean().item()


def _second_half(length):
    return torch.arange(length + 1, 2 * length + 1)


def _attentions() -> tuple[Probe, ...]:
    """Rows of random causal attention; in the last of them a head that does look back so."""
    generator = torch.Generator().manual_seed(3)
    made = []
    for length, strength in ((4, 0), (7, 0), (5, 6)):
        scores = 3 * torch.randn(2 * length + 1, 2 * length + 1, generator=generator)
        scores[_second_half(length), _second_half(length) - length + 1] += strength
        causal = torch.ones_like(scores).tril().bool()
        made.append(probe(scores.masked_fill(~causal, -torch.inf).softmax(-1), length))
    return tuple(made)


induction_score = Exercise(
    id="gpt3/induction-score",
    title="Look back, and one further",
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
    reference=_induction_score,
    probes=_attentions,
    mistakes=(
        Mistake(
            "the earlier occurrence itself",
            lambda a, n: _at(a, _second_half(n), _second_half(n) - n),
            "You look at the earlier occurrence itself. A head that does so finds where it has "
            "read this token before; what it needs is what came **after** it, one place later.",
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
            "Row and column have changed places: no token can look ahead, so this is near 0. The "
            "row is the token that looks.",
        ),
    ),
)


# --- contextual calibration ---------------------------------------------------------------------


def _calibrated(found, content_free):
    prior = [sum(row[i] for row in content_free) / len(content_free) for i in range(len(found))]
    corrected = [p / q for p, q in zip(found, prior, strict=True)]
    return [value / sum(corrected) for value in corrected]


def _means(content_free):
    return [sum(column) / len(content_free) for column in zip(*content_free, strict=True)]


def _each(join, found, prior):
    return [join(p, q) for p, q in zip(found, prior, strict=True)]


def _shares(values):
    return [value / sum(values) for value in values]


calibrated = Exercise(
    id="gpt3/calibration",
    title="Take the thumb off the scale",
    difficulty=2,
    minutes=8,
    task=(
        "`found` holds the probability of each label after the real question. `content_free` is a "
        "list of such lists: the same labels after questions that ask **nothing** (“N/A”). Average "
        "the latter over its questions; divide each label's probability by what it gets for "
        "nothing; make the results sum to 1. Return them as a list."
    ),
    hints=(
        "If the model gives “good” 0.8 whatever is asked, then 0.8 for a real review says nothing.",
        "`prior[i]` is the mean of `row[i]` over the rows of `content_free`; "
        "`corrected[i] = found[i] / prior[i]`.",
        "`[value / sum(corrected) for value in corrected]`",
    ),
    reference=_calibrated,
    probes=(
        probe([0.7, 0.3], [[0.8, 0.2], [0.9, 0.1]]),
        probe([0.5, 0.3, 0.2], [[0.6, 0.2, 0.2], [0.1, 0.5, 0.4]]),
        probe([0.25, 0.75], [[0.5, 0.5]]),
    ),
    mistakes=(
        Mistake(
            "multiplied",
            lambda found, free: _shares(_each(float.__mul__, found, _means(free))),
            "You multiply by what a label gets for nothing: the favourite is favoured twice. "
            "Divide, so that its head start is taken away.",
        ),
        Mistake(
            "subtracted",
            lambda found, free: _each(float.__sub__, found, _means(free)),
            "You subtract. A label that gets 0.01 for nothing and 0.02 now has doubled, and your "
            "difference hardly sees it. Divide.",
        ),
        Mistake(
            "does not sum to 1",
            lambda found, free: _each(float.__truediv__, found, _means(free)),
            "Nearly: these are ratios. Divide them by their sum, so that they are probabilities "
            "again.",
        ),
        Mistake(
            "a softmax",
            lambda found, free: (
                torch.tensor(_each(float.__truediv__, found, _means(free))).softmax(0).tolist()
            ),
            "A softmax makes them sum to 1, and changes their ratios. Divide by the sum instead.",
        ),
        Mistake(
            "divided before the mean",
            lambda found, free: _shares(
                _means([_each(float.__truediv__, found, row) for row in free])
            ),
            "You divide by each content-free question, and then average. Average first, and divide "
            "once: one tiny probability would outweigh all others.",
        ),
        Mistake(
            "the first question alone",
            lambda found, free: _shares(_each(float.__truediv__, found, free[0])),
            "You use the first content-free question alone. One empty question may have a taste of "
            "its own: average over all of them.",
        ),
    ),
)
