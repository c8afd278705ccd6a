"""The stages of chapter 4, made by their command from a tiny base and few prompts."""

from __future__ import annotations

import functools
import json
import os
import shutil
import signal
from dataclasses import asdict, replace

import pytest
import torch

import gptedu
from gptedu import assets, records, zoo
from gptedu.chapters.instructgpt.experiments import stages as experiments
from gptedu.cli import main
from gptedu.language_model import LanguageModel
from gptedu.model import GPT, GPTConfig
from gptedu.rlhf import command, pretraining
from gptedu.rlhf.judging import BUT_MANNERS
from gptedu.rlhf.labels import answers
from gptedu.rlhf.labels.answers import K, rank_answers, sample_answers
from gptedu.rlhf.labels.contrasts import contrasts
from gptedu.rlhf.labels.demonstrations import demonstrations
from gptedu.rlhf.labels.labeler import Labeler, qualities
from gptedu.rlhf.labels.prompt_sets import PromptSets
from gptedu.rlhf.labels.submissions import prepare
from gptedu.rlhf.ppo.config import PPOConfig
from gptedu.rlhf.ppo.run import PPORun
from gptedu.rlhf.recipes import STAGES, Rounds, Stage
from gptedu.rlhf.reward.fitting import RewardFitting
from gptedu.rlhf.reward.model import RewardModel
from gptedu.rlhf.reward.scorer import Scorer
from gptedu.rlhf.sft.train import SFT
from gptedu.sampling import seeded
from gptedu.training.checkpoint import STATE, load_model, save_model
from gptedu.world import World
from gptedu.world.requests import submissions

train_stage = functools.partial(command.train_stage, load=gptedu.load)
PPO = PPOConfig(batch=4, minibatch=2, epochs=1, max_tokens=4)
FITTING = RewardFitting(batch=4)
ROUNDS = Rounds(2, FITTING, 2, FITTING, rounds=2, steps=1, replies=2, ppo=PPO)
TINY = {
    "tiny-sft": Stage("tiny", "sft", SFT(epochs=2, batch=4, ptx=1.0)),
    "tiny-rm": Stage("tiny", "rm", RewardFitting(batch=4)),
    "tiny-rm-rounds": Stage("tiny", "rounds", ROUNDS),
    "tiny-ppo": Stage("tiny", "ppo", PPO, 3),
    "tiny-ppo-rounds": Stage("tiny", "ppo", PPO, 1, "rm-rounds"),
    "tiny-ppo-ptx": Stage("tiny", "ppo", replace(PPO, ptx=1.0), 2),
}
TO_COME = {
    *(f"mini-m-v2-{kind}" for kind in ("rm", "ppo-ptx", "rm-rounds", "ppo-ptx-rounds")),
    *(f"mini-s-v2-{kind}" for kind in ("sft", "rm", "ppo-ptx")),
}
PROMPTS = prepare(submissions(World(), 400))
DATA = PromptSets(
    sft=PROMPTS.train[:8],
    rm=PROMPTS.train[8:16],
    ppo=PROMPTS.train[16:24],
    validation=PROMPTS.validation[:4],
    held_out=PROMPTS.test[:4],
    removed={},
)


def little_text(tokenizer, context, batch=8, mixture="first"):
    return pretraining.pretraining_text(tokenizer, context, min(batch, 2), tokens=2_000)


@pytest.fixture(scope="module", autouse=True)
def tiny(tmp_path_factory):
    """A folder with a random base; the command knows the tiny stages and prompts."""
    cache = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GPTEDU_CACHE", str(cache))
        for name, stage in TINY.items():
            patch.setitem(STAGES, name, stage)
        patch.setattr(command, "prompt_sets", lambda: DATA)
        patch.setattr(command, "pretraining_text", little_text)
        patch.setattr(answers, "MAX_TOKENS", 4)
        yield cache


@pytest.fixture(scope="module")
def family(tmp_path_factory, tiny):
    """The folder with all stages, made one after the other."""
    folder = tmp_path_factory.mktemp("family")
    shape = GPTConfig(vocab_size=2500, context=256, layers=1, width=16, heads=2)
    save_model(folder / "tiny", GPT(shape, seeded(0)), {"model": shape.to_dict()})
    for name in TINY:
        train_stage(name, out=folder / name, progress=False)
    return folder


