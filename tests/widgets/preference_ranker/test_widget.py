"""PreferenceRanker without a browser: what is placed, what is recorded, what survives."""

from __future__ import annotations

import io
import json
import threading
from pathlib import Path

import pytest
from PIL import Image
from widgets.preference_ranker.samples import ITEMS

from asking import ask
from gptedu.rlhf.labels.comparisons import Comparison, append, read
from gptedu.widgets import PreferenceRanker


def ranker(tmp_path: Path, items=ITEMS, **options) -> PreferenceRanker:
    return PreferenceRanker(items, tmp_path / "r.jsonl", **options)


def do(widget: PreferenceRanker, actions: str, patient: bool = True) -> None:
    """Keys as the view sends them: digits, "^2" for Shift and a digit, t u s e(nter)."""
    names = {"t": "tie", "u": "undo", "s": "skip", "e": "confirm", "z": "unskip"}
    shift = False
    for key in actions.replace(" ", ""):
        if key == "^":
            shift = True
            continue
        if key.isdigit():
            ask(widget, "choose", place=int(key) - 1, tie=shift)
        else:
            ask(widget, names[key])
        shift = False
        if patient and widget._worker:
            widget._worker.join(10)


def on_disk(widget: PreferenceRanker) -> list[Comparison]:
    return read(widget._path)


def by_place(widget: PreferenceRanker, record: Comparison, index: int) -> list[int]:
    """The record's ranks in the order in which the answers stood on the screen."""
    return [record.ranks[answer] for answer in widget._labelling.cards[index].order]


# ---------------------------------------------------------------- one card


def test_items_that_cannot_be_ranked(tmp_path):
    for items, said in [
        ([], "no items"),
        ([("p", ("a",))], "item 0 has 1"),
        ([ITEMS[0], ("p", "abc")], "item 1 has a text"),
        ([("p", [str(i) for i in range(10)])], "2 to 9"),
    ]:
        with pytest.raises(ValueError, match=said):
            ranker(tmp_path, items)


# ---------------------------------------------------------------- what is recorded


def test_keys_to_records(tmp_path):
    widget = ranker(tmp_path, labeler="Ada")
    do(widget, "2431")
    (record,) = on_disk(widget)
    assert (record.prompt, record.answers, record.labeler) == (*ITEMS[0], "Ada")
    assert by_place(widget, record, 0) == [4, 1, 3, 2]
    assert widget.view["ranked"] == 1
    assert widget.view["index"] == 1
    do(widget, "1 3t 2^4")
    assert by_place(widget, on_disk(widget)[1], 1) == [1, 2, 1, 2]
    do(widget, "1 ^2 ^3 ^4")
    assert by_place(widget, on_disk(widget)[2], 2) == [1, 1, 1, 1]
    assert on_disk(widget) == widget.comparisons
    assert widget.error == ""


def test_the_view_shows_answers_where_the_keys_find_them(tmp_path):
    widget = ranker(tmp_path)
    shown = widget.view["answers"]
    do(widget, "3124")
    (record,) = widget.comparisons
    assert record.answers[record.ranks.index(1)] == shown[2]
    assert record.answers[record.ranks.index(4)] == shown[3]


def test_a_tie_of_the_last_two_comes_after_the_record_and_amends_it(tmp_path):
    widget = ranker(tmp_path)
    do(widget, "1234")
    assert by_place(widget, on_disk(widget)[0], 0) == [1, 2, 3, 4]
    do(widget, "t")
    assert [by_place(widget, r, 0) for r in on_disk(widget)] == [[1, 2, 3, 3]]
    assert widget.view["index"] == 1
    do(widget, "u")  # the tie alone
    assert [by_place(widget, r, 0) for r in on_disk(widget)] == [[1, 2, 3, 4]]
    assert widget.view["index"] == 1
    do(widget, "u")  # the last answer
    assert on_disk(widget) == []
    assert widget.view["index"] == 0
    assert widget.view["rows"] == [[0], [1], [2]]


def test_undo_goes_back_through_everything(tmp_path):
    widget = ranker(tmp_path)
    do(widget, "12 34 2^3 14 s 4")
    states = []
    while widget.view["can_undo"]:
        do(widget, "u")
        states.append((widget.view["index"], len(on_disk(widget)), widget.view["rows"]))
    assert states == [
        (3, 2, []),
        (2, 2, []),  # not skipped any more
        (1, 1, [[1, 2], [0]]),
        (1, 1, [[1, 2]]),
        (1, 1, [[1]]),
        (1, 1, []),
        (0, 0, [[0], [1], [2]]),
        (0, 0, [[0], [1]]),
        (0, 0, [[0]]),
        (0, 0, []),
    ]
    do(widget, "u")
    assert "nothing to undo" in widget.error
    do(widget, "1")
    assert widget.error == ""


