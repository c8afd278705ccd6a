"""One list of tasks says what each is called, how it is judged and what it follows."""

from __future__ import annotations

from collections import Counter

import pytest

from gptedu.evaluate.accuracy import METRICS
from gptedu.world import TASKS, World, metrics
from gptedu.world.facts import Facts
from gptedu.world.words import lexicon


def test_every_task_says_how_it_is_judged_and_what_it_follows():
    for name, task in TASKS.items():
        assert task.name == name
        assert task.metric in METRICS
        assert "section" in task.source or "et al." in task.source
        [question] = World().questions(name, count=1)
        assert bool(question.choices) or task.metric != "choice"


def test_a_choice_of_tasks_comes_in_its_own_order():
    assert list(metrics("summary", "reading").items()) == [("summary", "f1"), ("reading", "exact")]
    with pytest.raises(ValueError, match="task is 'poem': choose one of reading"):
        metrics("reading", "poem")


def test_no_name_is_given_twice():
    from gptedu.world.questions import opinion, pairs, reading, sorting, sums, translation

    families = (reading, translation, opinion, sums, pairs, sorting)
    names = Counter(task.name for family in families for task in family.TASKS)
    assert set(names.values()) == {1}
    assert set(names) == set(TASKS)


def test_there_is_a_task_for_every_relation():
    assert tuple(World().facts.relations()) == tuple(lexicon.RELATION_TITLES)
    assert {f"pairs/{relation}" for relation in World().facts.relations()} <= set(TASKS)


def test_a_world_without_held_out_pairs_of_a_relation_says_so(monkeypatch):
    of_all = Facts.held_out_pairs
    monkeypatch.setattr(
        Facts, "held_out_pairs", lambda self, name: () if name == "maker" else of_all(self, name)
    )
    world = World(seed=3)
    assert set(TASKS) - set(world.tasks) == {"held-out-pairs/maker"}
    with pytest.raises(ValueError, match=r"task is 'held-out-pairs/maker': choose one of reading"):
        world.questions("held-out-pairs/maker")
