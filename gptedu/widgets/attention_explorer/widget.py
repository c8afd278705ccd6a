"""AttentionExplorer: where every head looks, and what the model says without it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import traitlets

from gptedu import checks
from gptedu.widgets.base.actions import action
from gptedu.widgets.base.png import Picture
from gptedu.widgets.base.strange import strange_note
from gptedu.widgets.base.weights import weights_key
from gptedu.widgets.base.widget import Widget, module, styles

from .picture import attention_picture
from .state import (
    LETTERS,
    WORDS,
    AnswerRow,
    AttentionView,
    Head,
    HeadReading,
    Lm,
    check_text,
    compare_answers,
    next_token,
    plain_heads,
    read_heads,
)


class AttentionExplorer(Widget):
    """All heads at a glance, one head large; heads can be switched off.

    >>> AttentionExplorer(gptedu.load("mini-m"), "The cat saw the dog.", selected=(2, 1))

    The learner types a text and sees where every head looks; clicks a head to see it large, and
    again to switch it off: the next token's probabilities change beside it. Pointing at a token
    shows where it looks. Heads that follow a known pattern are named.

    lm: a language model. text: what it reads at first. selected: the head shown large, (layer,
    head), both from 0. heads_off: heads switched off, such pairs. query: the position that looks,
    -1 for the last. All but `lm` can be set from Python as well: `explorer.heads_off = [(2, 1)]`.

    Raises ValueError for an empty text, one too long to be shown, and a head that there is not.

    Keys: on the grid the arrows move, Enter shows a head large, x switches it off or on; on the
    tokens Left, Right, Home and End choose the one that looks.
    """

    live_to = "type your own text and switch heads off"
    _esm = module(__file__, LETTERS=LETTERS, WORDS=WORDS)
    _css = styles(__file__)

    text = traitlets.Unicode().tag(sync=True)
    heads_off = traitlets.List(help="[[layer, head], ...]").tag(sync=True)
    selected = traitlets.List([0, 0]).tag(sync=True)
    query = traitlets.Int(-1, help="position that looks; -1 is the last").tag(sync=True)

    weights = traitlets.Bytes(help="uint8 [layers, heads, time, time]").tag(sync=True)
    reading = traitlets.Dict(help="pieces, layers, heads, names, scores").tag(sync=True)
    answer = traitlets.Dict(help="rows of piece, before, after; and what it is for").tag(sync=True)

    def __init__(
        self,
        lm: Lm,
        text: str,
        *,
        selected: Sequence[int] = (0, 0),
        heads_off: Iterable[Sequence[int]] = (),
        query: int = -1,
    ) -> None:
        self._shown: HeadReading | None = None
        super().__init__()
        self.lm = lm
        self._before: tuple[str, np.ndarray] | None = None
        self._key = weights_key(lm.model)
        self.set_trait("text", text)
        self.set_trait("heads_off", list(heads_off))
        self._compute()
        self.set_trait("selected", list(selected))
        self.set_trait("query", checks.whole("query", query, least=-1))
        self.observe(self._refresh, names=["text", "heads_off"])

    # ------------------------------------------------------------ what a learner can do

    @action
    def read(self, text: str) -> None:
        """Read another text."""
        self.text = text

    @action
    def switch_off(self, heads: Iterable[Sequence[int]]) -> None:
        """Switch these heads, each (layer, head), off and all others on."""
        self.heads_off = list(heads)

    @action
    def select(self, head: Sequence[int]) -> None:
        """Show a head, (layer, head), large."""
        self.selected = list(head)

    @action
    def look_from(self, position: int) -> None:
        """Choose the token that looks: its position, -1 for the last."""
        self.query = checks.whole("position", position, least=-1)

    # ------------------------------------------------------------ how it is done

    def caption(self) -> str:
        return (
            "Attention of every head (rows: blocks, columns: heads); each picture shows which "
            "earlier token (across) a token (down) looks at, darker is more."
        )

    def picture(self) -> Picture:
        return attention_picture(self.result())

    def result(self) -> AttentionView:
        """What is shown now, as plain data for the figure."""
        assert self._shown is not None
        layer, head = self.selected
        time = len(self._shown.pieces)
        return AttentionView(
            pieces=self._shown.pieces,
            weights=self._shown.weights,
            names=self._shown.names(),
            selected=(layer, head),
            query=self.query if 0 <= self.query < time else time - 1,
            heads_off=tuple((i, j) for i, j in self.heads_off),
            answer=tuple(AnswerRow(*row) for row in self.answer.get("rows", ())),
        )

    @traitlets.validate("selected")
    def _selected(self, proposal: Any) -> list[int]:
        (head,) = plain_heads([proposal["value"]])
        if self._shown is not None:
            self._check_head(head)
        return list(head)

    @traitlets.validate("heads_off")
    def _heads_off(self, proposal: Any) -> list[list[int]]:
        return [list(head) for head in plain_heads(proposal["value"])]

    def _check_head(self, head: Head) -> None:
        assert self._shown is not None
        layers, heads = self._shown.weights.shape[:2]
        if not (0 <= head[0] < layers and 0 <= head[1] < heads):
            raise ValueError(
                f"there is no head {head}: choose (layer, head) with layer below {layers} "
                f"and head below {heads}"
            )

    def renew(self) -> None:
        key = weights_key(self.lm.model)
        if key != self._key:
            self._key, self._before = key, None
            self._refresh()

    def _refresh(self, change: Any = None) -> None:
        with self._lock, self.telling():
            self._compute()

    def _compute(self) -> None:
        """Ask the model again; the answer goes out first, since it is small."""
        text, off = self.text, [(i, j) for i, j in self.heads_off]
        check_text(self.lm, text)
        if self._shown is not None:
            for head in off:
                self._check_head(head)
        if self._before is None or self._before[0] != text:
            self._before = (text, next_token(self.lm, text))
            self.strange = strange_note(self.lm, text)
        before = self._before[1]
        after = next_token(self.lm, text, off) if off else before
        rows = compare_answers(before, after, self.lm.tokenizer.pieces)
        request = {"text": text, "heads_off": [list(head) for head in off]}
        self.answer = {"rows": [[row.piece, row.before, row.after] for row in rows], **request}
        self._shown = read_heads(self.lm, text, off)
        with self.hold_sync():
            self.weights = self._shown.weights.tobytes()
            self.reading = {**self._shown.described(), **request}
