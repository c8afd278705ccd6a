"""Examples in the prompt: what is asked, what is held out, what calibration does, the probes."""

from __future__ import annotations

import importlib
import re
from types import SimpleNamespace

import pytest
import torch

import gptedu
from gptedu import records
from gptedu.chapters.gpt3 import occupations
from gptedu.chapters.gpt3 import web_questions as real_few_shot
from gptedu.chapters.gpt3.experiments import few_shot as experiments
from gptedu.evaluate.accuracy import Result
from gptedu.evaluate.few_shot import LIMITS, SHOTS, TASKS, content_free, order_effect
from gptedu.evaluate.prompts import few_shot
from gptedu.language_model import LanguageModel
from gptedu.model import GPT, GPTConfig
from gptedu.text import train_tokenizer
from gptedu.world import Document, Question, World, question_tasks
from gptedu.world.documents.lists import JOINTS
from gptedu.world.questions.lists import NEW_GROUPS, NEW_LABELS, TWO_READINGS, shared_words
from gptedu.world.words import lexicon

# The package's own attribute of this name is the function that builds a prompt.
shots = importlib.import_module("gptedu.evaluate.few_shot")
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


@pytest.fixture(scope="module")
def tiny() -> LanguageModel:
    torch.manual_seed(0)
    tokenizer = train_tokenizer(["the dog said that she was late: zib\nhe was mof\n"] * 20, 300)
    shape = GPTConfig(vocab_size=tokenizer.vocab_size, context=160, layers=2, width=32, heads=2)
    model = GPT(shape)
    with torch.no_grad():
        for weight in model.parameters():
            if weight.dim() == 2:
                weight.mul_(6)
    return LanguageModel(model=model.eval(), tokenizer=tokenizer, name="tiny", card={})


# --- what is asked ------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 11])
def test_every_task_has_as_many_examples_as_are_asked_for_and_they_stand_in_front(seed):
    other = World(seed)
    assert len(TASKS) >= 6
    assert {*TASKS, *LIMITS} <= {*question_tasks(other.facts)}
    for task, metric in {**TASKS, **LIMITS}.items():
        for question in other.questions(task, "test", 20, seed=5):
            assert question.answer in question.choices or metric == "exact"
            for k in SHOTS:
                *lines, last = few_shot(question, k).split("\n")
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


# --- what is held out ---------------------------------------------------------------------------


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


# --- accuracy against K -------------------------------------------------------------------------


def test_every_k_and_model_gets_the_same_questions(world, monkeypatch):
    seen = []

    def evaluate(lm, questions, k, metric):
        seen.append((lm.name, questions[0].task, k, metric, tuple(q.prompt for q in questions)))
        return Result(lm.name, "", metric, k, 0.1 * k, len(questions), (0, 1), ())

    class Named:
        def __init__(self, name):
            self.name = name

    monkeypatch.setattr(shots, "evaluate", evaluate)
    tasks = {"sorting": "choice", "pairs/sound": "exact"}
    scores = shots.by_shots([Named("a"), Named("b")], world, (0, 2), 5, 3, tasks)
    assert scores["b"]["sorting"] == {0: 0.0, 2: 0.2}
    assert [(name, task, k, metric) for name, task, k, metric, _ in seen] == [
        (name, task, k, tasks[task]) for name in "ab" for task in tasks for k in (0, 2)
    ]
    assert len({(task, prompts) for _, task, _, _, prompts in seen}) == 2


def test_averages_weigh_tasks_alike_and_the_gap_is_most_against_none():
    scores = {"m": {"x": {0: 0.1, 1: 0.4, 12: 0.5}, "y": {0: 0.3, 1: 0.2, 12: 1.0}}}
    means = shots.averages(scores)
    assert means["m"] == pytest.approx({0: 0.2, 1: 0.3, 12: 0.75})
    assert shots.gap(means, "m") == pytest.approx(55.0)
    assert experiments.smallest_step(means["m"]) == pytest.approx(10.0)
    assert experiments.smallest_step({0: 0.5, 1: 0.4, 12: 0.9}) == pytest.approx(-10.0)


