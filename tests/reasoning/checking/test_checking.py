"""Every step of a solution: right ones pass, and a single change is found where it was made."""
# ruff: noqa: E501 a solution a line

from __future__ import annotations

import dataclasses
import random
import re

import pytest

from gptedu.reasoning import problems
from gptedu.reasoning.answers import read_answer
from gptedu.reasoning.checking import check
from gptedu.world.documents.numbers import Sum
from gptedu.world.problems import exchanges, shelves
from gptedu.world.problems.problem import Problem
from gptedu.world.problems.ways import WAYS, Way, wordings
from gptedu.world.problems.ways import steps as steps_of_way

RIGHT = [Way(way.name, way.share, 0.0) for way in WAYS]
SUM = Sum(7, (5, -3, 4, -6))
TOLD = Problem("", "7", str, SUM.key, 4, "+-+-", SUM)


def drawn(kind: str):
    for steps in (1, 2, 3, 4, 5):
        yield from problems.draw(kind, steps, 25, split="train" if steps == 1 else "validation")


def test_a_sum_is_sound_where_its_way_remembers_every_fact_rightly():
    for problem in drawn("sums"):
        for way in WAYS:
            facts = steps_of_way(way, problem.made)
            for text in wordings(way, problem.made):
                made = check(problem, text)
                assert made.way == way.name
                assert made.sound is all(fact.right for fact in facts), text
                assert made.right is (str(facts[-1].result) == problem.answer)
                if way.name in ("running", "tens"):
                    wrong = [place for place, fact in enumerate(facts) if not fact.right]
                    assert made.first_wrong == (wrong[0] if wrong else None)


@pytest.mark.parametrize("kind", ["exchanges", "ages", "shelves"])
def test_what_people_write_of_the_other_kinds_is_sound(kind):
    ways = set()
    for problem in drawn(kind):
        for seed in range(3):
            made = check(problem, " " + problems.example(problem, seed))
            assert made.sound, made
            assert made.right
            ways.add(made.way)
    assert len(ways) == 2


@pytest.mark.parametrize("kind", problems.KINDS)
def test_one_changed_number_or_word_is_found(kind):
    """Whatever is exchanged for another of its kind, in any place, some step is wrong."""
    rng = random.Random(0)
    for problem in problems.draw(kind, 3, 40, split="validation"):
        if kind == "sums":
            solutions = [f" {wordings(way, problem.made)[0]}" for way in RIGHT]
        else:
            solutions = [f" {problems.example(problem, seed)}" for seed in range(2)]
        for text in solutions:
            assert check(problem, text).sound
            words = [*problem.names, *(c.removeprefix("the ") for c in problem.choices)]
            words = [word for word in words if re.search(rf"\b{word}\b", text)]
            numbers = list(re.finditer(r"\d+", text))
            if numbers and (kind in ("sums", "ages") or not words):
                spot = rng.choice(numbers)
                changed = text[: spot.start()] + str(int(spot[0]) + 1) + text[spot.end() :]
            else:
                spot = rng.choice(list(re.finditer(rf"\b{rng.choice(words)}\b", text)))
                other = rng.choice([w for w in (*words, "zebra") if w != spot[0]])
                changed = text[: spot.start()] + other + text[spot.end() :]
            assert check(problem, changed).first_wrong is not None, (text, changed)


@pytest.mark.parametrize(
    ("text", "place", "why"),
    [
        (" 7 and 5 is 13. 13 less 3 is 10. 10 and 4 is 14. 14 less 6 is 8. The answer is 8", 0, "7 + 5 is 12"),
        (" 7 and 5 is 12. 12 less 2 is 10. 10 and 4 is 14. 14 less 6 is 8. The answer is 8", 1, "the story says down 3 here"),
        (" 7 and 5 is 12. 11 less 3 is 8. 8 and 4 is 12. 12 less 6 is 6. The answer is 6", 1, "it goes on from 11, and 12 was reached"),
        (" 7 and 5 is 12. 12 less 3 is 9. The answer is 9", 2, "it leaves out up 4, down 6"),
        (" 7 and 5 is 12. 12 less 3 is 9. 9 and 4 is 13. 13 less 6 is 7. The answer is 8", 4, "the steps come to 7"),
        (" 7 plus 5: 2 to the ten and 2 over, 12. 12 minus 3: 9. 9 plus 4: 13. 13 minus 6: 7. The answer is 7", 0, "2 and 2 is not 5"),
        (" 7 plus 5: 2 to the ten and 3 over, 12. 12 minus 3: 9. 9 plus 4: 13. 13 minus 6: 7. The answer is 7", 0, "9 is no ten"),
        (" Backwards: down 6. Before that up 4: down 2. Before that down 3: down 4. Before that up 5: up 1. So 7, up 1: 8. The answer is 8", 2, "down 2 and down 3 is down 5"),
        (" In: 5, with 4 it is 9. Out: 3, with 6 it is 8. 7 with 9 in: 16. 16 with 8 out: 8. The answer is 8", 1, "3 + 6 is 9"),
        (" In: 5, with 4 it is 9. Out: 3, with 6 it is 9. 7 with 9 in: 16. The answer is 16", 3, "it leaves out what goes out"),
        (" Well, it is 7. The answer is 7", 0, "this is none of the ways of working"),
    ],
)  # fmt: skip
def test_the_wrong_step_of_a_sum_and_why(text, place, why):
    made = check(TOLD, text)
    assert made.first_wrong == place
    assert made.steps[place].wrong == why