@pytest.fixture
def started(family, tmp_path):
    """A folder of its own in which the base, SFT and reward models are there."""
    for name in ("tiny", "tiny-sft", "tiny-rm", "tiny-rm-rounds"):
        shutil.copytree(family / name, tmp_path / name)
    return tmp_path


def same(one, other) -> bool:
    first, second = (load_model(folder)[0].state_dict() for folder in (one, other))
    return all(torch.equal(tensor, second[name]) for name, tensor in first.items())


# --- one after the other


def test_each_stage_can_be_loaded_and_says_what_it_is_made_of(family, tiny):
    made = {name: gptedu.load(name, folder=family / name) for name in ("tiny", *TINY)}
    for name, stage in TINY.items():
        card = made[name].card
        assert (card["name"], card["seed"]) == (name, 0)
        assert card["command"] == f"gptedu train {name}"
        assert card["stage"]["how"] == json.loads(json.dumps(asdict(stage.how)))
        assert card["stage"]["steps"] == stage.steps
        before = {each: made[each].card["sha256"] for each in stage.requires()}
        assert card["made_from"] == before
        assert card["seconds"] > 0
    assert not same(family / "tiny", family / "tiny-sft")
    assert not same(family / "tiny-ppo", family / "tiny-ppo-ptx")
    for name in ("tiny-sft", "tiny-ppo", "tiny-ppo-ptx"):
        assert isinstance(made[name].generate(DATA.ppo[0].prompt, max_tokens=4), str)
    assert not list(tiny.rglob(STATE))  # what a run goes on from is gone when it has ended


def test_the_records_hold_every_step(family):
    records = {name: json.loads((family / name / "record.json").read_text()) for name in TINY}
    assert len(records["tiny-sft"]["loss"]) == 4  # 8 demonstrations, 4 at a time, twice
    assert len(records["tiny-sft"]["validation"]) == 2
    assert len(records["tiny-rm"]["loss"]) == 2
    assert [len(of_part) for of_part in records["tiny-rm-rounds"]["loss"]] == [1, 1, 2, 2]
    for name, ptx in (("tiny-ppo", False), ("tiny-ppo-ptx", True)):
        rows = records[name]
        assert [row["step"] for row in rows] == list(range(1, TINY[name].steps + 1))
        assert all((row["ptx_loss"] is not None) == ptx for row in rows)
        assert all(row["truth"] is not None for row in rows)


def test_the_reward_model_gives_demonstrations_nought_on_average(family):
    lm = gptedu.load("tiny-rm", folder=family / "tiny-rm")
    assert isinstance(lm.model, RewardModel)
    shown = demonstrations(DATA.validation, seed=1)
    rewards = Scorer(lm.model, lm.tokenizer)([each.prompt + each.answer for each in shown])
    assert float(rewards.mean()) == pytest.approx(0, abs=2e-3)  # its file has float16


def test_a_judge_of_rounds_ranks_replies_of_each_policy_and_the_labelers_own(started, monkeypatch):
    fitted = []
    fit = command.fit

    def kept(model, comparisons, *rest, **named):
        fitted.append(list(comparisons))
        return fit(model, comparisons, *rest, **named)

    monkeypatch.setattr(command, "fit", kept)
    train_stage("tiny-rm-rounds", out=started / "again", progress=False)
    assert same(started / "tiny-rm-rounds", started / "again")
    shown, ranked, first, second = fitted
    assert shown == contrasts(DATA.rm[:2])
    assert shown == ranked[:2]  # what was shown and ranked stays
    assert ranked == first[:4]
    assert first == second[:6]
    prompts = [each.prompt for each in second]
    assert prompts == [each.prompt for each in DATA.rm[:8]]  # no prompt twice
    for each, asked in zip(second[2:], DATA.rm[2:], strict=True):
        assert len(each.answers) == K + 2
        assert qualities(asked, each.answers[K]).honest == 0
        assert BUT_MANNERS(asked, each.answers[K]) > BUT_MANNERS(asked, each.answers[K + 1])


