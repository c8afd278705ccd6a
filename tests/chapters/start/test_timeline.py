"""The story from 2017 to 2023, in order and with sources."""

from __future__ import annotations

import re

from gptedu.chapters.start import timeline
from gptedu.chapters.start.timeline import EVENTS


def test_events_stand_in_order_each_with_a_source_and_a_chapter():
    dates = [(event.year, event.month) for event in EVENTS]
    assert dates == sorted(dates)
    assert dates[0][0] == 2017
    assert dates[-1] == (2023, 3)
    for event in EVENTS:
        assert event.source
        assert set(event.chapters) <= set(range(9))
    assert {number for event in EVENTS for number in event.chapters} == set(range(9))


def test_an_arxiv_number_says_the_month():
    """The first four digits of arXiv's numbers are the year and the month."""
    numbered = 0
    for event in EVENTS:
        if found := re.search(r"arXiv (\d\d)(\d\d)\.\d{5}$", event.source):
            assert (2000 + int(found[1]), int(found[2])) in {
                (event.year, event.month),
                (event.year, event.month + 1),  # CLIP was numbered on the first of March
            }, event.name
            numbered += 1
    assert numbered >= 12


def test_it_is_shown_in_words_where_there_is_no_notebook(capsys):
    timeline.show()
    said = capsys.readouterr().out
    assert "June 2017  The Transformer (chapter 0)" in said
    assert "Mar 2023  GPT-4 (chapters 6, 7, 8)" in said
    assert len(said.splitlines()) == len(EVENTS)


def test_two_spans_of_years_are_the_whole(capsys):
    timeline.show()
    whole = capsys.readouterr().out
    timeline.show(last=2019)
    timeline.show(first=2020)
    assert capsys.readouterr().out == whole
