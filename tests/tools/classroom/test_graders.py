"""Assignments by the conventions of nbgrader and otter-grader."""

from __future__ import annotations

import re

import nbformat
import pytest

from gptedu.chapters import exercises_of
from gptedu.course.contents import chapters
from gptedu.tools.classroom import graders
from stubs import stubs

ALL = [each.stem for each in chapters()]
chapter = pytest.mark.parametrize("stem", ALL)


@pytest.mark.parametrize("system", graders.SYSTEMS)
@chapter
def test_an_assignment_is_a_valid_notebook_in_which_the_test_precedes_the_reference(stem, system):
    made = graders.assignment(stem, system)
    nbformat.validate(nbformat.from_dict(made))
    ids = [cell["id"] for cell in made["cells"]]
    assert len(ids) == len(set(ids))
    sources = [cell["source"] for cell in made["cells"]]
    for stub in stubs(stem):
        name = re.escape(stub.name)
        (test,) = (i for i, s in enumerate(sources) if re.search(rf"\.check\({name}\)$", s))
        (use,) = (i for i, s in enumerate(sources) if re.match(rf"{name} = .*\.use\({name}\)", s))
        answers = [i for i in range(test) if "BEGIN SOLUTION\n" in sources[i]]
        assert stub.name in sources[answers[-1]]
        assert answers[-1] < test < use


@chapter
def test_nbgraders_metadata(stem):
    made = graders.assignment(stem, "nbgrader")
    marked = [cell for cell in made["cells"] if "nbgrader" in cell["metadata"]]
    names = [cell["metadata"]["nbgrader"]["grade_id"] for cell in marked]
    assert len(names) == len(set(names))
    graded = [cell for cell in marked if cell["metadata"]["nbgrader"]["grade"]]
    assert [cell["metadata"]["nbgrader"]["points"] for cell in graded] == [
        stub.exercise.difficulty for stub in stubs(stem)
    ]
    for cell in marked:
        own = cell["metadata"]["nbgrader"]
        assert own["schema_version"] == 3
        assert not (own["solution"] and own["locked"])
        assert own["solution"] == ("### BEGIN SOLUTION" in cell["source"])
        assert cell["source"].count("### BEGIN") == cell["source"].count("### END")


@chapter
def test_what_nbgrader_leaves_to_students_is_a_stub(stem):
    """Its way of clearing a region, as its documentation has it: a comment, and a raise."""
    for cell in graders.assignment(stem, "nbgrader")["cells"]:
        if "### BEGIN SOLUTION" in cell["source"]:
            cleared = re.sub(
                r"^( *)### BEGIN SOLUTION\n.*?### END SOLUTION$",
                r"\1# YOUR CODE HERE\n\1raise NotImplementedError()",
                cell["source"],
                flags=re.DOTALL | re.MULTILINE,
            )
            compile(cleared, stem, "exec")
            assert "SOLUTION" not in cleared


@chapter
def test_otters_marks_are_balanced(stem):
    marks = [
        cell["source"].splitlines()[0]
        for cell in graders.assignment(stem, "otter")["cells"]
        if cell["cell_type"] == "raw"
    ]
    assert marks[0] == "# ASSIGNMENT CONFIG"
    question = ["# BEGIN QUESTION", "# BEGIN SOLUTION", "# END SOLUTION", "# BEGIN TESTS",
                "# END TESTS", "# END QUESTION"]  # fmt: skip
    assert marks[1:] == question * len(exercises_of(stem.partition("_")[2]))


def test_another_system_is_refused():
    with pytest.raises(ValueError, match="choose one of nbgrader, otter"):
        graders.assignment(ALL[0], "moodle")
