"""Which paths a model may learn from: an exercise (Huang et al. 2022, section 3.1)."""

from __future__ import annotations

from collections import Counter

from gptedu.course.exercises import Exercise, Mistake, probe


def kept(answers, right):
    votes = Counter(answer for answer in answers if answer is not None)
    if not votes:
        return []
    most = max(votes.values())
    label = min(answer for answer in votes if votes[answer] == most)
    return [place for place, answer in enumerate(answers) if answer == label]


def _by_the_label(answers, right):
    return [place for place, answer in enumerate(answers) if answer == right]


def _only_where_right(answers, right):
    places = kept(answers, right)
    return places if places and answers[places[0]] == right else []


def _none_wins(answers, right):
    votes = Counter(answers)
    most = max(votes.values())
    label = min((a for a in votes if votes[a] == most), key=str)
    return [place for place, answer in enumerate(answers) if answer == label]


def _first_of_a_tie(answers, right):
    votes = Counter(answer for answer in answers if answer is not None)
    label = votes.most_common(1)[0][0] if votes else None
    return [place for place, a in enumerate(answers) if a is not None and a == label]


def _the_answers(answers, right):
    return [answers[place] for place in kept(answers, right)]


def _one_path(answers, right):
    return kept(answers, right)[:1]


def _readable(answers, right):
    return [place for place, answer in enumerate(answers) if answer is not None]


def _all_winners(answers, right):
    votes = Counter(answer for answer in answers if answer is not None)
    most = max(votes.values(), default=0)
    return [place for place, a in enumerate(answers) if a is not None and votes[a] == most]


KEPT = Exercise(
    id="reasoning/kept",
    title="Without a right answer",
    difficulty=2,
    minutes=7,
    task=(
        "Self-improvement: of one problem's paths, return the places of those that the model is "
        "trained on. These are the paths that say what the **majority** says. None is a path that "
        "cannot be read, and never wins. Answers are texts, such as '7'; in a tie take the "
        "first in the order of texts, by `min` ('10' before '9'). `right` is the right answer. "
        "Nobody has given it to the model, so what you return must not depend on it."
    ),
    hints=(
        "If `right` were another answer, your function would have to return the same.",
        "Find the majority's answer first, by counting (`Counter`, without None); then the places "
        "where `answers` has it.",
        "`label = min(a for a in votes if votes[a] == max(votes.values()))`",
    ),
    reference=kept,
    probes=(
        probe(["7", "8", "7", None], "7"),
        probe(["8", "8", "7"], "7"),
        probe(["8", "8", "7"], "8"),
        probe([None, None, "5"], "5"),
        probe([None, None], "5"),
        probe(["9", "4", "9", "4"], "9"),
        probe(["9", "10", "9", "10"], "9"),
    ),
    mistakes=(
        Mistake(
            "with the right answer",
            _by_the_label,
            "You keep the paths that are **right**. That is training with labels: the ceiling that "
            "the chapter compares with. Self-improvement does not know `right`.",
        ),
        Mistake(
            "wrong majorities left out",
            _only_where_right,
            "You leave out problems whose majority is wrong. To know which they are you have "
            "looked at `right`.",
        ),
        Mistake(
            "None wins",
            _none_wins,
            "Where most paths cannot be read yours keeps those: the model would learn to write "
            "what nobody can read.",
        ),
        Mistake(
            "the first of a tie",
            _first_of_a_tie,
            "In a tie yours takes the answer that came first, so the order of the paths decides. "
            "Take the one that `min` gives.",
        ),
        Mistake(
            "answers, not places",
            _the_answers,
            "These are what the kept paths answer. Return their places in the list: 0, 2, …",
        ),
        Mistake(
            "one path alone",
            _one_path,
            "You keep one path. All that reach the majority are kept: they work in different ways, "
            "and that is what is learned.",
        ),
        Mistake(
            "all that can be read",
            _readable,
            "You keep every path that can be read, whatever it says. The vote has to choose.",
        ),
        Mistake(
            "both sides of a tie",
            _all_winners,
            "In a tie you keep both answers, which contradict each other. Take the one that `min` "
            "gives.",
        ),
    ),
)