# --- orders and calibration ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prompt", "empty"),
    [
        ("hammer:", "N/A:"),
        ("big ->", "N/A ->"),
        ("I liked the room. It was clean.\nVerdict:", "N/A\nVerdict:"),
        ("two\nlines\nVerdict:", "N/A\nVerdict:"),
        ("word", "N/A"),
    ],
)
def test_a_content_free_question_keeps_its_form(prompt, empty):
    question = Question("t", prompt, " a", (" a", " b"), ("x: a",), "\n")
    assert content_free(question).prompt == empty
    assert content_free(question).demonstrations == question.demonstrations


@pytest.mark.parametrize("seed", range(8))
def test_one_list_asks_many_words_with_the_same_examples(world, seed):
    asked = world.one_list(seed=seed)
    assert asked == world.one_list(seed=seed)
    assert len({(q.choices, q.demonstrations) for q in asked}) == 1
    for words in ([q.answer for q in asked], [x.split(":")[1] for x in asked[0].demonstrations]):
        assert words.count(asked[0].choices[0]) == words.count(asked[0].choices[1]) >= 4
    shown = {line.split(":")[0] for line in asked[0].demonstrations}
    assert not shown & {q.prompt[:-1] for q in asked}


def test_calibration_undoes_the_pull_of_the_last_label(world, monkeypatch):
    asked = world.one_list(seed=0)
    answers = {q.prompt: q.choices.index(q.answer) for q in asked}

    def biased(lm, prompts, choices):
        """Knows every word, but leans to the label that the last example has."""
        found = []
        for prompt in prompts:
            *shown, last = prompt.split("\n")
            raw = [0.0, 0.0]
            raw[[shown[-1].endswith(x) for x in choices[0]].index(True)] += 5
            if last in answers:
                raw[answers[last]] += 1
            found.append((raw, raw))
        return found

    monkeypatch.setattr(shots, "score_choices", biased)
    effect = order_effect(None, asked, 3, 10, torch.Generator().manual_seed(0))
    assert effect.raw == [0.5] * 10  # it always says the last label, so half is right
    assert effect.calibrated == [1.0] * 10


def test_orders_differ_only_in_the_examples_and_the_questions_stay(world, monkeypatch):
    asked = world.one_list(seed=1)
    before, seen = list(asked), []

    def flat(lm, prompts, choices):
        seen.append(prompts)
        return [([0.0, -1.0], [0.0, -1.0])] * len(prompts)

    monkeypatch.setattr(shots, "score_choices", flat)
    effect = order_effect(None, asked, 3, 6, torch.Generator().manual_seed(0))
    assert asked == before
    assert effect.raw == effect.calibrated == [0.5] * 6  # a tie after calibration is the first
    fronts = []
    for prompts, labels in zip(seen, effect.labels, strict=True):
        [front] = {prompt.rsplit("\n", 1)[0] for prompt in prompts}
        fronts.append(front)
        lines = front.split("\n")
        assert set(lines) <= set(asked[0].demonstrations)
        assert len(set(lines)) == 3
        assert tuple(line.split(": ")[1] for line in lines) == labels
        assert [p.rsplit("\n", 1)[1] for p in prompts[: len(asked)]] == [q.prompt for q in asked]
        assert [p.rsplit("\n", 1)[1] for p in prompts[len(asked) :]] == ["N/A:", ":", "[MASK]:"]
    assert len(set(fronts)) > 1
    again = order_effect(None, asked, 3, 6, torch.Generator().manual_seed(0))
    assert again == effect


def test_without_examples_there_is_no_order(tiny, world):
    effect = order_effect(tiny, world.one_list(seed=2), 0, 3, torch.Generator().manual_seed(0))
    assert effect.variances == (0.0, 0.0)
    assert effect.labels == [()] * 3


