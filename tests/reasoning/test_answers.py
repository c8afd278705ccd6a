"""The one function that reads answers: traps of well-known harnesses, each as a case."""

from __future__ import annotations

import pytest

from gptedu.reasoning import problems
from gptedu.reasoning.answers import read_answer
from gptedu.world.problems.problem import THINK


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("#### 18.", "18"),
        ("9 eggs are left.\n#### 18", "18"),
        ("so 5 apples, and I am done", "5"),
        (" 5", "5"),
        ("The answer is $29.00", "29"),
        ("7-2=5", "5"),
        ("7-2", "2"),
        ("7 - 2 = -5", "-5"),
        ("The answer is 1,000", "1000"),
        ("The answer is 1000.", "1000"),
        ("The answer is 2.50", "5/2"),
        ("The answer is 5/2", "5/2"),
        ("the answer is: 4", "4"),
        ("3 and 4 is 7. The answer is 7. Tom has 12 more", "7"),
        ("3 and 4 is 7. The answer is 8\nQuestion: Ann has 3. How many?\nAnswer: 3", "8"),
        ("The answer is 4. No: the answer is 5.", "5"),
        ("The answer is not known", None),
        ("3 and 4 is 7. The answer is", None),
        ("nobody can say", None),
        ("", None),
    ],
)
def test_numbers(text, answer):
    assert read_answer(text) == answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("7 and 5 is 12. 12 less", None),
        ("7 and 5 is 12. 12 less 3 is 9.", None),
        (" 9", None),
        ("7 and 5 is 12. The answer is 12", "12"),
        ("7 and 5 is 12, so the answer is 12", "12"),
        ("#### 12", "12"),
        ("7 and 5 is 12. The answer is", None),
        ("7 and 5 is 12\nQuestion: Ann has 3.\nAnswer: The answer is 3", None),
    ],
)
def test_of_a_solution_with_steps_only_what_it_announces_is_read(text, answer):
    assert read_answer(text, announced=True) == answer


def test_a_choice_has_to_be_announced_as_well():
    things = ("the lamp", "the key")
    assert read_answer("Tom: the key, then the lamp", things, announced=True) is None
    assert read_answer("Tom: the key. The answer is the key", things, announced=True) == "the key"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Because it is so", None),
        ("The answer is B", "B"),
        ("(B)", "B"),
        ("A or B? B.", "B"),
        ("a cup", None),
        ("The answer is (a)", None),
    ],
)
def test_letters_are_whole_words(text, answer):
    assert read_answer(text, ("A", "B", "C")) == answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (" the lamp", "the lamp"),
        ("Tom: the key, then the lamp. The answer is the key", "the key"),
        ("The answer is lamp", "the lamp"),
        ("The answer is Lamp.", "the lamp"),
        ("The answer is the lampshade", None),
        ("not the lamp but the key", "the key"),
    ],
)
def test_things_are_whole_words_with_or_without_the(text, answer):
    assert read_answer(text, ("the lamp", "the key")) == answer


@pytest.mark.parametrize("kind", problems.KINDS)
def test_right_answers_in_every_form_score_through_the_whole_way(kind):
    """Gold answers, as the web writes them, through stop, extraction and comparison."""
    for problem in problems.draw(kind, 3, 20, split="validation"):
        for written in (
            f" {problem.answer}",
            f" {THINK} It is so. The answer is {problem.answer}",
            f"#### {problem.answer}.\nQuestion: And then?\nAnswer: 99",
        ):
            assert read_answer(written, problem.choices) == problem.answer
