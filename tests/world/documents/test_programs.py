"""Functions do what their line of English says, and return what is printed below them."""

from __future__ import annotations

import itertools
import random
import re

import pytest

from gptedu.world import World
from gptedu.world.documents import programs
from gptedu.world.draw import Draw
from gptedu.world.splits import SPLITS, split_of

WORLD = World()


def draw(name: str, split: str = "train") -> Draw:
    return Draw(WORLD.facts, split, random.Random(f"programs/{name}"))


def defined(code: str):
    """The function that some code defines, run by Python itself."""
    space: dict = {}
    exec(code, space)
    return next(value for name, value in space.items() if name != "__builtins__")


@pytest.mark.parametrize("split", SPLITS)
def test_what_is_printed_is_what_python_prints(split):
    calls = 0
    for i in range(300):
        text = programs.function(draw(str(i), split))
        code = text.split("\n>>>")[0]
        function = defined(code)
        assert text.startswith("# ")
        for name, argument, printed in re.findall(r">>> (\w+)\((.+)\)\n(.+)", text):
            assert f"def {name}(xs):" in code
            assert repr(function(eval(argument))) == printed, text
            calls += 1
    assert calls > 200


@pytest.mark.parametrize("part", programs.PARTS, ids=lambda part: part.name)
def test_each_part_is_its_code(part):
    d = draw(part.name)
    kinds = ("numbers", "words") if part.of == "any" else (part.of,)
    for kind in kinds:
        made = programs.Function(kind, (part,))
        for _ in range(20):
            values = programs.random_values(d, made)
            assert defined(made.code("f"))(values) == part.run(values)


def test_a_chain_says_its_parts_in_their_order():
    for i in range(200):
        made = programs.random_function(draw(f"chain/{i}"), 3)
        steps = made.said().split(", then ")
        assert len(steps) == 3
        assert f"the {made.of}" in steps[0]
        for step, part in zip(steps[1:], made.parts[1:], strict=True):
            assert step == part.said.format(x="them")
        assert not any(part.ends for part in made.parts[:-1])


def test_pairs_that_are_held_out_follow_each_other_in_no_training_document():
    held_out = {
        (a.name, b.name)
        for a, b in itertools.permutations(programs.PARTS, 2)
        if split_of(f"program/{a.name}/{b.name}") != "train"
    }
    by_code = {part.code: part.name for part in programs.PARTS}
    for i in range(1_500):
        text = programs.function(draw(f"held out/{i}"))
        lines = re.findall(r"(?:xs = |return )(.+)", text)
        names = [by_code[line] for line in lines]
        assert not held_out & set(itertools.pairwise(names)), text
    for split in ("validation", "test"):
        for i in range(60):
            assert programs.random_function(draw(f"{i}", split), 2).split == split


def test_questions_ask_for_what_a_function_returns_and_for_its_code():
    for question in WORLD.questions("functions/run/2", "test", 20):
        code, _, call = question.prompt.partition("\n>>> f(")
        assert repr(defined(code)(eval(call[:-1]))) == question.answer.strip()
    for question in WORLD.questions("functions/write/2", "test", 20):
        assert question.stop == "\n>>>"
        assert callable(defined(question.prompt + question.answer))
