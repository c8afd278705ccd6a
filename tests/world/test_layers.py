"""Each part of the web knows only those before it, in the order that its docstring gives."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import gptedu.world

FOLDER = Path(gptedu.world.__file__).parent
ORDER = re.findall(r"^(\w+)/?  +\S", gptedu.world.__doc__, re.MULTILINE)


def test_the_docstring_names_every_part():
    parts = {path.stem for path in FOLDER.iterdir() if path.suffix == ".py" or path.is_dir()}
    assert set(ORDER) == parts - {"__init__", "__pycache__"}
    assert len(ORDER) == len(set(ORDER))


def test_no_part_imports_a_later_one():
    offences = []
    for path in FOLDER.rglob("*.py"):
        here = path.relative_to(FOLDER).parts[0].removesuffix(".py")
        if here == "__init__":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            module = getattr(node, "module", None) or ""
            there = module.removeprefix("gptedu.world.").split(".")[0]
            if module == "gptedu.world":
                offences.append(f"{path.relative_to(FOLDER)} imports all of the web")
            elif module.startswith("gptedu.world.") and ORDER.index(there) > ORDER.index(here):
                offences.append(f"{path.relative_to(FOLDER)} imports {there}")
    assert not offences
