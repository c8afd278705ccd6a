"""Problems drawn and typed."""

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


@pytest.mark.parametrize("kind", ["sums", "ages"])
def test_what_is_in_training_alone_is_drawn_from_no_other_split(kind):
    for split in ("validation", "test"):
        with pytest.raises(
            ValueError, match=rf"all {kind} of one step .*'{split}'.*split=\"train\""
        ):
            problems.draw(kind, 1, 1, split=split)
    assert problems.draw(kind, 1, 1, split="train")[0].steps == 1


@pytest.mark.parametrize(
    ("kind", "steps", "words"),
    [("sums", 10, "ask for 9 or fewer"), ("sums", 12, "steps is 12"), ("sums", 30, "hardly ever"),
     ("ages", 30, "ask for 20 or fewer")],
)  # fmt: skip
def test_what_is_too_long_to_be_drawn_is_one_sentence(kind, steps, words):
    with pytest.raises(ValueError, match=words):
        problems.draw(kind, steps, 1)


@pytest.mark.parametrize(
    ("kind", "fewest"), [("sums", 3), ("ages", 4), ("shelves", 3), ("exchanges", 4)]
)
def test_a_new_combination_needs_steps_enough(kind, fewest):
    for steps in range(1, fewest):
        with pytest.raises(ValueError, match=rf"steps is {steps}, .*{kind} of {fewest} steps or m"):
            problems.draw(kind, steps, 1, split="train", new_combination=True)
    (made,) = problems.draw(kind, fewest, 1, split="train", new_combination=True)
    assert made.steps == fewest


def test_a_typed_problem_is_told_as_it_was_typed():
    text = "Tom has 3 coins.  He gets 4 more and loses 2. How many are left?"
    made = problems.typed(text)
    assert (made.made.start, made.made.changes, made.answer) == (3, (4, -2), "5")
    assert made.prompt() == f"Question: {' '.join(text.split())}\nAnswer:"
    assert (made.steps, made.combination) == (2, "+-")


def test_a_typed_sums_steps_are_checked():
    made = problems.typed("Tom has 3 coins. He gets 4 more. He loses 2. How many are left?")
    assert check(made, " 3 and 4 is 7. 7 less 2 is 5. The answer is 5").sound
    assert check(made, " 3 and 4 is 8. 8 less 2 is 6. The answer is 6").first_wrong == 0
