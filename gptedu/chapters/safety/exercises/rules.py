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


PRECISION_RECALL = Exercise(
    id="safety/rule",
    title="A rule and its errors",
    difficulty=2,
    minutes=6,
    task=(
        "`hits` has the places of the replies that a rule hits, `wanted` those that it should. "
        "Return `(precision, recall)`: which share of its hits is right, and which share of what "
        "is wanted it hits. Where there is nothing to take a share of, return 0.0."
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
            "The two are exchanged. A rule that hits everything has a recall of 1, and whatever "
            "precision there is to be had.",
        ),
        Mistake(
            "precision twice",
            lambda hits, wanted: (precision_recall(hits, wanted)[0],) * 2,
            "You divide by the hits both times. Recall asks how much of what is **wanted** was "
            "found.",
        ),
        Mistake(
            "of all that is in either",
            _of_all,
            "You divide by all that is in either list. Precision looks at the hits alone, recall "
            "at what is wanted.",
        ),
        Mistake(
            "counts",
            lambda hits, wanted: (len(set(hits) & set(wanted)),) * 2,
            "You return how many are right. Asked for are shares, from 0 to 1.",
        ),
    ),
)
