"""A chapter as slides: which cells make a slide, and `gptedu slides NN`, which needs no network.

`arrange` writes Jupyter's own metadata into the notebooks, so that `jupyter nbconvert --to slides`
makes one idea a slide of them. A slide starts at a heading, at a paragraph, and wherever the one
before is full. What a source says of a cell itself (`slideshow=`) stays. One cell can be higher
than a slide all the same: the page makes such a slide smaller, down to `LEAST`, until it fits.

nbconvert's page takes reveal.js, RequireJS, jQuery and MathJax from the web. `slides` puts copies
beside the page, from two Python packages that carry them, with a few lines in RequireJS's place.
"""

from __future__ import annotations

import math
import re
import shutil
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from gptedu import assets, console
from gptedu.course.contents import find

FULL = 720
"""The height in pixels that is filled before another slide starts: a heading and a large picture.

It is a little more than reveal.js has for a slide, 700."""
# As Chromium lays the slides out: a line's height in pixels, its letters, what is around them.
LINE, LETTERS, AROUND = 29, 88, 34
CODE_LINE, CODE_LETTERS, CODE_AROUND = 26, 78, 29
OUTPUT_LINE, OUTPUT_LETTERS, OUTPUT_AROUND = 26, 74, 22
PARAGRAPH = 8  # between two paragraphs
PICTURE_WIDTH, PICTURE_HEIGHT, PICTURE_AROUND = 940, 520, 50
CARD_AROUND = 110
ROOM = 690  # of reveal.js' 700
LEAST = 0.55
"""How small a slide may be made, so that it can still be read from the back of a room."""
PACKAGES = {"reveal.js": "sphinx_revealjs", "mathjax": "jupyter_server_mathjax"}
INSTALL = "pip install --no-deps sphinx-revealjs jupyter-server-mathjax"
MATHJAX = "MathJax.js?config=TeX-AMS-MML_HTMLorMML-full,Safe"

STYLE = """<style>
.reveal .highlight pre { font-size: 74%; white-space: pre-wrap; line-height: 1.35; }
.reveal .jp-OutputArea-output pre { font-size: 74%; line-height: 1.35; }
.reveal .jp-InputArea, .reveal .jp-Cell { max-width: 100%; }
.reveal img { max-height: 520px; width: auto; height: auto; }
.reveal h1, .reveal h2, .reveal h3, .reveal h4 { text-transform: none; }
.reveal .gptedu-card { font-size: 19px; max-width: none; }
.reveal .gptedu-claims { max-width: none; font-size: 19px; }
.reveal .gptedu-claims table { font-size: 17px; width: 100%; }
.reveal .gptedu-card h4 { font-size: 22px; }
.reveal .gptedu-card pre { font-size: 17px; }
</style>"""

FIT = """<script>
// A slide that is higher than the page is made smaller; where that is not enough, it scrolls.
const fit = () => {
  const now = ".slides > section.present";
  const slide = document.querySelector(`${now} > section.present`) ?? document.querySelector(now);
  if (!slide) return;
  const cells = [...slide.children];
  const scale = slide.getBoundingClientRect().width / slide.offsetWidth;
  const tall = (cell) => cell.getBoundingClientRect().height / scale;
  const high = () => cells.reduce((sum, cell) => sum + tall(cell), 0);
  let zoom = 1;
  const look = () => cells.forEach((cell) => (cell.style.zoom = zoom));
  for (look(); high() > ROOM && zoom > LEAST; look()) zoom = Math.max(LEAST, zoom - 0.05);
  if (high() > ROOM) Object.assign(slide.style, { height: "ROOMpx", overflowY: "auto" });
};
for (const moment of ["ready", "slidechanged"])
  document.addEventListener(moment, () => setTimeout(fit, 100));
</script>"""

REQUIRE = """\
// In the place of RequireJS: loads scripts one after another, and hands over what they define.
window.require = function (_, addresses, ready) {
  const names = addresses.map((address) => (address.includes("notes") ? "RevealNotes" : "Reveal"));
  const next = (n) => {
    if (n === addresses.length) return ready(...names.map((name) => window[name]));
    const script = document.createElement("script");
    script.src = addresses[n];
    script.onload = () => next(n + 1);
    document.head.append(script);
  };
  next(0);
};
window.require.config = () => {};
"""


def arrange(notebook: Any) -> None:
    """Say for each cell of an executed notebook where a slide starts: `metadata.slideshow`."""
    filled = 0.0
    before = ""
    for cell in notebook.cells:
        kind, size = _starts(cell, before), _height(cell)
        if kind in ("", "subslide") and cell.cell_type == "code" and filled + size > FULL:
            kind = "subslide"
        if kind in ("slide", "subslide"):
            filled = 0.0
        if kind != "skip":
            filled += size
            before = cell.cell_type
        own = cell.metadata.get("slideshow", {}).get("slide_type", "")
        cell.metadata["slideshow"] = {"slide_type": own or kind or "-"}


