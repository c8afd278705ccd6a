"""What every widget of the course shares: its picture, its live view, its errors.

A widget is three parts. `compute` is a pure function of plain state and is tested alone; the
figure (in `gptedu.figures`) draws the result as a PNG; the view is one hand-written ES module
in `static/`, without imports. `Widget` joins them:

- Displayed, it emits a caption, a PNG and then the live view, as three outputs. A renderer
  shows one representation of each output, so a PNG *inside* the view's bundle would be lost
  wherever the view is preferred but cannot run. As an output of its own it is shown by GitHub,
  nbviewer, nbconvert, a dead kernel and an untrusted notebook; the live view hides it.
- What goes wrong with something typed becomes one sentence in the widget (`telling`).
"""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anywidget
import traitlets
from IPython.display import display

from gptedu.plots.colours import MARKS, SCALE_STOPS
from gptedu.widgets.base.png import Picture

BASE = Path(__file__).parent
MARK, MOST_MARKS = 80, 40
VIEW = "application/vnd.jupyter.widget-view+json"


def module(file: str) -> str:
    """The ES module of the widget whose `widget.py` is `file`: colours, shared.js, its view.js."""
    colours = (
        f"const SCALE_STOPS = {json.dumps(SCALE_STOPS)};\n"
        f"const MARK_COLOURS = {json.dumps(MARKS)};\n"
    )
    parts = (BASE / "shared.js", Path(file).with_name("view.js"))
    return colours + "\n".join(part.read_text(encoding="utf-8") for part in parts)


def styles(file: str) -> str:
    """The style sheet of the widget whose `widget.py` is `file`: shared.css and its view.css."""
    parts = (BASE / "shared.css", Path(file).with_name("view.css"))
    return "".join(part.read_text(encoding="utf-8") for part in parts)


def sentence(error: BaseException) -> str:
    """An exception as one sentence for the learner."""
    words = " ".join(str(error).split()) or type(error).__name__
    return words if words[-1] in ".!?" else words + "."


class Widget(anywidget.AnyWidget):
    """Base of the course's widgets.

    A subclass sets `_esm = module(__file__)` and `_css = styles(__file__)`, and defines
    `caption()` (one sentence of plain text, the same at every run) and `picture()`.
    """

    error = traitlets.Unicode("", help="one sentence shown in the widget, or empty").tag(sync=True)
    announcement = traitlets.Unicode("", help="read aloud by screen readers").tag(sync=True)
    picture_mark = traitlets.Unicode("", help="ends of the PNGs' base64 texts").tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        # ipykernel 7.4 gives a widget's messages to the loop that used it last: the one that a
        # running cell holds up. JupyterLab asks for another, which stays free meanwhile.
        if hasattr(self.comm, "_reply_subshell_for"):
            self.comm._reply_subshell_for = lambda _, asked: asked

    def caption(self) -> str:
        """What the picture shows, in one sentence of plain text."""
        raise NotImplementedError

    def picture(self) -> Picture:
        """The widget as a PNG, in its present state."""
        raise NotImplementedError

    def __repr__(self) -> str:
        # Constant, so that notebooks compare equal from one run to the next.
        return f"{type(self).__name__}()"

    def _ipython_display_(self, **kwargs: Any) -> None:
        for data, metadata in self.outputs():
            display(data, metadata=metadata, raw=True)

    def outputs(self) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """The caption, the picture and the live view, each as `(data, metadata)`."""
        words = self.caption()
        shown = self.picture()
        encoded = base64.b64encode(shown.png).decode("ascii")
        # A notebook that is opened again may hold any of them, so the view knows them all.
        known = [mark for mark in self.picture_mark.split() if mark != encoded[-MARK:]]
        self.picture_mark = " ".join([*known[1 - MOST_MARKS :], encoded[-MARK:]])
        size = {"width": shown.width, "height": shown.height, "alt": shown.alt}
        caption = {
            "text/html": f'<em class="gptedu-caption">{html.escape(words)}</em>',
            "text/plain": words,
        }
        # `raw=True` sends the picture as it is, so it is encoded here.
        picture = {"image/png": encoded, "text/plain": shown.alt}
        view, view_metadata = self._view_bundle()
        return [(caption, {}), (picture, {"image/png": size}), (view, view_metadata)]

    def _view_bundle(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """anywidget's own bundle, with the metadata that Colab needs.

        It holds nothing but the view: where that cannot run there is nothing to show below the
        picture, and a stored notebook without this output still compares equal.
        """
        bundle = self._repr_mimebundle_()
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        return {VIEW: data[VIEW]}, metadata

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Turn an exception in the block into one sentence shown in the widget.

        The state set before the block stays as it was, so nothing typed is lost.
        """
        try:
            yield
        except ValueError as error:
            self.error = sentence(error)
        except Exception as error:
            # Not the learner's mistake: keep the traceback for whoever looks for it.
            self.log.exception("in %s", type(self).__name__)
            self.error = f"Something went wrong in the widget: {sentence(error)}"
        else:
            self.error = ""
