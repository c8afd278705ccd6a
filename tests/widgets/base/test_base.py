"""What all widgets share: the three outputs, what renderers make of them, the ES modules."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbconvert import HTMLExporter

from contrast import contrast
from gptedu import records
from gptedu.plots.colours import MARKS, PAPER, SCALE_STOPS
from gptedu.widgets import AttentionExplorer, TaskFormats
from gptedu.widgets.base.png import luminance, scale_table, visible
from gptedu.widgets.base.sentences import clause, sentence
from gptedu.widgets.base.widget import VIEW, Widget, module, styles
from tiny_models import TEXT, TinyLm, view_modules

MODULES = view_modules()


@pytest.fixture(scope="module")
def widgets() -> list[Widget]:
    lm = TinyLm()
    return [AttentionExplorer(lm, TEXT), TaskFormats(lm)]


@pytest.fixture(scope="module")
def stored(widgets: list[Widget]) -> nbformat.NotebookNode:
    """A notebook as it lies in the repository: outputs, no widget state."""
    notebook = nbformat.v4.new_notebook()
    for widget in widgets:
        outputs = [
            nbformat.v4.new_output("display_data", data=data, metadata=metadata)
            for data, metadata in widget.outputs()
        ]
        notebook.cells.append(
            nbformat.v4.new_code_cell("widget", outputs=outputs, execution_count=1)
        )
    nbformat.validate(notebook)
    return notebook


def test_caption_picture_view_in_this_order(widgets: list[Widget]) -> None:
    for widget in widgets:
        (caption, _), (picture, metadata), (view, _) = widget.outputs()
        assert set(caption) == {"text/html", "text/plain"}
        assert base64.b64decode(picture["image/png"]).startswith(b"\x89PNG")
        # Of a bundle that holds both, a renderer without a kernel would choose the view.
        assert VIEW not in picture
        assert set(view) == {VIEW}
        assert view[VIEW]["model_id"] == widget.model_id
        assert metadata["image/png"]["alt"]
        assert picture["image/png"].endswith(widget.picture_mark)
        assert len(widget.picture_mark) == 80


def test_outputs_do_not_change_from_run_to_run() -> None:
    first, second = (AttentionExplorer(TinyLm(), TEXT) for _ in range(2))
    assert repr(first) == repr(second) == "AttentionExplorer()"
    for (one, _), (two, _) in zip(first.outputs(), second.outputs(), strict=True):
        for kind in ("text/plain", "text/html"):
            assert one.get(kind) == two.get(kind)


def test_anywidgets_metadata_for_colab_is_kept(
    widgets: list[Widget], monkeypatch: pytest.MonkeyPatch
) -> None:
    colab = {VIEW: {"colab": {"custom_widget_manager": {"url": "somewhere"}}}}
    view = {VIEW: {"model_id": "1"}, "text/plain": "x"}
    monkeypatch.setattr(type(widgets[0]), "_repr_mimebundle_", lambda self, **_: (view, colab))
    data, metadata = widgets[0].outputs()[2]
    assert metadata == colab
    assert data == {VIEW: {"model_id": "1"}}


@pytest.mark.parametrize("sanitised", [False, True])
def test_html_without_javascript_keeps_the_picture(
    stored: nbformat.NotebookNode, widgets: list[Widget], sanitised: bool
) -> None:
    page, _ = HTMLExporter(sanitize_html=sanitised).from_notebook_node(stored)
    bare = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    sources = re.findall(r'<img[^>]*src="data:image/png;base64,\s*([^"]+)"', bare)
    assert len(sources) == len(widgets)
    for widget, source in zip(widgets, sources, strict=True):
        assert base64.b64decode(source).startswith(b"\x89PNG")
        assert widget.caption()[:20] in bare


def test_an_unfriendly_caption_stays_text() -> None:
    class Hostile(AttentionExplorer):
        def caption(self) -> str:
            return "</script><b>x"

    data, _ = Hostile(TinyLm(), TEXT).outputs()[0]
    assert "&lt;/script&gt;&lt;b&gt;x" in data["text/html"]


@pytest.mark.parametrize("name", MODULES)
def test_modules_stand_alone(name: str) -> None:
    text = module(MODULES[name])
    assert len(text.encode()) <= 40_000
    # The name of SVG's namespace looks like an address and is never asked for.
    text = text.replace("http://www.w3.org/2000/svg", "")
    code = re.sub(r"//.*|/\*.*?\*/", "", text)
    assert not re.search(r"^\s*import\b|\bimport\s*\(|\brequire\s*\(", code, flags=re.MULTILINE)
    assert not re.search(r"https?:|\bfetch\s*\(|XMLHttpRequest|WebSocket|@import", code)
    # Typed text and tokens reach the page as text nodes only.
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", code)
    assert code.count("export default") == 1
    assert not re.search(r"url\(|@import", styles(MODULES[name]))


def test_the_record_names_every_module() -> None:
    (run,) = records.read("widgets", "speed").results
    assert sorted(run["module_bytes"]) == sorted(MODULES)


def test_colour_scale_is_monotone_in_luminance() -> None:
    light = [luminance(colour) for colour in scale_table()]
    assert np.all(np.diff(light) < 0)
    assert contrast(SCALE_STOPS[0], SCALE_STOPS[-1]) > 15
    for colour in MARKS.values():
        assert contrast(colour, PAPER) >= 4.5


def test_nothing_shown_is_invisible() -> None:
    assert visible(" a\nb\t") == "·a↵b→"
    assert visible("\u200b\x00") == "\ufffd\ufffd"
    assert visible("") == "∅"


def test_errors_become_one_sentence() -> None:
    assert sentence(ValueError("too\n long")) == "Too long."
    assert sentence(KeyError()) == "KeyError."
    assert clause(ValueError("k is 9: give less")) == "k is 9: give less."


def test_a_mistake_of_ours_is_said_too() -> None:
    explorer = AttentionExplorer(TinyLm(), TEXT)
    explorer.lm = None
    explorer.text = "other"
    assert explorer.error.startswith("Something went wrong")


def test_unknown_names_and_lazy_modules() -> None:
    code = "import sys, gptedu.widgets; assert 'anywidget' not in sys.modules; print('ok')"
    root = Path(__file__).parents[3]
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root)
    assert found.stdout.strip() == "ok", found.stderr
    import gptedu.widgets

    with pytest.raises(AttributeError, match="NextToken"):
        _ = gptedu.widgets.Nonsense