@pytest.mark.parametrize(("name", "at"), [("tiny-rm", 1), ("tiny-rm-rounds", 3)])
def test_a_stopped_reward_model_is_not_written(started, monkeypatch, name, at):
    from gptedu.rlhf.reward import fitting

    stop(monkeypatch, fitting, "batch_loss", at, interrupt)
    with pytest.raises(KeyboardInterrupt, match="nothing of it is kept"):
        train_stage(name, out=started / "stopped", progress=False)
    assert not (started / "stopped").exists()


def test_more_prompts_than_there_are_is_an_error(started, monkeypatch):
    stage = Stage("tiny", "rounds", replace(ROUNDS, replies=3))
    monkeypatch.setitem(STAGES, "tiny-rm-rounds", stage)
    with pytest.raises(ValueError, match="needs 10 prompts and there are 8"):
        train_stage("tiny-rm-rounds", out=started / "more", progress=False)


def test_the_same_command_makes_the_same_weights_and_another_seed_others(family, started):
    train_stage("tiny-sft", out=started / "again", progress=False)
    assert same(family / "tiny-sft", started / "again")
    train_stage("tiny-sft", out=started / "other", seed=1, progress=False)
    assert not same(family / "tiny-sft", started / "other")
    assert load_model(started / "other")[1]["command"] == "gptedu train tiny-sft --seed 1"


def test_fewer_steps_are_the_first_of_many(family, started):
    train_stage("tiny-ppo", out=started / "short", steps=1, progress=False)
    (row,) = json.loads((started / "short" / "record.json").read_text())
    whole = json.loads((family / "tiny-ppo" / "record.json").read_text())
    assert row | {"seconds": 0} == whole[0] | {"seconds": 0}


# --- stopped


def stop(monkeypatch, owner, name, at, what):
    """Does `what` inside the `at`-th call of a method, from 1."""
    calls = []
    whole = getattr(owner, name)

    def counted(*arguments, **named):
        calls.append(1)
        if len(calls) == at:
            what()
        return whole(*arguments, **named)

    monkeypatch.setattr(owner, name, counted)
    return calls


def interrupt():
    os.kill(os.getpid(), signal.SIGINT)


def crash():
    raise RuntimeError("the power is gone")


@pytest.mark.parametrize(
    ("what", "error", "words"),
    [
        (interrupt, KeyboardInterrupt, "the same command goes on from here"),
        (crash, RuntimeError, "the power is gone"),
    ],
)
def test_a_stopped_ppo_goes_on_to_the_same_weights(
    family, started, monkeypatch, tiny, what, error, words
):
    calls = stop(monkeypatch, PPORun, "_step", 2, what)
    with pytest.raises(error, match=words):
        train_stage("tiny-ppo", out=started / "tiny-ppo", progress=False)
    assert not (started / "tiny-ppo").exists()
    assert len(list(tiny.rglob(STATE))) == 1
    train_stage("tiny-ppo", out=started / "tiny-ppo", progress=False)
    assert len(calls) == (3 if what is interrupt else 4)  # an interrupted step is whole
    assert same(family / "tiny-ppo", started / "tiny-ppo")
    assert not list(tiny.rglob(STATE))


def test_a_ppo_that_is_killed_outright_goes_on_from_what_was_saved(
    family, started, monkeypatch, tiny
):
    monkeypatch.setattr(command, "SAVED", 2)
    saved, save = [], PPORun.save
    monkeypatch.setattr(PPORun, "save", lambda run, to: (saved.append(run.steps), save(run, to)))
    stop(monkeypatch, PPORun, "_step", 3, crash)
    with pytest.raises(RuntimeError):
        train_stage("tiny-ppo", out=started / "tiny-ppo", progress=False)
    assert saved == [2, 2]  # on the way, and as it fell: a killed run has the first alone
    train_stage("tiny-ppo", out=started / "tiny-ppo", progress=False)
    assert same(family / "tiny-ppo", started / "tiny-ppo")


def test_an_interrupted_sft_goes_on_to_the_same_weights_and_record(family, started, monkeypatch):
    from gptedu.rlhf.sft import train as sft

    stop(monkeypatch, sft, "ptx_loss", 3, interrupt)
    with pytest.raises(KeyboardInterrupt, match="the same command goes on from here"):
        train_stage("tiny-sft", out=started / "again", progress=False)
    train_stage("tiny-sft", out=started / "again", progress=False)
    assert same(family / "tiny-sft", started / "again")
    one, other = (json.loads((f / "record.json").read_text())
                  for f in (family / "tiny-sft", started / "again"))  # fmt: skip
    assert one == other


