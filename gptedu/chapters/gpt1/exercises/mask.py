"""Who may look at whom in BERT: an exercise of chapter 1."""

from __future__ import annotations

import torch

from gptedu.course.exercises import Exercise, Mistake, Probe, probe


def bert_mask(real):
    batch, time = real.shape
    return real[:, None, :].expand(batch, time, time)


def _causal(real):
    time = real.shape[1]
    return real[:, None, :] & torch.ones(time, time, dtype=torch.bool).tril()


def _rows_of_pads() -> list[Probe]:
    return [
        probe(torch.arange(max(lengths))[None] < torch.tensor(lengths)[:, None])
        for lengths in ((4, 2), (3, 3, 1))
    ]


BERT_MASK = Exercise(
    id="gpt1/bert-mask",
    title="From GPT to BERT in one mask",
    difficulty=3,
    minutes=8,
    task=(
        "A *query* is a token that looks, a *key* is a token that is looked at. `real` [batch, "
        "time] is True for real tokens and False for pads. Return BERT's mask, a bool tensor "
        "[batch, query, key] that is True where the query may look at the key: **every token sees "
        "every real token**, before it and after it. Nobody sees a pad."
    ),
    hints=(
        "Is the answer different for different queries? Who may be looked at is the same for all.",
        "So in each text of the batch, all `time` rows of the mask are the same: `real` itself.",
        "`real[:, None, :]` is [batch, 1, time]; `.expand(batch, time, time)` repeats the row.",
    ),
    reference=bert_mask,
    probes=_rows_of_pads,
    mistakes=(
        Mistake(
            "still causal",
            _causal,
            "No query of yours looks ahead: that is still GPT. Take the triangle away.",
        ),
        Mistake(
            "pads are seen",
            lambda real: torch.ones(len(real), real.shape[1], real.shape[1], dtype=torch.bool),
            "Your tokens see the pads as well. Then what a sentence means depends on how long its "
            "neighbours in the batch are.",
        ),
        Mistake(
            "pads look at nobody",
            lambda real: real[:, None, :] & real[:, :, None],
            "Nearly: your pads look at nobody. Nobody reads what a pad sees, but a softmax over "
            "nothing is NaN. Only who is **looked at** matters, so every row is `real`.",
        ),
        Mistake(
            "turned round",
            lambda real: ~bert_mask(real),
            "True and False have changed places. Some libraries mark what is to be hidden; here "
            "True is where a query **may** look.",
        ),
        Mistake(
            "queries and keys exchanged",
            lambda real: real[:, :, None].expand(-1, -1, real.shape[1]),
            "Queries and keys are exchanged: your pads look at nobody, but everybody looks at "
            "them. The last dimension is the one that is looked at.",
        ),
        Mistake(
            "only the future",
            lambda real: real[:, None, :] & torch.ones(real.shape[1], real.shape[1]).triu().bool(),
            "Your tokens see themselves and what comes after them. BERT looks both ways.",
        ),
    ),
)
