"""What every widget of the course shares: its picture, its live view, its actions, its errors.

A widget is a folder: `state.py` computes (pure functions, tested alone), `picture.py` draws the
result as a PNG, `view.js` and `view.css` are the live view, one hand-written ES module without
imports, and `widget.py` joins them. `Widget` is what these joints share:

- Displayed, it emits a caption, a PNG and then the live view, as three outputs. A renderer
  shows one representation of each output, so a PNG *inside* the view's bundle would be lost
  wherever the view is preferred but cannot run. As an output of its own it is shown by GitHub,
  nbviewer, nbconvert, a dead kernel and an untrusted notebook; the live view hides it, with the
  sentence that says how to make the picture live.
- The picture follows what a learner does, a little later: a notebook that is saved, and opened
  when the kernel is gone, shows the state that it was left in.
- What a learner does in the view is a request for one of the widget's actions (see `actions`).
- What goes wrong with something typed becomes one sentence in the widget (`telling`).
"""

from __future__ import annotations

import base64
import html
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import anywidget
import traitlets
from IPython import get_ipython
from IPython.display import display, update_display

from gptedu.console import NO_DEAD_VIEW, RUN_IT
from gptedu.plots.colours import SCALE_STOPS
from gptedu.widgets.base.actions import call_action
from gptedu.widgets.base.png import Picture
from gptedu.widgets.base.sentences import clause, sentence

BASE = Path(__file__).parent
MARK, MOST_MARKS = 80, 40
LATER = 1.0  # seconds: a picture is drawn anew when the learner has paused for so long
VIEW = "application/vnd.jupyter.widget-view+json"


def module(file: str, **constants: Any) -> str:
    """The ES module of the widget whose `widget.py` is `file`: constants, shared.js, its view.js.

    constants: names -> values that view and Python share, so that they stand in Python alone.
    """
    shared = {"SCALE_STOPS": SCALE_STOPS, **constants}
    lines = [f"const {name} = {json.dumps(value)};" for name, value in shared.items()]
    parts = (BASE / "shared.js", Path(file).with_name("view.js"))
    return "\n".join([*lines, *(part.read_text(encoding="utf-8") for part in parts)])


def styles(file: str) -> str:
    """The style sheet of the widget whose `widget.py` is `file`: shared.css and its view.css."""
    parts = (BASE / "shared.css", Path(file).with_name("view.css"))
    return "".join(part.read_text(encoding="utf-8") for part in parts)


