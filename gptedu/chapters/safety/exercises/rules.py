"""How good a rule is: its precision and recall, an exercise."""

from __future__ import annotations

from gptedu.course.exercises import Exercise, Mistake, probe


def precision_recall(hits, wanted):
    both = len(set(hits) & set(wanted))
    precision = both / len(hits) if hits else 0.0
    recall = both / len(wanted) if wanted else 0.0
    return precision, recall


def _of_all(hits, wanted):
    every = len(set(hits) | set(wanted)) or 1
    both = len(set(hits) & set(wanted))
    return both / every, both / every


def _without_zero(hits, wanted):
    both = len(set(hits) & set(wanted))
    return both / len(hits), both / len(wanted)


def _nothing_is_perfect(hits, wanted):
    precision, recall = precision_recall(hits, wanted)
    return precision if hits else 1.0, recall if wanted else 1.0


def _errors(hits, wanted):
    precision, recall = precision_recall(hits, wanted)
    return 1 - precision if hits else 0.0, 1 - recall if wanted else 0.0


PRECISION_RECALL = Exercise(
    id="safety/rule",
    title="A rule and its errors",
    difficulty=2,
    minutes=6,
    task=(
        "`hits` has the places of the replies that a rule hits, `wanted` the places of those that "
        "it should hit. Return `(precision, recall)`. **Precision**: the share of its hits that "
        "are wanted. **Recall**: the share of the wanted that it hits. Both are from 0 to 1. "
        "Where there are no hits, precision is 0.0; where nothing is wanted, recall is 0.0."
    ),
    hints=(
        "What is in both lists is right: `set(hits) & set(wanted)`.",
        "Precision divides it by the number of hits, recall by the number wanted; either may be 0.",
    ),
    reference=precision_recall,
    probes=(
        probe([1, 2, 3, 4], [3, 4, 5]),
        probe([7], [7, 8, 9, 10]),
        probe([], [1, 2]),
        probe([1, 2], []),
        probe([1, 2, 3], [4, 5]),
    ),
    mistakes=(
        Mistake(
            "exchanged",
            lambda hits, wanted: precision_recall(hits, wanted)[::-1],
            "The two are exchanged. A rule that hits every reply misses nothing: its *recall* "
            "has to be 1.",
        ),
        Mistake(
            "precision twice",
            lambda hits, wanted: (precision_recall(hits, wanted)[0],) * 2,
            "You divide by the number of hits both times. Recall asks how much of what is "
            "**wanted** was found.",
        ),
        Mistake(
            "recall twice",
            lambda hits, wanted: (precision_recall(hits, wanted)[1],) * 2,
            "You divide by the number of wanted both times. Precision asks how many of the "
            "**hits** are right.",
        ),
        Mistake(
            "no hits",
            _without_zero,
            "You divide by 0 where a rule hits nothing, or where nothing is wanted. Return 0.0 "
            "for that share.",
        ),
        Mistake(
            "nothing is perfect",
            _nothing_is_perfect,
            "A rule that hits nothing has a precision of 1 in your function. Here it is 0.0: such "
            "a rule is of no use.",
        ),
        Mistake(
            "percent",
            lambda hits, wanted: tuple(100 * each for each in precision_recall(hits, wanted)),
            "You return percent. Asked for are shares, from 0 to 1.",
        ),
        Mistake(
            "shares of errors",
            _errors,
            "You return the shares of what is wrong: hits that are not wanted, and wanted that are "
            "missed. Asked for are the shares that are right.",
        ),
        Mistake(
            "of all that is in either",
            _of_all,
            "You divide by the number of places in either list. Precision divides by the hits, "
            "recall by the wanted.",
        ),
        Mistake(
            "counts",
            lambda hits, wanted: (len(set(hits) & set(wanted)),) * 2,
            "You return how many are right. Asked for are shares, from 0 to 1.",
        ),
    ),
)
