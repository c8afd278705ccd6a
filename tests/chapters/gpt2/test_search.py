"""Search in the pages of the web."""

from __future__ import annotations

import re

import pytest

from gptedu.chapters.gpt2.search import concordance
from gptedu.world import Document

PAGES = [
    Document("note", "He said: le chat (the cat) is\nmine."),
    Document("list", "CAT : animal"),
    Document("song", "la la"),
]


def test_search_finds_every_place_in_either_case():
    hits = concordance(PAGES, "cat", width=11)
    assert [(h.kind, h.before, h.match, h.after) for h in hits] == [
        ("note", "chat (the ", "cat", ") is /"),
        ("list", "", "CAT", " : animal"),
    ]
    assert len(concordance(PAGES, "cat", limit=1)) == 1


def test_a_string_is_no_expression_and_an_expression_is_one():
    assert concordance(PAGES, "(.*)") == []
    assert [h.match for h in concordance(PAGES, re.compile(r"\(.*?\)"))] == ["(the cat)"]
    with pytest.raises(ValueError, match="at least one character"):
        concordance(PAGES, "")


def test_no_word_is_cut_where_it_need_not_be():
    page = [Document("note", "one twenty three Q four fifty sixty")]
    for width in range(7, 20):
        (hit,) = concordance(page, "Q", width=width)
        assert max(len(hit.before), len(hit.after)) <= width
        assert " one twenty three ".endswith(hit.before)
        assert " four fifty sixty ".startswith(hit.after)
        assert set(hit.before.split()) <= {"one", "twenty", "three"}
        assert set(hit.after.split()) <= {"four", "fifty", "sixty"}
    (hit,) = concordance([Document("note", "abcdefghX")], "X", width=4)
    assert hit.before == "efgh"
