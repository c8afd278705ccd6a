"""Where a slide starts, and a page of slides that asks for nothing on the web."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import nbformat
import pytest

from gptedu.course.contents import chapters
from gptedu.tools import slides
from gptedu.tools.notebook import read_source

STEM = chapters()[0].stem


def notebook(*cells):
    """Cells as ("# text") for Markdown, or (code, output)."""
    made = nbformat.v4.new_notebook()
    for cell in cells:
        if isinstance(cell, str):
            made.cells.append(nbformat.v4.new_markdown_cell(cell))
        else:
            out = [nbformat.v4.new_output("stream", name="stdout", text=cell[1])]
            made.cells.append(nbformat.v4.new_code_cell(cell[0], outputs=out))
    return made


def kinds(made):
    slides.arrange(made)
    return [cell.metadata.slideshow.slide_type for cell in made.cells]


def test_a_slide_starts_at_a_heading_and_one_below_at_text_after_code():
    made = notebook("# A", "words", ("x", "1"), "more", ("y", "2"), "## B", "### C", ("z", "3"))
    assert kinds(made) == ["slide", "-", "-", "subslide", "-", "slide", "subslide", "-"]


def test_code_that_does_not_fit_any_more_starts_another():
    long = "line\n" * 12
    made = notebook("# A", ("a", long), ("b", long), ("c", "1"))
    assert kinds(made) == ["slide", "-", "subslide", "-"]


def test_a_picture_counts_by_its_height():
    made = notebook("# A", ("a", ""), ("b", ""))
    data = {"image/png": "", "text/plain": "a picture"}
    for cell in made.cells[1:]:
        size = {"image/png": {"height": 500}}
        cell.outputs = [nbformat.v4.new_output("display_data", data=data, metadata=size)]
    assert kinds(made) == ["slide", "-", "subslide"]


def test_what_is_folded_away_takes_one_line():
    inner = "<details><summary>2</summary>" + "<p>x</p>" * 40 + "</details>"
    card = f"<p>a</p><details><summary>1</summary>{inner}</details><p>b</p>"
    other = "<p>a</p><details><summary>1</summary></details><p>b</p>"
    output = nbformat.v4.new_output
    folded, empty = (
        slides._output_height(output("display_data", data={"text/html": each}))
        for each in (card, other)
    )
    assert folded == empty


def test_a_slide_that_is_too_high_is_made_smaller_until_it_fits():
    """The page's own lines, run on cells whose height follows their zoom as a browser's does."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node")
    lines = re.search(r"<script>(.*)</script>", slides._fit(), re.S)
    script = f"""
        const cells = (heights) => heights.map((height) => ({{
          style: {{}},
          getBoundingClientRect() {{ return {{ height: 2 * height * this.style.zoom }}; }},
        }}));
        let slide;
        const document = {{ addEventListener() {{}}, querySelector: () => slide }};
        {lines[1]}
        for (const heights of [[300, 300], [400, 450], [2000]]) {{
          slide = {{
            children: cells(heights), style: {{}}, offsetWidth: 960,
            getBoundingClientRect: () => ({{ width: 1920 }}),
          }};
          fit();
          console.log(slide.children[0].style.zoom.toFixed(2), slide.style.overflowY ?? "-");
        }}
    """
    done = subprocess.run([node, "-e", script], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:3] == ["1.00 -", "0.80 -", "0.55 auto"]


def test_what_a_source_says_itself_stays(tmp_path):
    source = tmp_path / "01_x.py"
    source.write_text('# %% [markdown]\n# # A\n\n# %% slideshow={"slide_type": "skip"}\n1\n')
    made = read_source(source)
    assert kinds(made) == ["slide", "skip", "skip"]  # the second is the set-up
    assert kinds(made) == ["slide", "skip", "skip"]  # and so it is when done again


def test_without_the_packages_it_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(slides, "find_spec", lambda name: None)
    said = []
    page = slides.slides(STEM, tmp_path / "out", said.append)
    assert said[0].startswith("the slides need the network: pip install --no-deps")
    assert "https://unpkg.com/reveal.js" in page.read_text(encoding="utf-8")


def test_with_the_packages_the_page_asks_for_nothing_on_the_web(monkeypatch, tmp_path):
    for package, parts in (
        ("sphinx_revealjs", ("_static/revealjs/dist", "_static/revealjs/plugin/notes")),
        ("jupyter_server_mathjax", ("static",)),
    ):
        for part in parts:
            (tmp_path / package / part).mkdir(parents=True)
            (tmp_path / package / part / "here.js").write_text("")
        (tmp_path / package / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    page = slides.slides(STEM, tmp_path / "out", lambda line: None)
    text = page.read_text(encoding="utf-8")
    loaded = re.findall(r"""(?:src|href)="(https?:[^"]+\.(?:js|css)[^"]*)\"""", text)
    loaded += re.findall(r"""from '(https?:[^']+)'""", text)
    assert loaded == []
    for name in ("reveal.js/dist/here.js", "reveal.js/require.js", "mathjax/here.js"):
        assert (page.parent / name).is_file()
    assert (page.parent / "reveal.js" / "jquery.js").stat().st_size > 10_000


def test_the_lines_in_requirejs_place_load_in_order_and_hand_over(tmp_path: Path):
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node")
    script = f"""
        const window = globalThis, loaded = [];
        const document = {{
          createElement: () => ({{}}),
          head: {{ append(s) {{
            loaded.push(s.src);
            window[s.src.includes("notes") ? "RevealNotes" : "Reveal"] = s.src;
            s.onload();
          }} }},
        }};
        {slides.REQUIRE}
        window.require({{}}, ["r/reveal.js", "r/notes.js"], (a, b) => console.log(loaded, a, b));
    """
    done = subprocess.run([node, "-e", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [
        "[",
        "'r/reveal.js',",
        "'r/notes.js'",
        "]",
        "r/reveal.js",
        "r/notes.js",
    ]
