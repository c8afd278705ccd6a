"""From a ranking to pairs: an exercise (InstructGPT, section 3.5)."""

from __future__ import annotations

from itertools import combinations, pairwise

from gptedu.course.exercises import Exercise, Mistake, probe


def pairs(ranks):
    places = range(len(ranks))
    return [(i, j) for i in places for j in places if ranks[i] < ranks[j]]


def _neighbours(ranks):
    order = sorted(range(len(ranks)), key=lambda place: ranks[place])
    return sorted((i, j) for i, j in pairwise(order) if ranks[i] < ranks[j])


def _unsorted(ranks):
    both = combinations(range(len(ranks)), 2)
    return [(i, j) if ranks[i] < ranks[j] else (j, i) for i, j in both if ranks[i] != ranks[j]]


PAIRS = Exercise(
    id="instructgpt/pairs",
    title="How many pairs are in a ranking?",
    difficulty=1,
    minutes=5,
    task=(
        "`ranks` holds a rank for each of K replies: 1 is the best, equal ranks are a tie. Return "
        "the list of all pairs `(better, worse)`, each reply named by its **place** in `ranks`, "
        "from 0. A tie makes no pair. Put them in the order that `sorted` gives."
    ),
    hints=(
        "Four replies without a tie make six pairs: each of them against each other one, once.",
        "Two loops over the places; keep `(i, j)` where i is better than j.",
        "1 is best, so the better reply has the **smaller** rank: `if ranks[i] < ranks[j]`.",
    ),
    reference=pairs,
    probes=(probe([2, 1, 3]), probe([3, 1, 1, 2]), probe([1, 1]), probe([4, 3, 2, 1])),
    mistakes=(
        Mistake(
            "ties make pairs",
            lambda ranks: [
                (i, j)
                for i in range(len(ranks))
                for j in range(len(ranks))
                if i != j and ranks[i] <= ranks[j]
            ],
            "A tie is in your list, both ways round: each of the two is called better than the "
            "other. Use `<`, so that equal ranks say nothing.",
        ),
        Mistake(
            "the worse one first",
            lambda ranks: sorted((j, i) for i, j in pairs(ranks)),
            "Your pairs are the wrong way round. Rank 1 is the best, so the better reply has the "
            "smaller number.",
        ),
        Mistake(
            "ranks in place of places",
            lambda ranks: sorted((ranks[i], ranks[j]) for i, j in pairs(ranks)),
            "These are ranks. What is asked for is **which** replies they are: their places in "
            "the list, from 0.",
        ),
        Mistake(
            "neighbours alone",
            _neighbours,
            "You compare each reply with the next best alone. The best is better than the third "
            "too: that is why ranking K replies pays, it gives $K(K-1)/2$ pairs at once.",
        ),
        Mistake(
            "in another order",
            _unsorted,
            "Your pairs are all right; only their order is another. Hand back `sorted(…)` of them.",
        ),
    ),
)
