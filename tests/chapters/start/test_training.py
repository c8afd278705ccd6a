"""The chapter's run and its rival, and that the notebook's network is the package's."""

from __future__ import annotations

import ast
import math
import re
from pathlib import Path

import pytest
import torch

from gptedu.chapters.start import experiments, little_gpt, training
from gptedu.text import train_tokenizer

ROOT = Path(__file__).resolve().parents[3]
NOTEBOOK = ROOT / "chapters" / "source" / "00_start.py"


def test_pairs_are_counted_as_they_come():
    """abab...: after a always b. With nothing added its loss is 0, and with much it is blind."""
    read = torch.tensor([0, 1] * 50)
    rows = torch.tensor([[0, 1, 0, 1], [1, 0, 1, 0]])
    assert training.pair_loss(read, rows, 2, added=1e-9) == pytest.approx(0, abs=1e-6)
    assert training.pair_loss(read, rows, 2, added=1e9) == pytest.approx(math.log(2), abs=1e-4)
    wrong = torch.tensor([[0, 0]])  # a after a: never seen, and not impossible
    assert training.pair_loss(read, wrong, 2, added=0.5) == pytest.approx(-math.log(0.5 / 51))


def test_a_stream_has_every_page_behind_its_own_end_token():
    tokenizer = train_tokenizer(["aa bb"], 260)
    ids = training.stream(["a", "bb"], tokenizer).tolist()
    a, b = tokenizer.encode("a"), tokenizer.encode("bb")
    assert ids == [tokenizer.end, *a, tokenizer.end, *b]


def test_batches_are_stretches_and_rows_follow_each_other():
    ids = torch.arange(1000)
    drawn = training.batch(ids, torch.Generator().manual_seed(0))
    assert drawn.shape == (training.ROWS, training.CONTEXT)
    assert torch.equal(drawn - drawn[:, :1], torch.arange(training.CONTEXT).expand_as(drawn))
    assert len({row[0].item() for row in drawn}) > 1
    rows = training.rows(ids)
    assert torch.equal(rows.flatten(), ids[: rows.numel()])
    assert rows.shape == (1000 // training.CONTEXT, training.CONTEXT)


def test_the_seed_decides_the_run_and_the_shared_generator_is_left_alone():
    ids = torch.randint(training.VOCABULARY, (500,), generator=torch.Generator().manual_seed(0))
    state = torch.random.get_rng_state()
    one, again, other = (training.train(ids, seed, count=2) for seed in (0, 0, 1))
    assert torch.equal(state, torch.random.get_rng_state())
    same = [torch.equal(a, b) for a, b in zip(one.parameters(), again.parameters(), strict=True)]
    assert all(same)
    assert not torch.equal(one.token_embedding.weight, other.token_embedding.weight)
    assert not one.training


def test_the_steps_stop_in_evaluation_mode():
    model = torch.nn.Linear(1, 1)
    taken = []
    for step in training.steps(model, 3):
        assert model.training
        taken.append(step)
    assert taken == [0, 1, 2]
    assert not model.training


def test_an_experiment_compares_both_on_the_same_held_out_pages(monkeypatch):
    monkeypatch.setattr(training, "STEPS", 1)
    monkeypatch.setattr(training, "train", lambda ids, seed: little_gpt.GPT(800, 64, 1, 8, 1))
    run = experiments.bigram(0)
    assert run["gpt"] == pytest.approx(math.log(800), abs=0.1)  # it has learned nothing
    assert 1.5 < run["pairs"] < 2.5


# --- the notebook


def definitions(source: str) -> dict[str, ast.stmt]:
    """Name -> class or function, without types and docstrings."""
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            for each in ast.walk(node):
                if isinstance(each, ast.FunctionDef):
                    each.returns = None
                    for argument in each.args.args:
                        argument.annotation = None
            found[node.name] = node
    return found


def test_the_notebooks_network_is_the_packages_to_the_letter():
    shown = definitions(NOTEBOOK.read_text(encoding="utf-8"))
    ours = definitions(Path(little_gpt.__file__).read_text(encoding="utf-8"))
    assert set(ours) == {"Attention", "MLP", "Block", "GPT"}
    for name, node in ours.items():
        assert ast.unparse(shown[name]) == ast.unparse(node), name


def test_the_notebooks_run_has_the_experiments_sizes():
    text = NOTEBOOK.read_text(encoding="utf-8")
    sizes = f"layers={training.LAYERS}, width={training.WIDTH}, heads={training.HEADS}"
    assert text.count(sizes) == 2  # the learner's, and gptedu.model's beside it
    for name in ("CONTEXT", "STEPS", "ROWS"):
        assert re.search(rf"\b{name}\b.* = .*\b{getattr(training, name)}\b", text), name
    assert f"vocab_size={training.VOCABULARY}" in text
    assert text.count(f"{training.RATE:g}, STEPS)") == 1
    assert f"lr={training.RATE:g})" in text
    assert f"+ {experiments.ADDED:g}\n" in text
