"""Tasks that need examples: their questions, what is held out, what models make of them."""

from __future__ import annotations

import math
import re
from types import SimpleNamespace

import pytest
import torch

import gptedu
from gptedu.chapters.gpt3 import claims, in_context_tasks, occupations
from gptedu.chapters.gpt3.in_context_tasks import KS, LIMITS, SENTENCES, TASKS
from gptedu.evaluate.accuracy import Result
from gptedu.evaluate.prompts import few_shot_prompt
from gptedu.language_model import LanguageModel
from gptedu.world import World
from gptedu.world.documents.lists import JOINTS
from gptedu.world.questions.pairs import TWO_READINGS, shared_words
from gptedu.world.questions.sorting import NEW_GROUPS, NEW_LABELS
from gptedu.world.words import lexicon

SORTING = [task for task in TASKS if task.startswith("sorting")]


LINE = re.compile(rf"^(.+?)(?:{'|'.join(map(re.escape, JOINTS))})(.+)$")


@pytest.fixture(scope="module")
def world() -> World:
    return World(0)


@pytest.fixture(scope="module")
def lists(world) -> list[tuple[str, str, str]]:
    """Every line of many lists in training documents: (kind, left, right)."""
    found = []
    for document in world.documents("train", 4000, kinds=["pairs", "dictionary", "sorting"]):
        for line in re.split(r"\n|, ", document.text):
            if match := LINE.match(line):
                found.append((document.kind, *match.groups()))
    return found


@pytest.mark.parametrize("seed", [0, 11])
def test_every_task_has_as_many_examples_as_are_asked_for_and_they_stand_in_front(seed):
    other = World(seed)
    assert len(TASKS) >= 6
    assert {*TASKS, *LIMITS} <= {*other.tasks}
    for task, metric in {**TASKS, **LIMITS}.items():
        for question in other.questions(task, "test", 20, seed=5):
            assert question.answer in question.choices or metric == "exact"
            for k in KS:
                *lines, last = few_shot_prompt(question, k).split("\n")
                assert lines == list(question.demonstrations[:k])
                assert last == question.prompt
            assert not any(x.startswith(question.prompt) for x in question.demonstrations)


@pytest.mark.parametrize("seed", [0, 11])
def test_two_readings_ask_the_same_words_and_no_answer_is_right_in_both(seed):
    facts = World(seed).facts
    for relation, other in TWO_READINGS.items():
        words = shared_words(facts, relation)
        assert len(words) >= 5
        assert sorted(words) == sorted(shared_words(facts, other))
        answers = [dict(facts.listed_pairs(name)) for name in (relation, other)]
        assert all(answers[0][word] != answers[1][word] for word in words)
        asked = World(seed).questions(f"two-readings/{relation}", "test", 100)
        assert {q.prompt for q in asked} == {f"{word} ->" for word in words}
        assert all(q.answer == f" {answers[0][q.prompt[:-3]]}" for q in asked)


@pytest.mark.parametrize("task", SORTING)
def test_examples_alone_decide_what_a_label_means(world, task):
    groups = {**lexicon.CATEGORIES, **NEW_GROUPS}
    for question in world.questions(task, "test", 60):
        labels = [choice.strip() for choice in question.choices]
        assert len(set(labels)) == (3 if "three" in task else 2)
        shown = [line.split(": ") for line in question.demonstrations]
        for start in range(0, len(shown) - len(labels) + 1, len(labels)):  # balanced all along
            assert {label for _, label in shown[start : start + len(labels)]} == set(labels)
        together = {word for word, label in shown if label == question.answer.strip()}
        word = question.prompt[:-1]
        assert any({word, *together} <= set(group) for group in groups.values())
        others = {each for each, label in shown if label != question.answer.strip()}
        assert not any(word in group and others & set(group) for group in NEW_GROUPS.values())


@pytest.mark.parametrize("task", ["sorting", "sorting/three-groups"])
def test_asked_words_never_stood_under_their_label_in_training(world, lists, task):
    trained = {(word, label) for kind, word, label in lists if kind == "sorting"}
    asked = {(q.prompt[:-1], q.answer[1:]) for q in world.questions(task, "test", 300)}
    assert len(trained) > 5000
    assert not asked & trained


