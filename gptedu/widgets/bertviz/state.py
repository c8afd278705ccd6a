"""bertviz's page for a model's attention, whole in itself: functions without Jupyter.

bertviz loads d3, jQuery and require.js from the network, and by itself fails on the first Run All
of a notebook. Here d3 and jQuery come from the installed packages XStatic-D3 and XStatic-jQuery,
and a few lines stand in for require.js.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from gptedu import checks
from gptedu.widgets.base.png import visible

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
const tell = () => {
  const height = document.body.getBoundingClientRect().bottom + 12;
  parent.postMessage({ gptedu: KEY, height }, "*");
};
let fitted = 0;
const fit = () => {
  if (innerWidth !== fitted) document.body.style.zoom = "";
  fitted = innerWidth;
  const wide = document.documentElement.scrollWidth;
  const zoom = Number(document.body.style.zoom) || 1;
  if (fitted && wide > fitted + 4) document.body.style.zoom = (zoom * fitted) / wide;
  tell();
};
fit();
// bertviz draws when jQuery says so, on a busy machine after the page has loaded, and the frame has
// its width a little later than its page.
new MutationObserver(fit).observe(document.body, { childList: true, subtree: true });
new ResizeObserver(tell).observe(document.body);
addEventListener("resize", fit);
"""


def numbers_below(name: str, numbers: Iterable[Any], count: int) -> list[int]:
    """Layers or heads as plain numbers; raises ValueError for one that there is not."""
    return [checks.whole(f"one of {name}", each, least=0, most=count - 1) for each in numbers]


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
