"""NextToken: the distribution at any position, sampling with its tree, and the logit lens."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from gptedu import checks
from gptedu.sampling import filter_logits
from gptedu.widgets.base.actions import action
from gptedu.widgets.base.png import Picture, visible
from gptedu.widgets.base.strange import strange_note
from gptedu.widgets.base.weights import weights_key
from gptedu.widgets.base.widget import Widget, module, styles

from .picture import next_token_picture
from .state import (
    LensLine,
    NextTokenResult,
    compute_next_token,
    context_of,
    distribution,
    draw,
    lens_of,
    piece_of,
    read_ids,
    read_logits,
    scale_of,
)
from .tree import ROOT, Node, SamplingTree

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel

__all__ = ["NextToken", "NextTokenResult", "compute_next_token"]

ALTERNATIVES = 3
UNDO_STEPS = 200


@dataclass(frozen=True)
class State:
    """All that the learner has set.

    position: 0 is the start token, then one a token. root: the position where the tree begins;
    once there is a tree, the text after it is set aside. weights: those that the tree's numbers
    are of (`weights_key`).
    """

    text: str
    position: int
    root: int
    tree: SamplingTree = field(default_factory=SamplingTree)
    temperature: float = 1.0
    top_k: int | None = None
    top_p: float | None = None
    seed: int = 0
    weights: tuple[tuple[int, ...], ...] = ()

    @property
    def filters(self) -> tuple[float, int | None, float | None]:
        return self.temperature, self.top_k, self.top_p


class NextToken(Widget):
    """The next token's distribution at any position of a text, and the tree that sampling grows.

    >>> NextToken(gptedu.load("mini-m"), "The capital of")

    The learner chooses a token of the text to see what the model expects after it, moves
    temperature, top-k and top-p, samples or takes a bar, forks at what might have been, and looks
    through the blocks (logit lens). Every step, choice and fork starts at the selected position.
    Numbers in the tree are the model's own probabilities; the bars follow the settings.

    lm: a language model. text: what it reads at first. temperature, top_k, top_p, seed: the
    settings at first, as in `gptedu.sampling.generate`.

    Raises ValueError for a text longer than the context, and for settings that mean nothing.

    Keys: Ctrl+Enter reads the text; the arrows, Home and End move among tokens, bars and the tree;
    Enter takes a bar, or forks at a token of the tree.
    """

    live_to = "type your own text, move the settings and sample"
    _esm = module(__file__)
    _css = styles(__file__)

    def __init__(
        self,
        lm: LanguageModel,
        text: str,
        temperature: float = 1.0,
        top_k: int | None = None,
        top_p: float | None = None,
        seed: int = 0,
    ) -> None:
        self._lm = lm
        self._weights = weights_key(lm.model)
        self._history: list[State] = []
        self._cache: tuple[list[int], Tensor] = ([], torch.empty(0))
        self._looked: tuple[list[int], int, tuple[LensLine, ...]] = ([], -1, ())
        last = len(read_ids(lm, text)) - 1
        self._state = State(text, last, last, SamplingTree(), temperature, top_k, top_p, seed)
        super().__init__()
        self._show(self._state)
        self.announcement = ""  # nothing has been done yet

    # ------------------------------------------------------------ what a learner can do

    @action
    def read(self, text: str) -> None:
        """Read another text; the tree starts over."""
        last = len(read_ids(self._lm, text)) - 1
        state = replace(self._state, text=text, position=last, root=last, tree=SamplingTree())
        self._show(state, undoable=True)

    @action
    def select(self, position: int) -> None:
        """Look at the distribution after ``position``; 0 is the start token."""
        self._show(replace(self._state, position=whole("position", position)))

    @action
    def settings(self, **changes: Any) -> None:
        """Change ``temperature``, ``top_k``, ``top_p`` or ``seed``."""
        self._show(replace(self._state, **changes))

    @action
    def step(self, count: int = 1) -> None:
        """Sample up to ``count`` tokens after the selected position; an end of text ends it."""
        state = self._state
        for done in range(checks.whole("count", count)):
            ids, logits = self._read(state)
            s = state.position
            if s > 0 and ids[s] in (self._lm.tokenizer.end, *self._lm.stops):
                if not done:
                    raise ValueError("the text has ended: undo, or choose another token before")
                break
            if done and s + 1 == context_of(self._lm):
                break
            depth = s - state.root if state.tree.nodes and s > state.root else 0
            token = draw(filter_logits(logits[s], *state.filters), state.seed, depth)
            state = self._take(state, token)
        self._show(state, undoable=True)

    @action
    def choose(self, token: int) -> None:
        """Take ``token`` after the selected position, whatever would have been drawn."""
        self._show(self._take(self._state, whole("token", token)), undoable=True)

    @action
    def go_to(self, node: int) -> None:
        """Fork: make a node of the tree the end of the text (-1: where the tree begins)."""
        tree = self._state.tree.go_to(whole("node", node))
        position = self._state.root + len(tree.path())
        self._show(replace(self._state, tree=tree, position=position), undoable=True)

    @action
    def undo(self) -> None:
        """Take back the last step, choice, fork, clearing or text; settings stay."""
        if not self._history:
            raise ValueError("there is nothing to take back")
        before, now = self._history[-1], self._state
        same = {name: getattr(now, name) for name in ("temperature", "top_k", "top_p", "seed")}
        self._show(replace(before, **same))
        self._history.pop()
        self._publish()

    @action
    def clear(self) -> None:
        """Forget the tree; the whole text is back."""
        state = replace(self._state, tree=SamplingTree(), position=self._state.root)
        self._show(state, undoable=True)

    # ------------------------------------------------------------ how it is done

    def caption(self) -> str:
        return (
            f"What {self._lm.name} expects after each token of a text; how temperature, top-k and "
            "top-p cut it; and the tree of what might have been sampled."
        )

    def picture(self) -> Picture:
        return next_token_picture(self.view)

    def _read(self, state: State) -> tuple[list[int], Tensor]:
        """The ids that the model reads in ``state`` and its logits [time, vocab] after each."""
        ids = read_ids(self._lm, state.text)
        if state.tree.nodes:
            ids = ids[: state.root + 1] + state.tree.tokens()
        if ids != self._cache[0]:
            self._cache = ids, read_logits(self._lm, ids)
        return self._cache

    def _take(self, state: State, token: int) -> State:
        """``token`` taken after the selected position, its likely rivals kept beside it."""
        at, tree, root = state.position, state.tree, state.root
        logits = self._read(state)[1]
        if not 0 <= token < logits.shape[-1]:
            raise ValueError(f"there is no token {token}: ids go from 0 to {logits.shape[-1] - 1}")
        if at + 1 == context_of(self._lm):
            raise ValueError(
                f"the context is full, since {self._lm.name} reads {at} tokens after its start "
                "token: undo some, or begin with a shorter text"
            )
        if not tree.nodes or at < root:
            tree, root = SamplingTree(), at
        tree = tree.go_to(tree.path()[at - root - 1] if at > root else ROOT)
        probability = logits[at].softmax(-1)
        likeliest = probability.topk(min(ALTERNATIVES + 1, len(probability))).indices.tolist()
        shown = [token, *[other for other in likeliest if other != token][:ALTERNATIVES]]
        nodes = [Node(each, piece_of(self._lm, each), float(probability[each])) for each in shown]
        tree = tree.step(nodes[0], tuple(nodes[1:]))
        return replace(state, tree=tree, root=root, position=at + 1)

    def _show(self, state: State, undoable: bool = False) -> None:
        """Make ``state`` the present one, unless it cannot be computed."""
        if state.weights != self._weights:
            tree = self._weighed(state) if state.tree.nodes else state.tree
            state = replace(state, tree=tree, weights=self._weights)
        ids, logits = self._read(state)
        result = distribution(self._lm, ids, logits, state.position, *state.filters)
        draw(filter_logits(logits[0]), state.seed, 0)  # a seed that means nothing says so now
        if (ids, state.position) != self._looked[:2]:  # a slider leaves the lens as it is
            self._looked = ids, state.position, lens_of(self._lm, ids, state.position)
        self.strange = strange_note(self._lm, state.text)
        pieces = ["", *(piece_of(self._lm, token) for token in ids[1:])]
        if undoable:
            self._history = [*self._history, self._state][-UNDO_STEPS:]
        self._state = state
        self._shown = {
            "model": self._lm.name,
            "text": state.text,
            "tokens": pieces,
            "sampled_from": state.root + 1 if state.tree.nodes else len(ids),
            "set_aside": len(read_ids(self._lm, state.text)) - 1 - state.root
            if state.tree.nodes
            else 0,
            **asdict(result),
            "scale": scale_of(result.candidates),
            "settings": dict(zip(("temperature", "top_k", "top_p"), state.filters, strict=True))
            | {"seed": state.seed},
            "tree": tree_view(state.tree, pieces[state.root]),
            "lens": [asdict(layer) for layer in self._looked[2]],
        }
        self.announcement = said(self._shown)
        self._publish()

    def _weighed(self, state: State) -> SamplingTree:
        """The state's tree with the probabilities that the model gives now."""
        start, tree = read_ids(self._lm, state.text)[: state.root + 1], state.tree
        nodes = list(tree.nodes)
        for parent in {node.parent for node in nodes}:
            path = [nodes[i].token for i in tree.go_to(parent).path()]
            probability = read_logits(self._lm, start + path)[-1].softmax(-1)
            for i in tree.children(parent):
                nodes[i] = replace(nodes[i], probability=float(probability[nodes[i].token]))
        return replace(tree, nodes=tuple(nodes))

    def renew(self) -> None:
        weights = weights_key(self._lm.model)
        if weights != self._weights:
            self._weights = weights
            self._cache, self._looked = ([], torch.empty(0)), ([], -1, ())
            self._show(self._state)

    def _publish(self) -> None:
        self.view = {**self._shown, "can_undo": bool(self._history)}