def test_enter_is_harmless(tmp_path):
    widget = ranker(tmp_path)
    do(widget, "e 1234 e 21 e")
    assert "Answers 3, 4 have no rank yet" in widget.error
    assert widget.view["rows"] == [[1], [0]]
    assert len(on_disk(widget)) == 1


def test_skipped_cards_wait(tmp_path):
    widget = ranker(tmp_path)
    do(widget, "2 s 1234 s 1234 1234")
    assert widget.view["index"] is None
    assert (widget.view["ranked"], widget.view["skipped"]) == (3, 2)
    do(widget, "1")
    assert "ranked or skipped" in widget.error
    do(widget, "z")
    assert widget.view["index"] == 0
    do(widget, "1234 1234")
    assert widget.view["ranked"] == 5
    assert len({record.prompt for record in on_disk(widget)}) == 5


def test_a_click_that_comes_late_does_not_touch_the_next_card(tmp_path):
    widget = ranker(tmp_path)
    do(widget, "1234")
    assert ask(widget, "choose", place=2, when={"index": 0})
    assert widget.error == ""
    assert widget.view["rows"] == []
    assert ask(widget, "choose", place=2, when={"index": 1})
    assert widget.view["rows"] == [[2]]


def test_nonsense_from_the_page_changes_nothing(tmp_path):
    widget = ranker(tmp_path)
    for message in ({"do": None}, {"do": "rm"}, {"do": "rank", "index": 0, "ranks": [1, 2, 3, 4]}):
        assert not ask(widget, **message)
        assert "cannot do" in widget.error
    for message in ({"do": "choose", "place": "1"}, {"do": "move", "place": 1}, {"do": "choose"}):
        assert not ask(widget, **message)
        assert widget.view["rows"] == []
    assert not widget._path.exists()


# ---------------------------------------------------------------- what survives


def test_built_again_it_goes_on(tmp_path):
    first = ranker(tmp_path)
    do(first, "1234 s 4 3t 21 12")
    again = ranker(tmp_path)
    assert again.comparisons == first.comparisons
    assert (again.view["ranked"], again.view["index"]) == (2, 1)
    do(again, "u")  # a record of the life before
    assert len(on_disk(again)) == 1
    assert again.view["index"] == 2
    assert sum(map(len, again.view["rows"])) == 3
    do(again, "uuu")
    assert again.view["rows"] == []
    do(again, "u")
    assert on_disk(again) == []
    assert again.view["index"] == 0


def test_records_match_whatever_the_order_of_the_answers(tmp_path):
    prompt, answers = ITEMS[2]
    path = tmp_path / "r.jsonl"
    append(path, Comparison(prompt, answers[::-1], (1, 2, 2, 3), "Bo"))
    append(path, Comparison("another prompt", answers, (1, 2, 3, 4), "Bo"))
    append(path, Comparison(prompt, answers[:3], (1, 2, 3), "Bo"))
    widget = ranker(tmp_path)
    assert (widget.view["ranked"], widget.view["others"]) == (1, 2)
    assert len(widget.comparisons) == 3
    (done,) = widget._labelling.done
    assert done.index == 2
    assert done.board.ranks(widget._labelling.cards[2]) == (3, 2, 2, 1)
    do(widget, "1234 u")
    assert [r.labeler for r in on_disk(widget)] == ["Bo"] * 3


def test_two_items_alike_need_two_records(tmp_path):
    items = [("p", (" yes", " yes", " no"))] * 2
    widget = ranker(tmp_path, items)
    do(widget, "123")
    assert ranker(tmp_path, items).view["index"] == 1
    do(widget, "123")
    assert len(on_disk(widget)) == 2
    again = ranker(tmp_path, items).view
    assert (again["ranked"], again["index"]) == (2, None)


def test_what_others_write_into_the_file_stays(tmp_path):
    widget = ranker(tmp_path)
    do(widget, "1234 1234")
    append(widget._path, Comparison("elsewhere", ("a", "b"), (1, 2), "Bo"))
    do(widget, "u")
    assert [r.prompt for r in on_disk(widget)] == [ITEMS[0][0], "elsewhere"]
    assert list(tmp_path.iterdir()) == [widget._path]


