"""The table of abilities: its tasks exist, its figures are those of the evaluation."""

from __future__ import annotations

import pytest

from gptedu.evaluate.accuracy import evaluate
from gptedu.language_model import LanguageModel
from gptedu.model import GPT, GPTConfig
from gptedu.records import Record
from gptedu.sampling import seeded
from gptedu.text import train_tokenizer
from gptedu.tools import readiness
from gptedu.tools.readiness import CELLS, Cell, measure, table, with_mean
from gptedu.world import World


@pytest.fixture(scope="module")
def world() -> World:
    return World(seed=0)


@pytest.fixture(scope="module")
def lm(world) -> LanguageModel:
    tokenizer = train_tokenizer((d.text for d in world.documents(count=300)), 500)
    config = GPTConfig(tokenizer.vocab_size, 256, layers=1, width=8, heads=1)
    model = GPT(config, seeded(0))
    return LanguageModel(model, tokenizer, "random", {"tokens": 3_200_000})


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.label)
def test_the_world_has_what_every_cell_asks(world, cell):
    assert cell.task in world.tasks
    for question in world.questions(cell.task, "test", 3):
        assert len(question.demonstrations) >= max(cell.ks)
        assert cell.metric != "choice" or question.answer in question.choices


def test_the_issues_abilities_are_all_there():
    ks = {cell.label: cell.ks for cell in CELLS}
    assert ks["pairs/opposite"] == (0, 1, 2, 4, 8)
    assert ks["sorting by invented labels"] == (0, 1, 2, 4, 8, 12)
    for way in ("direct", "worked"):
        assert all(f"sums of {steps} steps, {way}" in ks for steps in range(2, 7))


def test_a_cell_is_an_evaluation(world, lm):
    cells = (Cell("sorting", "sorting", (0, 4)), Cell("reading", "reading"))
    abilities = measure([lm], world, count=6, seed=3, cells=cells)
    direct = evaluate(lm, world.questions("sorting", "test", 6, seed=3), 4, "choice")
    measured = abilities["random"]
    assert measured["sorting"][4]["accuracy"] == direct.accuracy
    assert list(measured["sorting"]) == [0, 4]
    assert list(measured["reading"]) == [0]


def test_the_table_has_a_line_for_each_ability_and_a_figure_for_each_k():
    def abilities(first: float, second: float) -> dict:
        pairs = {0: {"accuracy": first}, 1: {"accuracy": second}}
        return {
            "pairs/a": pairs,
            "pairs/b": {k: {"accuracy": 0.5} for k in (0, 1)},
            "reading": {0: {"accuracy": 0.25}},
        }

    origin = {"parameters": 1234, "tokens": 3_200_000}
    record = Record(
        "readiness", "family", [], 1, None, {}, {"x": origin, "y": {"parameters": 9}},
        {"questions": 9, "split": "test"}, {},
        [{"abilities": {"x": abilities(0, 0.5), "y": abilities(0.1, 1)}}],
    )  # fmt: skip
    lines = table(record).split("\n")
    assert lines[0] == "| per cent right | x | y |"
    assert "| tokens read | 3.2M |  |" in lines
    assert "| pairs/a, K = 0 · 1 | 0 · 50 | 10 · 100 |" in lines
    assert f"| {readiness.PAIRS}, K = 0 · 1 | 25 · 50 | 30 · 75 |" in lines
    assert "| reading | 25 | 25 |" in lines
    assert lines[-1] == "9 questions of the test split in a cell."


def test_the_mean_is_over_relations_only():
    one = {"pairs/a": {0: {"accuracy": 1.0}}, "reading": {0: {"accuracy": 0.0}}}
    assert with_mean(one) == one
    two = {**one, "pairs/b": {0: {"accuracy": 0.0}}}
    assert with_mean(two)[readiness.PAIRS] == {0: {"accuracy": 0.5}}
