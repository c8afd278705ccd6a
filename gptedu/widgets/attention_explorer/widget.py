"""AttentionExplorer: where every head looks, and what the model says without it.

Three parts: `read_heads` and `compare_answers` are pure functions of a model and a text; the
picture is `picture.py`; the view is `view.js`. Attention travels as one byte for each weight, so
12 layers x 12 heads x 128 tokens are 2.4 MB.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
import traitlets

from gptedu.interpret.induction import to_followers, to_previous
from gptedu.widgets.attention_explorer.picture import AnswerRow, AttentionView, attention_picture
from gptedu.widgets.base.png import Picture
from gptedu.widgets.base.widget import Widget, module, styles

MAX_TOKENS = 256
TOP = 8
NAMED = 0.4
"""A head gets a pattern's name when it spends at least this share of its attention on it."""

Head = tuple[int, int]


class Lm(Protocol):
    """What the explorer needs of a language model; `gptedu.load(name)` gives one."""

    tokenizer: Any

    def attention(self, text: str, heads_off: Iterable[Head] = ()) -> Any: ...

    def next_token(self, text: str, heads_off: Iterable[Head] = ()) -> Any: ...


@dataclass(frozen=True)
class HeadReading:
    """The attention of all heads to one text.

    pieces: one display string a token.
    weights: `uint8 [layers, heads, time, time]`, 255 is all of a token's attention.
    scores: pattern -> `[layers, heads]`, the share of attention that goes there, 0 to 1; a
        pattern that cannot occur in the text (no token comes twice) is NaN.
    """

    pieces: tuple[str, ...]
    weights: np.ndarray
    scores: dict[str, np.ndarray]

    def names(self) -> list[list[str]]:
        """For each layer and head the name of its strongest pattern, or an empty string."""
        keys = list(self.scores)
        table = np.nan_to_num(np.stack([self.scores[key] for key in keys]), nan=0.0)
        best = table.argmax(axis=0)
        top = table.max(axis=0)
        layers, heads = best.shape
        return [
            [keys[best[i, j]] if top[i, j] >= NAMED else "" for j in range(heads)]
            for i in range(layers)
        ]


def pattern_scores(weights: np.ndarray, tokens: Sequence[object]) -> dict[str, np.ndarray]:
    """How much of each head's attention follows three known patterns.

    weights: `[layers, heads, time, time]`, rows sum to 1. tokens: what stands at each position,
    ids or pieces. Returns for each pattern `[layers, heads]`, a mean over the queries where the
    pattern can be told from the others:

    previous token: on the token just before. first token: on position 0, where heads that have
    nothing to do tend to rest. induction: on the token that came after an earlier occurrence of
    the present one (Elhage et al. 2021, Olsson et al. 2022).
    """
    layers, heads, time, _ = weights.shape
    nothing = np.full((layers, heads), np.nan)
    if time < 3:
        return {"previous": nothing, "induction": nothing, "first": nothing}
    seen, numbers = torch.from_numpy(weights)[None], list(dict.fromkeys(tokens))
    ids = torch.tensor([[numbers.index(token) for token in tokens]])
    # At query 1 the previous token is the first token, so all are read from query 2 on.
    return {
        "previous": to_previous(seen).numpy(),
        "induction": to_followers(seen, ids, 2).numpy(),
        "first": weights[:, :, 2:, 0].mean(axis=-1),
    }


def read_heads(lm: Lm, text: str, heads_off: Iterable[Head] = ()) -> HeadReading:
    """The attention of every head of `lm` to `text`, as bytes, with the patterns named.

    Raises ValueError for an empty text and for one of more than `MAX_TOKENS` tokens.
    """
    check_text(lm, text)
    attention = lm.attention(text, heads_off=heads_off)
    raw = attention.weights
    weights = np.asarray(raw.detach().float().cpu() if hasattr(raw, "detach") else raw)
    pieces = tuple(str(piece) for piece in attention.pieces)
    if weights.ndim != 4 or weights.shape[2:] != (len(pieces), len(pieces)):
        raise ValueError(
            f"attention has shape {weights.shape}, not [layers, heads, {len(pieces)}, "
            f"{len(pieces)}]: take a model that returns its weights (eager attention)"
        )
    scores = pattern_scores(weights, pieces)
    return HeadReading(pieces, np.rint(weights * 255).astype(np.uint8), scores)


