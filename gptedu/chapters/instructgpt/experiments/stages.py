"""What each stage learns and forgets: fine-tuning, reward models, PPO, and their judges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from statistics import fmean
from typing import Any, cast

import gptedu
from gptedu import records
from gptedu.chapters.instructgpt.claims import EPOCHS
from gptedu.chapters.instructgpt.old_tasks import abilities, exam
from gptedu.chapters.instructgpt.prompted import prompted
from gptedu.evaluate.calibration import calibration_error
from gptedu.language_model import LanguageModel
from gptedu.records import Experiment, Run
from gptedu.rlhf.command import ppo_run
from gptedu.rlhf.judging import BUT_MANNERS, TRUE, hallucinated, mean_score, profile, win_rate
from gptedu.rlhf.labels.answers import MAX_TOKENS, K, rank_answers, sample_answers
from gptedu.rlhf.labels.comparisons import Comparison, agreement
from gptedu.rlhf.labels.demonstrations import demonstrations
from gptedu.rlhf.labels.labeler import (
    NOISE,
    SIMULATED,
    TIES,
    Labeler,
    Preference,
    TrueScore,
    refuses,
)
from gptedu.rlhf.labels.prompt_sets import prompt_sets
from gptedu.rlhf.ppo.config import PPOConfig
from gptedu.rlhf.ppo.record import PPORecord
from gptedu.rlhf.ppo.run import PPORun
from gptedu.rlhf.recipes import STAGES, STEPS, Stage
from gptedu.rlhf.reward.apprentice import Apprentice
from gptedu.rlhf.reward.fitting import RewardFitting, fit_to_rankings
from gptedu.rlhf.reward.scorer import Scorer, accuracy
from gptedu.rlhf.sft.loss import validation_loss
from gptedu.rlhf.sft.train import SFT, supervise

TESTED = 300  # prompts of users that no stage has met
FIRST = 100  # of them, on which the chapter tests its reward model
FEW = 1_000  # demonstrations, of which sixteen epochs are too many
COMPARISONS = (25, 100, 400, 1_600)
TASTED = 200  # rankings of a labeler with a taste of its own
BETAS = (0.0, 0.1, 0.3)
RANKINGS = 20
OTHER = Labeler("another", Preference(helpful=1.5, honest=0.5, length=2.0, polite=0.2), NOISE, TIES)
BASE, SFT_MODEL, JUDGE = "mini-m", "mini-m-sft", "mini-m-rm"
PPO, PPO_PTX = "mini-m-ppo", "mini-m-ppo-ptx"
SMALL, LARGE = "mini-s-ppo-ptx", "mini-l"


def sft_epochs(seed: int) -> Run:
    """Sixteen epochs of few demonstrations: loss on held-out ones, reward and true score."""
    instructions = prompt_sets().held_out[:TESTED]
    held_out = demonstrations(prompt_sets().validation, seed=1)

    def measure(epoch: int, lm: LanguageModel) -> dict[str, float]:
        answers = [answer for (answer,) in sample_answers(lm, instructions, seed=1)]
        rewards = _judge()([e.prompt + a for e, a in zip(instructions, answers, strict=True)])
        return {
            "loss": validation_loss(lm, held_out),
            "reward": float(rewards.mean()),
            "truth": mean_score(instructions, answers),
        }

    shown = demonstrations(prompt_sets().sft[seed * FEW : (seed + 1) * FEW])
    lm = gptedu.load(BASE, expect=LanguageModel)  # one of its own: it is trained
    done = supervise(lm, shown, SFT(epochs=EPOCHS), seed=seed, progress=False, on_epoch=measure)
    return {"curve": done.epochs}


def reward_models(seed: int) -> Run:
    """Accuracy on held-out comparisons by how many were learned from; and by labeler."""
    sft, judges = records.model(SFT_MODEL), _rankings(0)
    by_count = {}
    for count in COMPARISONS:
        scorer = _fitted(sft, count, seed)
        by_count[count] = {name: accuracy(scorer, ranked) for name, ranked in judges.items()}
    return {"by_count": by_count}


def judge(seed: int) -> Run:
    """The reward model that ships, on the rankings of several labelers; a seed draws the replies.

    "ordered": on the replies to the chapter's hundred prompts. "judges" and "agreement": on all.
    """
    answers, labels, again = _draws(seed)
    some = prompt_sets().held_out[:FIRST]
    replies = sample_answers(records.model(SFT_MODEL), some, K, seed=answers)
    judges = _rankings(seed)
    own = judges["its labeler"]
    twice = _ranked(seed, SIMULATED, again)
    return {
        "ordered": accuracy(_judge(), rank_answers(some, replies, SIMULATED, labels)),
        "judges": {name: accuracy(_judge(), ranked) for name, ranked in judges.items()},
        "agreement": {
            "a labeler with itself": agreement(own, twice),
            "two labelers": agreement(own, judges["another labeler"]),
            "a labeler with the true preference": agreement(own, judges["the true preference"]),
        },
    }


def _draws(seed: int) -> tuple[int, int, int]:
    """Seeds of the replies, of the labels, and of the same labeler asked again."""
    return 5 + 10 * seed, 11 + 10 * seed, 12 + 10 * seed


@cache
def _replies(seed: int) -> list[tuple[str, ...]]:
    return sample_answers(
        records.model(SFT_MODEL), prompt_sets().held_out[:TESTED], K, seed=_draws(seed)[0]
    )


def _ranked(seed: int, labeler: Labeler, labels: int) -> list[Comparison]:
    return rank_answers(prompt_sets().held_out[:TESTED], _replies(seed), labeler, labels)


def _rankings(seed: int) -> dict[str, list[Comparison]]:
    """Rankings of the same replies, by who made them."""
    labels = _draws(seed)[1]
    return {
        "its labeler": _ranked(seed, SIMULATED, labels),
        "another labeler": _ranked(seed, OTHER, labels + 2),
        "the true preference": _ranked(seed, Labeler("true"), 0),
    }


def _fitted(sft: LanguageModel, count: int, seed: int) -> Scorer:
    """A reward model from `count` rankings, with other prompts, answers and noise for each seed."""
    instructions = prompt_sets().rm[seed * COMPARISONS[-1] :][:count]
    model, _ = fit_to_rankings(
        sft,
        rank_answers(instructions, sample_answers(sft, instructions, K, seed), SIMULATED, seed),
        demonstrations(prompt_sets().validation[:100], seed=1),
        RewardFitting(epochs=3 if count < COMPARISONS[-1] else 1),
        seed,
        progress=False,
    )
    return Scorer(model, sft.tokenizer)


def overoptimisation(seed: int) -> Run:
    """The reward model's score and the true one while a policy trains, by beta.

    Each seed has a reward model of its own, from `RANKINGS` rankings, as a reader's has.
    """
    sft, how = records.model(SFT_MODEL), cast(PPOConfig, STAGES[PPO].how)
    instructions = prompt_sets().rm[seed * RANKINGS : (seed + 1) * RANKINGS]
    apprentice = Apprentice(sft, seed=seed)
    apprentice.learn(
        rank_answers(instructions, sample_answers(sft, instructions, K, seed), SIMULATED, seed)
    )
    runs = {}
    for beta in BETAS:
        stage = Stage(BASE, "ppo", replace(how, beta=beta))
        run = ppo_run(stage, sft, apprentice.scorer.model, seed)
        run.run(STEPS, progress=False)
        runs[beta] = _rows(run.record)
    return {"runs": runs}


def order(seed: int) -> Run:
    """Every stage by the true preference, by what it makes up, and on the base's old tasks.

    The policies of a seed are trained here; only those of seed 0 ship. The stages before them are
    the same for all.
    """
    stages = dict(_before_ppo())
    for name in (PPO, PPO_PTX):
        policy = _run(STAGES[name], seed).policy
        stages[name.removeprefix("mini-m-")] = _stage(policy)
    return {"stages": stages}


@cache
def _reference() -> list[str]:
    """The SFT model's replies, with which those of all stages are compared."""
    return _answers(records.model(SFT_MODEL), seed=1)