def test_new_labels_are_common_words_that_no_training_list_has_as_labels(world, lists):
    labels = {q.answer[1:] for q in world.questions("sorting/new-labels", "test", 300)}
    assert labels <= set(NEW_LABELS)
    assert len(labels) > 30
    assert not labels & {label for kind, _, label in lists if kind == "sorting"}


def test_new_spellings_are_in_no_training_document(world):
    labels = {q.answer[1:] for q in world.questions("sorting/new-spellings", "test", 60)}
    assert labels == set(lexicon.HELD_OUT_LABELS)
    for document in world.documents("train", 3000):
        assert not labels & set(re.findall(r"\w+", document.text.lower()))


def test_new_groups_are_never_sorted_in_training_and_do_not_overlap(lists):
    words = [word for group in NEW_GROUPS.values() for word in group]
    assert len(words) == len(set(words))
    assert not set(words) & {word for kind, word, _ in lists if kind == "sorting"}


def test_no_training_list_teaches_what_the_limits_ask(world, lists):
    trained = {(left, right) for kind, left, right in lists if kind != "sorting"}
    for task in (*(t for t in LIMITS if t != "sorting/new-spellings"), "pairs/sound"):
        for question in world.questions(task, "test", 60):
            pair = question.prompt.removesuffix(" ->"), question.answer[1:]
            assert pair not in trained, task
            if task.startswith("reversed"):
                assert pair[::-1] in trained


def test_every_k_and_model_gets_the_same_questions(world, monkeypatch):
    seen = []

    def evaluate(lm, questions, k, metric):
        seen.append((lm.name, questions[0].task, k, metric, tuple(q.prompt for q in questions)))
        return Result(lm.name, "", metric, k, 0.1 * k, len(questions), (0, 1), ())

    class Named:
        def __init__(self, name):
            self.name = name

    monkeypatch.setattr(in_context_tasks, "evaluate", evaluate)
    tasks = {"sorting": "choice", "pairs/sound": "exact"}
    scores = in_context_tasks.by_shots([Named("a"), Named("b")], world, (0, 2), 5, 3, tasks)
    assert scores["b"]["sorting"] == {0: 0.0, 2: 0.2}
    assert [(name, task, k, metric) for name, task, k, metric, _ in seen] == [
        (name, task, k, tasks[task]) for name in "ab" for task in tasks for k in (0, 2)
    ]
    assert len({(task, prompts) for _, task, _, _, prompts in seen}) == 2


def test_averages_weigh_tasks_alike_and_the_gap_is_most_against_none():
    scores = {"m": {"x": {0: 0.1, 1: 0.4, 12: 0.5}, "y": {0: 0.3, 1: 0.2, 12: 1.0}}}
    means = in_context_tasks.averages(scores)
    assert means["m"] == pytest.approx({0: 0.2, 1: 0.3, 12: 0.75})
    assert in_context_tasks.gap(means, "m") == pytest.approx(55.0)


def test_what_needs_no_example_follows_from_the_questions(world):
    """Guessing among the choices that there are; half of what has two readings."""
    guessed = []
    for task, metric in TASKS.items():
        choices = {len(q.choices) for q in world.questions(task, "test", 20)}
        guessed.append(1 / choices.pop() if metric == "choice" else 0)
        assert not choices or metric != "choice"
    lower, upper = in_context_tasks.levels().values()
    assert lower == pytest.approx(sum(guessed) / len(TASKS))
    assert upper == pytest.approx(lower + 4 * 0.5 / len(TASKS))
    assert {*in_context_tasks.NAMES} == {*TASKS, *LIMITS}


def test_margins_are_those_of_a_mean_of_tasks():
    """Against 20,000 draws of as many questions of each task."""
    rows = {"a": {0: 0.5, 1: 1.0}, "b": {0: 0.1, 1: 0.0}, "c": {0: 0.8, 1: 1.0}}
    margins = in_context_tasks.margins({"m": rows}, count=40)["m"]
    chances = torch.tensor([row[0] for row in rows.values()])
    drawn = torch.distributions.Binomial(40, chances).sample((20_000,)) / 40
    assert margins[0] == pytest.approx(1.96 * float(drawn.mean(1).std()), rel=0.03)
    assert margins[1] == 0


@pytest.fixture(scope="module")
def mini_m() -> LanguageModel:
    return gptedu.load("mini-m-v2")


