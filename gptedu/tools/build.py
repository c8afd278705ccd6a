"""`gptedu build`: chapters' sources -> executed notebooks.

`gptedu build` makes all of them, `gptedu build 01` one, `--check` only compares: that is what the
tests run, and it needs no execution.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gptedu import console
from gptedu.tools import last_runs, slides
from gptedu.tools import notebook as nb
from gptedu.tools.browser import find_browser
from gptedu.tools.classroom import guide
from gptedu.tools.execute import execute
from gptedu.tools.notebook import PLOTLY, BuildError
from gptedu.tools.palette import with_palette

WIDTH = 760  # pixels of the pictures of plots, which are as wide as the page when they are live
DIGITS = 6  # of a number in a stored figure: more than a pixel shows
STILL = "A still picture: in JupyterLab, run the cell and move the slider."


def build(
    wanted: list[str] | None = None,
    *,
    check: bool = False,
    folder: Path | None = None,
    say: Callable[[str], None] = console.say,
) -> None:
    """Build, or with `check` compare, the chapters in `folder` (default: the checkout's).

    say: gets one line a chapter. Raises BuildError where a chapter fails or is not up to date.
    """
    kept = last_runs.path() if folder is None else None
    folder = folder or nb.chapters_folder()
    from gptedu.training.data.web import writable

    if not check:
        writable(folder, "build in a checkout of your own")
    stale = []
    for source in nb.sources(folder, wanted, gallery=True):
        if not check:
            say(build_one(source, folder, kept))
        elif faults := check_one(source, folder):
            stale.append(f"{source.stem}: " + "; ".join(faults))
        else:
            say(f"{source.stem}: up to date")
    if stale:
        raise BuildError("\n".join([*stale, "run `gptedu build` and commit the notebooks"]))


def build_one(source: Path, folder: Path, kept: Path | None = None) -> str:
    """Make, execute and write one chapter; returns one line about it.

    kept: the file of `last_runs` in which what it measured is kept.
    """
    import nbformat

    made = nb.read_source(source)
    run = execute(made, source.stem, folder)
    said = nb.strip(made)
    shorten(made)
    pictures, missing = add_pictures(made)
    slides.arrange(made)
    made.cells[0].source = nb.with_header(made.cells[0].source, source.stem, run.cost)
    text = nbformat.writes(made) + "\n"
    size = len(text.encode())
    if size > nb.LIMIT_BYTES:
        raise BuildError(
            f"{source.stem}.ipynb has {size / 1e6:.2f} MB, more than {nb.LIMIT_BYTES / 1e6:g} MB; "
            f"the largest outputs are in cells {_largest(made)}"
        )
    (folder / f"{source.stem}.ipynb").write_text(text, encoding="utf-8")
    if guide.exists(source.stem, folder):
        guide.guide(source.stem, folder, lambda line: None)
    if kept is not None:
        last_runs.keep(source.stem, run, kept)
    line = (
        f"{source.stem}: {run.cost.seconds:.0f} s, {run.cost.gigabytes:.2f} GB, "
        f"{size / 1e3:.0f} kB, {len(run.claims)} claims, {pictures} pictures of plots"
    )
    if missing:
        line += f"\n  without pictures of plots: {missing}"
    for warning in sorted({w for text in said for w in text.splitlines() if "Warning" in w}):
        line += f"\n  {warning.strip()}"
    return line


def check_one(source: Path, folder: Path) -> list[str]:
    """What is wrong with the stored notebook of one chapter; empty where it is up to date."""
    import nbformat

    path = folder / f"{source.stem}.ipynb"
    if not path.exists():
        return [f"{path.name} is not there"]
    faults = nb.differences(nb.read_source(source), nbformat.read(path, as_version=4))
    if (size := path.stat().st_size) > nb.LIMIT_BYTES:
        faults.append(f"the notebook has {size / 1e6:.2f} MB")
    return faults


def add_pictures(notebook: Any) -> tuple[int, str]:
    """Put a PNG beside each plotly figure, for viewers that know only pictures.

    Returns how many there are now, and why there are none where they could not be made.
    """
    wanted = [
        output
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if PLOTLY in output.get("data", {}) and "image/png" not in output.data
    ]
    if not wanted:
        return 0, ""
    browser = os.environ.get("BROWSER_PATH") or find_browser()
    if not browser:
        return 0, "no Chromium or Chrome was found; install one, or set BROWSER_PATH"
    os.environ["BROWSER_PATH"] = browser
    try:
        import kaleido
    except ImportError:
        return 0, "kaleido is not installed: pip install kaleido"
    try:
        kaleido.start_sync_server(n=1, mathjax=False, silence_warnings=True)
        for output in wanted:
            figure = still(dict(output.data[PLOTLY]))
            layout = figure["layout"]
            size = {"width": layout.get("width", WIDTH), "height": layout.get("height", 450)}
            options = {"format": "png", "scale": 1.5, **size}
            png = kaleido.calc_fig_sync(figure, opts=options)
            output.data["image/png"] = base64.b64encode(with_palette(png)).decode()
            output.metadata["image/png"] = size | {"alt": (layout.get("meta") or {}).get("alt", "")}
    except Exception as error:  # a browser fails in many ways; the notebook is whole without
        return 0, f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
    finally:
        kaleido.stop_sync_server(silence_warnings=True)
    return len(wanted), ""


def shorten(notebook: Any) -> None:
    """Round the numbers in the data of plotly figures, each on a line of its own in the file."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if figure := output.get("data", {}).get(PLOTLY):
                figure["data"] = _rounded(figure["data"])


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_rounded(each) for each in value]
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


def still(figure: dict[str, Any]) -> dict[str, Any]:
    """A plotly figure as it is drawn for a picture: on white, and saying what it cannot do."""
    layout = {**figure.get("layout", {}), "paper_bgcolor": "#FFFFFF"}
    if layout.get("sliders"):
        title, margin = layout.get("title", {}), layout.get("margin", {})
        words = f"{title.get('text', '')}<br><span style='font-size:14px'>{STILL}</span>"
        layout["title"] = {**title, "text": words}
        layout["margin"] = {**margin, "t": margin.get("t", 100) + 24}
        layout["height"] = layout.get("height", 450) + 24
    return {**figure, "layout": layout}


def _largest(notebook: Any) -> list[int]:
    sizes = {
        i: len(str(cell.outputs))
        for i, cell in enumerate(notebook.cells)
        if cell.cell_type == "code"
    }
    return sorted(sizes, key=lambda i: -sizes[i])[:3]
