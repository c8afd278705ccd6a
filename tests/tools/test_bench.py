"""The benchmark compares like with like, and `import gptedu` stays light; no speed is judged."""

from __future__ import annotations

import contextlib
import dataclasses
import subprocess
import sys
import time

import psutil
import pytest
import torch

from gptedu.model import GPTConfig
from gptedu.rlhf.ppo.config import PPOConfig
from gptedu.rlhf.reward.model import RewardModel
from gptedu.sampling import seeded
from gptedu.tools import bench
from gptedu.tools.bench import timing
from gptedu.tools.bench.ppo import sides
from gptedu.tools.bench.timing import Line, busy_process, measure
from gptedu.tools.bench.transformers_ppo import left_padded
from gptedu.tools.notebook import Cost
from tiny_rlhf import tiny_lm

TINY = GPTConfig(vocab_size=61, context=128, layers=1, width=16, heads=2)


@pytest.fixture(scope="module")
def lines():
    pytest.importorskip("transformers")
    return [
        bench.training("training", TINY, 2, 3, aim=1.2),
        bench.generation("generation", TINY, 2, 3, aim=2.0),
    ]


def test_both_sides_compute_the_same():
    pytest.importorskip("transformers")
    ours, theirs = bench.pair(TINY)
    ids = torch.randint(61, (2, 20), generator=seeded(0))
    with torch.no_grad():
        torch.testing.assert_close(ours(ids), theirs(ids).logits, atol=1e-5, rtol=0)


def test_a_line_has_both_speeds_and_their_ratio(lines):
    for line in lines:
        assert line.ours > 0
        assert line.theirs > 0
        assert line.slower is None


class Stage:
    """Two sides on a clock of their own: ours slower beside the busy process."""

    def __init__(self, monkeypatch):
        self.now, self.busy = 0.0, False
        monkeypatch.setattr(timing, "busy_process", self.beside)

    @contextlib.contextmanager
    def beside(self):
        self.busy = True
        yield
        self.busy = False

    def ours(self):
        self.now += 3.0 if self.busy else 2.0

    def theirs(self):
        assert not self.busy
        self.now += 5.0


def test_sides_are_timed_in_turn_and_ours_beside_a_busy_process(monkeypatch):
    pytest.importorskip("transformers")
    stage = Stage(monkeypatch)
    line = measure(
        "x", stage.ours, stage.theirs, 10, 3, 2.0, contended=True, clock=lambda: stage.now
    )
    assert line == Line("x", "tokens/s", 5.0, 2.0, 2.5, 2.0, 1.5)


def test_the_busy_process_ends_with_the_block(monkeypatch):
    started = []
    popen = timing.subprocess.Popen
    monkeypatch.setattr(
        timing.subprocess, "Popen", lambda *a, **k: started.append(popen(*a, **k)) or started[0]
    )
    with contextlib.suppress(KeyError), busy_process():
        assert started[0].poll() is None
        raise KeyError
    assert started[0].poll() is not None


