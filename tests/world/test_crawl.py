"""The crawl: pages of little worth, and none of a held-out document among them."""

from __future__ import annotations

import itertools

import pytest

from gptedu.world import KINDS, World
from gptedu.world.crawl import CRAWL, crawl


def test_a_crawl_is_a_function_of_its_seed_and_index_and_holds_every_kind():
    world = World(seed=0)
    pages = list(crawl(world, count=300, seed=5))
    assert pages[100:110] == list(crawl(world, count=10, seed=5, start=100))
    assert pages[:20] != list(crawl(world, count=20, seed=6))
    assert {page.kind for page in pages} == set(CRAWL)
    assert not set(CRAWL) & set(KINDS)
    assert all(page.text.strip() for page in pages)
    with pytest.raises(ValueError, match="split is 'tset': choose one of train"):
        crawl(world, "tset")


def test_a_copied_page_has_its_slips_and_a_cut_page_its_end_missing():
    world = World(seed=0)
    pages = list(crawl(world, count=400))
    for page in pages:
        if page.kind == "cut":
            assert all(part.endswith("...") for part in page.text.split("\nRead more\n"))
    good = {word for page in world.documents("train", 1_500) for word in page.text.split()}
    copied = [word for page in pages if page.kind == "copied" for word in page.text.split()]
    strange = sum(word not in good for word in copied) / len(copied)
    assert 0.15 < strange < 0.5


def test_the_world_writes_on_without_the_crawl():
    # The family was trained on these documents: nothing of the crawl is among them.
    world = World(seed=0)
    kinds = {page.kind for page in itertools.islice(world.documents("train"), 500)}
    assert not kinds & set(CRAWL)


def test_held_out_text_is_in_neither_corpus():
    world = World(seed=0)
    held = {
        d.text for d in itertools.islice(world.documents("validation"), 200) if len(d.text) > 60
    }
    read = "\n".join(page.text for page in crawl(world, count=600))
    assert not [text for text in held if text in read]
