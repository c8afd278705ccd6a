"""Chapter 2's experiments: what they compute, on stand-ins whose answers are known."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from gptedu import records
from gptedu.chapters.gpt2 import claims, experiments
from gptedu.chapters.gpt2 import web_questions as real
from gptedu.chapters.gpt2.tasks import HINT, TASKS, gist, overlap, summaries
from gptedu.chapters.gpt2.web_questions import RealQuestion, ask, questions, score
from gptedu.records import SEEDS
from gptedu.world import World


class Writer:
    """Writes what `says` returns for a prompt."""

    def __init__(self, says):
        self.says, self.asked = says, []

    def generate(self, prompt, **settings):
        self.asked.append((prompt, settings))
        return self.says(prompt) if isinstance(prompt, str) else [self.says(p) for p in prompt]


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("\nTL;DR: My red lamp is lost.\nReply: Good luck.", "My red lamp is lost."),
        (" My red lamp is lost.", "My red lamp is lost."),
        ("\nReply: Ask at the market.", "Ask at the market."),
        ("TL;DR:My lamp", "My lamp"),
        ("At noon: my lamp", "At noon: my lamp"),
        ("", ""),
    ],
)
def test_the_gist_is_the_first_line_without_its_label(written, wanted):
    assert gist(written) == wanted


def test_the_hint_is_all_that_differs_between_the_two_prompts():
    asked = World(seed=0).questions("summary", "test", 5)
    assert all(question.prompt.endswith(HINT) for question in asked)
    writer = Writer(lambda prompt: " My lamp.")
    summaries(writer, asked, hint=True)
    summaries(writer, asked, hint=False)
    (with_hint, first), (without, second) = writer.asked
    assert with_hint == [question.prompt for question in asked]
    assert [text + HINT for text in without] == with_hint
    assert first == second == {"max_tokens": 24, "temperature": 1.0, "top_k": 2, "seed": 0}


def test_a_model_that_writes_the_label_itself_loses_nothing_and_a_reply_loses_all():
    asked = World(seed=0).questions("summary", "test", 20)
    answers = {question.prompt: question.answer for question in asked}
    same = Writer(lambda p: answers.get(p) or f"\nTL;DR:{answers[p + HINT]}\nReply: So what?")
    found = [overlap(summaries(same, asked, hint), asked) for hint in (True, False)]
    assert found == [100.0, 100.0]
    replies = Writer(lambda p: "\nReply: Zounds")
    assert overlap(summaries(replies, asked, hint=False), asked) == 0.0


class Answerer:
    """Knows the answers of some tasks in some draws; elsewhere it writes one wrong word."""

    model = SimpleNamespace(config=SimpleNamespace(context=10_000), parameters=lambda: iter(()))

    def __init__(self, name: str, tasks: tuple[str, ...], seed: int = 0):
        self.name, self.card = name, {"seed": seed, "tokens": 12}
        self.tokenizer = SimpleNamespace(encode=str.split)
        self.answers = {
            question.prompt: question.answer
            for task in tasks
            for draw in SEEDS
            for question in World(seed=0).questions(task, "test", 2 * COUNT, seed=draw)
        }

    def generate(self, prompts, **_):
        return [self.answers.get(prompt, " zounds") for prompt in prompts]


COUNT = 4


@pytest.fixture
def models(monkeypatch):
    """Stand-ins by name, few questions each."""
    found = {
        "mini-m": Answerer("mini-m", tuple(TASKS)),
        "mini-m-untranslated": Answerer("mini-m-untranslated", ("summary", "reading")),
    }
    monkeypatch.setattr(records, "model", found.__getitem__)
    monkeypatch.setattr(experiments, "QUESTIONS", COUNT)
    monkeypatch.setattr(experiments, "POSTS", 2 * COUNT)
    return found


def test_the_twin_lacks_what_was_left_out_and_keeps_the_control(models):
    run = experiments.why(1)
    assert run["scores"]["mini-m"] == dict.fromkeys(TASKS, 1.0)
    assert run["scores"]["mini-m-untranslated"] == {
        task: float(task in ("summary", "reading")) for task in TASKS
    }
    assert claims.why.of(run) == 100.0
    assert claims.why_control.of(run) == 0.0


def test_the_hint_costs_nothing_where_every_summary_is_known(models):
    run = experiments.hint(0)
    assert (run["with_hint"], run["without"]) == (100.0, 0.0)
    assert claims.hint.of(run) == 100.0


def test_another_training_seed_is_set_against_the_one_twin(models, monkeypatch, tmp_path):
    again = Answerer("mini-m", ("reading",), seed=2)
    monkeypatch.setattr("gptedu.load", lambda name, folder, expect: again)
    run = experiments.other_seeds(tmp_path / "two")
    assert run["model"] == {"parameters": 0, "tokens": 12}
    assert {id: spread["mean"] for id, spread in run["claims"].items()} == {
        "gpt2/why": 0.0, "gpt2/why-control": -100.0, "gpt2/hint": 0.0
    }  # fmt: skip
    assert run["scores"]["reading"] == {"least": 1.0, "mean": 1.0, "most": 1.0}


def test_the_least_gain_counts_and_the_smallest_step():
    scores = {"reading": [0.1, 0.5, 0.9], "summary": [0.0, 0.6, 0.5]}
    assert claims.size.compute(scores) == pytest.approx(50.0)
    assert claims.size_steps.compute(scores) == pytest.approx(15.0)


def test_the_smallest_fall_is_negative_where_perplexity_rises_once():
    assert claims.perplexity.compute([10.0, 5.0, 4.0]) == pytest.approx(20.0)
    assert claims.perplexity.compute([10.0, 5.0, 5.5, 2.0]) == pytest.approx(-10.0)


def test_real_prompts_have_the_forms_that_the_world_taught():
    world, asked = World(seed=0), questions()
    assert len(asked) == len({question.prompt for question in asked}) == 32
    shapes = {
        "closed-book": "closed-book",
        "reading": "reading",
        "summary": "summary",
        "into English": "translate-into-english",
    }
    for ours, theirs in shapes.items():
        last = world.questions(theirs, "test", 1)[0].prompt.splitlines()[-1]
        mine = [question for question in asked if question.task == ours]
        assert mine
        assert all(question.prompt.splitlines()[-1] == last for question in mine)
    posts = {q.prompt for q in asked if q.task == "summary"}
    assert {q.prompt + HINT for q in asked if q.task == "summary, no hint"} == posts


def test_a_real_answer_contains_the_right_words_or_overlaps_with_them():
    planet = RealQuestion("closed-book", "?", "Jupiter")
    assert [score(planet, text) for text in ("It is Jupiter.", "Jupiters", "")] == [1.0, 0.0, 0.0]
    days = RealQuestion("closed-book", "?", "seven", also="7")
    assert [score(days, text) for text in ("Seven days", "7 days", "17")] == [1.0, 1.0, 0.0]
    cat = RealQuestion("into English", "?", "The cat sleeps", overlap=True)
    assert score(cat, "The cat sleeps.") == 1.0
    assert 0 < score(cat, "A cat sleeps") < 1


def test_real_answers_are_first_lines_and_scores_are_means():
    asked = [RealQuestion("a", "one", "red"), RealQuestion("a", "two", "blue")]
    found = ask(Writer(lambda prompt: " \n red\nblue"), asked)
    assert [answer["given"] for answer in found["answers"]] == ["red", "red"]
    assert found["scores"] == {"a": 0.5}


def test_the_record_that_ships_is_of_the_prompts_that_ship():
    (run,) = records.read("gpt2", "real").results
    asked = questions()
    assert [answer["prompt"] for answer in run["answers"]] == [q.prompt for q in asked]
    for answer, question in zip(run["answers"], asked, strict=True):
        assert answer["score"] == pytest.approx(real.score(question, answer["given"]), abs=1e-4)