def test_the_busy_process_ends_with_the_one_that_started_it():
    script = (
        "import subprocess, sys\nfrom gptedu.tools.bench.timing import BUSY\n"
        "print(subprocess.Popen([sys.executable, '-c', BUSY], stdout=subprocess.DEVNULL).pid)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    process = int(done.stdout)
    while psutil.pid_exists(process) and psutil.Process(process).status() != "zombie":
        time.sleep(0.05)


def test_importing_gptedu_loads_neither_torch_nor_transformers():
    assert bench.import_time(tries=1)["loaded"] == []


def test_the_table_says_all(lines):
    slow = dataclasses.replace(lines[1], slower=1.04)
    result = {
        "machine": "torch 2.13.0, up to 2 threads",
        "speed": [lines[0], slow],
        "chapters": {"01_gpt1": Cost(35, 0.9), "02_gpt2": Cost(140, 0.8)},
        "import": {"seconds": 0.05, "limit": 0.3, "loaded": []},
    }
    text = bench.table(result)
    for word in ("training", "generation", ">= 1.2", ">= 2", "2 threads", "neither torch"):
        assert word in text
    assert text.count("tokens/s") == 2
    assert text.count("1.04 x as long") == text.count("<= 2") == 1
    assert "01_gpt1, as built: 35 s, 0.90 GB\n" in text
    assert "02_gpt2, as built: 140 s, 0.80 GB (more than 120 s)\n" in text
    result["import"]["loaded"] = ["torch"]
    assert "loads torch" in bench.table(result)


def test_another_text_is_no_comparison(monkeypatch):
    pytest.importorskip("transformers")
    monkeypatch.setattr(bench, "generate", lambda model, prompts, count: [[0]] * len(prompts))
    with pytest.raises(RuntimeError, match="different texts"):
        bench.generation("generation", TINY, 2, 1, aim=2.0)


# --- PPO ----------------------------------------------------------------------------------------

PROMPTS = ["abc", "gf", "e", "aabbcc", "dcba", "fed", "bb", "cafe", "dad", "fab", "ebb", "age"]
HOW = PPOConfig(batch=12, minibatch=12, epochs=2, max_tokens=8, learning_rate=1e-3)


def both(config=HOW):
    """PPORun and the plain loop with the same weights, sharp enough that answers differ."""
    pytest.importorskip("transformers")
    lm = tiny_lm(sharp=3.0)
    rewards = RewardModel.of(tiny_lm(seed=1, sharp=3.0))
    torch.nn.init.normal_(rewards.head.weight, generator=seeded(0))
    rewards.shift += 0.5
    return sides(lm, rewards, PROMPTS, config)


@pytest.mark.parametrize("answers", [1, 2])
def test_both_sides_do_as_many_episodes_and_updates(answers, monkeypatch):
    config = PPOConfig(batch=6, answers=answers, minibatch=2, epochs=3, max_tokens=5)
    ours, theirs = both(config)
    torch.manual_seed(0)
    asked = []
    answer = theirs.answer
    monkeypatch.setattr(theirs, "answer", lambda rows: asked.extend(rows) or answer(rows))
    updates = {"ours": 0, "theirs": 0}
    read = []

    def counted(name, function):
        def call(*arguments, **named):
            updates[name] += 1
            return function(*arguments, **named)

        return call

    ours.learner.optimiser.step = counted("ours", ours.learner.optimiser.step)
    theirs.optimiser.step = counted("theirs", theirs.optimiser.step)

    def count(module, arguments):
        read.extend([1] * len(arguments[0]) if torch.is_grad_enabled() else [])

    theirs.value_model.register_forward_pre_hook(count)
    before = [each.detach().clone() for each in theirs.weights]
    prompts = ours.roll_out().prompts
    first, second = ours.step(), theirs.step()
    assert len(set(prompts)) == len(set(map(tuple, asked))) == 6 // answers
    assert asked[::answers] == asked[answers - 1 :: answers]  # one behind the other
    assert updates == {"ours": 9, "theirs": 9}
    assert len(read) == 18  # each episode once an epoch
    assert first["episodes"] == second["episodes"] == config.batch
    assert all((a != b).any() for a, b in zip(before, theirs.weights, strict=True))


@pytest.mark.parametrize("answers", [1, 4])
def test_both_sides_learn_the_same_from_the_same_answers(answers):
    ours, theirs = both(dataclasses.replace(HOW, answers=answers))
    torch.manual_seed(0)
    rollout = ours.roll_out()
    episodes = rollout.episodes
    assert not bool(rollout.finished.all())
    assert bool(rollout.finished.any())
    # Ours pads on the right, behind the answer; theirs in front of the prompt, and behind.
    starts = episodes.answer_mask.int().argmax(dim=1).tolist()
    prompts = [row[:start].tolist() for row, start in zip(episodes.ids, starts, strict=True)]
    ids, mask = left_padded(prompts)
    width, longest = ids.shape[1], int(episodes.answer_mask.sum(dim=1).max())
    answers = torch.zeros(len(prompts), longest, dtype=torch.long)
    answered = torch.zeros(len(prompts), longest, dtype=torch.bool)
    for row, own in enumerate(episodes.answer_mask):
        count = int(own.sum())
        answers[row, :count] = episodes.ids[row, own]
        answered[row, :count] = True
    row = ours.step()
    found = theirs.learn(torch.cat([ids, answers], 1), torch.cat([mask, answered], 1), width)
    for name in ("reward", "kl", "length", "policy_loss", "value_loss"):
        assert found[name] == pytest.approx(row[name], rel=1e-3, abs=1e-5), name
    mine = ours.policy.model.token_embedding.weight
    torch.testing.assert_close(theirs.policy.transformer.wte.weight, mine, atol=1e-4, rtol=0)
    assert not torch.equal(mine, ours.reference.token_embedding.weight)


def test_plain_answers_end_at_the_end_and_count_it():
    _, theirs = both()
    torch.manual_seed(1)
    prompts = [[0, 1, 2, 3], [0, 7], [0, 5, 6]] * 20
    ids, mask, width = theirs.answer(prompts)
    assert width == 4
    for prompt, row, real in zip(prompts, ids.tolist(), mask.tolist(), strict=True):
        assert row[width - len(prompt) : width] == prompt
        assert real[:width] == [False] * (width - len(prompt)) + [True] * len(prompt)
        answer = row[width:]
        length = answer.index(0) + 1 if 0 in answer else len(answer)
        assert real[width:] == [True] * length + [False] * (len(answer) - length)
    assert len({tuple(row) for row in mask[:, width:].tolist()}) > 1
