"""The miniature web: splits are disjoint, what is held out is held out, answers are right."""

from __future__ import annotations

import itertools
import random
import re
from collections import Counter

import pytest

from gptedu.world import KINDS, LABELS, TRANSLATIONS, World
from gptedu.world.documents.lists import JOINTS, assignment_held_out
from gptedu.world.documents.numbers import LIMIT, random_sum
from gptedu.world.draw import Draw
from gptedu.world.splits import SPLITS, split_of
from gptedu.world.words import lexicon
from gptedu.world.words.velan import DICTIONARY, TRANSLATED, random_clause

SEEDS = (0, 11)


@pytest.fixture(params=SEEDS)
def world(request) -> World:
    return World(request.param)


def texts(world: World, split: str, count: int = 3000, **options) -> list[str]:
    return [document.text for document in world.documents(split, count, **options)]


def test_documents_are_functions_of_world_split_seed_and_index(world):
    first = list(world.documents("train", 50, seed=3))
    assert first == list(world.documents("train", 50, seed=3))
    assert first[20:30] == list(world.documents("train", 10, seed=3, start=20))
    assert first != list(world.documents("train", 50, seed=4))
    assert first != list(World(world.seed + 1).documents("train", 50, seed=3))


def test_every_kind_occurs_as_often_as_its_weight_says(world):
    seen = Counter(document.kind for document in world.documents("train", 3000))
    total = sum(kind.weight for kind in KINDS.values())
    for name, kind in KINDS.items():
        share = kind.weight / total
        spread = 5 * (share * (1 - share) / 3000) ** 0.5
        assert abs(seen[name] / 3000 - share) < spread, name


def test_every_kind_can_be_drawn_in_every_split(world):
    for name, split in itertools.product(KINDS, SPLITS):
        made = texts(world, split, 40, kinds=[name])
        for text in made:
            assert text.strip(), (name, split)
            assert not re.search(r"[{}|]", text), text  # no bracket or brace is left of a template


@pytest.mark.parametrize("task", ["review", "entailment", "similarity", "story"])
def test_labelled_examples_of_the_splits_are_disjoint_and_balanced(world, task):
    content = {}
    for split in SPLITS:
        examples = world.labelled(task, split, 300)
        labels = Counter(example.label for example in examples)
        assert set(labels) == set(range(len(LABELS[task])))
        assert min(labels.values()) > 0.6 * 300 / len(LABELS[task])
        content[split] = {str(example)[:-2] for example in examples}
    for one, other in itertools.combinations(SPLITS, 2):
        assert not content[one] & content[other]


def test_sentences_to_translate_never_stand_in_a_training_document(world):
    asked = {q.answer.strip() for q in world.questions("translate-into-english", "test", 200)}
    assert all(split_of(sentence) == "test" for sentence in asked)
    for text in texts(world, "train", 2000, kinds=["gloss", "parallel"]):
        for sentence in re.findall(r"English: (.*)|\((.*)\)\.", text):
            assert not set(sentence) & asked


def test_held_out_names_labels_pairs_and_relations_are_in_no_training_document(world):
    web = texts(world, "train", 3000)
    words = set(itertools.chain.from_iterable(re.findall(r"[A-Za-z]+", text) for text in web))
    held_out = lexicon.HELD_OUT_WOMEN + lexicon.HELD_OUT_MEN + lexicon.HELD_OUT_LABELS
    assert not words & set(held_out)
    lists = "\n".join(texts(world, "train", 3000, kinds=["pairs", "dictionary"])).replace(
        ", ", "\n"
    )
    lines = set(lists.split("\n"))
    for relation in world.facts.relations():
        pairs = world.facts.held_out_pairs(relation)
        assert pairs or relation in ("maker", "region"), relation
        if relation in lexicon.HELD_OUT_RELATIONS:
            pairs = world.facts.relations()[relation]
        listed = {f"{a}{joint}{b}" for a, b in pairs for joint in JOINTS}
        assert not lines & listed, relation