def test_two_slips_that_undo_each_other_are_right_by_luck():
    made = check(
        TOLD, " 7 and 5 is 13. 13 less 3 is 9. 9 and 4 is 13. 13 less 6 is 7. The answer is 7"
    )
    assert made.right
    assert made.by_luck
    assert not made.sound
    assert [bool(step.wrong) for step in made.steps] == [True, True, False, False, False]


def test_a_right_answer_of_no_known_way_is_unchecked_and_not_by_luck():
    made = check(TOLD, " Well, it is 7. The answer is 7")
    assert (made.right, made.by_luck, made.unchecked) == (True, False, True)
    assert check(TOLD, " Well, it is 7").unchecked is False  # no answer
    known = check(TOLD, " 7 and 5 is 13. 13 less 6 is 7. The answer is 7")
    assert (known.right, known.by_luck, known.unchecked) == (True, True, False)


SOUND = " 7 and 5 is 12. 12 less 3 is 9. 9 and 4 is 13. 13 less 6 is 7"


@pytest.mark.parametrize(
    "end",
    [". The answer is 7", ". the answer is 7", ", so the answer is 7.", ". So, the answer is: 7",
     "\n#### 7"],
)  # fmt: skip
def test_an_answer_is_announced_to_the_check_as_to_the_reader(end):
    made = check(TOLD, SOUND + end)
    assert made.sound
    assert made.right
    assert (len(made.steps), made.answer) == (5, read_answer(SOUND + end, announced=True))


@pytest.mark.parametrize("text", [SOUND, f"{SOUND}.", " 7 and 5 is 12. 12 less", " 7 and 5"])
def test_a_path_that_breaks_off_has_no_answer(text):
    made = check(TOLD, text)
    assert (made.answer, made.right, made.sound) == (None, False, False)
    assert made.steps[-1].wrong == "it does not say what the answer is"


def test_what_follows_rightly_from_a_wrong_step_is_no_second_mistake():
    made = check(
        TOLD, " 7 and 5 is 13. 13 less 3 is 10. 10 and 4 is 14. 14 less 6 is 8. The answer is 8"
    )
    assert sum(bool(step.wrong) for step in made.steps) == 1
    made = check(SWAPS, " Tom: the key, then the cup, then the cup. The answer is the cup")
    assert [step.wrong for step in made.steps] == ["", "then it is the lamp", "", ""]


NAMES = ("Tom", "Ann", "Eve")
SWAPS = Problem(
    "", "the lamp", str, "exchange/x", 2, "3 ab", exchanges.Exchange(("key", "lamp", "cup"), ((0, 1), (1, 2))),
    NAMES, "Tom", ("the key", "the lamp", "the cup"),
)  # fmt: skip
SHELF = Problem(
    "", "the cup", str, "shelf/x", 2, "ls",
    shelves.Shelf(("key", "lamp", "cup"), (("l", "cup", ""), ("s", "key", "lamp"))),
    asked="the first", choices=("the key", "the lamp", "the cup"),
)  # fmt: skip


@pytest.mark.parametrize("kind", problems.KINDS)
def test_a_check_looks_at_the_problem_and_not_at_its_answer(kind):
    """With the right answers shuffled, the same steps are wrong for the same reasons."""
    asked = problems.draw(kind, 3, 20, split="validation")
    answers = random.Random(0).sample([each.answer for each in asked], len(asked))
    for number, (problem, answer) in enumerate(zip(asked, answers, strict=True)):
        text = f" {problems.example(problem, number)}"
        made = check(problem, text)
        assert check(dataclasses.replace(problem, answer=answer), text).steps == made.steps
        assert kind == "sums" or made.sound


@pytest.mark.parametrize(
    ("problem", "text", "place", "why"),
    [
        (SWAPS, " Tom key, Ann lamp, Eve cup. Tom lamp, Ann key, Eve cup. Tom lamp, Ann cup, Eve key. The answer is the lamp", None, ""),
        (SWAPS, " Tom key, Ann lamp, Eve cup. Tom lamp, Ann key, Eve cup. Tom cup, Ann key, Eve lamp. The answer is the cup", 2, "Tom has the lamp"),
        (SWAPS, " Tom key, Ann lamp. Tom lamp, Ann key, Eve cup. Tom lamp, Ann cup, Eve key. The answer is the lamp", 0, "it does not say what each of them has"),
        (SWAPS, " Ann: the lamp, then the key, then the cup. The answer is the cup", 0, "Tom is asked about"),
        (SHELF, " key lamp cup. cup key lamp. cup lamp key. The answer is the cup", None, ""),
        (SHELF, " key lamp cup. key cup lamp. lamp cup key. The answer is the lamp", 1, "then it is cup key lamp"),
        (SHELF, " Now it is the cup, the key and the lamp. The answer is the cup", 1, "it leaves out 1 of the moves"),
    ],
)  # fmt: skip
def test_the_wrong_step_of_what_is_followed(problem, text, place, why):
    made = check(problem, text)
    assert made.first_wrong == place
    assert place is None or made.steps[place].wrong == why


@pytest.mark.parametrize("text", [" 7", "7", " The answer is 7"])
def test_an_answer_alone_is_right_and_not_sound(text):
    made = check(TOLD, text)
    assert (made.right, made.sound, made.by_luck) == (True, False, False)
    assert made.unchecked


@pytest.mark.parametrize("kind", problems.KINDS)
@pytest.mark.parametrize(
    "text", ["", " ", "?", " The answer is", " . . .", " x: 3. y, then z.", "\n"]
)
def test_any_text_can_be_checked(kind, text):
    (problem,) = problems.draw(kind, 2, 1, split="validation")
    made = check(problem, text)
    assert made.right == (made.answer == problem.answer)
    assert made.first_wrong is not None
