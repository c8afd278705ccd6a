"""`gptedu train mini-m-ppo` and the like: makes one stage, the same for everyone."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, cast

from gptedu import checks
from gptedu.assets import write_whole
from gptedu.console import Stopped
from gptedu.language_model import LanguageModel
from gptedu.model.text_model import TextModel
from gptedu.rlhf.labels.answers import K, rank_answers, sample_answers
from gptedu.rlhf.labels.comparisons import Comparison
from gptedu.rlhf.labels.contrasts import contrasts, written
from gptedu.rlhf.labels.demonstrations import demonstrations
from gptedu.rlhf.labels.labeler import SIMULATED, TrueScore
from gptedu.rlhf.labels.prompt_sets import prompt_sets
from gptedu.rlhf.ppo.config import PPOConfig
from gptedu.rlhf.ppo.run import PPORun
from gptedu.rlhf.pretraining import Pretraining, pretraining_text
from gptedu.rlhf.recipes import STAGES, Rounds, Stage
from gptedu.rlhf.reward.fitting import RewardFitting, fit, fit_to_rankings
from gptedu.rlhf.reward.model import RewardModel, save_reward_model
from gptedu.rlhf.reward.scale import shift_to_zero
from gptedu.rlhf.reward.scorer import Scorer
from gptedu.rlhf.sft.loss import validation_loss
from gptedu.rlhf.sft.train import SFT, supervise
from gptedu.sampling import seeded
from gptedu.training.checkpoint import STATE, save_model
from gptedu.training.command import TOKENIZER, model_before, state_folder, target_folder
from gptedu.training.loop import RECORD
from gptedu.training.recipes import mixture_read
from gptedu.training.record import machine, source_commit
from gptedu.world import VERSION

SFT_WINDOWS = 2  # of pretraining text, beside the demonstrations of a step
SAVED = 5  # steps of PPO after which its state is written
STOPPED = "stopped; the same command goes on from here"


def train_stage(
    name: str,
    *,
    out: str | Path | None = None,
    seed: int = 0,
    steps: int | None = None,
    progress: bool = True,
    load: Callable[..., TextModel],
) -> Path:
    """Makes one of `STAGES` from the models before it, and returns the folder that was written.

    load: `gptedu.load`, which stands above this part.
    out: a folder for the result; the models before it are then looked for in the folders beside it,
    and among those that ship where they are not there. By default the shipped files are replaced,
    which another seed or number of steps may not do. steps: of PPO, instead of the stage's.

    Supervised fine-tuning and PPO go on where they were stopped when the same is asked for again; a
    reward model, made in minutes, starts over. Raises ValueError for an unknown name, and
    FileNotFoundError where a model before it has not been made.
    """
    if name not in STAGES:
        raise ValueError(f"there is no stage {name!r}: choose one of {', '.join(STAGES)}")
    seed = checks.seed("seed", seed)
    unlike = "another seed or other steps" if seed or steps is not None else ""
    target = target_folder(name, out, unlike)
    stage = STAGES[name]
    if steps is not None:
        stage = dataclasses.replace(stage, steps=steps)
    before: dict[str, Any] = {each: model_before(each, target, load) for each in stage.requires()}
    card = {
        "name": name,
        "kind": "gpt",
        "command": f"gptedu train {name}" + (f" --seed {seed}" if seed else ""),
        "stage": dataclasses.asdict(stage),
        "seed": seed,
        "made_from": {each: lm.card.get("sha256") for each, lm in before.items()},
        "world": VERSION,
        "commit": source_commit(),
    }
    work = state_folder(name, {k: v for k, v in card.items() if k != "commit"})
    began = time.perf_counter()
    model, record = _MAKE[stage.kind](stage, before, seed, work, progress)
    parameters = next(model.parameters())
    card |= {"seconds": time.perf_counter() - began, "machine": machine(parameters.device)}
    if isinstance(model, RewardModel):
        save_reward_model(target, model, card)
    else:
        save_model(target, model, card | {"model": model.config.to_dict()})
    if mixture_read(stage.base) != "first":  # which brings a tokenizer of its own
        before[stage.base].tokenizer.save(target / TOKENIZER)
    write_whole(target / RECORD, (json.dumps(record) + "\n").encode())
    (work / STATE).unlink(missing_ok=True)
    return target


def _make_sft(
    stage: Stage, before: dict[str, Any], seed: int, work: Path, progress: bool
) -> tuple[Any, Any]:
    lm = before[stage.base]
    held_out = demonstrations(prompt_sets().validation, seed=1)
    done = supervise(
        lm,
        demonstrations(prompt_sets().sft),
        cast(SFT, stage.how),
        seed=seed,
        progress=progress,
        pretraining=_pages(stage, lm, SFT_WINDOWS),
        on_epoch=lambda epoch, model: validation_loss(model, held_out),
        state=work / STATE,
    )
    done.or_stop(STOPPED)
    return lm.model, {"loss": done.losses, "validation": done.epochs}


def _make_rm(
    stage: Stage, before: dict[str, Any], seed: int, work: Path, progress: bool
) -> tuple[Any, Any]:
    sft, instructions = before[f"{stage.base}-sft"], prompt_sets().rm
    answers = sample_answers(sft, instructions, K, seed + 1)
    comparisons = rank_answers(instructions, answers, SIMULATED, seed)
    shown = demonstrations(prompt_sets().validation[:200], seed=1)
    model, done = fit_to_rankings(
        sft, comparisons, shown, cast(RewardFitting, stage.how), seed, progress
    )
    return model, {"loss": done.or_stop().losses}


def _make_rounds(
    stage: Stage, before: dict[str, Any], seed: int, work: Path, progress: bool
) -> tuple[Any, Any]:
    sft, how, prompts = before[f"{stage.base}-sft"], cast(Rounds, stage.how), prompt_sets().rm
    needed = how.contrasts + how.rankings + how.rounds * how.replies
    if needed > len(prompts):
        raise ValueError(
            f"a judge of these rounds needs {needed} prompts and there are {len(prompts)}: "
            "give fewer rankings"
        )
    left = iter(prompts)
    losses: list[list[float]] = []
    model = RewardModel.of(sft)

    def learn(comparisons: list[Comparison], fitting: RewardFitting) -> None:
        generator = seeded(seed + len(losses))
        done = fit(
            model, comparisons, sft.tokenizer, fitting, generator=generator, progress=progress
        )
        losses.append(done.or_stop().losses)
        shift_to_zero(model, sft.tokenizer, [each.text for each in shown])

    def ranked(count: int, policies: Sequence[LanguageModel]) -> list[Comparison]:
        """Replies of the policies in turn, and two that the labeler writes."""
        asked = list(islice(left, count))
        drawn = [
            sample_answers(policy, asked, K // len(policies), seed + 1 + i)
            for i, policy in enumerate(policies)
        ]
        own = [written(each, f"{seed}/ranked/{i}")[:2] for i, each in enumerate(asked)]
        answers = [sum(each, ()) for each in zip(*drawn, own, strict=True)]
        return rank_answers(asked, answers, SIMULATED, seed + len(losses))

    shown = demonstrations(prompt_sets().validation[:200], seed=1)
    kept = contrasts(list(islice(left, how.contrasts)), seed)  # in every part, or it forgets them
    learn(kept, how.shown)
    rankings = ranked(how.rankings, [sft])
    learn(kept + rankings, how.ranked)
    kept += rankings[: how.replies]  # as many as each round adds
    for number in range(how.rounds):
        run = ppo_run(Stage(stage.base, "ppo", how.ppo), sft, model, seed + 1 + number)
        run.run(how.steps, progress=progress)
        kept += ranked(how.replies, [run.policy, sft])
        learn(kept, how.ranked)
    return model, {"loss": losses}


def _make_ppo(
    stage: Stage, before: dict[str, Any], seed: int, work: Path, progress: bool
) -> tuple[Any, Any]:
    sft, rewards = before[f"{stage.base}-sft"], before[f"{stage.base}-{stage.judge}"].model
    run = ppo_run(stage, sft, rewards, seed)
    if (work / STATE).is_file():
        run.resume(work)

    def save(row: dict[str, Any]) -> None:
        if row["step"] % SAVED == 0:
            run.save(work)

    try:
        run.run(stage.steps - run.steps, progress=progress, on_step=save)
    except KeyboardInterrupt:
        raise Stopped(STOPPED) from None
    finally:
        if run.steps < stage.steps:
            run.save(work)
    return run.policy.model, run.record


def ppo_run(stage: Stage, sft: LanguageModel, rewards: Any, seed: int = 0) -> PPORun:
    """The PPO run of a stage, untrained; its true score is recorded beside its reward."""
    instructions, how = prompt_sets().ppo, cast(PPOConfig, stage.how)
    return PPORun(
        sft,
        Scorer(rewards, sft.tokenizer),
        [each.prompt for each in instructions],
        how,
        value_from=rewards,
        truth=TrueScore(instructions),
        pretraining=_pages(stage, sft) if how.ptx else None,
        seed=seed,
    )


def _pages(stage: Stage, lm: LanguageModel, batch: int = 8) -> Pretraining:
    """Text of the web that the stage's base has read."""
    mixture, context = mixture_read(stage.base), lm.model.config.context
    return pretraining_text(lm.tokenizer, context, batch, mixture=mixture)


_MAKE: dict[str, Callable[..., tuple[Any, Any]]] = {
    "sft": _make_sft,
    "rm": _make_rm,
    "rounds": _make_rounds,
    "ppo": _make_ppo,
}
