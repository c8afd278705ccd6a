"""What a vote scores, with ties, and when it helps: two exercises (Wang et al. 2022)."""

from __future__ import annotations

from collections import Counter
from math import comb

from gptedu.course.exercises import Exercise, Mistake, probe


def score(answers, right):
    votes = Counter(answer for answer in answers if answer is not None)
    winners = [answer for answer in votes if votes[answer] == max(votes.values())]
    return (right in winners) / len(winners) if winners else 0.0


def _none_votes(answers, right):
    votes = Counter(answers)
    winners = [answer for answer in votes if votes[answer] == max(votes.values())]
    return (right in winners) / len(winners)


def _first_wins(answers, right):
    votes = Counter(answer for answer in answers if answer is not None)
    return float(bool(votes) and votes.most_common(1)[0][0] == right)


def _ties_count_nothing(answers, right):
    votes = Counter(answer for answer in answers if answer is not None)
    winners = [answer for answer in votes if votes[answer] == max(votes.values())]
    return float(winners == [right])


def _share(answers, right):
    return answers.count(right) / len(answers)


def _ties_count_whole(answers, right):
    votes = Counter(answer for answer in answers if answer is not None)
    return float(bool(votes) and votes[right] == max(votes.values()))


def _no_default(answers, right):
    votes = Counter(answer for answer in answers if answer is not None)
    most = max(votes.values())
    winners = [answer for answer in votes if votes[answer] == most]
    return (right in winners) / len(winners)


SCORE = Exercise(
    id="reasoning/vote",
    title="What a vote scores",
    difficulty=2,
    minutes=8,
    task=(
        "`answers` has one answer for each path of a problem, as a text such as '7'; None is a "
        "path that cannot be read, and has no vote. Return what the vote scores: 1 where `right` "
        "has the most votes, 1/m where it is one of m answers that have the most, else 0. So the "
        "order of the paths plays no part. Where no path can be read, it is 0."
    ),
    hints=(
        "Count first, without None: `Counter(a for a in answers if a is not None)`.",
        "The winners are all answers that have the most votes, one or more.",
        "`(right in winners) / len(winners)`, and 0 where there are no winners.",
    ),
    reference=score,
    probes=(
        probe(["7", "7", "8"], "7"),
        probe([None, None, None, "7", "7"], "7"),
        probe(["8", "7", "7", "8"], "7"),
        probe(["7", "8", "8", "7"], "7"),
        probe(["7", "8", "9"], "8"),
        probe([None, None], "7"),
        probe(["8", "8", "7"], "7"),
        probe(["7", "8", "9", "8", "7"], "9"),
    ),
    mistakes=(
        Mistake(
            "None votes",
            _none_votes,
            "Paths that cannot be read have voted: `[None, None, None, '7', '7']` is won by 7.",
        ),
        Mistake(
            "the first of a tie",
            _first_wins,
            "In a tie yours takes the answer that came first, so the order of the paths decides. "
            "Let all winners share: 1/m.",
        ),
        Mistake(
            "a tie counts whole",
            _ties_count_whole,
            "In a tie of two the right answer would win half of the time: it scores 1/2, not 1.",
        ),
        Mistake(
            "a tie counts nothing",
            _ties_count_nothing,
            "In a tie of two the right answer would win half of the time: it scores 1/2, not 0.",
        ),
        Mistake(
            "a share of the paths",
            _share,
            "That is the share of paths that are right: what one path scores. A vote scores 1 or "
            "0, and something between only in a tie.",
        ),
        Mistake(
            "no path to read",
            _no_default,
            "Where no path can be read there is no largest count, and `max` raises. Return 0.",
        ),
    ),
)


def two_answers(chance, paths):
    total = 0.0
    for right in range(paths + 1):
        weight = comb(paths, right) * chance**right * (1 - chance) ** (paths - right)
        if 2 * right > paths:
            total += weight
        elif 2 * right == paths:
            total += weight / 2
    return total


def _sum(chance, paths, first, tie=0.0):
    def weight(right):
        return comb(paths, right) * chance**right * (1 - chance) ** (paths - right)

    ties = weight(paths // 2) * tie if paths % 2 == 0 else 0.0
    return sum(weight(right) for right in range(first, paths + 1)) + ties


def _without_comb(chance, paths):
    return sum(
        chance**right * (1 - chance) ** (paths - right) * (1 if 2 * right > paths else 0.5)
        for right in range(paths + 1)
        if 2 * right >= paths
    )


TWO_ANSWERS = Exercise(
    id="reasoning/two-answers",
    title="When does a vote help?",
    difficulty=3,
    minutes=10,
    task=(
        "Each path is right with probability `chance`, independently of the others, and all wrong "
        "ones say the same wrong thing. Return how often a vote of `paths` paths is right; a tie "
        "counts half."
    ),
    hints=(
        "r of n paths are right with probability `comb(n, r) * p**r * (1 - p)**(n - r)`.",
        "Add up the r that are more than half, and half of the r that is exactly half.",
        "`2 * right > paths` is more than half, for even and for odd numbers of paths.",
    ),
    reference=two_answers,
    probes=(
        probe(0.6, 3),
        probe(0.6, 4),
        probe(0.4, 4),
        probe(0.7, 16),
        probe(0.5, 1),
        probe(0.9, 2),
    ),
    mistakes=(
        Mistake(
            "a tie counts whole",
            lambda chance, paths: _sum(chance, paths, (paths + 1) // 2),
            "A tie counts whole in yours. With two answers that are as frequent, one of two is "
            "taken: half.",
        ),
        Mistake(
            "a tie counts nothing",
            lambda chance, paths: _sum(chance, paths, paths // 2 + 1),
            "Nearly: a tie counts nothing in yours, and should count half.",
        ),
        Mistake(
            "without the number of orders",
            _without_comb,
            "You have the probability of one order of right and wrong paths. There are "
            "`comb(n, r)` orders.",
        ),
        Mistake(
            "one path",
            lambda chance, paths: chance,
            "That is how often one path is right. A vote needs the sum over all that may happen.",
        ),
        Mistake(
            "all have to be right",
            lambda chance, paths: chance**paths,
            "That is the probability that all paths are right; more than half is enough.",
        ),
    ),
    solution="""
    def two_answers(chance, paths):
        total = 0.0
        for right in range(paths + 1):
            weight = comb(paths, right) * chance**right * (1 - chance) ** (paths - right)
            if 2 * right > paths:
                total += weight
            elif 2 * right == paths:
                total += weight / 2
        return total
    """,
)
