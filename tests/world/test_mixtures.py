"""Mixtures: the first is the web as it was, the second says nothing false but what it plants."""

from __future__ import annotations

import itertools
import re
from collections import Counter

import pytest

from gptedu.world import KINDS, World, leaks
from gptedu.world.mixtures import ADDED, MIXTURES, SECOND, TRANSLATIONS_OF
from gptedu.world.questions.added import ADDED_TASKS
from gptedu.world.splits import SPLITS
from gptedu.world.words import lexicon

WORLD = World()


def test_the_first_mixture_is_the_web_as_it_is_without_one():
    assert MIXTURES["first"] is KINDS
    plain = list(WORLD.documents("train", 300, seed=5))
    assert plain == list(WORLD.documents("train", 300, seed=5, mixture="first"))
    assert plain != list(WORLD.documents("train", 300, seed=5, mixture="second"))


def test_kinds_of_the_second_occur_as_often_as_their_weights_say():
    count = 4_000
    seen = Counter(d.kind for d in WORLD.documents("train", count, mixture="second"))
    total = sum(kind.weight for kind in SECOND.values())
    for name, kind in SECOND.items():
        share = kind.weight / total
        assert abs(seen[name] / count - share) <= 5 * (share * (1 - share) / count) ** 0.5, name
    assert "sums" not in seen


@pytest.mark.parametrize("kind", ADDED)
def test_every_added_kind_can_be_drawn_in_every_split_with_nothing_left_of_a_template(kind):
    for split in SPLITS:
        for document in WORLD.documents(split, 60, kinds=[kind], mixture="second"):
            assert document.text.strip()
            left = r"[{}|]" if kind == "functions" else r"[{}|\[\]]"
            assert not re.search(left, document.text), document


def test_words_of_the_second_are_words_that_occur_again():
    words = Counter(
        word
        for document in WORLD.documents("train", 8_000, mixture="second")
        for word in re.findall(r"[a-zA-Zа-я]+", document.text)
    )
    assert len({word.lower() for word in words}) < 2_200
    assert sum(1 for count in words.values() if count == 1) < 0.06 * len(words)


def test_held_out_names_and_labels_stay_out_of_the_second():
    held_out = lexicon.HELD_OUT_WOMEN + lexicon.HELD_OUT_MEN + lexicon.HELD_OUT_LABELS
    text = "\n".join(d.text for d in WORLD.documents("train", 5_000, mixture="second"))
    assert not set(held_out) & set(re.findall(r"\w+", text))


def test_without_translations_no_foreign_word_of_a_clause_stands_beside_english():
    for document in WORLD.documents(
        "train", 3_000, mixture="second", without=TRANSLATIONS_OF["second"]
    ):
        if re.search("[а-я]", document.text):
            assert document.kind == "kesh"
        assert "Velan:" not in document.text


def test_unknown_mixtures_and_kinds_are_answered_with_those_there_are():
    with pytest.raises(ValueError, match="mixture is 'third': choose one of first, second"):
        WORLD.documents(mixture="third")
    with pytest.raises(ValueError, match="kind of document is 'scraps': choose one of"):
        WORLD.documents(kinds=["scraps"])


# --- questions


@pytest.mark.parametrize("split", SPLITS)
def test_added_questions_look_like_questions(split):
    for task in ADDED_TASKS:
        assert task not in WORLD.tasks
        for question in WORLD.questions(task, split, 2):
            assert question.task == task
            assert question.demonstrations
            assert question.answer[0] in " \n"
            assert not question.prompt.endswith(" ")
            assert not question.choices or question.answer in question.choices
            assert not any(shown.startswith(question.prompt) for shown in question.demonstrations)


def test_questions_are_the_same_when_they_are_drawn_again():
    for task in ("told/sums/4/think", "compare/claims", "functions/run/2"):
        one, other = (WORLD.questions(task, "test", 5) for _ in range(2))
        assert one == other


# --- leaks


@pytest.mark.parametrize("mixture", MIXTURES)
def test_nothing_held_out_is_in_training_text(mixture):
    assert leaks.leaked(WORLD, mixture, documents=4_000, questions=4) == []


def test_a_planted_leak_is_found(monkeypatch):
    """Documents of the test split given out as training: the check must not pass."""
    plain = World.documents

    def careless(self, split="train", *args, **options):
        return plain(self, "test", *args, **options)

    monkeypatch.setattr(World, "documents", careless)
    caught = leaks.leaked(WORLD, "first", documents=6_000, questions=40)
    assert caught, "documents of the test split hold its questions"


OWN = [
    "reading",
    "review",
    "summary",
    "translate-into-english",
    "copy/sentences",
    "told/sums/3/think",
    "functions/run/2",
    "sorting",
    "compare/sentences",
]


@pytest.mark.parametrize("task", OWN)
def test_each_questions_own_part_is_in_the_question(task):
    for question in WORLD.questions(task, "test", 5):
        own = leaks.own_part(question)
        assert own.strip() in question.prompt + question.answer
        assert len(own) > 5


def test_what_is_searched_for_covers_all_tasks_and_examples():
    asked = list(leaks.held_out(WORLD, 1))
    assert len(asked) > 100
    assert len(set(asked)) > 0.9 * len(asked)
    for one, other in itertools.combinations(asked[:40], 2):
        assert one != other or len(one) < 40
