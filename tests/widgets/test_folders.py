"""A folder a widget: what is in it, and that a copy of one is a widget of its own."""

from __future__ import annotations

import ast
import importlib
import shutil
from pathlib import Path

import pytest

import gptedu.widgets
from asking import ask
from tiny_models import TinyLm

HOME = Path(gptedu.widgets.__file__).parent
FOLDERS = sorted(path.parent for path in HOME.glob("*/widget.py") if path.parent.name != "base")
JUPYTER = {"anywidget", "ipywidgets", "IPython", "traitlets", "comm"}


def names(path: Path) -> set[str]:
    """The top names of what a module imports; its own folder's as "." and the module."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(f".{node.module}" if node.level else str(node.module))
    return found


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_each_folder_has_the_same_parts(folder: Path) -> None:
    files = {path.name for path in folder.iterdir() if path.is_file()}
    assert {"__init__.py", "widget.py", "state.py", "view.js", "view.css"} <= files
    assert "picture.py" in files or folder.name == "bertviz"  # it shows AttentionExplorer's
    for part in ("state.py", "picture.py", "board.py", "tree.py"):
        if part in files:
            imported = names(folder / part)
            assert not JUPYTER & {name.split(".")[0] for name in imported}, part
            assert ".widget" not in imported, part
    for file in folder.glob("*.py"):
        assert f"gptedu.widgets.{folder.name}" not in file.read_text(encoding="utf-8"), file.name


def test_each_folder_exports_what_is_named() -> None:
    exported = [importlib.import_module(f"gptedu.widgets.{f.name}").__all__ for f in FOLDERS]
    assert all(len(each) == 1 for each in exported)
    assert sorted(name for (name,) in exported) == sorted(gptedu.widgets.__all__)
    for _ in range(2):  # the second time a submodule of the same name would be in the way
        for name in gptedu.widgets.__all__:
            assert getattr(gptedu.widgets, name).__name__ == name


def test_to_add_a_widget_is_to_copy_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "input_rows"
    shutil.copytree(HOME / "task_formats", copy, ignore=shutil.ignore_patterns("__pycache__"))
    for file in copy.iterdir():
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("TaskFormats", "InputRows"), encoding="utf-8")
    monkeypatch.setattr(gptedu.widgets, "__path__", [*gptedu.widgets.__path__, str(tmp_path)])

    widget = gptedu.widgets.InputRows(TinyLm())
    assert type(widget).__module__ == "gptedu.widgets.input_rows.widget"
    assert ask(widget, "choose", task="story")
    assert widget.rows["task"] == "story"
    _, picture, view = widget.outputs()
    assert picture[0]["image/png"]
    assert view[0]
    # It is the copy's own: what is changed in it is changed there alone.
    (copy / "view.js").write_text("// mine\nexport default { render() {} };\n")
    assert "mine" in importlib.import_module("gptedu.widgets.base.widget").module(
        str(copy / "widget.py")
    )
    from gptedu.widgets import TaskFormats

    assert TaskFormats is not type(widget)
    assert "InputRows" not in str(TaskFormats._esm)
