"""bertviz's own views (Vig 2019) on our models: offline, and at the first Run All.

bertviz loads d3, jQuery and require.js from the network, and by itself fails on the first Run All
of a notebook. Here its page lives in a frame: d3 and jQuery come from the installed packages
XStatic-D3 and XStatic-jQuery, and a few lines stand in for require.js. The page travels to the
live view and is not stored in the notebook, where it would weigh megabytes.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets

from gptedu.widgets.attention_explorer.picture import AttentionView, attention_picture
from gptedu.widgets.attention_explorer.widget import Lm, check_text, read_heads
from gptedu.widgets.base.png import Picture, visible
from gptedu.widgets.base.widget import Widget, module, styles

MAX_ENTRIES = 800_000
"""bertviz makes text and several elements of every weight; beyond this a browser stalls."""

LIBRARIES = (("XStatic-jQuery", "jquery.min.js"), ("XStatic-D3", "d3.js"))

REQUIRE = """
const require = { config() {} };
const requirejs = (names, run) => run(...names.map((name) => ({ jquery: jQuery, d3: d3 })[name]));
// bertviz knows d3 3 and 5; its model view takes this one name from 5.
d3.schemeCategory10 = d3.schemeCategory10 || d3.scale.category10().range();
"""

FRAME = """
const wide = document.documentElement.scrollWidth;
if (wide > innerWidth + 4) document.body.style.zoom = innerWidth / wide;
const tell = () => {
  const height = document.body.getBoundingClientRect().bottom + 12;
  parent.postMessage({ gptedu: KEY, height }, "*");
};
new ResizeObserver(tell).observe(document.body);
addEventListener("load", tell);
"""


def library(package: str, name: str) -> str:
    """The text of a JavaScript file of an installed package.

    Raises ModuleNotFoundError, with what to run, where the package is not there.
    """
    try:
        files = importlib.metadata.files(package) or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.name == name:
            return file.read_text(encoding="utf-8")
    raise ModuleNotFoundError(
        f"bertviz_view needs {name} of the package {package}: run pip install {package}"
    )


def page(pieces: Sequence[str], weights: np.ndarray, view: str, heads: Sequence[int] | None) -> str:
    """bertviz's view as one HTML page that needs nothing from the network.

    weights: `[layers, heads, time, time]`, 0 to 1. heads: those shown first, in the head view.
    """
    try:
        import bertviz
        import torch
    except ImportError as error:
        raise ModuleNotFoundError(
            f"bertviz_view needs the package {error.name}: run pip install {error.name}"
        ) from None
    # Three decimals are more than a line's opacity can show, and make a third of the text.
    rounded = torch.tensor(np.round(np.asarray(weights, dtype=np.float64), 3))
    layers = [layer[None] for layer in rounded]
    # bertviz writes tokens into a script as JSON, where "</script>" would end it.
    guarded = [visible(piece).replace("<", "\ue000") for piece in pieces]
    options: dict[str, Any] = {"html_action": "return", "prettify_tokens": False}
    if view == "head":
        drawn = bertviz.head_view(layers, guarded, heads=heads, **options)
    else:
        drawn = bertviz.model_view(layers, guarded, display_mode="light", **options)
    body = drawn.data.replace("\\ue000", "\\u003c")
    # Away with the tag that asks the network for require.js: what it does stands in REQUIRE.
    start = body.index("</script>") + len("</script>")
    scripts = "".join(f"<script>{_inside(library(*name))}</script>" for name in LIBRARIES)
    return (
        f'<meta charset="utf-8"><body style="margin:8px;background:#fff">'
        f"{scripts}<script>{REQUIRE}</script>{body[start:]}<script>{FRAME}</script>"
    )


def _inside(script: str) -> str:
    """A script as it may stand inside a script element."""
    return script.replace("</script", "<\\/script").replace("<!--", "<\\!--")


class BertvizView(Widget):
    """One of bertviz's views in a frame of its own."""

    _esm = module(__file__)
    _css = styles(__file__)

    page = traitlets.Unicode(help="the whole page of the frame").tag(sync=True)
    title = traitlets.Unicode(help="name of the frame").tag(sync=True)

    def __init__(self, shown: AttentionView, html: str, title: str) -> None:
        super().__init__(page=html, title=title)
        self._shown = shown

    def caption(self) -> str:
        return f"{self.title}. Run the cell for the view itself."

    def picture(self) -> Picture:
        return attention_picture(self._shown)


def bertviz_view(
    lm: Lm,
    text: str,
    view: str = "head",
    *,
    layers: Sequence[int] | None = None,
    heads: Sequence[int] | None = None,
) -> BertvizView:
    """bertviz's head view or model view of a model's attention to a text.

    view: "head" (lines between tokens, a colour for each head) or "model" (all heads small).
    layers: which layers to show; bertviz then counts them from 0. heads: the heads switched on at
    first in the head view. Raises ValueError for more weights than bertviz can draw: fewer layers
    or a shorter text, or `AttentionExplorer`, which has no such limit.
    """
    if view not in ("head", "model"):
        raise ValueError(f"There is no view {view!r}: choose 'head' or 'model'")
    check_text(lm, text)
    reading = read_heads(lm, text)
    weights = reading.weights
    count = len(weights)
    chosen = list(range(count)) if layers is None else list(layers)
    if not chosen or any(not 0 <= layer < count for layer in chosen):
        raise ValueError(f"There are no layers {chosen}: choose some from 0 to {count - 1}")
    weights = weights[chosen]
    if weights.size > MAX_ENTRIES:
        raise ValueError(
            f"{weights.size:,} weights are more than the {MAX_ENTRIES:,} that bertviz can draw: "
            "give layers=[0, 1], a shorter text, or use AttentionExplorer"
        )
    if heads is not None and any(not 0 <= head < weights.shape[1] for head in heads):
        raise ValueError(
            f"There are no heads {list(heads)}: choose from 0 to {weights.shape[1] - 1}"
        )
    html = page(reading.pieces, weights / 255, view, heads)
    names = [reading.names()[layer] for layer in chosen]
    shown = AttentionView(reading.pieces, weights, names, (0, 0), len(reading.pieces) - 1)
    kind = "Head view" if view == "head" else "Model view"
    return BertvizView(
        shown, html, f"{kind} of bertviz: {len(chosen)} layers, {weights.shape[1]} heads"
    )
