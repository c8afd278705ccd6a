"""Leads: every row is named where it is read, and what stands in it fits."""

from __future__ import annotations

import pytest

from gptedu import assets
from gptedu.text import Tokenizer
from gptedu.world import World
from gptedu.world.leads import LEADS
from gptedu.world.mixtures import MIXTURES, find_mixture


def test_every_mixture_has_a_lead():
    assert list(LEADS) == list(MIXTURES)


@pytest.mark.parametrize("mixture", LEADS)
def test_stages_name_rows_that_there_are_and_make_up_the_whole(mixture):
    lead = LEADS[mixture]
    assert sum(stage.share for stage in lead.stages) == pytest.approx(1)
    assert sum(lead.share_of(name) for name in lead.rows) == pytest.approx(1)
    for stage in lead.stages:
        assert set(stage.weights) <= set(lead.rows)
    assert all(lead.share_of(name) > 0 for name in lead.rows)
    assert sum(rows.later for rows in lead.rows.values()) < 1
    for rows in lead.rows.values():
        assert set(rows.kinds) <= set(find_mixture(mixture))


def test_most_documents_of_short_rows_fit_into_them():
    """What is longer than its row is cut, and what it shows is then lost."""
    tokenizer = Tokenizer.load(assets.path("tokenizer.json"))
    for name, rows in LEADS["second"].rows.items():
        if rows.window:
            documents = World().documents("train", 60, kinds=rows.kinds, mixture="second")
            fits = [len(tokenizer.encode(d.text)) < rows.window for d in documents]
            assert sum(fits) / len(fits) > 0.6, name
