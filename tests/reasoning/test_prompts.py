"""One problem in every manner, to the letter."""

from __future__ import annotations

import pytest

from gptedu import assets
from gptedu.reasoning import problems, prompts
from gptedu.reasoning.examples import worked_examples
from gptedu.text import Tokenizer

SHOWN = problems.typed("Tom has 3 coins. He gets 4 more. How many coins are left?")
ASKED = problems.typed("Ann has 5 pens. She loses 2. She finds 1. How many pens are left?")
EXAMPLE = (SHOWN, "3 and 4 is 7. The answer is 7")
QUESTION = f"Question: {SHOWN.told}\nAnswer:"


@pytest.mark.parametrize(
    ("manner", "shown"),
    [
        ("direct", " 7"),
        ("begun", " The answer is 7"),
        ("worked", " 3 and 4 is 7. The answer is 7"),
        ("dots", " . . . . . The answer is 7"),
        ("after", " The answer is 7. 3 and 4 is 7."),
    ],
)
def test_what_an_example_shows(manner, shown):
    asked = prompts.prompt(ASKED, manner, [EXAMPLE])
    begun = {
        "dots": f" {'. ' * 10}The answer is",
        "after": " The answer is",
        "begun": " The answer is",
    }.get(manner, "")
    assert asked == f"{QUESTION}{shown}\nQuestion: {ASKED.told}\nAnswer:{begun}"


@pytest.mark.parametrize(
    ("manner", "end"),
    [
        ("phrase", " Let's think step by step."),
        ("wrong phrase", " It is a nice day today."),
        ("bare", ""),
    ],
)
def test_what_stands_after_the_question_alone(manner, end):
    assert prompts.prompt(ASKED, manner) == f"Question: {ASKED.told}\nAnswer:{end}"


def test_dots_are_as_many_as_the_words_of_the_steps_and_tell_no_number():
    for steps in (1, 3, 6):
        (problem,) = problems.draw("sums", steps, 1, split="train")
        words = " ".join("7 and 5 is 12." for _ in range(steps)).split()
        begun = prompts.MANNERS["dots"].begin(problem)
        assert begun.count(" .") == len(words)
        assert not set("0123456789") & set(begun)


def test_every_worked_example_is_right_in_every_step():
    ways = {solution.split(" ")[0] for _, solution in worked_examples()}
    assert len(worked_examples()) == 32
    assert len(ways) > 3  # not all in one way


def test_as_many_examples_as_fit():
    tokenizer = Tokenizer.load(assets.path("tokenizer.json"))
    examples = worked_examples(count=8)
    for context in (160, 256, 400):
        text = prompts.fitting(tokenizer, ASKED, "worked", examples, context=context, room=60)
        assert 1 + len(tokenizer.encode(text)) + 60 <= context
        assert text.endswith(f"{ASKED.told}\nAnswer:")
    with pytest.raises(ValueError, match="'worked' is told by examples: give at least one"):
        prompts.fitting(tokenizer, ASKED, "worked", [], context=400, room=60)
    with pytest.raises(ValueError, match="does not fit the context, 100"):
        prompts.fitting(tokenizer, ASKED, "worked", examples, context=100, room=60)


def test_wrong_calls_are_one_sentence():
    with pytest.raises(ValueError, match="told by examples: give at least one"):
        prompts.prompt(ASKED, "dots")
    with pytest.raises(ValueError, match="an example is the problem itself"):
        prompts.prompt(SHOWN, "worked", [EXAMPLE])
    with pytest.raises(ValueError, match="manner is 'loud': choose one of direct"):
        prompts.prompt(ASKED, "loud")
