"""A chapter's source as a notebook, and what a stored notebook must and must not hold.

`chapters/source/NN_name.py` (jupytext, percent format) is what we edit. The notebook made from it
has two things more: a line under the title with links and the cost of a run, and a cell that
installs the course on Colab.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from gptedu import assets
from gptedu.chapters import IN_PREPARATION
from gptedu.course.kept import HOME

REPOSITORY = "gptedu/gptedu"
BRANCH = "main"
LIMIT_BYTES = 1_000_000
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
LANGUAGE = {"name": "python", "file_extension": ".py", "mimetype": "text/x-python"}
PLOTLY = "application/vnd.plotly.v1+json"

GALLERY = "gallery"
"""The notebook with every widget in it: built as the chapters are, and none of them."""
KEPT = ("tags", "jupyter", "slideshow")
"""Metadata of a source's cell that its notebook has, too."""

ALT = '<p class="gptedu-alt"'
"""What stands beside a live plot for screen readers."""

FOLDED = ("predict(",)
"""Cells whose code is folded away: it only stands in the way."""

_HEADER = re.compile(r"\n*<!-- header -->.*?<!-- /header -->", re.DOTALL)
_COST = re.compile(r"takes \d+ s and [\d.]+ GB")

SETUP = f"""\
# On Colab, install the course beside the torch and numpy that are there. Elsewhere: do nothing.
import sys

if "google.colab" in sys.modules:
    import subprocess
    from importlib.metadata import version
    from pathlib import Path

    pins = Path("/tmp/pins.txt")
    pins.write_text("".join(f"{{name}}=={{version(name)}}\\n" for name in ("torch", "numpy")))
    course = "gptedu @ git+https://github.com/{REPOSITORY}@{BRANCH}"
    pip = [sys.executable, "-m", "pip", "install", "-q", "-c", pins, course]
    subprocess.run(pip, check=True)"""


class BuildError(Exception):
    """A chapter cannot be built, or its notebook is not what its source makes."""


@dataclass(frozen=True)
class Cost:
    """What running a chapter from top to bottom took."""

    seconds: float
    gigabytes: float

    def __str__(self) -> str:
        return f"{self.seconds:.0f} s, {self.gigabytes:.2f} GB"

    def over(self, budget: Cost) -> str:
        """A remark for the end of a line where it is more than the budget, "" where it is not."""
        more = []
        if self.seconds > budget.seconds:
            more.append(f"{budget.seconds:.0f} s")
        if self.gigabytes > budget.gigabytes:
            more.append(f"{budget.gigabytes:g} GB")
        return f" (more than {' and '.join(more)})" if more else ""


BUDGET = Cost(120, 1.2)
"""Of one chapter on two cores. Reported, and never a reason for a test to fail."""


def chapters_folder() -> Path:
    """`chapters/` of the checkout. Raises BuildError where the package is installed without it."""
    folder = Path(__file__).resolve().parents[2] / "chapters"
    if not (folder / "source").is_dir():
        raise BuildError(
            f"there are no chapter sources in {folder}: run this in a checkout of the repository "
            "that was installed with `pip install -e .`"
        )
    return folder


def slug(source: Path) -> str:
    """A chapter's name without its number: "gpt1" of 01_gpt1.py."""
    return source.stem.partition("_")[2]


def sources(folder: Path, wanted: list[str] | None = None, *, gallery: bool = False) -> list[Path]:
    """The chapters' sources in `folder`/source, in order; `wanted` picks by number or name.

    One of a chapter in preparation is there only where it is wanted. gallery: that of the gallery
    as well, which is no chapter. Raises ValueError for a chapter that is not there.
    """
    paths = sorted((folder / "source").glob("[0-9][0-9]_*.py"))
    if gallery:
        paths += (folder / "source").glob(f"{GALLERY}.py")
    if not wanted:
        return [path for path in paths if slug(path) not in IN_PREPARATION]
    chosen = []
    for name in wanted:
        stem = Path(name).stem
        match = [p for p in paths if p.stem == stem or p.stem.split("_")[0] == stem.zfill(2)]
        if not match:
            there = ", ".join(p.stem for p in paths) or "none yet"
            raise ValueError(f"there is no chapter {name!r} in {folder / 'source'}; it has {there}")
        chosen += match
    return chosen


def read_source(path: Path) -> Any:
    """The notebook that a source makes: links and set-up cell in place, nothing executed."""
    import jupytext
    import nbformat

    source = jupytext.read(path, fmt="py:percent")
    cells = [cell for cell in source.cells if cell.source.strip()]
    if not cells or cells[0].cell_type != "markdown" or not cells[0].source.startswith("# "):
        raise BuildError(f"{path.name} has to start with a markdown cell whose first line is '# …'")
    notebook = nbformat.v4.new_notebook(
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
            "language_info": dict(LANGUAGE),
        }
    )
    setup = nbformat.v4.new_code_cell(SETUP)
    setup.metadata.update(tags=["setup"], jupyter={"source_hidden": True})
    for cell in [cells[0], setup, *cells[1:]]:
        kept = {k: v for k, v in cell.metadata.items() if k in KEPT}
        if cell.source.startswith(FOLDED):
            kept["jupyter"] = {"source_hidden": True}
        made = nbformat.v4.new_code_cell if cell.cell_type == "code" else _new_text_cell(cell)
        notebook.cells.append(made(cell.source, metadata=kept))
    notebook.cells[0].source = with_header(notebook.cells[0].source, path.stem, None)
    _name_cells(notebook)
    return notebook