class Widget(anywidget.AnyWidget):
    """Base of the course's widgets.

    A subclass sets `_esm = module(__file__)` and `_css = styles(__file__)`, marks what its view may
    ask for with `@action`, and defines `caption()` (one sentence of plain text, the same at every
    run), `picture()` and, where it shows a model, `renew()`.

    live_to: what one can do with it once its cell has been run, to stand behind "to".
    """

    live_to = "use it"

    view = traitlets.Dict(help="what is shown, as far as Python computes it").tag(sync=True)
    answered = traitlets.Dict(
        help="the last message of a view: its id, and how its requests went"
    ).tag(sync=True)
    error = traitlets.Unicode("", help="one sentence shown in the widget, or empty").tag(sync=True)
    strange = traitlets.Unicode("", help="words of the text that the model has never read").tag(
        sync=True
    )
    announcement = traitlets.Unicode("", help="read aloud by screen readers").tag(sync=True)
    picture_mark = traitlets.Unicode("", help="ends of the PNGs' base64 texts").tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        self._lock = threading.RLock()  # of the actions: messages come in a thread of their own
        self._picture_id = ""  # once it is displayed
        self._redrawing: threading.Timer | None = None
        super().__init__(**traits)
        # ipykernel 7.4 gives a widget's messages to the loop that used it last: the one that a
        # running cell holds up. JupyterLab asks for another, which stays free meanwhile. There is
        # no public way to keep it; tests/widgets/base/test_subshells.py fails when this can go.
        if hasattr(self.comm, "_reply_subshell_for"):
            self.comm._reply_subshell_for = lambda _, subshell: subshell
        self.on_msg(self._answer)

    def caption(self) -> str:
        """What the picture shows, in one sentence of plain text."""
        raise NotImplementedError

    def picture(self) -> Picture:
        """The widget as a PNG, in its present state."""
        raise NotImplementedError

    def renew(self) -> None:
        """Show the model as it is now; called before each action and each display.

        A widget that keeps what a model said compares `weights_key` here, which is cheap.
        """

    def _answer(self, _: Any, message: dict[str, Any], __: Any) -> None:
        """Requests of the view (see `actions`); an exception or Ctrl-C is answered as well."""
        requests = message.get("requests", ())
        ok = [False] * len(requests)
        try:
            # The state goes out once for all of them, but at once where there is one alone.
            with self._lock, self.hold_sync() if len(requests) > 1 else nullcontext():
                for i, request in enumerate(requests):
                    with self.telling():
                        self._do(request)
                    ok[i] = not self.error
        finally:
            self.answered = {"id": message.get("id", ""), "ok": ok}
            self._redraw_later()

    def _do(self, request: dict[str, Any]) -> None:
        seen = request.get("when") or {}
        if all(self.view.get(key) == value for key, value in seen.items()):
            call_action(self, request.get("do"), request.get("with") or {})

    def __repr__(self) -> str:
        # Constant, so that notebooks compare equal from one run to the next.
        return f"{type(self).__name__}()"

    def _ipython_display_(self, **kwargs: Any) -> None:
        for data, metadata in self.outputs():
            named = {}
            if "image/png" in data:
                named["display_id"] = self._picture_id = f"gptedu-{self.model_id}"
            display(data, metadata=metadata, raw=True, **named)

    def outputs(self) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """The caption, the picture and the live view, each as `(data, metadata)`."""
        try:
            with self._lock:
                self.renew()
        except Exception as error:  # the picture shows what was there before
            self._say_error(error)
        words = self.caption()
        still = f"This is a picture: to {self.live_to}, {RUN_IT}."
        caption = {
            "text/html": f"<style>{NO_DEAD_VIEW}</style>"
            f'<em class="gptedu-caption">{html.escape(words)}</em> '
            f'<span class="gptedu-still">{html.escape(still)}</span>',
            "text/plain": f"{words} {still}",
        }
        return [(caption, {}), self._picture_output(), self._view_bundle()]

    def _picture_output(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The picture as it is now; the view learns to know it."""
        shown = self.picture()
        encoded = base64.b64encode(shown.png).decode("ascii")
        # A notebook that is opened again may hold any of them, so the view knows them all.
        known = [mark for mark in self.picture_mark.split() if mark != encoded[-MARK:]]
        self.picture_mark = " ".join([*known[1 - MOST_MARKS :], encoded[-MARK:]])
        size = {"width": shown.width, "height": shown.height, "alt": shown.alt}
        # `raw=True` sends the picture as it is, so it is encoded here.
        return {"image/png": encoded, "text/plain": shown.alt}, {"image/png": size}

    def redraw(self) -> None:
        """Where the widget is displayed, the picture in the notebook shows it as it is now."""
        if self._picture_id and get_ipython() is not None:
            with self._lock:
                data, metadata = self._picture_output()
            update_display(data, metadata=metadata, raw=True, display_id=self._picture_id)

    def _redraw_later(self) -> None:
        """`redraw`, once nothing has been done for a while."""
        if not self._picture_id:
            return
        if self._redrawing is not None:
            self._redrawing.cancel()
        self._redrawing = threading.Timer(LATER, self.redraw)
        self._redrawing.daemon = True
        self._redrawing.start()

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
        self.error = ""
        try:
            yield
        except Exception as error:
            self._say_error(error)

    def _say_error(self, error: Exception) -> None:
        if isinstance(error, ValueError):
            self.error = sentence(error)
        else:
            # Not the learner's mistake: keep the traceback for whoever looks for it.
            self.log.error("in %s", type(self).__name__, exc_info=error)
            self.error = f"Something went wrong in the widget: {clause(error)}"