@cache
def _before_ppo() -> dict[str, Run]:
    base, sft = records.model(BASE), records.model(SFT_MODEL)
    prompts = prompted(prompt_sets().held_out[:TESTED], prompt_sets().sft[:400])
    replies = base.generate(prompts, max_tokens=MAX_TOKENS, stop="\n")
    return {"base": _stage(base), "base, prompted": _judged(replies), "sft": _stage(sft)}


def seeing_judge(seed: int) -> Run:
    """PPO against a judge that sees what the labeler sees: the true preference, not a network.

    The same start, settings and steps as `mini-m-ppo`; only the judge is another one.
    """
    sft, how = records.model(SFT_MODEL), cast(PPOConfig, STAGES[PPO].how)
    known = prompt_sets().ppo
    truth = TrueScore(known)
    value_from = _judge().model  # as for mini-m-ppo: only the rewards differ
    run = PPORun(
        sft,
        truth,
        [each.prompt for each in known],
        how,
        value_from=value_from,
        truth=truth,
        seed=seed,
    )
    run.run(STEPS, progress=False)
    instructions, before, after = (
        prompt_sets().held_out[:TESTED],
        _answers(sft, seed=2),
        _answers(run.policy, seed=2),
    )
    return {
        "before": profile(instructions, before) | {"truth": mean_score(instructions, before)},
        "after": profile(instructions, after) | {"truth": mean_score(instructions, after)},
        "preferred": win_rate(instructions, after, _reference()),
        "manners apart": win_rate(instructions, after, _reference(), BUT_MANNERS),
    }


