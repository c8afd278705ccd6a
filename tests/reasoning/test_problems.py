"""Problems drawn and typed."""
# ruff: noqa: E501 a solution a line

from __future__ import annotations

import pytest

from gptedu.reasoning import problems
from gptedu.reasoning.checking import check
from gptedu.world.splits import split_of


@pytest.mark.parametrize("kind", problems.KINDS)
def test_problems_are_distinct_and_of_their_split(kind):
    drawn = problems.draw(kind, 3, 30, split="test", seed=1)
    assert len({each.key for each in drawn}) == 30
    assert {split_of(each.key) for each in drawn} == {"test"}
    assert [each.told for each in problems.draw(kind, 3, 30, split="test", seed=1)] == [
        each.told for each in drawn
    ]


def test_lengths_are_mixed_alike():
    assert [p.steps for p in problems.mixed((2, 3, 4), 8)] == [2, 2, 2, 3, 3, 3, 4, 4]


@pytest.mark.parametrize("kind", problems.KINDS)
def test_choices_hold_the_answer_where_it_is_no_number(kind):
    for each in problems.draw(kind, 2, 20, split="validation"):
        assert each.answer in each.choices if each.choices else each.answer.isdigit()


def test_more_than_there_are_is_one_sentence():
    with pytest.raises(ValueError, match="ask for fewer than 150, or for more steps"):
        problems.draw("sums", 2, 150, split="test")


@pytest.mark.parametrize(
    ("text", "start", "changes"),
    [
        ("Tom has 3 coins. He gets 4 more. He loses 2. How many are left?", 3, (4, -2)),
        ("There are 9 eggs in the basket. 2 more get lost on the way. 5 come in the post.", 9, (-2, 5)),
        ("Ann has 5 pens. She is given 2. She gives away 3. How many?", 5, (2, -3)),
    ],
)  # fmt: skip
def test_a_typed_sum_is_read(text, start, changes):
    made = problems.typed(text)
    assert (made.made.start, made.made.changes) == (start, changes)
    assert made.answer == str(start + sum(changes))
    assert made.prompt() == f"Question: {text}\nAnswer:"


def test_a_told_sum_of_the_world_is_read_as_it_was_made():
    for each in problems.mixed((1, 2, 3, 4, 5, 6), 120, split="train"):
        assert problems.typed(each.told).made == each.made, each.told


def test_a_typed_sums_steps_are_checked():
    made = problems.typed("Tom has 3 coins. He gets 4 more. He loses 2. How many are left?")
    assert check(made, " 3 and 4 is 7. 7 less 2 is 5. The answer is 5").sound
    assert check(made, " 3 and 4 is 8. 8 less 2 is 6. The answer is 6").first_wrong == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("How are you?", "has no number"),
        ("Tom has 3 coins. How many?", "nothing changes"),
        ("Tom has 3 coins. He looks at 2 of them.", "does not say whether 2 come in or go out"),
        ("", "is empty"),
    ],
)
def test_what_is_no_sum_is_one_sentence(text, words):
    with pytest.raises(ValueError, match=words) as told:
        problems.typed(text)
    assert "\n" not in str(told.value)
    assert str(told.value)[-1] != "." or str(told.value).endswith('."')