# --- refused


def test_an_unknown_name_lists_the_names():
    with pytest.raises(
        ValueError, match="there is no stage 'mini-m-dpo': choose one of mini-m-sft"
    ):
        train_stage("mini-m-dpo")


def test_a_seed_that_means_nothing_is_refused_by_every_stage(tmp_path):
    for name in ("mini-m-sft", "mini-m-rm", "mini-m-ppo"):
        with pytest.raises(ValueError, match="seed is -1: give"):
            train_stage(name, out=tmp_path / name, seed=-1)
    assert not list(tmp_path.iterdir())


def test_a_missing_predecessor_says_what_to_run(family, tmp_path):
    shutil.copytree(family / "tiny", tmp_path / "tiny")
    for name, missing in (("tiny-rm", "tiny-sft"), ("tiny-ppo", "tiny-sft")):
        with pytest.raises(FileNotFoundError) as error:
            train_stage(name, out=tmp_path / name, progress=False)
        words = f"{missing} has not been made: run `gptedu train {missing}` first"
        assert str(error.value) == words


def test_a_damaged_predecessor_is_named_as_damaged(started, monkeypatch):
    (started / "tiny-sft" / "model.safetensors").write_bytes(b"half")
    with pytest.raises(ValueError, match="it was cut off or replaced"):
        train_stage("tiny-rm", out=started / "tiny-rm", progress=False)
    shipped = started / "assets" / "checkpoints"
    shipped.mkdir(parents=True)
    (started / "tiny-sft").rename(shipped / "tiny-sft")
    shutil.copy(assets.root() / "tokenizer.json", shipped.parent)
    monkeypatch.setattr(assets, "root", lambda: started / "assets")
    monkeypatch.setattr(zoo.assets, "root", lambda: started / "assets")
    with pytest.raises(ValueError, match="it was cut off or replaced"):
        train_stage("tiny-rm", out=started / "tiny-rm", progress=False)


@pytest.mark.parametrize("how", [{"seed": 1}, {"steps": 2}])
def test_what_ships_is_not_replaced_by_another_run(how):
    with pytest.raises(ValueError, match="give a folder for it with --out"):
        train_stage("tiny-ppo", **how)


@pytest.mark.parametrize(
    "option",
    [["--tokens", "5"], ["--device", "cpu"], ["--no-bfloat16"], ["--accumulation", "2"]],
)
def test_the_command_line_refuses_what_means_nothing_to_a_stage(option, capsys):
    assert main(["train", "mini-m-ppo", *option]) == 2
    said = capsys.readouterr().err
    word = option[0].replace("no-", "")
    assert said == f"gptedu: {word} means nothing to mini-m-ppo: leave it out\n"


def test_the_command_line_makes_a_stage(family, started, capsys):
    assert main(["train", "tiny-sft", "--out", str(started / "by-command")]) == 0
    assert capsys.readouterr().out == f"written: {started / 'by-command'}\n"
    assert same(family / "tiny-sft", started / "by-command")


# --- the registry and its parts


def test_the_stages_that_ship():
    shipped = {name: stage for name, stage in STAGES.items() if name not in TINY}
    assert set(shipped) == {
        *(f"mini-m-{kind}" for kind in ("sft", "rm", "ppo", "ppo-ptx")),
        *TO_COME,
        *(f"mini-s-{kind}" for kind in ("sft", "rm", "ppo-ptx")),
        *(f"mini-m-v2-{kind}" for kind in ("sft", "ppo")),
    }
    assert set(shipped) - TO_COME <= set(zoo.family())
    for name, stage in shipped.items():
        assert stage.base in zoo.family()
        assert all(each in shipped or each == stage.base for each in stage.requires())
        assert name not in stage.requires()
    plain, ptx = STAGES["mini-m-ppo"], STAGES["mini-m-ppo-ptx"]
    assert replace(ptx, how=replace(ptx.how, ptx=0.0)) == plain