def check_text(lm: Lm, text: str) -> None:
    """Raise ValueError where `text` is empty or too long to be shown."""
    if not text:
        raise ValueError("The text is empty: type a few words")
    count = len(lm.tokenizer.encode(text))
    if count > MAX_TOKENS:
        raise ValueError(
            f"The text has {count} tokens and the explorer shows up to {MAX_TOKENS}: shorten it"
        )


def next_token(lm: Lm, text: str, heads_off: Iterable[Head] = ()) -> np.ndarray:
    """Probabilities `[vocab]` of the token after `text`."""
    found = lm.next_token(text, heads_off=heads_off)
    return np.asarray(found.detach().float().cpu() if hasattr(found, "detach") else found)


def compare_answers(
    before: np.ndarray, after: np.ndarray, pieces: Any, top: int = TOP
) -> tuple[AnswerRow, ...]:
    """The tokens likeliest before or after, with both probabilities, likeliest before first.

    pieces: `list[int] -> list[str]`, as `Tokenizer.pieces`.
    """
    best = np.argsort(-np.maximum(before, after), kind="stable")[:top]
    order = sorted(best.tolist(), key=lambda i: (-before[i], -after[i], i))
    return tuple(
        AnswerRow(str(piece), float(before[i]), float(after[i]))
        for i, piece in zip(order, pieces(order), strict=True)
    )


class AttentionExplorer(Widget):
    """All heads at a glance, one head large; heads can be switched off.

    lm: a language model, for instance `gptedu.load("mini-m")`. text: what it reads.
    selected: the head shown large, (layer, head), both from 0. heads_off: heads switched off.
    All four can be read and set from Python as well: `explorer.heads_off = [(2, 1)]`.
    """

    _esm = module(__file__)
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
        self._lock = threading.RLock()
        self.set_trait("text", text)
        self.set_trait("heads_off", [list(head) for head in heads_off])
        self._refresh()
        if self._shown is None:  # nothing to show yet: the reason belongs in the notebook
            raise ValueError(self.error)
        self.set_trait("selected", list(selected))
        self.set_trait("query", query)
        self.observe(self._refresh, names=["text", "heads_off"])

    def caption(self) -> str:
        return (
            "Attention of every head (rows: layers, columns: heads); each picture shows which "
            "earlier token (across) a token (down) looks at, darker is more. Run the cell to "
            "type your own text and to switch heads off."
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
            heads_off=tuple((int(i), int(j)) for i, j in self.heads_off),
            answer=tuple(AnswerRow(*row) for row in self.answer.get("rows", ())),
        )

    @traitlets.validate("selected")
    def _selected(self, proposal: Any) -> list[int]:
        head = list(proposal["value"])
        if self._shown is not None:
            self._check_head(head)
        return head

    def _check_head(self, head: Sequence[int]) -> None:
        assert self._shown is not None
        layers, heads = self._shown.weights.shape[:2]
        if len(head) != 2 or not (0 <= head[0] < layers and 0 <= head[1] < heads):
            raise ValueError(
                f"There is no head {tuple(head)}: choose (layer, head) with layer below {layers} "
                f"and head below {heads}"
            )

    def _refresh(self, change: Any = None) -> None:
        """Ask the model again; the answer goes out first, since it is small."""
        with self._lock, self.telling():
            text, off = self.text, [(int(i), int(j)) for i, j in self.heads_off]
            check_text(self.lm, text)
            if self._shown is not None:
                for head in off:
                    self._check_head(head)
            if self._before is None or self._before[0] != text:
                self._before = (text, next_token(self.lm, text))
            before = self._before[1]
            after = next_token(self.lm, text, off) if off else before
            rows = compare_answers(before, after, self.lm.tokenizer.pieces)
            self.answer = {
                "rows": [[row.piece, row.before, row.after] for row in rows],
                "text": text,
                "heads_off": [list(head) for head in off],
            }
            shown = read_heads(self.lm, text, off)
            layers, heads = shown.weights.shape[:2]
            self._shown = shown
            with self.hold_sync():
                self.weights = shown.weights.tobytes()
                self.reading = {
                    "pieces": list(shown.pieces),
                    "layers": layers,
                    "heads": heads,
                    "names": shown.names(),
                    "scores": {
                        name: [
                            [None if np.isnan(v) else round(float(v), 3) for v in row]
                            for row in table
                        ]
                        for name, table in shown.scores.items()
                    },
                    "text": text,
                    "heads_off": [list(head) for head in off],
                }