def small_beats_large(seed: int) -> Run:
    """mini-s taught by PPO-ptx against mini-l, prompted as well as we can.

    A seed draws the examples and the answers. Drawn: both at temperature 1, as everywhere in this
    chapter. Likeliest: both always take the likeliest token.
    """
    instructions, examples = prompt_sets().held_out[:TESTED], prompt_sets().sft[:400]
    small, large = records.model(SMALL), records.model(LARGE)
    prompts = prompted(instructions, examples, seed=seed)
    rates: dict[str, float] = {}
    refused: dict[str, float] = {}
    for name, temperature in (("drawn", 1.0), ("likeliest", 0.0)):
        how: dict[str, Any] = {"max_tokens": MAX_TOKENS, "temperature": temperature, "seed": seed}
        replies = large.generate(prompts, stop="\n", **how)
        taught = small.generate([each.prompt for each in instructions], **how)
        rates[name] = win_rate(instructions, taught, replies)
        refused[name] = fmean(map(refuses, taught))
    return {"win_rates": rates, "refused": refused["drawn"]}


def tastes(seed: int) -> Run:
    """Labelers with tastes of their own, and the policies that they get: words in a reply."""
    sft = records.model(SFT_MODEL)
    likes = {
        "short": Labeler("short", lambda asked, answer: -len(answer.split()) / 4, 0.3),
        "long": Labeler("long", lambda asked, answer: len(answer.split()) / 4, 0.3),
    }
    lengths = {"before": _words(sft)}
    for name, labeler in likes.items():
        some = prompt_sets().rm[seed * TASTED : (seed + 1) * TASTED]
        rankings = rank_answers(some, sample_answers(sft, some, K, seed), labeler, seed)
        lengths[name] = _words(taught_by(sft, rankings, seed=seed))
    return lengths


def _words(lm: LanguageModel) -> float:
    """The mean length of a reply."""
    return fmean(len(reply.split()) for reply in _answers(lm, seed=1))


def _answers(lm: LanguageModel, seed: int) -> list[str]:
    """One reply to each prompt of the users whom no stage has met."""
    return [reply for (reply,) in sample_answers(lm, prompt_sets().held_out[:TESTED], seed=seed)]


def taught_by(
    sft: LanguageModel, rankings: Sequence[Comparison], steps: int = 20, seed: int = 0
) -> LanguageModel:
    """The whole way in small: a reward model from rankings, and a policy that follows it."""
    shown = demonstrations(prompt_sets().validation[:100], seed=1)
    model, _ = fit_to_rankings(sft, rankings, shown, RewardFitting(epochs=3), seed, progress=False)
    run = ppo_run(STAGES[PPO], sft, model, seed)
    run.run(steps, progress=False)
    return run.policy


def _judge() -> Scorer:
    return records.model(JUDGE, Scorer)


@cache
def _run(stage: Stage, seed: int) -> PPORun:
    """A whole PPO run from the shipped SFT and reward models; the same one where asked again."""
    run = ppo_run(stage, records.model(SFT_MODEL), _judge().model, seed)
    run.run(stage.steps, progress=False)
    return run


def _rows(record: PPORecord) -> list[Run]:
    """What figures need of a run's steps, with two answers of each."""
    names = ("step", "reward", "truth", "kl", "entropy", "length", "beta")
    return [
        {name: row[name] for name in names}
        | {"answers": [sample["answer"] for sample in row["samples"][:2]]}
        for row in record
    ]


def _stage(lm: LanguageModel) -> Run:
    """All that is asked of a stage: its replies judged, the old tasks, and calibration."""
    replies = _answers(lm, seed=2)
    confidence, right = exam(lm, TESTED)
    return _judged(replies) | {
        "abilities": abilities(lm),
        "calibration error": calibration_error(confidence, right),
        "confidence": float(confidence.mean()),
        "right": float(right.mean()),
    }


def _judged(replies: Sequence[str]) -> Run:
    instructions = prompt_sets().held_out[:TESTED]
    return {
        "win rate": win_rate(instructions, replies, _reference()),
        "truth": mean_score(instructions, replies, TRUE),
        "hallucinated": hallucinated(instructions, replies),
    }


EXPERIMENTS = {
    "sft-epochs": Experiment(
        sft_epochs, (BASE, JUDGE), {"demonstrations": FEW, "epochs": EPOCHS, "tested": TESTED}
    ),
    "reward-models": Experiment(
        reward_models, (SFT_MODEL,), {"comparisons": COMPARISONS, "tested": TESTED}
    ),
    "judge": Experiment(
        judge, (SFT_MODEL, JUDGE), {"tested": TESTED, "first": FIRST, "replies of each": K}
    ),
    "overoptimisation": Experiment(
        overoptimisation, (SFT_MODEL,), {"rankings": RANKINGS, "steps": STEPS, "betas": BETAS}
    ),
    "order": Experiment(order, (BASE, SFT_MODEL, JUDGE), {"tested": TESTED}),
    "seeing-judge": Experiment(
        seeing_judge, (SFT_MODEL, JUDGE), {"tested": TESTED, "steps": STEPS}
    ),
    "small-beats-large": Experiment(small_beats_large, (SMALL, LARGE), {"tested": TESTED}),
    "tastes": Experiment(tastes, (SFT_MODEL,), {"rankings": TASTED, "tested": TESTED}),
}
