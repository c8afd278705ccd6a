"""The contrastive loss, and captions that are equal: two exercises (CLIP, figure 3)."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from gptedu.course.exercises import Exercise, Mistake, probe


def contrastive(pictures, texts, scale):
    pictures, texts = F.normalize(pictures, dim=1), F.normalize(texts, dim=1)
    logits = scale * pictures @ texts.T
    own = torch.arange(len(logits))
    return (F.cross_entropy(logits, own) + F.cross_entropy(logits.T, own)) / 2


def _not_normalised(pictures, texts, scale):
    logits = scale * pictures @ texts.T
    own = torch.arange(len(logits))
    return (F.cross_entropy(logits, own) + F.cross_entropy(logits.T, own)) / 2


def _by_picture_only(pictures, texts, scale):
    logits = scale * F.normalize(pictures, dim=1) @ F.normalize(texts, dim=1).T
    return F.cross_entropy(logits, torch.arange(len(logits)))


def _over_columns(pictures, texts, scale):
    pictures, texts = F.normalize(pictures, dim=0), F.normalize(texts, dim=0)
    logits = scale * pictures @ texts.T
    own = torch.arange(len(logits))
    return (F.cross_entropy(logits, own) + F.cross_entropy(logits.T, own)) / 2


def _softmax_twice(pictures, texts, scale):
    pictures, texts = F.normalize(pictures, dim=1), F.normalize(texts, dim=1)
    logits = scale * pictures @ texts.T
    own = torch.arange(len(logits))
    by_picture, by_text = logits.softmax(dim=1), logits.T.softmax(dim=1)
    return (F.cross_entropy(by_picture, own) + F.cross_entropy(by_text, own)) / 2


def _features(rows, width, seed):
    chance = torch.Generator().manual_seed(seed)
    return torch.randn(rows, width, generator=chance)


CONTRASTIVE = Exercise(
    id="vision/loss",
    title="The contrastive loss",
    difficulty=3,
    minutes=10,
    task=(
        "Row i of `pictures` and row i of `texts` (both [batch, width]) belong together. Return "
        "CLIP's loss, a number: bring all rows to length 1, multiply every picture with every text "
        "and with `scale`, and take the mean of two cross-entropies: each picture finds its text, "
        "each text its picture. `F.normalize` and `F.cross_entropy` are there."
    ),
    hints=(
        "First `F.normalize(…, dim=1)` of both. Then `logits = scale * pictures @ texts.T` has a "
        "row for each picture and a column for each text.",
        "The right column of row i is i: `own = torch.arange(len(logits))`.",
        "`F.cross_entropy(logits, own)` is the one half, `F.cross_entropy(logits.T, own)` the "
        "other.",
    ),
    reference=contrastive,
    probes=(
        probe(_features(4, 3, 0), _features(4, 3, 1), 5.0),
        probe(_features(3, 4, 2), _features(3, 4, 3), 14.3),
        probe(torch.zeros(5, 2), torch.zeros(5, 2), 14.3),
    ),
    mistakes=(
        Mistake(
            "lengths count",
            _not_normalised,
            "The lengths of your vectors count. Bring both sides to length 1 first: "
            "`F.normalize(pictures, dim=1)`.",
        ),
        Mistake(
            "one side",
            _by_picture_only,
            "Pictures find their texts; texts have to find their pictures, too. Add the "
            "cross-entropy of `logits.T` and halve the sum.",
        ),
        Mistake(
            "not halved",
            lambda pictures, texts, scale: 2 * contrastive(pictures, texts, scale),
            "That is the sum of both cross-entropies. The loss is their mean.",
        ),
        Mistake(
            "softmax twice",
            _softmax_twice,
            "`F.cross_entropy` takes the softmax itself: give it the logits.",
        ),
        Mistake(
            "divided by the scale",
            lambda pictures, texts, scale: contrastive(pictures, texts, 1 / scale),
            "You divide by `scale`. It is one over the temperature already: multiply.",
        ),
        Mistake(
            "along the batch",
            _over_columns,
            "You normalise along the batch. Each row is a vector: `dim=1`.",
        ),
    ),
    solution="""
    def contrastive(pictures, texts, scale):
        pictures, texts = F.normalize(pictures, dim=1), F.normalize(texts, dim=1)
        logits = scale * pictures @ texts.T
        own = torch.arange(len(logits))
        return (F.cross_entropy(logits, own) + F.cross_entropy(logits.T, own)) / 2
    """,
)


def targets(captions):
    same = torch.tensor([[float(a == b) for b in captions] for a in captions])
    return same / same.sum(dim=1, keepdim=True)


def _rows_of(captions):
    return torch.tensor([[float(a == b) for b in captions] for a in captions])


def _others_only(captions):
    same = _rows_of(captions)
    same.fill_diagonal_(0)
    return same / same.sum(dim=1, keepdim=True).clamp(min=1)


def _first_only(captions):
    return torch.eye(len(captions))[[captions.index(each) for each in captions]]


TARGETS = Exercise(
    id="vision/targets",
    title="Equal captions",
    difficulty=2,
    minutes=7,
    task=(
        "In a batch some captions are equal: each is right for the others' pictures, too. Return "
        "the targets of the cross-entropy, float [batch, batch]: row i has the same share at every "
        "caption that is equal to caption i, 0 elsewhere, and sums to 1."
    ),
    hints=(
        "First a table of what is equal: `[[float(a == b) for b in captions] for a in captions]`.",
        "Then divide each row by its sum: `same.sum(dim=1, keepdim=True)`.",
    ),
    reference=targets,
    probes=(
        probe(["a red ball", "a blue cup", "a red ball", "a ring"]),
        probe(["a", "a", "a"]),
        probe(["b", "c", "c", "b", "c"]),
    ),
    mistakes=(
        Mistake(
            "only its own",
            lambda captions: torch.eye(len(captions)),
            "You have each picture's own caption alone. An equal caption elsewhere in the batch "
            "is as right.",
        ),
        Mistake(
            "rows above 1",
            _rows_of,
            "The right places. But a row with two equal captions sums to 2: divide each row by its "
            "sum.",
        ),
        Mistake(
            "without its own",
            _others_only,
            "You have left out the caption itself. It is equal to itself, and counts as well.",
        ),
        Mistake(
            "the first one",
            _first_only,
            "You send every picture to the first of its captions. The share is spread over all "
            "that are equal.",
        ),
    ),
    solution="""
    def targets(captions):
        same = torch.tensor([[float(a == b) for b in captions] for a in captions])
        return same / same.sum(dim=1, keepdim=True)
    """,
)