def links(chapter: str) -> dict[str, str]:
    """Where a chapter can be run without installing anything: place -> address.

    On Binder that is the learner's folder, which `binder/start` makes.
    """
    colab = f"https://colab.research.google.com/github/{REPOSITORY}/blob/{BRANCH}/chapters/"
    binder = f"https://mybinder.org/v2/gh/{REPOSITORY}/{BRANCH}?labpath="
    return {
        "Colab": f"{colab}{chapter}.ipynb",
        "Binder": f"{binder}{quote(f'{HOME}/{chapter}.ipynb', safe='')}",
    }


def with_header(text: str, chapter: str, cost: Cost | None) -> str:
    """The first cell's text with its line of links, and the cost where it is known."""
    parts = [f"[Open in {place}]({link})" for place, link in links(chapter).items()]
    if cost is not None:
        parts.append(f"Run All takes {cost.seconds:.0f} s and {cost.gigabytes:.1f} GB on two cores")
    title, _, rest = _HEADER.sub("", text).partition("\n")
    line = " · ".join(parts)
    return f"{title}\n\n<!-- header -->\n{line}\n<!-- /header -->\n{rest}".rstrip("\n")


def read_cost(title: str) -> Cost | None:
    """The cost that `with_header` has written into a chapter's first cell."""
    match = re.search(r"Run All takes (\d+) s and ([\d.]+) GB on two cores", title)
    return None if match is None else Cost(float(match[1]), float(match[2]))


def built_costs() -> dict[str, Cost]:
    """What each chapter took when it was last built; empty where there is no checkout."""
    tree = assets.checkout()
    costs = {}
    for path in sorted((tree / "chapters").glob("*.ipynb")) if tree else []:
        title = json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"]
        cost = read_cost("".join(title))
        if cost is not None:
            costs[path.stem] = cost
    return costs


def strip(notebook: Any) -> list[str]:
    """Remove what a stored notebook must not hold; returns what was written to stderr.

    That is: widget state and views (dead without their kernel), progress bars, times.
    """
    said = []
    notebook.metadata.pop("widgets", None)
    notebook.metadata["language_info"] = dict(LANGUAGE)  # without the version that ran it
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type != "code":
            continue
        kept: list[Any] = []
        for output in cell.outputs:
            if output.output_type == "stream" and output.name == "stderr":
                said.append(output.text)
                continue
            for part in (output.get("data", {}), output.get("metadata", {})):
                part.pop(WIDGET_VIEW, None)
            if ALT in "".join(output.get("data", {}).get("text/html", "")):
                continue  # of a plot, whose picture will have it
            if output.get("data") == {}:
                continue  # nothing but a view: nbconvert would warn of an output without content
            if output.output_type == "stream" and kept and kept[-1].get("name") == output.name:
                kept[-1].text += output.text
            else:
                kept.append(output)
        cell.outputs = kept
    return said


def differences(made: Any, stored: Any) -> list[str]:
    """Where a stored notebook is not what its source makes: cells, tags, order, execution.

    The line of links is compared without the cost, and outputs are left to nbval.
    """
    faults = []
    if len(made.cells) != len(stored.cells):
        faults.append(
            f"the source makes {len(made.cells)} cells, the notebook has {len(stored.cells)}"
        )
    for i, (a, b) in enumerate(zip(made.cells, stored.cells, strict=False)):
        if a.cell_type != b.cell_type or _comparable(a.source) != _comparable(b.source):
            faults.append(f"cell {i} differs, which the source starts with {_start(a)!r}")
            break
        if a.metadata.get("tags", []) != b.metadata.get("tags", []):
            faults.append(f"cell {i} ({_start(a)!r}) has other tags")
        if a.cell_type == "code" and b.execution_count is None:
            faults.append(f"cell {i} ({_start(a)!r}) was not executed")
    if "widgets" in stored.metadata or any(WIDGET_VIEW in d or not d for d in _data(stored)):
        faults.append("the notebook holds widget state or views, or outputs without content")
    return faults


def _data(notebook: Any) -> list[Any]:
    code = (cell for cell in notebook.cells if cell.cell_type == "code")
    return [output.data for cell in code for output in cell.outputs if "data" in output]


def _comparable(text: str) -> str:
    return _COST.sub("takes", text).replace(" · Run All takes on two cores", "").strip()


def _start(cell: Any) -> str:
    return cell.source.strip().split("\n")[0][:60]


def _new_text_cell(cell: Any) -> Any:
    import nbformat

    return nbformat.v4.new_raw_cell if cell.cell_type == "raw" else nbformat.v4.new_markdown_cell


def _name_cells(notebook: Any) -> None:
    """Ids that follow from the text, so that a rebuilt notebook differs only where it changed."""
    seen: dict[str, int] = {}
    for cell in notebook.cells:
        name = hashlib.sha256(cell.source.encode()).hexdigest()[:10]
        seen[name] = seen.get(name, 0) + 1
        cell.id = name if seen[name] == 1 else f"{name}-{seen[name]}"