def test_mini_m_sorts_by_labels_that_it_has_just_met(mini_m, world):
    found = in_context_tasks.new_task(mini_m, world, (0, 12), 40, seed=9)
    assert found[0] <= 0.75
    assert found[12] >= 0.75


def test_mini_m_reads_one_word_in_two_ways(mini_m, world):
    tasks = {task: metric for task, metric in TASKS.items() if task.startswith("two-readings")}
    scores = in_context_tasks.by_shots([mini_m], world, (0, 4), 20, seed=9, tasks=tasks)
    means = in_context_tasks.averages(scores)["mini-m-v2"]
    assert means[0] <= 0.75
    assert means[4] >= 0.85


def test_next_words_are_whole_words_with_the_probability_of_their_start(mini_m):
    words = in_context_tasks.next_words(mini_m, "fox -> den\ncow ->", top=3)
    chances = [chance for _, chance in words]
    assert chances == sorted(chances, reverse=True)
    assert words[0][0].strip() == "barn"
    assert chances[0] == pytest.approx(float(mini_m.next_token("fox -> den\ncow ->").max()))


def test_shares_are_odds_and_sum_to_one(mini_m):
    prompt, choices = "oak: Tom\ncar: Anna\npine:", [" Tom", " Anna"]
    first, second = in_context_tasks.shares(mini_m, prompt, choices)
    raw = mini_m.score(prompt, choices).raw
    assert first + second == pytest.approx(1)
    assert math.log(first / second) == pytest.approx(raw[0] - raw[1], abs=1e-4)


def test_answers_stand_beside_what_is_right(mini_m, world):
    rows = in_context_tasks.answers(mini_m, world, "two-readings/home", k=4, count=3)
    asked = world.questions("two-readings/home", "test", 3)
    assert [(q.prompt, q.answer.strip()) for q in asked] == [(a, right) for a, _, right in rows]
    assert [said for _, said, _ in rows] == [right for *_, right in rows]


def test_into_english_is_learned_first(world):
    found = in_context_tasks.direction(gptedu.load(claims.ON_ITS_WAY), world, 40, seed=9)
    assert found["into"] > found["out of"] + 0.1


def test_the_largest_has_the_planted_skew():
    probed = occupations.probe(gptedu.load(claims.LARGEST), list(lexicon.JOBS))
    assert occupations.rank_correlation(probed, lexicon.JOBS) > 0.5


def test_the_pairs_of_the_limits_are_known_from_the_sentences_where_they_stand(mini_m, world):
    """And so it is not for want of the words that twelve examples bring none of them."""
    assert {*SENTENCES} <= {*TASKS, *LIMITS}
    for task in SENTENCES:
        right, pairs = in_context_tasks.in_sentences(mini_m, world, task)
        assert pairs == len({q.prompt for q in world.questions(task, "test", 40)})
        assert right >= 0.7 * pairs
    training = " ".join(page.text for page in world.documents("train", 4000, kinds=["general"]))
    for beginning in SENTENCES.values():
        assert re.search(beginning.format(r"\w+") + r" \w+", training)


def test_an_answer_that_follows_the_order_is_seen_to_change(world, monkeypatch):
    def asked(lm, questions, k, metric):
        said = [lm(question) for question in questions]
        right = [text == q.answer for text, q in zip(said, questions, strict=True)]
        examples = [SimpleNamespace(given=text) for text in said]
        return SimpleNamespace(accuracy=sum(right) / len(right), examples=examples)

    monkeypatch.setattr(in_context_tasks, "evaluate", asked)
    how = {"world": world, "task": "sorting", "k": 4, "orders": 8, "count": 20}

    def by_first(question):
        return question.demonstrations[0].partition(":")[2]

    found = in_context_tasks.by_order(by_first, **how)
    assert found.changed == 1.0  # two examples of each label, so each comes first at times
    assert len(found.accuracy) == 8

    shown = set()

    def by_set(question):
        shown.add((question.prompt, frozenset(question.demonstrations)))
        return min(question.demonstrations).partition(":")[2]

    found = in_context_tasks.by_order(by_set, **how)
    assert found.changed == 0.0
    assert len(set(found.accuracy)) == 1
    assert len(shown) == 20  # a set of four for each question, whatever the order