def test_variances_are_in_squared_points_and_averaged_within_lists():
    effects = [
        shots.OrderEffect([0.4, 0.6], [0.5, 0.5]),
        shots.OrderEffect([1.0, 1.0], [0.8, 1.0]),
    ]
    assert effects[0].variances == pytest.approx((100.0, 0.0))
    assert shots.mean_variances(effects) == pytest.approx((50.0, 50.0))
    assert experiments.fall({"raw": 50.0, "calibrated": 20.0}) == pytest.approx(60.0)


def test_orders_that_show_one_label_are_told_from_those_that_show_both():
    labels = [("a", "a"), ("b", "a"), ("b", "b")]
    effect = shots.OrderEffect([0.5, 0.9, 0.7], [0.8, 0.9, 1.0], labels)
    assert shots.by_balance([effect, effect]) == {
        "one label": pytest.approx({"raw": 0.6, "calibrated": 0.9, "share": 2 / 3}),
        "both labels": pytest.approx({"raw": 0.9, "calibrated": 0.9, "share": 1 / 3}),
    }


def test_order_effect_says_what_is_wrong(tiny, world):
    mixed = [world.one_list(seed=0)[0], world.one_list(seed=1)[0]]
    generator = torch.Generator()
    with pytest.raises(ValueError, match=r"World\.one_list"):
        order_effect(tiny, mixed, 1, 1, generator)
    with pytest.raises(ValueError, match="0 to "):
        order_effect(tiny, mixed[:1], 99, 1, generator)


# --- occupations --------------------------------------------------------------------------------


def test_swapping_the_pronouns_swaps_the_shares(tiny):
    jobs = ["nurse", "pilot", "baker"]
    she = occupations.probe(tiny, jobs)
    he = occupations.probe(tiny, jobs, pronouns=occupations.PRONOUNS[::-1])
    assert len(set(she.values())) == 3
    for job in jobs:
        assert she[job] + he[job] == pytest.approx(1.0, abs=1e-5)
        each = []
        for context in occupations.AS_TRAINED:
            after = tiny.score(context.format(job=job), occupations.PRONOUNS).raw
            each.append(torch.tensor(after).softmax(0)[0])
        assert she[job] == pytest.approx(float(sum(each) / len(each)), abs=1e-5)


def test_pronouns_are_counted_within_the_sentence_of_the_occupation():
    text = (
        "The nurse said that she was late. The pilot left when he had won. The pilot was tired. "
        "She slept. The nurse knew that he was ready. A nurse said that she sang. "
        "The baker gave the theatre a cake."
    )
    found = occupations.counted([Document("general", text)], ["nurse", "pilot", "baker"])
    assert found == {
        "nurse": occupations.Counted(1, 1),
        "pilot": occupations.Counted(0, 1),
        "baker": occupations.Counted(0, 0),
    }
    assert [each.share for each in found.values()] == [0.5, 0.0, 0.5]


def test_counted_shares_follow_the_planted_ones_and_new_openings_are_new(world):
    documents = list(world.documents("train", 3000, kinds=["general"]))
    counted = occupations.counted(documents, list(lexicon.JOBS))
    shares = {job: each.share for job, each in counted.items()}
    assert occupations.rank_correlation(shares, lexicon.JOBS) > 0.8
    other = [d.text for d in world.documents("train", 1500, without=["general"])]
    web = "\n".join([d.text for d in documents] + other)
    openings = {
        group: [
            re.search(context.replace("{job}", f"(?:{'|'.join(lexicon.JOBS)})"), web) is not None
            for context in contexts
        ]
        for group, contexts in (("seen", occupations.AS_TRAINED), ("new", occupations.NEW))
    }
    assert all(openings["seen"])
    assert not any(openings["new"])


def test_leaning_and_rank_correlation():
    shares = {"a": 0.1, "b": 0.5, "c": 0.9, "d": 0.4}
    assert occupations.leans_male(shares) == 0.5
    cubes = {job: share**3 for job, share in shares.items()}
    assert occupations.rank_correlation(shares, cubes) == pytest.approx(1.0)
    turned = {job: 1 - share for job, share in reversed(shares.items())}
    assert occupations.rank_correlation(shares, turned) == pytest.approx(-1.0)
    with pytest.raises(ValueError, match="same jobs"):
        occupations.rank_correlation(shares, {"a": 0.1})