def whole(name: str, value: Any) -> int:
    """A whole number of any library; whether it is in range is for others to say."""
    return checks.whole(name, value, least=-(2**63), give="a whole number")


def tree_view(tree: SamplingTree, root_piece: str) -> dict[str, Any]:
    """The tree as it is drawn: a spot a node, node -1 where it begins; log-probability in nats."""
    if not tree.nodes:
        return {"spots": [], "current": ROOT, "columns": 0, "rows": 0, "steps": 0, "logprob": 0.0}
    root = Node(token=ROOT, piece=root_piece, probability=1.0, taken=True)
    spots = [
        asdict(root if spot.node == ROOT else tree.nodes[spot.node]) | asdict(spot)
        for spot in tree.layout()
    ]
    spots[0]["parent"] = None
    path = tree.path()
    return {
        "spots": spots,
        "current": tree.current,
        "columns": 1 + max(spot["column"] for spot in spots),
        "rows": 1 + max(spot["row"] for spot in spots),
        "steps": len(path),
        "logprob": sum(math.log(max(tree.nodes[i].probability, 1e-45)) for i in path),
    }


def said(view: dict[str, Any]) -> str:
    """What a screen reader says after a change."""
    at = view["position"]
    after = f"After {visible(view['tokens'][at])}" if at else "At the start"
    likely = ", ".join(
        f"{visible(each['piece'])} {each['probability']:.0%}"
        for each in view["candidates"][:3]
        if each["kept"]
    )
    return f"{after}: {likely}. {view['kept']} of {view['vocabulary']} tokens can be drawn."
