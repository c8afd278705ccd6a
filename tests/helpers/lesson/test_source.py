"""A source is read into cells that know where they stand."""

from __future__ import annotations

import pytest

from gptedu.chapters import IN_PREPARATION
from gptedu.tools import notebook
from lesson.source import SOURCES, Heading, Lesson, Row, lesson

TEXT = """\
# %% [markdown]
# # 09 · Toy
#
# | sitting | section | minutes | |
# |---|---|---|---|
# | **1. Count** | One · Two | 10 | core |
# | | Three | 5 | optional |
# | **2. Add** | Four | 15 | core |

# %% tags=["nbval-ignore-output", "why: it differs"]
first = 1

# %% [markdown]
# ## Optional: three
# ### Exercise 1

# %%
second = 2

# %% [markdown]
# ### Now in small
# ```python
# # no heading
# ```

# %%
third = 3

# %% [markdown]
# # Second sitting: add
# ## Four
# ### A look (optional, 5 minutes)

# %%
fourth = 4

# %%

# %% [markdown]
# ### And on

# %%
fifth = other(inner(5))
"""


@pytest.fixture
def toy() -> Lesson:
    return Lesson.of_text("toy", TEXT, claims=["one"])


def test_a_cell_knows_its_section_and_sitting_and_whether_it_may_be_left_out(toy):
    assert [(c.start, c.section, c.sitting, c.optional) for c in toy.code] == [
        ("first = 1", "09 · Toy", 1, False),
        ("second = 2", "Optional: three", 1, True),
        ("third = 3", "Optional: three", 1, True),
        ("fourth = 4", "A look (optional, 5 minutes)", 2, True),
        ("fifth = other(inner(5))", "Four", 2, False),
    ]
    assert toy.code[0].tags == ("nbval-ignore-output", "why: it differs")
    assert [called for called, _ in toy.code[-1].calls] == ["other", "inner"]
    assert len(toy.cells) == len(toy.code) + len(toy.prose) == 10


def test_headings_are_found_and_code_is_none(toy):
    assert Heading(3, "And on", 2, False) in toy.headings
    assert "no heading" not in {each.words for each in toy.headings}


def test_the_plan_is_read_from_the_table_or_from_the_headings(toy):
    assert toy.sittings == ["Count", "Add"]
    assert toy.plan == [
        Row(1, ("One", "Two"), 10, False),
        Row(1, ("Three",), 5, True),
        Row(2, ("Four",), 15, False),
    ]
    bare = Lesson.of_text("toy", TEXT.replace("| sitting", "| part"))
    assert bare.plan == [Row(2, ("A look",), 5, True)]


def test_every_chapter_is_read_also_those_in_preparation():
    built = {notebook.slug(path) for path in notebook.sources(notebook.chapters_folder())}
    lessons = [lesson(path) for path in SOURCES]
    assert {each.slug for each in lessons} == built | IN_PREPARATION
    for each in lessons:
        assert len(each.code) >= 50
        assert len(each.claims) >= 2
        assert len(each.exercises) >= 4
        assert "quiz" in each.quizzes