def test_a_disk_that_fails_while_a_ranking_is_taken_back_leaves_the_file_as_it_was(
    tmp_path, monkeypatch
):
    widget = ranker(tmp_path)
    do(widget, "1234 1234")
    before, shown = widget._path.read_bytes(), widget.view

    def crash(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", crash)
    do(widget, "u")
    assert widget._path.read_bytes() == before
    assert "No space left" in widget.error
    assert widget.view["ranked"] == shown["ranked"] == 2
    monkeypatch.undo()
    do(widget, "u")
    assert len(on_disk(widget)) == 1


def test_a_ranking_that_cannot_be_written_is_not_shown_as_kept(tmp_path, monkeypatch):
    widget = ranker(tmp_path)
    calls = []

    def full(path, record):
        calls.append(record)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("gptedu.widgets.preference_ranker.state.append", full)
    do(widget, "1234")
    assert len(calls) == 1
    assert "No space left" in widget.error
    assert widget.view["rows"] == [[0], [1], [2]]
    assert widget.comparisons == []
    monkeypatch.undo()
    do(widget, "4")
    assert widget.error == ""
    assert len(on_disk(widget)) == 1


def test_a_half_written_last_line_costs_that_line_alone(tmp_path):
    widget = ranker(tmp_path)
    do(widget, "1234 1234")
    whole = widget._path.read_bytes()
    widget._path.write_bytes(whole[:-30])
    with pytest.warns(UserWarning, match="line 2"):
        again = ranker(tmp_path)
    assert again.view["index"] == 1
    do(again, "4321")
    with pytest.warns(UserWarning, match="line 2"):
        assert len(read(again._path)) == 2


# ---------------------------------------------------------------- code that ranks


def test_code_ranks_in_the_order_of_the_answers(tmp_path):
    widget = ranker(tmp_path)
    do(widget, "12")
    widget.rank(3, [2, 1, 1, 3])
    assert widget.comparisons == [Comparison(*ITEMS[3], (2, 1, 1, 3), "you")]
    assert widget.view["rows"] == [[0], [1]]  # what lies on the table stays
    widget.rank(3, [1, 1, 1, 2], labeler="code")
    assert on_disk(widget) == [Comparison(*ITEMS[3], (1, 1, 1, 2), "code")]
    widget.rank(0, (1, 2, 3, 4))
    assert widget.view["index"] == 1
    for index, ranks, said in [
        (7, (1, 2, 3, 4), "no item 7"),
        (1, (1, 2, 3), "3 ranks for 4"),
        (1, (0, 1, 2, 3), "rank 0"),
    ]:
        with pytest.raises(ValueError, match=said):
            widget.rank(index, ranks)
    assert len(on_disk(widget)) == 2


# ---------------------------------------------------------------- the reward model


def test_on_ranked_gets_all_and_its_answer_is_drawn(tmp_path):
    seen = []

    def fit(comparisons):
        seen.append(list(comparisons))
        return len(comparisons) / 10

    widget = ranker(tmp_path, on_ranked=fit)
    assert seen == []
    do(widget, "1234 12 34 u")
    assert [len(each) for each in seen] == [1, 2]
    assert widget.curve["points"] == [[1, 0.1]]  # the ranking that was undone is gone from it
    do(widget, "4")
    assert widget.curve["points"] == [[1, 0.1], [2, 0.2]]
    assert seen[-1] == widget.comparisons
    for index in (2, 3, 4):
        widget.rank(index, (1, 1, 2, 2))
    assert widget.curve["points"][-1] == [5, 0.5]
    assert "50% after 5 rankings" in widget.picture().alt
    # After a restart the reward model is there again.
    again = ranker(tmp_path, on_ranked=fit)
    assert again.curve["points"] == [[5, 0.5]]


@pytest.mark.parametrize("value", [1.5, -0.1, float("nan"), "many"])
def test_a_wrong_agreement_is_said(tmp_path, value):
    widget = ranker(tmp_path, on_ranked=lambda comparisons: value)
    do(widget, "1234")
    assert "on_ranked failed" in widget.error
    assert widget.curve["points"] == []
    assert len(on_disk(widget)) == 1


def test_an_error_in_on_ranked_costs_nothing(tmp_path):
    def broken(comparisons):
        raise RuntimeError("out of memory")

    widget = ranker(tmp_path, on_ranked=broken)
    do(widget, "1234")
    assert widget.error == "The ranking is kept, but on_ranked failed: out of memory."
    assert len(on_disk(widget)) == len(widget.comparisons) == 1
    do(widget, "1")
    assert widget.error == ""
    widget.rank(1, [1, 2, 3, 4])
    assert len(on_disk(widget)) == 2


class Slow:
    """An on_ranked that waits until it is let go, and says how many rankings it saw."""

    def __init__(self):
        self.go, self.began, self.seen = threading.Event(), threading.Event(), []

    def __call__(self, comparisons):
        self.seen.append(len(comparisons))
        self.began.set()
        assert self.go.wait(10)
        return 0.9


def test_a_slow_on_ranked_holds_nobody_up(tmp_path):
    """Rankings are written while it runs, and its next call sees them all."""
    slow = Slow()
    widget = ranker(tmp_path, on_ranked=slow)
    do(widget, "1234", patient=False)
    assert slow.began.wait(10)
    assert widget.curve["fitting"]
    do(widget, "1234 1234 12 34 u", patient=False)
    assert len(on_disk(widget)) == 3
    assert slow.seen == [1]
    worker = widget._worker
    slow.go.set()
    worker.join(10)
    assert slow.seen == [1, 3]
    assert widget.curve == {"points": [[1, 0.9], [3, 0.9]], "fitting": False, "on": True}


def test_an_answer_to_what_was_undone_is_not_drawn(tmp_path):
    slow = Slow()
    widget = ranker(tmp_path, on_ranked=slow)
    do(widget, "1234", patient=False)
    assert slow.began.wait(10)
    do(widget, "uuuu 4321", patient=False)
    worker = widget._worker
    slow.go.set()
    worker.join(10)
    assert slow.seen == [1, 1]
    assert widget.curve["points"] == [[1, 0.9]]
    slow.seen.clear()
    slow.go.clear()
    slow.began.clear()
    do(widget, "1234", patient=False)
    assert slow.began.wait(10)
    do(widget, "uuuu", patient=False)
    worker = widget._worker
    slow.go.set()
    worker.join(10)
    assert widget.curve["points"] == [[1, 0.9]]


def test_a_cell_and_the_page_rank_at_once(tmp_path):
    """JupyterLab handles messages beside a running cell: nothing is lost or counted twice."""
    items = [(f"p{i}", ("a", "b")) for i in range(120)]
    widget = ranker(tmp_path, items, on_ranked=lambda comparisons: len(comparisons) / 120)

    def rank_on_the_page():
        for _ in range(80):
            ask(widget, "choose", place=0)
            ask(widget, "choose", place=1)

    page = threading.Thread(target=rank_on_the_page)
    page.start()
    for index in range(119, 99, -1):
        widget.rank(index, [1, 2])
    page.join(20)
    if widget._worker:
        widget._worker.join(10)
    records = on_disk(widget)
    assert len(records) == widget.view["ranked"] == 100
    assert len({record.prompt for record in records}) == 100
    assert widget.curve["points"][-1] == [100, round(100 / 120, 4)]


# ---------------------------------------------------------------- how it is shown


HOSTILE = "</script><b>x \u202e \x07 \r \u2029 \ud83d"


@pytest.mark.parametrize("count", [2, 9])
def test_pictures(tmp_path, count):
    items = [(f"{HOSTILE}\n{HOSTILE * 20}\nReply:", [HOSTILE, "", *map(str, range(count - 2))])]
    widget = ranker(tmp_path, items, on_ranked=lambda comparisons: 0.5)
    for keys in ("", "1", "^2", "3456789"[: count - 2]):
        do(widget, keys)
        found = widget.picture()
        assert Image.open(io.BytesIO(found.png)).size == (2 * found.width, 2 * found.height)
        assert len(found.png) < 100_000
        json.dumps(widget.view, ensure_ascii=False).encode("utf-8")
    assert widget.view["index"] is None
    assert widget.comparisons[0].answers[0] == HOSTILE  # the record holds what was given
    assert on_disk(widget) == widget.comparisons


def test_what_happens_is_said(tmp_path):
    widget = ranker(tmp_path)
    do(widget, "2")
    assert widget.announcement == "Placed: 2."
    do(widget, "^3")
    assert widget.announcement == "Placed: 2 = 3."
    do(widget, "14")
    assert widget.announcement.startswith("Recorded: 2 = 3, then 1, then 4. 1 of 5 ranked.")
    assert "Please 1?" in widget.announcement
    do(widget, "t")
    assert widget.announcement == "Recorded anew: 2 = 3, then 1 = 4."
    assert widget.caption() == ranker(tmp_path).caption()
