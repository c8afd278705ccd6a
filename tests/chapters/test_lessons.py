"""Every chapter's source, also of those in preparation, holds to what `lesson.checks` says."""

from __future__ import annotations

import ast
import importlib
from dataclasses import replace
from operator import attrgetter
from pathlib import Path

import pytest

from lesson.checks import CHECKS, SEEN, UNPLANNED, WHOLE, sittings_stand_alone
from lesson.source import SOURCES, Lesson, lesson, lesson_of

STEM = attrgetter("stem")
chapter = pytest.mark.parametrize("source", SOURCES, ids=STEM)


def has_two_sittings(source: Path) -> bool:
    return any(cell.sitting == 2 for cell in lesson(source).cells)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@chapter
def test_a_chapter_holds_to(check, source):
    assert check(lesson(source)) == []


@pytest.mark.parametrize("source", [each for each in SOURCES if has_two_sittings(each)], ids=STEM)
def test_a_second_sitting_cannot_do_without_its_own_start(source):
    """So the check sees which names a real chapter uses."""
    read = lesson(source)
    start = next(cell for cell in read.code if cell.sitting == 2)
    without = replace(read, cells=[cell for cell in read.cells if cell is not start])
    assert len(sittings_stand_alone(without)) >= 5


@chapter
def test_a_chapter_has_guesses_much_to_try_and_something_optional(source):
    """So the checks above find something to look at."""
    read = lesson(source)
    assert sum(called == "predict" for cell in read.code for called, _ in cell.calls) >= 2
    assert sum(cell.text.count("**Now you") for cell in read.prose) >= 5
    assert read.slug in UNPLANNED or sum(cell.optional for cell in read.code) >= 5


def test_what_may_be_longer_is_there_and_is_longer():
    functions = {
        node.name: cell
        for source in SOURCES
        for cell in lesson(source).code
        for node in ast.parse(cell.text).body
        if isinstance(node, ast.FunctionDef)
    }
    assert all(len(functions[name].lines) > 12 for name in WHOLE)


@chapter
def test_parts_that_are_asked_for_are_there(source):
    """Of the chapter's own modules: no notebook of a chapter in preparation would tell."""
    read = lesson(source)
    nodes = [node for cell in read.code for node in ast.walk(ast.parse(cell.text))]
    package = f"gptedu.chapters.{read.slug}"
    imported = {name for node in nodes for name in _imported(node, package)}
    assert {"claims", "exercises"} <= imported
    for node in nodes:
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=part) if name in imported:
                assert hasattr(importlib.import_module(f"{package}.{name}"), part), f"{name}.{part}"


@pytest.mark.parametrize(
    ("slug", "package", "modules", "for_others"),
    [
        ("instructgpt", "gptedu.rlhf", set(), set()),
        # The names of its models are what recipes and the command take.
        (
            "reasoning",
            "gptedu.reasoning",
            {"bridge", "planted", "problems"},
            {"LMSI", "MODELS", "UNSURE"},
        ),
        ("safety", "gptedu.safety", set(), set()),
    ],
)
def test_names_from_one_place_are_those_that_the_chapter_needs(slug, package, modules, for_others):
    module = importlib.import_module(package)
    nodes = [node for cell in lesson_of(slug).code for node in ast.walk(ast.parse(cell.text))]
    used = {name for node in nodes for name in _imported(node, package)}
    assert used - modules == set(module.__all__) - for_others
    assert all(getattr(module, name) is not None for name in module.__all__)
    assert set(module.__all__) <= set(dir(module))
    with pytest.raises(AttributeError, match="no 'tomorrow'"):
        module.tomorrow  # noqa: B018


def _imported(node: ast.AST, package: str) -> set[str]:
    if isinstance(node, ast.ImportFrom) and node.module == package:
        return {alias.name for alias in node.names}
    return set()


# --- each check finds what it is for

TOY = """\
# %% [markdown]
# # 09 · Toy
#
# **It takes** two sittings of about 10 and 15 minutes. What is optional takes another 5 minutes.
#
# | sitting | section | minutes | |
# |---|---|---|---|
# | **1. Count** | One · Two | 10 | core |
# | | Three | 5 | optional |
# | **2. Add** | Four · Summary | 15 | core |

# %% [markdown]
# # First sitting: count
#
# ## One

# %%
from gptedu.course import predict, reveal
from gptedu.chapters.toy import claims, exercises
number = 1

# %%
predict(
    "toy/one",
    "How many?",
    between=(0, 9),
)

# %%
reveal("toy/one", number)
claims.first(number)

# %% [markdown]
# ## Two
#
# ```text
# one ─► two
# ```
#
# **Now you:** count on.

# %%
print(number + 1)

# %% [markdown]
# <details><summary>What you should see</summary>Two.</details>
#
# ### Exercise 1

# %%
exercises.count.show()

# %%
def count(things):
    raise NotImplementedError("your turn")

count = exercises.count.use(count)

# %% [markdown]
# ## Optional: three

# %%
extra = count([number, number])
print(extra)

# %% [markdown]
# # Second sitting: add
#
# ## Four

# %%
from gptedu.chapters.toy import claims, exercises

# %% [markdown]
# ### Exercise 2

# %%
exercises.add.show()

# %%
def add(one, other):
    raise NotImplementedError("your turn")

add = exercises.add.use(add)

# %% tags=["nbval-ignore-output", "why: it may differ"]
total = add(1, 2)
claims.second.recorded()  # of three seeds

# %% [markdown]
# ## Summary

# %%
exercises.quiz.show()
"""