def slides(
    chapter: str | int,
    out: str | Path | None = None,
    say: Callable[[str], None] = console.say,
) -> Path:
    """Write a chapter as slides into a folder, and return the page to open.

    out: the folder (default: named after the chapter). The page needs no network where the packages
    with reveal.js and MathJax are installed; else it takes them from the web, and that is said.
    Raises ValueError for an unknown chapter, ImportError without nbconvert.
    """
    import nbformat
    from nbconvert.exporters import SlidesExporter

    stem = find(chapter).stem
    folder = assets.expanded(out or f"{stem}-slides")
    notebook = nbformat.read(assets.chapters() / f"{stem}.ipynb", as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("jupyter", {}).get("source_hidden"):
            cell.metadata["transient"] = {"remove_source": True}  # as nbconvert itself hides code
    settings: dict[str, Any] = {
        "reveal_number": "c/t", "reveal_theme": "white",
        "exclude_input_prompt": True, "exclude_output_prompt": True,
    }  # fmt: skip
    missing = [package for package in PACKAGES.values() if not find_spec(package)]
    if missing:
        say(f"the slides need the network: {INSTALL}, and give the command again")
    else:
        settings |= _copies(folder)
    page, _ = SlidesExporter(**settings).from_notebook_node(notebook, {"metadata": {"name": stem}})
    target = folder / "index.html"
    assets.write_whole(
        target, page.replace("</head>", f"{STYLE}{_fit()}</head>", 1).encode("utf-8")
    )
    say(f"written: {target}")
    return target


def _fit() -> str:
    return FIT.replace("LEAST", str(LEAST)).replace("ROOM", str(ROOM))


def _copies(folder: Path) -> dict[str, Any]:
    """Put what the page needs beside it; returns where nbconvert finds it."""
    from gptedu.widgets.bertviz.state import LIBRARIES, library

    reveal = _package("reveal.js") / "_static" / "revealjs"
    for part in ("dist", "plugin/notes"):
        shutil.copytree(reveal / part, folder / "reveal.js" / part, dirs_exist_ok=True)
    static = _package("mathjax") / "static"
    shutil.copytree(static, folder / "mathjax", dirs_exist_ok=True)
    assets.write_whole(folder / "reveal.js" / "require.js", REQUIRE.encode())
    jquery = library(*LIBRARIES[0])
    assets.write_whole(folder / "reveal.js" / "jquery.js", jquery.encode("utf-8"))
    empty = "data:text/javascript,export default { initialize() {} }"
    return {
        "reveal_url_prefix": "reveal.js",
        "require_js_url": "reveal.js/require.js",
        "jquery_url": "reveal.js/jquery.js",
        "mathjax_url": f"mathjax/{MATHJAX}",
        "mermaid_js_url": empty,
        "mermaid_layout_elk_js_url": empty,
        "font_awesome_url": "data:text/css,",
    }


def _package(name: str) -> Path:
    spec = find_spec(PACKAGES[name])
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(next(iter(spec.submodule_search_locations)))


def _starts(cell: Any, before: str) -> str:
    """What a cell starts for itself: a slide, one below the last, or nothing; or it is skipped."""
    if "setup" in cell.metadata.get("tags", []):
        return "skip"
    if cell.cell_type != "markdown":
        return ""
    heading = re.match(r"(#+) ", cell.source)
    if heading and len(heading[1]) <= 2:
        return "slide"
    return "subslide" if heading or before == "code" else ""


def _height(cell: Any) -> float:
    """About how high a cell is on a slide, in pixels."""
    if cell.cell_type == "markdown":
        text = _folded(cell.source)
        headings = len(re.findall(r"^#+ ", text, re.MULTILINE))
        between = text.count("\n\n")
        words = [line for line in text.splitlines() if line]
        return AROUND + LINE * _lines(words, LETTERS) + PARAGRAPH * between + 30 * headings
    hidden = cell.metadata.get("jupyter", {}).get("source_hidden")
    code = cell.source.splitlines()
    own = 0.0 if hidden else CODE_AROUND + CODE_LINE * _lines(code, CODE_LETTERS)
    return own + sum(map(_output_height, cell.get("outputs", ())))


def _output_height(output: Any) -> float:
    data = output.get("data", {})
    if "image/png" in data:
        size = output.get("metadata", {}).get("image/png", {})
        tall = PICTURE_WIDTH * size.get("height", 400) / size.get("width", 700)
        return PICTURE_AROUND + min(PICTURE_HEIGHT, tall)
    if "text/html" in data:
        words = re.sub(r"<style>.*?</style>", "", _folded(data["text/html"]), flags=re.S)
        blocks = len(re.findall(r"<(?:p|li|tr|h\d|pre|summary)\b", words))
        text = re.sub(r"<[^>]+>", "", words).splitlines()
        return CARD_AROUND + LINE * max(blocks, _lines(text, LETTERS))
    said = output.get("text", data.get("text/plain", "")).splitlines()
    return OUTPUT_AROUND + OUTPUT_LINE * _lines(said, OUTPUT_LETTERS)


def _folded(text: str) -> str:
    """A text or page without what is folded away; of each fold one line stays."""
    inner = re.compile(r"<details[^>]*>(?:(?!<details).)*?</details>", re.S)
    while inner.search(text):
        text = inner.sub("<p>open</p>", text)
    return text


def _lines(lines: Sequence[str], letters: int) -> int:
    return sum(max(1, math.ceil(len(line) / letters)) for line in lines)