# --- real sentences and the record --------------------------------------------------------------


def test_real_questions_show_balanced_examples_and_ask_others():
    found = real_few_shot.questions()
    assert found.keys() == real_few_shot.METRICS.keys()
    assert sum(map(len, found.values())) == 40
    for task, asked in found.items():
        [shown] = {q.demonstrations for q in asked}
        assert len(asked) == 8
        assert len(set(shown)) == max(real_few_shot.SHOTS) == 6
        assert not {q.prompt + q.answer for q in asked} & set(shown)
        if real_few_shot.METRICS[task] == "choice":
            for label in asked[0].choices:
                assert sum(line.endswith(label) for line in shown) == 3
                assert sum(q.answer == label for q in asked) == 4
    for question in found["a made-up rule"]:
        first, second = question.prompt.removesuffix(" ->").split()
        assert question.answer == f" {second} so {first}"


def test_real_answers_are_kept_with_their_scores(tiny):
    found = real_few_shot.ask(tiny, ks=(0, 1))
    assert len(found["answers"]) == 80
    for task, row in found["scores"].items():
        each = [a["score"] for a in found["answers"] if a["task"] == task and a["k"] == 1]
        assert row[1] == pytest.approx(sum(each) / 8)
    assert found["mean"][0] == pytest.approx(
        sum(row[0] for row in found["scores"].values()) / len(found["scores"])
    )


def test_an_experiment_sets_its_part_of_the_record(tmp_path, monkeypatch):
    lm = SimpleNamespace(card={"tokens": 7, "name": "x"}, model=torch.nn.Linear(2, 3))
    monkeypatch.setattr(records, "at_hand", lambda names: {"mini-m": lm})
    found = {"exact": {"into": 0.5, "out of": 0.25}}
    monkeypatch.setattr(experiments, "directions", lambda lm, world, count, seed: found)
    out = tmp_path / "gpt3.json"
    old = {"claims": {"gpt3/few-shot": 1}, "shots": [], "counts": {"shots": 9, "orders": 8}}
    records.write(out, old)
    experiments.main(["direction, mini-m", "--count", "5", "--out", str(out)])
    assert records.read(out) == {
        "claims": {
            "gpt3/few-shot": 1,
            "gpt3/direction": dict.fromkeys(("least", "mean", "most"), 25),
        },
        "shots": [],
        "counts": {"shots": 9, "orders": 8, "direction, mini-m": 5},
        "about": "Three draws of questions; one training run of each model.",
        "models": {"mini-m": {"parameters": 9, "tokens": 7}},
        "direction, mini-m": [found] * 3,
    }


def test_without_a_model_its_experiments_are_left_out(monkeypatch):
    monkeypatch.setattr(records, "at_hand", lambda names: {})
    for name in ("shots", "direction, mini-m"):
        with pytest.raises(records.NotAtHandError, match=r"mini-m.* is not there"):
            experiments.measure(name, 5)


# --- the shipped family -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mini_m() -> LanguageModel:
    return gptedu.load("mini-m")


def test_mini_m_sorts_by_labels_that_it_has_just_met(mini_m, world):
    found = shots.new_task(mini_m, world, (0, 12), 40, seed=9)
    assert found[0] <= 0.75
    assert found[12] >= 0.75


def test_mini_m_reads_one_word_in_two_ways(mini_m, world):
    tasks = {task: metric for task, metric in TASKS.items() if task.startswith("two-readings")}
    scores = shots.by_shots([mini_m], world, (0, 4), 20, seed=9, tasks=tasks)
    means = shots.averages(scores)["mini-m"]
    assert means[0] <= 0.75
    assert means[4] >= 0.85


def test_mini_m_translates_better_into_english_and_has_the_planted_skew(mini_m, world):
    found = shots.direction(mini_m, world, 20, seed=9)
    assert found["into"] > found["out of"] + 0.2
    probed = occupations.probe(mini_m, list(lexicon.JOBS))
    assert occupations.rank_correlation(probed, lexicon.JOBS) > 0.4
