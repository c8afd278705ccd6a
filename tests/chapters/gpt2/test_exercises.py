"""Chapter 2's exercises: right, untouched and wrong answers."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import Any

import pytest

from exercise_checks import ExerciseChecks, check_a_last_norm_is_missed
from gptedu.chapters.gpt2 import exercises
from gptedu.course.exercises import Hint


class TestExercises(ExerciseChecks):
    chapter = "gpt2"
    exercises = exercises.EXERCISES
    unnamed = {  # noqa: RUF012
        "gpt2/choice-score": (
            lambda p, n: (-sum(p[n:]), -sum(p[n:]) / len(p[n:])),
            lambda p, n: (sum(p[n:]) / len(p[n:]), sum(p[n:])),
            lambda p, n: (sum(p[-n:]), sum(p[-n:]) / n),
        ),
        "gpt2/overlap": (
            lambda g, w: len(set(g) & set(w)) / len(set(g) | set(w)),
            lambda g, w: 2 * sum(a == b for a, b in zip(g, w, strict=False)) / (len(g) + len(w)),
            lambda g, w: sum((Counter(g) & Counter(w)).values()) / min(len(g), len(w)),
        ),
        "gpt2/perplexity": (
            lambda d: math.exp(-sum(d[0]) / len(d[0])),
            lambda d: math.exp(-sum(d[-1]) / len(d[-1])),
            lambda d: sum(math.exp(-p) for row in d for p in row) / sum(map(len, d)),
        ),
        "gpt2/parameters": (
            lambda v, c, n, w: exercises.parameters.reference(v, c, n, w) - w,
            lambda v, c, n, w: exercises.parameters.reference(v + 1, c, n, w),
            lambda v, c, n, w: exercises.parameters.reference(v, c, n, w) / 1e6,
        ),
    }


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        ('"(', "occurs in no note: is a space missing"),
        ('")', "occurs in no note: is a space missing"),
        ('"  (', "occurs in no note: is a space missing"),
        ("velan", "Nobody writes"),
        ('" ', "People quote without translating"),
        ("( ", "A bracket alone"),
        (".", "finds other texts too"),
        ("(the", "some of the notes only"),
        (7, "A phrase is asked for"),
    ],
)
def test_what_a_search_is_told(phrase: Any, words: str) -> None:
    with pytest.raises(Hint, match=re.escape(words)):
        exercises.search.check(phrase)


@pytest.mark.parametrize("kind", [int, float])
def test_a_last_norm_may_not_be_forgotten_in_a_large_number(kind: Any) -> None:
    check_a_last_norm_is_missed(exercises.parameters, kind)
