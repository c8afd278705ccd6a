"""PreferenceRanker: a person ranks answers, and a reward model learns from it meanwhile.

InstructGPT's labelling (Ouyang et al. 2022, section 3.4 and figure 12): one prompt, K answers,
ranked from best to worst with ties allowed. A ranking is on the disk before the next prompt comes.
"""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from operator import index as whole
from pathlib import Path

import traitlets

from gptedu.rlhf.labels.comparisons import Comparison, read
from gptedu.widgets.base.actions import action
from gptedu.widgets.base.png import Picture
from gptedu.widgets.base.sentences import clause
from gptedu.widgets.base.widget import Widget, module, styles

from .board import Board, in_words, make_cards
from .picture import preference_ranker_picture
from .state import Labelling, write_change

OnRanked = Callable[[list[Comparison]], "float | None"]


class PreferenceRanker(Widget):
    """Answers to be ranked, and how well a reward model knows the taste of who ranks them.

    >>> PreferenceRanker([("Name a cat.\\nReply:", (" Tom.", " No."))], "rankings.jsonl")

    The learner ranks each prompt's answers from best to worst, with ties, by clicks, by dragging
    or by keys; every ranking is on the disk before the next prompt comes, and can be undone.

    items: (prompt, answers) with 2 to 9 answers each. path: a JSONL file of comparisons (see
        ``gptedu.rlhf.labels.comparisons``); each ranking is appended as it is made. Built again
        with the same file, the ranker goes on where one stopped: a record counts for the item with
        its prompt and its answers, whoever made it and in whatever order the answers stood.
    labeler: the name under which rankings are written.
    on_ranked: called with all comparisons after each ranking, and at first where the file holds
        some; gives the agreement, 0 to 1, of the reward model with them, to be drawn (or None).
        For rankings made on the screen it runs in a thread, so that it holds nobody up; those
        made meanwhile are in its next call. An error in it is shown, and costs no ranking.
    seed: shuffles the answers on the screen; records hold them as they were given.

    Raises ValueError for a wrong item and for a file with a damaged line.

    Keys: 1 to 9 the next best, with Shift a tie; t or = ties the last with the one before; u or
    Backspace undoes; s skips; Enter says what is missing.
    """

    live_to = "rank them"
    _esm = module(__file__)
    _css = styles(__file__)
    curve = traitlets.Dict(help="agreement by number of rankings").tag(sync=True)

    def __init__(
        self,
        items: Sequence[tuple[str, Sequence[str]]],
        path: str | Path,
        labeler: str = "you",
        on_ranked: OnRanked | None = None,
        seed: int = 0,
    ) -> None:
        super().__init__()
        self._path, self._labeler, self._on_ranked = Path(path), labeler, on_ranked
        self._calling = threading.RLock()
        self._points: dict[int, float] = {}
        self._worker: threading.Thread | None = None
        self._again = False
        kept = read(self._path) if self._path.exists() else []
        self._labelling = Labelling.start(make_cards(items, seed), kept)
        ours = list(self._labelling.records)
        self._others = [record for record in kept if not _taken(ours, record)]
        self._publish()
        self._draw()
        if kept:
            self._tell()

    # ------------------------------------------------------------ what code can do

    @property
    def comparisons(self) -> list[Comparison]:
        """All rankings so far; first those that the file held for prompts not shown here."""
        return [*self._others, *self._labelling.records]

    def rank(self, index: int, ranks: Sequence[int], labeler: str | None = None) -> None:
        """Rank item ``index``: one rank for each of its answers, as they were given; 1 is best.

        A ranking that the item has goes. labeler: the name in the record, by default the widget's.
        Raises ValueError for an unknown item and for ranks that are none.
        """
        name = self._labeler if labeler is None else labeler
        with self._lock:
            self._become(self._labelling.rank(index, [whole(rank) for rank in ranks], name))
            self._publish()
        self._tell()

    # ------------------------------------------------------------ what a learner can do

    @action
    def choose(self, place: int, tie: bool = False) -> None:
        """The answer at `place` (0: first on the screen) is next best, or a tie with the last."""
        self._place(lambda board: board.choose(place, tie))

    @action
    def move(self, place: int, row: int, tie: bool) -> None:
        """Put an answer into row `row`, or as a new row before it."""
        self._place(lambda board: board.move(place, row, tie))

    @action
    def take_back(self, place: int) -> None:
        """Take an answer out of its row."""
        self._place(lambda board: board.take_back(place))

    @action
    def tie(self) -> None:
        """Tie the last answer with the one before, on the card before where none is placed yet."""
        self._step(lambda now: now.tie(self._labeler))

    @action
    def undo(self) -> None:
        """Take back the last step, across cards: a ranking that is undone leaves the file."""
        self._step(lambda now: now.undo(self._labeler))

    @action
    def skip(self) -> None:
        """Leave the card on the table unranked."""
        self._step(Labelling.skip)

    @action
    def unskip(self) -> None:
        """Bring the skipped cards back."""
        self._step(Labelling.unskip)

    @action
    def confirm(self) -> None:
        """Say what is missing: a full board is recorded by itself."""
        self._step(Labelling.confirm)

    # ------------------------------------------------------------ how it is done

    def caption(self) -> str:
        return (
            "A prompt and several answers, to be ranked from best to worst; ties are allowed. "
            "Rankings are written to a file on this machine, and sent nowhere."
        )

    def picture(self) -> Picture:
        return preference_ranker_picture(self.view, self.curve)

    def _place(self, change: Callable[[Board], Board]) -> None:
        def place(now: Labelling) -> Labelling:
            now.card()  # there must be one to place answers on
            return now.place(change(now.board), self._labeler)

        self._step(place)

    def _step(self, change: Callable[[Labelling], Labelling]) -> None:
        before = self._labelling
        self._become(change(before))
        self._say(before, self._labelling)
        self._publish()
        if Counter(self._labelling.records) - Counter(before.records):
            self._tell_soon()

    def _become(self, after: Labelling) -> None:
        """The file first, then the state: what the disk does not take has not happened."""
        try:
            write_change(self._path, self._labelling.records, after.records)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise ValueError(
                f"{self._path} could not be written ({reason}), so this ranking is not kept yet: "
                "put that right and do the last step again"
            ) from error
        self._labelling = after
        count = len(self.comparisons)
        if any(at > count for at in self._points):
            self._points = {at: value for at, value in self._points.items() if at <= count}
            self._draw()

    def _publish(self) -> None:
        now = self._labelling
        text, request, answers = "", "", []
        if now.current is not None:
            text, request = now.card().split_prompt()
            answers = [now.card().answers[answer] for answer in now.card().order]
        last = now.done[-1] if now.done else None
        self.view = {
            "index": now.current,
            "text": _sendable(text),
            "request": _sendable(request),
            "answers": [_sendable(answer) for answer in answers],
            "rows": [list(row) for row in now.board.rows],
            "last": now.board.last,
            "total": len(now.cards),
            "ranked": len(now.records),
            "skipped": now.skipped,
            "others": len(self._others),
            "before": "" if last is None or last.record is None else in_words(last.board),
            "can_undo": bool(now.board.past or now.done),
            "file": _sendable(self._path.name),
        }

    def _say(self, before: Labelling, after: Labelling) -> None:
        """What happened, for those who hear it."""
        board, words = after.board, ""
        if len(after.records) > len(before.records):
            words = f"Recorded: {in_words(after.done[-1].board)}. "
        elif after.skipped > before.skipped:
            words = "Skipped. "
        if (after.current, len(after.done)) != (before.current, len(before.done)):
            words += f"{len(after.records)} of {len(after.cards)} ranked. "
            if after.current is None:
                words += "That was the last prompt."
            else:
                text, request = after.cards[after.current].split_prompt()
                words += f"Prompt {after.current + 1}: {text} {request}"
        elif after.records != before.records:
            words = f"Recorded anew: {in_words(after.done[-1].board)}."
        elif board != before.board:
            words = f"Placed: {in_words(board)}." if board.rows else "Nothing is placed."
        self.announcement = _sendable(words)

    # ------------------------------------------------------------ the reward model

    def _call(self, records: list[Comparison]) -> tuple[float | None, str]:
        """(what on_ranked gives, or one sentence on why it gives nothing)."""
        assert self._on_ranked is not None
        try:
            with self._calling:
                value = self._on_ranked(list(records))
            if value is None:
                return None, ""
            value = float(value)
            if math.isnan(value) or not 0 <= value <= 1:
                raise ValueError(f"it gave {value}: give the agreement as a number from 0 to 1")
            return value, ""
        except Exception as error:
            self.log.exception("in on_ranked")
            return None, f"The ranking is kept, but on_ranked failed: {clause(error)}"

    def _took(self, records: list[Comparison], value: float | None, error: str) -> None:
        with self._lock:
            if error:
                self.error = error
            # What was undone meanwhile is no longer wanted.
            elif value is not None and self.comparisons[: len(records)] == records:
                self._points[len(records)] = value
            self._draw()
            self._redraw_later()

    def _tell(self) -> None:
        """Call on_ranked and wait for it."""
        if self._on_ranked is not None:
            records = self.comparisons
            self._took(records, *self._call(records))

    def _tell_soon(self) -> None:
        """Call on_ranked in a thread, once it has come back from the call before."""
        if self._on_ranked is None:
            return
        with self._lock:
            self._again = True
            if self._worker is None:
                self._worker = threading.Thread(target=self._work, daemon=True)
                self._worker.start()

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._again:
                    self._worker = None
                    return self._draw()
                self._again = False
                self._draw()
            self._tell()

    def _draw(self) -> None:
        points = [[at, round(value, 4)] for at, value in sorted(self._points.items())]
        fitting, on = self._worker is not None, self._on_ranked is not None
        self.curve = {"points": points, "fitting": fitting, "on": on}


def _taken(records: list[Comparison], record: Comparison) -> bool:
    """Whether `record` is among `records`, from which it is taken out."""
    if record in records:
        records.remove(record)
        return True
    return False


def _sendable(text: str) -> str:
    """Half a surrogate pair cannot travel to the browser; it is shown as a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")
