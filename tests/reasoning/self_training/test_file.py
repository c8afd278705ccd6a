"""The training file: made of majorities, in four formats, without a look at the right answers."""

from __future__ import annotations

import dataclasses
import json
import random

import pytest

from gptedu.reasoning import problems
from gptedu.reasoning.accuracy import read
from gptedu.reasoning.checking import check
from gptedu.reasoning.examples import worked_examples
from gptedu.reasoning.paths import digest
from gptedu.reasoning.self_training import labels as taken
from gptedu.reasoning.self_training.file import (
    as_bytes,
    as_many,
    check_apart,
    training_file,
    with_wrong_steps,
)
from gptedu.reasoning.self_training.formats import FORMATS, PLAIN, formatted
from gptedu.reasoning.self_training.rounds import SelfTraining, labels_of
from gptedu.world.problems.problem import THINK
from gptedu.world.problems.ways import WAYS, Way, wordings
from planted_paths import planted_paths, some_problems
from small_lm import small_lm

PROBLEMS = some_problems(30)
EXAMPLES = worked_examples()


PATHS = planted_paths(PROBLEMS)


def made(problem_list=PROBLEMS, labels=None, **how):
    labels = labels or taken.majority(read(PATHS, problem_list))
    return training_file(problem_list, PATHS, labels, examples=EXAMPLES, **how)


def test_permuting_the_right_answers_changes_no_byte():
    answers = [problem.answer for problem in PROBLEMS]
    for seed in range(3):
        random.Random(seed).shuffle(answers)
        others = [
            dataclasses.replace(problem, answer=answer)
            for problem, answer in zip(PROBLEMS, answers, strict=True)
        ]
        assert as_bytes(made(others)) == as_bytes(made())


def test_the_majority_of_a_round_reads_no_right_answer():
    """Through the rule itself: labels, and the paths that may be learned."""
    answers = [problem.answer for problem in PROBLEMS]
    random.Random(0).shuffle(answers)
    others = [
        dataclasses.replace(problem, answer=answer)
        for problem, answer in zip(PROBLEMS, answers, strict=True)
    ]

    def of_rule(asked, rule):
        paths, labels = labels_of(SelfTraining(rule=rule), None, asked, PATHS, 0)
        return as_bytes(training_file(asked, paths, labels, examples=EXAMPLES))

    assert of_rule(PROBLEMS, "majority") == of_rule(others, "majority") == as_bytes(made())
    assert of_rule(PROBLEMS, "gold") != of_rule(others, "gold")


def test_a_path_that_breaks_off_at_the_label_is_not_learned():
    (problem,) = some_problems(1)
    texts = ((f" {problem.made.start} and 1 is {problem.answer}",),)
    paths = dataclasses.replace(planted_paths([problem]), texts=texts)
    assert training_file([problem], paths, [problem.answer], examples=EXAMPLES) == []


def test_rows_are_repeated_in_order_or_shuffled_and_cut():
    rows = made()
    assert as_many(rows, None) == rows
    assert as_many(rows, len(rows)) == rows
    assert as_many(rows, 2 * len(rows) + 3) == [*rows, *rows, *rows[:3]]
    few = as_many(rows, 20, seed=1)
    assert len(few) == 20
    assert few == as_many(rows, 20, seed=1)
    assert few not in (rows[:20], as_many(rows, 20, seed=2))
    assert all(few.count(row) <= rows.count(row) for row in few)
    with pytest.raises(ValueError, match=r"rows is 0: give .*or None for all rows"):
        as_many(rows, 0)


def test_rows_with_a_wrong_step_are_counted_among_those_with_steps():
    problem, other = some_problems(2)
    start, change = problem.made.start, problem.made.changes[0]
    word = "and" if change > 0 else "less"
    wrong = f" {start} {word} {abs(change)} is {start}. The answer is {problem.answer}"
    right = _sound(other)
    rows = [
        formatted(problem, wrong, problem.answer, "phrase"),
        formatted(problem, wrong, problem.answer, "plain"),
        formatted(other, right, other.answer, "worked examples", EXAMPLES[:1]),
        formatted(other, right, other.answer, "plain examples", EXAMPLES[:1]),
    ]
    assert with_wrong_steps(rows, [problem, other]) == 0.5
    assert with_wrong_steps(rows[2:], [problem, other]) == 0
    assert with_wrong_steps(rows[1:2], [problem, other]) == 0  # no steps, nothing to count


def _sound(problem):
    """A solution of a problem without a wrong step."""
    solutions = (f" {wordings(Way(way.name, 1, 0.0), problem.made)[0]}" for way in WAYS)
    return next(each for each in solutions if check(problem, each).sound)


