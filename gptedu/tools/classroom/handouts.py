"""`gptedu student NN` and `gptedu solutions NN`: a chapter to hand out, and the same one solved.

A cell with an exercise is known by its last line, ``name = exercises.NAME.use(name)``; what stands
before it is the stub that a learner replaces.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from gptedu import assets
from gptedu.course.contents import find
from gptedu.course.exercises import Exercise

Cell = dict[str, Any]
Notebook = dict[str, Any]

_USE = re.compile(r"^(?P<name>\w+) = exercises\.(?P<exercise>\w+)\.use\((?P=name)\)$", re.MULTILINE)

WITHHOLD = """\
# From your instructor: the cards come without solutions.
from gptedu.course import withhold_solutions

withhold_solutions()"""


@dataclass(frozen=True)
class Stub:
    """The code of a cell with an exercise, in three parts.

    name: of the learner's answer. before: what stands above the stub. stub: what the learner
    replaces, a function or a value. use: the line that hands the answer to the checker, and what
    follows it.
    """

    name: str
    exercise: Exercise
    before: str
    stub: str
    use: str

    @property
    def header(self) -> str:
        """Of a function, what stays: its signature and docstring; "" for a value."""
        made = ast.parse(self.stub).body[0]
        if not isinstance(made, ast.FunctionDef):
            return ""
        first = made.body[0]
        documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
        end = first.end_lineno if documented else first.lineno - 1
        return "\n".join(self.stub.splitlines()[:end])

    @property
    def body(self) -> str:
        """The solution without the lines of `header`, indented as it stands there."""
        source = self.exercise.solution_source()
        if not self.header:
            return f"{self.name} = {source}"
        made = ast.parse(source).body[0]
        assert isinstance(made, ast.FunctionDef), f"{self.exercise.id} is solved by no function"
        body = made.body[1:] if ast.get_docstring(made) else made.body
        return "\n".join(source.splitlines()[body[0].lineno - 1 :])

    @property
    def imports(self) -> dict[str, str]:
        """What the solution takes from its module's imports: name -> the import as a line."""
        if not callable(self.exercise.reference):
            return {}
        used = {node.id for node in ast.walk(ast.parse(self.solved)) if isinstance(node, ast.Name)}
        module = sys.modules[self.exercise.reference.__module__]
        found = {}
        for node in ast.parse(inspect.getsource(module)).body:
            if not isinstance(node, (ast.Import, ast.ImportFrom)):
                continue
            for alias in list(node.names):
                node.names = [alias]  # one import a line
                found[_bound(alias)] = ast.unparse(node)
        return {name: line for name, line in found.items() if name in used}

    @property
    def solved(self) -> str:
        """The solution in the place of the stub."""
        return f"{self.header}\n{self.body}" if self.header else self.body


def read(chapter: str | int) -> tuple[str, Notebook]:
    """The stem and the notebook of a chapter that ships, without outputs.

    chapter: its number or name. Raises ValueError for one that is not there.
    """
    stem = find(chapter).stem
    notebook = json.loads((assets.chapters() / f"{stem}.ipynb").read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return stem, notebook


def write(notebook: Notebook, path: Path) -> Path:
    """Write a notebook, whole; raises FileExistsError where there is another file already."""
    content = (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
    if path.exists() and path.read_bytes() != content:
        raise FileExistsError(f"{path} is there already: give another name with --out")
    assets.write_whole(path, content)
    return path


def student(chapter: str | int, *, solutions: bool = True) -> Notebook:
    """A chapter to hand out: exercises empty, no outputs.

    solutions: whether the cards hold the solution, folded away as its last hint.
    """
    _, notebook = read(chapter)
    if not solutions:
        notebook["cells"].insert(after_setup(notebook), code_cell(WITHHOLD, "withhold"))
    return notebook


def after_setup(notebook: Notebook) -> int:
    """The place after the cell that installs the course on Colab: from there it can be imported."""
    cells = enumerate(notebook["cells"], start=1)
    return next(n for n, cell in cells if "setup" in cell["metadata"].get("tags", []))


def solved(chapter: str | int) -> Notebook:
    """A chapter with the solution of each exercise in the place of its stub."""
    stem, notebook = read(chapter)

    def solve(cell: Cell, stub: Stub) -> list[Cell]:
        above = [stub.before, "", ""] if stub.before else []
        return [cell | {"source": "\n".join([*above, stub.solved, "", "", stub.use])}]

    return replaced(notebook, stem, solve)


def replaced(notebook: Notebook, stem: str, change: Callable[[Cell, Stub], list[Cell]]) -> Notebook:
    """A copy of a notebook with other cells in the place of each that has an exercise.

    What a solution imports, and the notebook does not, is imported above it.
    """
    made, cells = deepcopy(notebook), []
    known = {name for source in _code(notebook) for node in parse(source).body
             for name in _names(node)}  # fmt: skip
    for cell in notebook["cells"]:
        stub = stub_of(cell, stem)
        if stub is None:
            cells.append(cell)
            continue
        more = [line for name, line in stub.imports.items() if name not in known]
        above = [*more, *([stub.before] if stub.before else [])]
        cells += change(cell, replace(stub, before="\n".join(above)))
    made["cells"] = cells
    return made


def stub_of(cell: Cell, stem: str) -> Stub | None:
    """The exercise in a cell of the chapter `stem`; None where there is none."""
    found = _USE.search(cell["source"]) if cell["cell_type"] == "code" else None
    if found is None:
        return None
    module = import_module(f"gptedu.chapters.{stem.partition('_')[2]}.exercises")
    lines = cell["source"].splitlines()
    use = cell["source"][: found.start()].count("\n")
    named = next(
        node for node in parse("\n".join(lines[:use])).body if found["name"] in _names(node)
    )
    return Stub(
        found["name"],
        getattr(module, found["exercise"]),
        "\n".join(lines[: named.lineno - 1]),
        "\n".join(lines[named.lineno - 1 : use]).strip("\n"),
        "\n".join(lines[use:]),
    )


def parse(source: str) -> ast.Module:
    """The code of a cell, without the lines that IPython alone knows: `%run …`, `!ls`."""
    lines = source.splitlines()
    return ast.parse("\n".join("" if line.startswith(("%", "!")) else line for line in lines))


def code_cell(source: str, id: str, **metadata: Any) -> Cell:
    """A code cell that has not been run."""
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": id,
        "metadata": metadata,
        "outputs": [],
        "source": source,
    }


def _code(notebook: Notebook) -> Iterator[str]:
    return (cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code")


def _bound(alias: ast.alias) -> str:
    """The name that an import gives to what it imports."""
    return alias.asname or alias.name.partition(".")[0]


def _names(node: ast.stmt) -> list[str]:
    """What a statement of a cell gives a name to."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [_bound(alias) for alias in node.names]
    if isinstance(node, ast.FunctionDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]
