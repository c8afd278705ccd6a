"""`gptedu assignment NN`: a chapter as the source of an assignment, for nbgrader or otter-grader.

Both take one notebook with the solutions in it and make the students' from it. Each exercise
becomes three cells: the answer with its solution, a test that calls the chapter's own checker, and
the line with which the chapter goes on. The test stands before that line, which would put the
reference in the place of a wrong answer.

nbgrader: cells carry its metadata (schema 3); what it strips stands between ``### BEGIN SOLUTION``
and ``### END SOLUTION``. otter-grader: raw cells mark a question and its parts (its format "v1").
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Any

from gptedu.tools.classroom.handouts import (
    WITHHOLD,
    Cell,
    Notebook,
    Stub,
    after_setup,
    code_cell,
    read,
    replaced,
)

SCHEMA = 3
OTTER_CONFIG = """\
# ASSIGNMENT CONFIG
init_cell: false
export_cell: false
check_all_cell: false
solutions_pdf: false
generate: true
"""


def assignment(chapter: str | int, system: str) -> Notebook:
    """The source notebook of a chapter's assignment; system: "nbgrader" or "otter".

    Raises ValueError for another system, or a chapter that is not there.
    """
    if system not in SYSTEMS:
        raise ValueError(f"there is no {system!r}: choose one of {', '.join(SYSTEMS)}")
    return SYSTEMS[system](chapter)


def nbgrader(chapter: str | int) -> Notebook:
    """Points are the exercise's difficulty, 1 to 5."""

    def cells(cell: Cell, stub: Stub) -> list[Cell]:
        name, points = stub.exercise.id.replace("/", "-"), stub.exercise.difficulty
        answer = _above(stub, _between("### BEGIN SOLUTION", "### END SOLUTION", stub))
        return [
            cell | {"source": answer, "metadata": _nbgrader(name, solution=True)},
            code_cell(
                _test(stub),
                f"{cell['id']}-test",
                **_nbgrader(f"{name}-test", grade=True, locked=True, points=points),
            ),
            code_cell(stub.use, f"{cell['id']}-use", **_nbgrader(f"{name}-use", locked=True)),
        ]

    stem, notebook = read(chapter)
    made = replaced(notebook, stem, cells)
    withhold = code_cell(WITHHOLD, "withhold", **_nbgrader("withhold", locked=True))
    made["cells"].insert(after_setup(made), withhold)
    return made


def otter(chapter: str | int) -> Notebook:
    """The same for `otter assign`."""

    def cells(cell: Cell, stub: Stub) -> list[Cell]:
        exercise, id = stub.exercise, cell["id"]
        name = exercise.id.partition("/")[2].replace("-", "_")
        answer = _above(stub, _between("# BEGIN SOLUTION", "# END SOLUTION", stub))
        return [
            _raw(f"# BEGIN QUESTION\nname: {name}\npoints: {exercise.difficulty}", f"{id}-q"),
            _raw("# BEGIN SOLUTION", f"{id}-s"),
            cell | {"source": answer},
            _raw("# END SOLUTION", f"{id}-t"),
            _raw("# BEGIN TESTS", f"{id}-u"),
            code_cell(_test(stub), f"{id}-test"),
            _raw("# END TESTS", f"{id}-v"),
            _raw("# END QUESTION", f"{id}-w"),
            code_cell(stub.use, f"{id}-use"),
        ]

    stem, notebook = read(chapter)
    made = replaced(notebook, stem, cells)
    made["cells"].insert(0, _raw(OTTER_CONFIG, "assignment"))
    made["cells"].insert(after_setup(made), code_cell(WITHHOLD, "withhold"))
    return made


SYSTEMS: dict[str, Callable[[str | int], Notebook]] = {"nbgrader": nbgrader, "otter": otter}


def _test(stub: Stub) -> str:
    return (
        "# The checker tries your answer, and names the usual mistakes.\n"
        f"{_path(stub)}.check({stub.name})"
    )


def _path(stub: Stub) -> str:
    """The exercise as the chapter writes it: "exercises.l3"."""
    return stub.use.partition(" = ")[2].partition(".use(")[0]


def _above(stub: Stub, answer: str) -> str:
    return f"{stub.before}\n\n\n{answer}" if stub.before else answer


def _between(begin: str, end: str, stub: Stub) -> str:
    """The answer with marks around what students do not get; a value keeps its empty line."""
    indent = "    " if stub.header else ""
    marks = (textwrap.indent(begin, indent), stub.body, textwrap.indent(end, indent))
    return "\n".join([stub.header or f"{stub.name} = ...", *marks])


def _nbgrader(
    id: str,
    *,
    solution: bool = False,
    grade: bool = False,
    locked: bool = False,
    points: int | None = None,
) -> dict[str, Any]:
    given = {} if points is None else {"points": points}
    return {
        "nbgrader": {
            "schema_version": SCHEMA,
            "grade_id": id,
            "solution": solution,
            "grade": grade,
            "locked": locked,
            "task": False,
            **given,
        }
    }


def _raw(source: str, id: str) -> Cell:
    return {"cell_type": "raw", "id": id, "metadata": {}, "source": source}