def test_with_the_right_answers_as_labels_the_file_does_change():
    assert as_bytes(made(labels=taken.gold(PROBLEMS))) != as_bytes(made())


def test_only_paths_that_reach_the_label_are_learned():
    labels = taken.majority(read(PATHS, PROBLEMS))
    told = {problem.told: label for problem, label in zip(PROBLEMS, labels, strict=True)}
    for row in made():
        asked = row.prompt.rpartition("Question: ")[2].split("\nAnswer:")[0]
        assert row.answer.rstrip().split(" ")[-1] == told[asked]


def test_no_path_is_learned_twice_and_at_most_so_many_of_a_problem():
    rows = [row for row in made(most=3) if "The answer is" in row.answer]
    by_problem: dict[str, list[str]] = {}
    for row in rows:
        asked = row.prompt.rpartition("Question: ")[2].split("\nAnswer:")[0]
        by_problem.setdefault(asked, []).append(row.answer)
    assert max(map(len, by_problem.values())) == 3
    assert all(len(set(answers)) == len(answers) for answers in by_problem.values())


def test_the_four_formats_are_mixed():
    rows = made()
    counts = {
        "phrase": sum(row.prompt.endswith(THINK) for row in rows),
        "worked examples": sum(
            "The answer is" in row.prompt and "The answer is" in row.answer for row in rows
        ),
        "plain": sum(
            row.prompt.count("Question:") == 1 and row.prompt.endswith("Answer:") for row in rows
        ),
        "plain examples": sum(
            row.prompt.count("Question:") == 2 and "The answer is" not in row.prompt for row in rows
        ),
    }
    assert sum(counts.values()) == len(rows)
    assert counts["plain"] == counts["plain examples"] == 30
    assert abs(counts["phrase"] - counts["worked examples"]) <= 15
    assert len(made(formats=("phrase",))) < len(rows)


def test_a_problem_without_a_label_is_left_out():
    labels = taken.majority(read(PATHS, PROBLEMS), least_share=0.9)
    assert None in labels
    few = made(labels=labels, formats=PLAIN)
    assert len(few) == 2 * sum(label is not None for label in labels)


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_to_the_letter(name):
    shown, solution = EXAMPLES[0]
    problem = PROBLEMS[0]
    row = formatted(problem, " 1 and 1 is 2. The answer is 2", "2", name, EXAMPLES[:1])
    head = {
        "worked examples": f"{shown.prompt()} {solution}\n{problem.prompt()}",
        "phrase": f"{problem.prompt()} {THINK}",
        "plain examples": f"{shown.prompt()} {shown.answer}\n{problem.prompt()}",
        "plain": problem.prompt(),
    }[name]
    assert row.prompt == head
    assert row.answer == (" 2" if name in PLAIN else " 1 and 1 is 2. The answer is 2")


def test_the_file_is_a_line_of_json_a_row():
    lines = as_bytes(made()).decode().splitlines()
    assert [json.loads(line)["prompt"] for line in lines] == [row.prompt for row in made()]


def test_a_random_path_is_one_of_those_that_can_be_read():
    answers = [["7", None, "8"], [None, None]]
    drawn = {taken.random_path(answers, seed)[0] for seed in range(20)}
    assert drawn == {"7", "8"}
    assert taken.random_path(answers)[1] is None


def test_training_and_test_share_no_problem_however_told():
    check_apart(PROBLEMS, problems.mixed((3, 4), 30, split="test", seed=5))
    with pytest.raises(ValueError, match="1 problems are in training and in the test"):
        check_apart(PROBLEMS, [dataclasses.replace(PROBLEMS[0], told="otherwise")])


def test_paths_of_other_problems_or_another_tokenizer_are_not_learned():
    with pytest.raises(ValueError, match=r"paths at place 0 are not of the problem there"):
        made(PROBLEMS[::-1])
    lm = small_lm()
    with pytest.raises(ValueError, match=r"the paths are of planted, whose tokenizer is not that"):
        made(lm=lm)
    own = dataclasses.replace(PATHS, vocabulary=digest(lm.tokenizer))
    labels = taken.majority(read(own, PROBLEMS))
    assert training_file(PROBLEMS, own, labels, examples=EXAMPLES, lm=lm) == made()


def test_wrong_calls_are_one_sentence():
    with pytest.raises(ValueError, match="format is 'loud': choose one of"):
        made(formats=("loud",))
    with pytest.raises(ValueError, match="1 problems, paths of 30 and 1 labels"):
        made(PROBLEMS[:1], labels=["7"])
    with pytest.raises(ValueError, match="told by examples"):
        training_file(PROBLEMS, PATHS, taken.majority(read(PATHS, PROBLEMS)))
