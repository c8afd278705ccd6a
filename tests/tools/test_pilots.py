"""Pilots are measured as they should be: votes are counted right, and a record is a record."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from gptedu import records
from gptedu.tools import pilots
from gptedu.world import TASKS, World
from gptedu.world.questions.added import ADDED_TASKS

WORLD = World(seed=0)


class Solver(SimpleNamespace):
    """Stands in for a model: it looks the answer up, and is wrong where chance says so."""

    def generate(self, prompts, max_tokens, temperature=0.0, stop=None, seed=0):
        written = []
        for number, prompt in enumerate(prompts):
            right = self.answers[prompt]
            wrong = temperature > 0 and (number + seed) % 3 == 0
            written.append(f" 1 and 1 is 2. The answer is {int(right) + wrong * (1 + seed)}")
        return written


def solver(count: int) -> Solver:
    return Solver(
        name="solver",
        answers={
            question.prompt: question.answer.split()[-1]
            for steps in (2, 3, 4, 5)
            for question in WORLD.questions(f"told/sums/{steps}/think", "validation", count)
        },
    )


def test_a_vote_corrects_slips_that_spread():
    found = pilots.vote(solver(5), WORLD, 20)
    assert found["greedy"] == 1.0
    assert found["one path"] == pytest.approx(2 / 3, abs=0.1)
    assert found["vote of 16"] == 1.0
    assert found["ways, greedy"] == {"running": 20}
    assert sum(count for _, count in found["by share"].values()) == 20
    assert found["right by way"]["back"] is None


def test_every_ability_is_a_task():
    for task, ks in pilots.ABILITIES:
        assert task in TASKS or task in ADDED_TASKS
        assert max(ks) <= len(WORLD.questions(task, "validation", 1)[0].demonstrations)


def test_a_pilots_record_is_a_record(tmp_path, monkeypatch):
    lm = solver(5)
    lm.name, lm.card = "tiny-1M", {"recipe": {"name": "tiny"}}
    monkeypatch.setattr(records, "origin", lambda lm: {"parameters": 1})
    monkeypatch.setitem(pilots.PARTS, "vote", lambda lm, world, count, seed: {"greedy": seed / 3})
    record = pilots.record_of(lm, "a try", 5, [0, 1], ["vote"])
    path = records.write(record, tmp_path)
    assert path == tmp_path / "pilots" / "tiny-1M.json"
    assert records.load(path).results == [{"vote": {"greedy": 0.0}}, {"vote": {"greedy": 0.3333}}]
    assert records.load(path).settings["note"] == "a try"


def test_pilots_are_listed_with_what_was_measured_of_them(tmp_path, monkeypatch, capsys):
    assert pilots.overview(tmp_path) == "no pilot has a record"
    monkeypatch.setattr(records, "origin", lambda lm: {"parameters": 1, "tokens": 6_000_000})
    scores = {"greedy": 0.5, "one path": 0.25, "vote of 16": 0.75}
    monkeypatch.setitem(pilots.PARTS, "vote", lambda *_: scores)
    monkeypatch.setitem(pilots.PARTS, "race", lambda lm, world, count, seed: {"mean gain": seed})
    lm = solver(5)
    for lm.name, parts in (("a-6M", ["vote"]), ("b-6M", ["race", "vote"])):
        lm.card = {}
        records.write(pilots.record_of(lm, "a try", 5, [1, 2], parts), tmp_path)
    pilots.main(["--out", str(tmp_path)])
    votes = "vote, greedy 0.50; vote, one path 0.25; vote, vote of 16 0.75; a try"
    assert capsys.readouterr().out.splitlines() == [
        f"a-6M: 6,000,000 tokens; {votes}",
        f"b-6M: 6,000,000 tokens; race, mean gain 1.50; {votes}",
    ]


def test_copies_along_the_training_are_measured_by_what_they_had_read(monkeypatch):
    monkeypatch.setattr(records, "origin", lambda lm: {"parameters": 1})
    monkeypatch.setitem(pilots.PARTS, "vote", lambda lm, world, count, seed: {"greedy": 1.0})
    monkeypatch.setitem(
        pilots.PARTS, "comparing", lambda lm, world, count, seed: {"claims": lm.card["tokens"] / 8}
    )
    models = [SimpleNamespace(name="a", card={"tokens": tokens}) for tokens in (2, 4, 8)]
    record = pilots.record_of(models[-1], "", 5, [0], ["vote", "comparing"], models[:-1])
    assert record.results == [
        {
            "vote": {"greedy": 1.0},
            "comparing": {"claims": 1.0},
            "along": {2: {"comparing": {"claims": 0.25}}, 4: {"comparing": {"claims": 0.5}}},
        }
    ]


def test_what_is_kept_of_a_run_is_found_in_order_finished_or_not(tmp_path):
    for name in ("step-000100", "step-000020"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "card.json").write_text("{}")
    copies = [tmp_path / "step-000020", tmp_path / "step-000100"]
    assert pilots.kept(tmp_path) == copies
    (tmp_path / "card.json").write_text("{}")
    assert pilots.kept(tmp_path) == [*copies, tmp_path]
    with pytest.raises(FileNotFoundError, match="holds no model: give what a run has written"):
        pilots.main([str(tmp_path / "step-000020" / "nothing")])


def test_pages_that_compare_are_asked_of_the_validation_split(monkeypatch):
    asked = []
    monkeypatch.setattr(pilots, "verdict_accuracy", lambda lm, made: asked.append(made) or 0.5)
    assert set(pilots.comparing(solver(5), WORLD, 3).values()) == {0.5}
    assert [len(made) for made in asked] == [3] * len(pilots.PAGES)
    again = pilots.pages(WORLD.facts, "claims", "validation", 3, 0)
    assert again in asked
    assert again != pilots.pages(WORLD.facts, "claims", "validation", 3, 1)
