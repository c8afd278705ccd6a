"""bertviz's own views (Vig 2019) on our models, in a frame: offline, and at the first Run All.

The page travels to the live view and is not stored in the notebook, where it would weigh megabytes.
"""

from __future__ import annotations

from collections.abc import Sequence

import traitlets

from gptedu import checks
from gptedu.widgets.attention_explorer.picture import attention_picture
from gptedu.widgets.attention_explorer.state import AttentionView, Lm, check_text, read_heads
from gptedu.widgets.base.png import Picture
from gptedu.widgets.base.widget import Widget, module, styles

from .state import MAX_ENTRIES, numbers_below, page


class BertvizView(Widget):
    """One of bertviz's views in a frame of its own."""

    live_to = "move through layers and heads"
    _esm = module(__file__)
    _css = styles(__file__)

    page = traitlets.Unicode(help="the whole page of the frame").tag(sync=True)
    title = traitlets.Unicode(help="name of the frame").tag(sync=True)

    def __init__(self, shown: AttentionView, html: str, title: str) -> None:
        super().__init__(page=html, title=title)
        self._shown = shown

    def caption(self) -> str:
        return f"{self.title}."

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

    >>> bertviz_view(gptedu.load("smollm2-135m-instruct"), "The cat sat.", layers=[0, 1])

    The learner uses bertviz as its authors made it: hovering a token, double clicking a head.

    lm: a language model. text: what it reads. view: "head" (lines between tokens, a colour for
    each head) or "model" (all heads small). layers: which layers to show; bertviz then counts them
    from 0. heads: the heads switched on at first in the head view.

    Raises ValueError for a layer or head that there is not, and for more weights than bertviz can
    draw: fewer layers or a shorter text, or `AttentionExplorer`, which has no such limit.

    Keys: Tab goes into the frame; bertviz has none of its own.
    """
    checks.one_of("view", view, ("head", "model"))
    check_text(lm, text)
    reading = read_heads(lm, text)
    weights = reading.weights
    count = len(weights)
    chosen = list(range(count)) if layers is None else numbers_below("layers", layers, count)
    if not chosen:
        raise ValueError(f"layers is empty: choose some from 0 to {count - 1}")
    weights = weights[chosen]
    if weights.size > MAX_ENTRIES:
        raise ValueError(
            f"{weights.size:,} weights are more than the {MAX_ENTRIES:,} that bertviz can draw: "
            "give layers=[0, 1], a shorter text, or use AttentionExplorer"
        )
    shown = None if heads is None else numbers_below("heads", heads, weights.shape[1])
    html = page(reading.pieces, weights / 255, view, shown)
    names = [reading.names()[layer] for layer in chosen]
    picture = AttentionView(reading.pieces, weights, names, (0, 0), len(reading.pieces) - 1)
    kind = "Head view" if view == "head" else "Model view"
    return BertvizView(
        picture, html, f"{kind} of bertviz: {len(chosen)} layers, {weights.shape[1]} heads"
    )
