"""A long work shows how far it has come: not as an error, and not in a stored notebook."""

from __future__ import annotations

import itertools

import pytest

from gptedu import progress
from gptedu.progress import NotebookBar, bar, track


@pytest.fixture
def page(monkeypatch):
    """A notebook's outputs as they come, with a clock that goes a second at each look."""
    there = []
    monkeypatch.setattr(progress, "in_notebook", lambda: True)
    clock = itertools.count()
    monkeypatch.setattr(progress.time, "monotonic", lambda: float(next(clock)))
    for name in ("display", "update_display"):
        monkeypatch.setattr(
            f"IPython.display.{name}",
            lambda data, raw, display_id, name=name: there.append((name, data)),
        )
    return there


def test_a_notebook_shows_a_line_that_goes_when_the_work_is_done(page, capsys):
    assert list(track("abcd", "reading")) == list("abcd")
    assert page[0] == ("display", {})  # nothing that a stored notebook would be compared with
    shown = [data["text/plain"] for name, data in page if data]
    assert shown[0].startswith("reading: 1 of 4, about ")
    assert "<progress" in page[1][1]["text/html"]
    assert page[-1] == ("update_display", {})
    assert capsys.readouterr() == ("", "")  # a bar on stderr stands in a red box


def test_it_goes_as_well_where_the_work_is_stopped(page):
    def stopped():
        with bar(3, "PPO") as steps:
            steps.update(1)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert page[1][1]
    assert page[-1] == ("update_display", {})


def test_what_is_soon_over_shows_nothing(page, monkeypatch):
    monkeypatch.setattr(progress.time, "monotonic", lambda: 0.0)
    list(track("abcd", "reading"))
    assert page == []


def test_words_say_count_time_and_figures():
    steps = NotebookBar(20, "PPO")
    steps.n = 5
    steps.set_postfix(reward="1.20")
    assert steps.words(10.0) == "PPO: 5 of 20 steps, about 30 s left · reward 1.20"
    tokens = NotebookBar(12_000_000, "mini-m", first=0, unit="tok", large=True)
    tokens.n = 1_200_000
    assert tokens.words(60.0) == "mini-m: 1.2M of 12.0M tok, about 9 min left"
    again = NotebookBar(20, "PPO", first=10)
    again.n = 15  # of this sitting's ten, five are done
    assert again.words(10.0) == "PPO: 15 of 20 steps, about 10 s left"


def test_a_terminal_has_a_bar_on_stderr(capsys):
    with bar(2, "PPO") as steps:
        steps.update(2)
    with bar(2, "hidden", shown=False) as steps:
        steps.update(2)
    out, err = capsys.readouterr()
    assert out == ""
    assert "PPO" in err
    assert "hidden" not in err