def toy(text: str = TOY) -> Lesson:
    names = {"claims": ["first", "second"], "exercises": ["count", "add"], "quizzes": ["quiz"]}
    return Lesson.of_text("toy", text, **names)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_small_chapter_holds_to(check):
    assert check(toy()) == []


MISTAKES = {
    "sittings_stand_alone": [
        ("total = add(1, 2)", "total = add(number, 2)"),
        ("total = add(1, 2)", "count = count([1])"),  # bound here, but read before
        ("print(number + 1)", "print(below)\nbelow = 1"),
    ],
    "optional_is_not_needed": [
        ("## Two", "## Optional: two"),  # the exercise in it is used in section three
        ("## One", "## One (optional, 5 minutes)"),
        ("print(extra)\n", "print(extra)\n\n# %% [markdown]\n# ## Five\n\n# %%\nprint(extra)\n"),
    ],
    "cells_are_short": [
        ("number = 1", "\n".join(f"number = {i}" for i in range(11))),
        ("print(extra)", f"print({'+'.join(['extra'] * 18)})"),
    ],
    "pictures_are_narrow": [("one ─► two", f"one {'─' * 60}► two")],
    "modules_are_few": [
        ("number = 1", "\n".join(f"import gptedu.number{i}" for i in range(7))),
    ],
    "claims_are_stated": [
        ("claims.first(number)\n", ""),
        ("claims.first(number)", "claims.first(number)\nclaims.first(2)"),
        ("claims.first(number)", "claims.first(\n    number\n)"),
        ("claims.first(number)", "print(claims.first(number))"),
        ("claims.first(number)", "claims.third(number)"),
        ("claims.first(number)", "claims.second.recorded()\nclaims.first(number)"),
    ],
    "exercises_are_used": [
        ("exercises.count.show()", "exercises.add.show()"),
        ("count = exercises.count.use(count)\n", ""),
        ("exercises.add.show()", "exercises.add.show()\nexercises.add.show()"),
        ("exercises.quiz.show()", "print()"),
        ("### Exercise 2", "### Exercise 3"),
        ("### Exercise 2", "### One more"),
        ("exercises.count.show()", "count = exercises.count.use(None)\nexercises.count.show()"),
    ],
    "guesses_come_first": [
        ('reveal("toy/one", number)', 'reveal("toy/two", number)'),
        ('reveal("toy/one", number)\n', ""),
        ('reveal("toy/one", number)', 'reveal("toy/one", number)\nreveal("toy/one", number)'),
        ('\n# %%\nreveal("toy/one", number)', 'reveal("toy/one", number)'),
        ("number = 1", 'number = 1\nreveal("toy/one", 1)'),
        ("toy/one", "other/one"),
    ],
    "tries_say_what_to_see": [
        (SEEN, "<summary>Answer</summary>"),
        ("count on.", "count on.\n#\n# **Now you:** count back."),
        ("print(number + 1)", "print()\n\n# %% [markdown]\n# So.\n\n# %%\nprint(number + 1)"),
    ],
    "minutes_add_up": [
        ("about 10 and 15", "about 10 and 20"),
        ("about 10 and 15", "about 15"),
        ("another 5 minutes", "another hour"),
        ("| 5 | optional |", "| 5 | core |"),
        ("**It takes** two sittings of about", "**It takes**"),
    ],
    "table_names_sections": [
        ("One · Two", "Two · One"),
        ("One · Two", "One"),
        ("# | | Three", "# | | Thirteen"),
        ("## Optional: three", "## Three"),
        ("## Summary", "## Summary\n#\n# ## Five"),
        ("**2. Add**", "**2. Subtract**"),
        ("# | **2. Add** |", "# | |"),
    ],
    "few_cells_are_ignored": [
        (', "why: it may differ"', ""),
        ('"why: it may differ"', '"why: "'),
        ("# %%\n", '# %% tags=["nbval-skip", "why: it may differ"]\n'),
    ],
}
"""Check -> (what stands in the small chapter, what a mistake makes of it)."""


@pytest.mark.parametrize(
    ("check", "old", "new"),
    [(check, *each) for check in CHECKS for each in MISTAKES[check.__name__]],
)
def test_a_mistake_is_found(check, old, new):
    assert old in TOY
    assert check(toy(TOY.replace(old, new)))