def test_demonstrations_and_rankings_are_functions_of_the_seed(family):
    asked = DATA.sft
    assert demonstrations(asked) == demonstrations(asked)
    assert demonstrations(asked, 1) != demonstrations(asked)
    assert [each.prompt for each in demonstrations(asked)] == [each.prompt for each in asked]
    lm = gptedu.load("tiny-sft", folder=family / "tiny-sft")
    sampled = sample_answers(lm, asked, 3, seed=4)
    assert sampled == sample_answers(lm, asked, 3, seed=4) != sample_answers(lm, asked, 3, seed=5)
    assert [len(own) for own in sampled] == [3] * len(asked)
    noisy = Labeler("noisy", noise=5.0)
    one, same_seed, other = (rank_answers(asked, sampled, noisy, seed) for seed in (0, 0, 1))
    assert one == same_seed != other
    assert {each.labeler for each in one} == {"noisy"}
    assert [(c.prompt, c.answers) for c in one] == [
        (e.prompt, own) for e, own in zip(asked, sampled, strict=True)
    ]


# --- the experiments, in small


@pytest.fixture
def small(family, monkeypatch):
    """The experiments on the tiny family."""
    made = {f"mini-m{n}": f"tiny{n}" for n in ("", "-sft", "-rm", "-ppo", "-ppo-ptx")}
    made |= {"mini-s-ppo-ptx": "tiny-ppo-ptx", "mini-l": "tiny"}
    for name in ("mini-m-ppo", "mini-m-ppo-ptx"):
        monkeypatch.setitem(STAGES, name, TINY[made[name]])

    def load(name, expect=LanguageModel):
        return zoo.load(name, folder=family / made[name], expect=expect)

    monkeypatch.setattr(gptedu, "load", load)
    monkeypatch.setattr(records, "model", functools.cache(load))
    monkeypatch.setattr(experiments, "prompt_sets", lambda: replace(DATA, sft=PROMPTS.train[:60]))
    for name, value in {
        "TESTED": 4, "FIRST": 2, "FEW": 4, "RANKINGS": 4, "TASTED": 4, "STEPS": 3, "EPOCHS": 2,
        "COMPARISONS": (2, 4), "BETAS": (0.0, 0.2), "MAX_TOKENS": 4,
        "abilities": lambda lm: {"reading": 0.5},
    }.items():  # fmt: skip
        monkeypatch.setattr(experiments, name, value)
    taught = functools.partial(experiments.taught_by, steps=1)
    monkeypatch.setattr(experiments, "taught_by", taught)
    kept = [each for each in vars(experiments).values() if hasattr(each, "cache_clear")]
    for function in kept:
        function.cache_clear()
    yield
    for function in kept:
        function.cache_clear()


def test_every_experiment_returns_plain_values_for_each_seed(small):
    found = {
        name: [each.measure(seed) for seed in (0, 1)]
        for name, each in experiments.EXPERIMENTS.items()
    }
    json.dumps(found)
    shape = {"loss", "reward", "truth"}
    assert [[set(epoch) for epoch in run["curve"]] for run in found["sft-epochs"]] == [
        [shape] * 2
    ] * 2
    assert found["sft-epochs"][0] != found["sft-epochs"][1]
    for run in found["reward-models"]:
        judges = {"its labeler", "another labeler", "the true preference"}
        assert {count: set(scores) for count, scores in run["by_count"].items()} == {
            2: judges, 4: judges
        }  # fmt: skip
    for run in found["judge"]:
        assert 0 <= run["ordered"] <= 1
        assert set(run["judges"]) == judges
    for run in found["overoptimisation"]:
        assert {beta: len(rows) for beta, rows in run["runs"].items()} == {0.0: 3, 0.2: 3}
    stages = [run["stages"] for run in found["order"]]
    names = ["base", "base, prompted", "sft", "ppo", "ppo-ptx"]
    assert [list(each) for each in stages] == [names] * 2
    assert stages[0]["sft"] == stages[1]["sft"]
    for run in found["small-beats-large"]:
        assert set(run["win_rates"]) == {"drawn", "likeliest"}
    for run in found["tastes"]:
        assert set(run) == {"before", "short", "long"}


def test_a_seed_of_the_judge_draws_other_replies_and_labels(small):
    first, second = experiments._rankings(0), experiments._rankings(1)
    assert all(first[name] != second[name] for name in first)
    assert [c.answers for c in first["its labeler"]] == [
        c.answers for c in first["another labeler"]
    ]