def test_sorting_asks_for_assignments_that_training_never_made(world):
    for question in world.questions("sorting", "test", 100):
        word, label = question.prompt[:-1], question.answer.strip()
        assert assignment_held_out(word, label)
        assert question.answer in question.choices
    for text in texts(world, "train", 1500, kinds=["sorting"]):
        for line in text.replace(", ", "\n").split("\n"):
            word, label = re.split(" -> | = | / |: ", line)
            assert not assignment_held_out(word, label)


def test_sorting_demonstrations_decide_the_answer(world):
    group = {word: name for name, words in lexicon.CATEGORIES.items() for word in words}
    for question in world.questions("sorting", "test", 100):
        shown = dict(line.split(": ") for line in question.demonstrations[:2])
        assert len(set(shown.values())) == 2, "two demonstrations show both labels"
        label_of = {group[word]: label for word, label in shown.items()}
        assert label_of[group[question.prompt[:-1]]] == question.answer.strip()


def test_worked_sums_are_right_and_stay_in_bounds(world):
    number = re.compile(r"(\d+) ([+-]) (\d+) = (\d+)\.")
    for text in texts(world, "train", 600, kinds=["sums", "arithmetic"]):
        for a, sign, b, c in number.findall(text):
            assert int(a) + (int(b) if sign == "+" else -int(b)) == int(c)
    d = Draw(world.facts, "test", random.Random(0))
    for steps in range(2, 7):
        for _ in range(50):
            made = random_sum(d, steps)
            assert len(made.changes) == steps
            assert split_of(made.key) == "test"
            assert all(0 <= total <= LIMIT for total in made.totals)


def test_reading_questions_are_answered_by_their_text(world):
    for question in world.questions("reading", "test", 200):
        passage = question.prompt.split("\nQuestion:")[0].lower()
        assert question.answer.split()[-1].lower() in passage


def test_velan_spells_one_word_for_one_word_and_keeps_clear_of_english():
    assert len(set(DICTIONARY.values())) == len(DICTIONARY)
    assert not set(DICTIONARY.values()) & set(DICTIONARY) - {"la"}
    rng = random.Random(0)
    back = {velan: english for english, velan in DICTIONARY.items()}
    for _ in range(100):
        clause = random_clause(rng)
        english = ["a" if word == "an" else word for word in clause.english().split()]
        assert sorted(back[word] for word in clause.velan().split()) == sorted(english)
    assert set(TRANSLATED) < set(DICTIONARY)


def test_without_translations_no_velan_word_stands_beside_english(world):
    velan = set(DICTIONARY.values()) - {"la", "ke", "un", "ze", "sub"}
    for document in world.documents("train", 3000, without=TRANSLATIONS):
        if document.kind != "velan":
            assert not velan & set(re.findall(r"\b[a-z]+\b", document.text)), document


def test_occupations_carry_the_planted_skew():
    told = re.compile(
        r"The (\w+) (?:said that|knew that|left when|smiled because) (s?he) (?:was|had)"
    )
    women, all_told = Counter(), Counter()
    for text in texts(World(0), "train", 6000, kinds=["general"]):
        for job, pronoun in told.findall(text):
            all_told[job] += 1
            women[job] += pronoun == "she"
    for job in ("nurse", "pilot", "librarian", "plumber"):
        assert abs(women[job] / all_told[job] - lexicon.JOBS[job]) < 0.2


def test_questions_carry_demonstrations_of_training_content_in_their_own_form(world):
    for task in world.tasks:
        for question in world.questions(task, "test", 3):
            assert question.demonstrations
            assert question.answer[0] in " \n"
            assert not question.prompt.endswith(" ")
            assert not any(shown.startswith(question.prompt) for shown in question.demonstrations)
            assert not question.choices or question.answer in question.choices


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda w: w.documents("dev"), "train, validation, test"),
        (lambda w: w.documents(kinds=["poem"]), "'poem'"),
        (lambda w: w.documents(kinds=["story"], without=["story"]), "no kind"),
        (lambda w: w.labelled("poems"), "review"),
        (lambda w: w.questions("poems"), "reading"),
    ],
)
def test_unknown_names_are_answered_with_those_there_are(call, words):
    with pytest.raises(ValueError, match=words):
        call(World())
