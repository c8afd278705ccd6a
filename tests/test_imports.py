"""Imports run one way, and `import gptedu` loads next to nothing."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import takewhile
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "gptedu"

README = PACKAGE.parent / "README.md"


def parts_by_line(readme: str) -> list[list[str]]:
    """The package's parts as README's map lists them, a list for each line, top to bottom."""
    block = readme.split("## Map")[1].split("```")[1].split("gptedu/\n")[1]
    lines = takewhile(lambda line: line.startswith("  "), block.splitlines())
    parts = (re.findall(r"[\w.]+", line[2:].split("  ")[0]) for line in lines)
    return [names for names in parts if names]  # a line without names goes on with the one above


# A part may import from lines above its own, and itself. Those of one line do not meet.
LEVEL = {
    part.removesuffix(".py"): number
    for number, parts in enumerate(parts_by_line(README.read_text(encoding="utf-8")))
    for part in parts
}
LEVEL["__main__"] = len(LEVEL)
ONLY = {
    "ipywidgets": {"widgets"},
    "anywidget": {"widgets"},
    "plotly": {"plots", "widgets"},
}
MAY_PRINT = {"cli", "console", "course", "tools"}
LONGEST = 450
MOST_MODULES = 15

MODULES = sorted(PACKAGE.rglob("*.py"))


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """(module's full name, whether inside a function), without those for type checkers."""
    package = ("gptedu", *path.relative_to(PACKAGE).parts)[:-1]
    yield from _imports(parse(path), package, False)


def _imports(tree: ast.AST, package: Sequence[str], inside: bool) -> Iterator[tuple[str, bool]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import):
            yield from ((alias.name, inside) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = list(package[: len(package) + 1 - node.level]) if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            names = [f"{module}.{alias.name}" for alias in node.names]
            yield from ((name, inside) for name in (names if module == "gptedu" else [module]))
        else:
            function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _imports(node, package, inside or function)


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_every_part_has_its_place():
    parts = {part_of(path) for path in MODULES} - {"__init__"}
    assert parts == set(LEVEL), "README's map and the package differ"


def wrong_way(here: str, name: str) -> bool:
    """Whether part `here` may not import the module `name`."""
    if not name.startswith("gptedu."):
        return False
    there = name.split(".")[1]
    # The package's own lazy names, such as gptedu.load, are no parts.
    return there in LEVEL and there != here and LEVEL[there] >= LEVEL[here]


def other_chapter(path: Path, name: str) -> bool:
    """Whether a module in one chapter's folder imports from another's."""
    own, wanted = path.relative_to(PACKAGE).parts, name.split(".")
    return own[0] == "chapters" and wanted[:2] == ["gptedu", "chapters"] and own[1] != wanted[2]


def test_chapters_do_not_meet():
    offences = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path in MODULES
        if len(path.relative_to(PACKAGE).parts) > 2
        for name, _ in imports(path)
        if other_chapter(path, name)
    ]
    assert not offences
    assert other_chapter(PACKAGE / "chapters" / "gpt1" / "claims.py", "gptedu.chapters.gpt2.claims")


def test_imports_run_one_way():
    offences = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path in MODULES
        if (here := part_of(path)) != "__init__"
        for name, _ in imports(path)
        if wrong_way(here, name)
    ]
    assert not offences


@pytest.mark.parametrize(
    ("here", "name", "wrong"),
    [
        ("model", "gptedu.zoo", True),
        ("finetuning", "gptedu.rlhf.ppo.kl", True),
        ("evaluate", "gptedu.widgets.base.widget", True),
        ("finetuning", "gptedu.training.loop", False),
        ("finetuning", "gptedu.finetuning.bert", False),
        ("evaluate", "gptedu.load", False),
        ("model", "torch", False),
    ],
)
def test_the_rule_itself(here, name, wrong):
    assert wrong_way(here, name) is wrong


def test_imports_are_found_wherever_they_stand(tmp_path, monkeypatch):
    monkeypatch.setitem(globals(), "PACKAGE", tmp_path)
    (tmp_path / "model").mkdir()
    file = tmp_path / "model" / "x.py"
    file.write_text(
        "import torch\nfrom gptedu import zoo\nfrom . import a\nfrom .b import c\n"
        "if TYPE_CHECKING:\n    import never\n"
        "class A:\n    def f(self):\n        if 1:\n            import transformers.x\n"
    )
    assert list(imports(file)) == [
        ("torch", False),
        ("gptedu.zoo", False),
        ("gptedu.model", False),
        ("gptedu.model.b", False),
        ("transformers.x", True),
    ]


def test_who_knows_which_library():
    offences = []
    for path in MODULES:
        here = part_of(path)
        for name, inside in imports(path):
            top = name.split(".")[0]
            if here not in ONLY.get(top, {here}) or (top == "transformers" and not inside):
                offences.append(f"{path.relative_to(PACKAGE)} imports {name}")
    assert not offences


def test_a_file_fits_on_a_few_screens():
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert not {str(p.relative_to(PACKAGE)): n for p, n in lengths.items() if n > LONGEST}


def test_a_folder_is_taken_in_at_a_glance():
    modules = Counter(path.parent for path in MODULES if path.name != "__init__.py")
    assert not {str(p.relative_to(PACKAGE)): n for p, n in modules.items() if n > MOST_MODULES}


def test_only_the_command_line_and_the_course_print():
    offences = [
        f"{path.relative_to(PACKAGE)}:{line}"
        for path in MODULES
        if part_of(path) not in MAY_PRINT
        for line in printing(parse(path))
    ]
    assert not offences


def printing(tree: ast.AST) -> Iterator[int]:
    """Lines that print."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print":
            yield node.lineno
        yield from printing(node)


def test_every_module_says_what_it_is_for():
    assert not [str(path) for path in MODULES if not ast.get_docstring(parse(path))]


def loaded_by(code: str) -> set[str]:
    """The modules that a fresh Python has loaded after `code`."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"],
        capture_output=True, text=True, check=True, cwd=PACKAGE.parent,
    )  # fmt: skip
    return {name.split(".")[0] for name in done.stdout.split()}


HEAVY = {
    "torch",
    "transformers",
    "numpy",
    "scipy",
    "plotly",
    "ipywidgets",
    "anywidget",
    "tokenizers",
}


def test_import_gptedu_loads_nothing_heavy():
    assert not HEAVY & loaded_by("import gptedu; gptedu.__version__; dir(gptedu)")


def test_the_command_line_answers_without_torch():
    assert not HEAVY & loaded_by(
        "import gptedu.cli\ntry:\n gptedu.cli.main(['--help'])\nexcept SystemExit: pass"
    )


def test_load_arrives_when_it_is_used():
    loaded = loaded_by("import gptedu; gptedu.load")
    assert "torch" in loaded
    assert not {"transformers", "plotly", "ipywidgets", "jupyter_client"} & loaded


def test_an_unknown_attribute_is_an_attribute_error():
    import gptedu

    with pytest.raises(AttributeError, match="no_such_name"):
        gptedu.no_such_name  # noqa: B018
    assert "load" in dir(gptedu)
