"""Chapter 2's experiments: what they compute, on stand-ins whose answers are known."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from gptedu import records
from gptedu.chapters.gpt2 import experiments
from gptedu.chapters.gpt2 import web_questions as real
from gptedu.chapters.gpt2.experiments import (
    FAMILY,
    HINT,
    SEEDS,
    TASKS,
    gains,
    gist,
    overlap,
    smallest_fall,
    summaries,
    why,
)
from gptedu.chapters.gpt2.web_questions import RealQuestion, ask, questions, score
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


def test_the_twin_lacks_what_was_left_out_and_keeps_the_control():
    lm, twin = Answerer("mini-m", tuple(TASKS)), Answerer("twin", ("summary", "reading"))
    found = why(lm, twin, World(seed=0), COUNT, seed=1)
    assert found["lost"]["translate-into-english"] == found["lost"]["closed-book"] == 100.0
    assert found["lost"]["summary"] == found["lost"]["reading"] == 0.0
    assert found["scores"]["twin"] == {
        task: float(task in ("summary", "reading")) for task in TASKS
    }
    found = why(twin, lm, World(seed=0), COUNT, seed=1)
    assert found["lost"]["translate-into-english"] == -100.0


def test_other_training_seeds_are_set_against_the_one_twin(monkeypatch, tmp_path):
    models = {
        "mini-m-untranslated": Answerer("mini-m-untranslated", ("summary",)),
        "one": Answerer("one", tuple(TASKS), seed=1),
        "two": Answerer("two", ("reading",), seed=2),
    }
    monkeypatch.setattr("gptedu.load", lambda name, folder=None: models[name])
    found = experiments.other_seeds([tmp_path / "one", tmp_path / "two"], COUNT)
    assert list(found) == ["1", "2"]
    one, two = found.values()
    assert (one["gpt2/why"]["least"], two["gpt2/why"]["most"]) == (100.0, 0.0)
    assert (one["gpt2/why-control"]["mean"], two["gpt2/why-control"]["mean"]) == (0.0, -100.0)
    assert one["gpt2/hint"]["mean"] == 100.0
    assert two["scores"]["reading"] == {"least": 1.0, "mean": 1.0, "most": 1.0}


def test_gains_are_points_from_the_smallest_to_the_largest():
    scores = {"xs": {"reading": 0.1}, "m": {"reading": 0.9}, "l": {"reading": 0.5}}
    assert gains(scores) == {"reading": pytest.approx(40.0)}


def test_the_smallest_fall_is_negative_where_perplexity_rises_once():
    assert smallest_fall([10.0, 5.0, 4.0]) == pytest.approx(20.0)
    assert smallest_fall([10.0, 5.0, 5.5, 2.0]) == pytest.approx(-10.0)


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
    record = experiments.read_record()
    asked = questions()
    assert [answer["prompt"] for answer in record["real"]["answers"]] == [q.prompt for q in asked]
    for answer, question in zip(record["real"]["answers"], asked, strict=True):
        assert answer["score"] == pytest.approx(real.score(question, answer["given"]), abs=1e-4)
    for run in record.get("why", ()):
        assert set(run["scores"]) == {experiments.BODY, experiments.TWIN}
    if "size" in record:
        for run in record["size"]:
            assert tuple(run["scores"]) == FAMILY
            assert all(set(found) == set(TASKS) for found in run["scores"].values())


@pytest.fixture
def nothing_at_hand(monkeypatch):
    def nowhere(name):
        raise FileNotFoundError(f"run `gptedu get {name}`")

    monkeypatch.setattr("gptedu.load", nowhere)
    monkeypatch.setattr(records, "at_hand", lambda names: {})


def test_what_is_not_there_is_left_out_and_keeps_its_figures(tmp_path, nothing_at_hand, capsys):
    out = tmp_path / "gpt2.json"
    kept = {"real": {"scores": {"a": 1}}, experiments.OTHER_SEEDS: {"1": {"tokens": 9}}}
    records.write(out, kept)
    experiments.main(["--count", "2", "--out", str(out)])
    assert records.read(out) == kept
    assert capsys.readouterr().out.splitlines() == [
        "size: left out, mini-xs, mini-s, mini-m, mini-l is not there",
        "hint: left out, mini-m is not there",
        "why: left out, mini-m, mini-m-untranslated is not there",
        "other training seeds: left out, no folders are given with --other-seeds",
        "real: left out, run `gptedu get smollm2-135m-instruct`",
    ]


def test_a_named_experiment_sets_its_part_of_the_record(tmp_path, monkeypatch, capsys):
    models = {"mini-m": Answerer("mini-m", tuple(TASKS))}
    monkeypatch.setattr(records, "at_hand", lambda names: models)
    out = tmp_path / "gpt2.json"
    records.write(out, {"count": COUNT, "claims": {"gpt2/why": 1}, "real": 2})
    experiments.main(["hint", "--count", str(COUNT), "--out", str(out)])
    found = records.read(out)
    spread = {"least": 100.0, "mean": 100.0, "most": 100.0}
    assert found["claims"] == {"gpt2/why": 1, "gpt2/hint": spread}
    assert [run["cost"] for run in found["hint"]] == [100.0] * 3
    assert found["models"] == {"mini-m": {"parameters": 0, "tokens": 12}}
    assert set(found) - {"hint", "real", "claims"} == {"about", "count", "seeds", "tasks", "models"}
    assert found["real"] == 2
    assert capsys.readouterr().out.startswith(f"gpt2/hint: {spread}\nhint: ")
    # All three of the record's parts are said to be of one count.
    with pytest.raises(SystemExit):
        experiments.main(["hint", "--count", "5", "--out", str(out)])
    assert f"give --count {COUNT}, or no names" in capsys.readouterr().err
    assert records.read(out) == found
