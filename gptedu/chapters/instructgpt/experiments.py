"""Chapter 4's experiments, over seeds, for its record.

Each function returns plain values for `assets/records/instructgpt.json`. A seed draws answers,
rankings, prompts and the order of training; the models before a stage are those that ship.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any, cast

import gptedu
from gptedu import records
from gptedu.chapters.instructgpt.old_tasks import abilities, exam
from gptedu.chapters.instructgpt.prompted import prompted
from gptedu.evaluate.calibration import calibration_error
from gptedu.language_model import LanguageModel
from gptedu.rlhf.command import ppo_run
from gptedu.rlhf.judging import TRUE, hallucinated, mean_score, win_rate
from gptedu.rlhf.labels.answers import MAX_TOKENS, K, rank_answers, sample_answers
from gptedu.rlhf.labels.comparisons import Comparison, agreement
from gptedu.rlhf.labels.demonstrations import demonstrations
from gptedu.rlhf.labels.labeler import NOISE, TIES, Labeler, Preference, refuses
from gptedu.rlhf.labels.prompt_sets import prompt_sets
from gptedu.rlhf.ppo.config import PPOConfig
from gptedu.rlhf.ppo.record import PPORecord
from gptedu.rlhf.ppo.run import PPORun
from gptedu.rlhf.recipes import STAGES, STEPS, Stage
from gptedu.rlhf.reward.apprentice import Apprentice
from gptedu.rlhf.reward.fitting import RewardFitting, fit_to_rankings
from gptedu.rlhf.reward.model import RewardModel
from gptedu.rlhf.reward.scorer import Scorer, accuracy
from gptedu.rlhf.sft.loss import validation_loss
from gptedu.rlhf.sft.train import SFT, supervise

TESTED = 300  # prompts of users that no stage has met
FEW = 1_000  # demonstrations, of which sixteen epochs are too many
EPOCHS = 16
COMPARISONS = (25, 100, 400, 1_600)
TASTED = 200  # rankings of a labeler with a taste of its own
BETAS = (0.0, 0.1, 0.3)
RANKINGS = 20
OTHER = Labeler("another", Preference(helpful=1.5, honest=0.5, length=2.0, polite=0.2), NOISE, TIES)
SIMULATED = Labeler("simulated", noise=NOISE, ties=TIES)

Found = dict[str, Any]


def sft_epochs(seeds: Sequence[int]) -> Found:
    """Sixteen epochs of few demonstrations: loss on held-out ones, reward and true score."""
    scorer, asked = _scorer("mini-m"), prompt_sets().held_out[:TESTED]
    held_out = demonstrations(prompt_sets().validation, seed=1)

    def measure(epoch: int, lm: LanguageModel) -> dict[str, float]:
        answers = [answer for (answer,) in sample_answers(lm, asked, seed=1)]
        rewards = scorer([e.prompt + a for e, a in zip(asked, answers, strict=True)])
        return {
            "loss": validation_loss(lm, held_out),
            "reward": float(rewards.mean()),
            "truth": mean_score(asked, answers),
        }

    curves: list[list[dict[str, float]]] = []
    for seed in seeds:
        shown = demonstrations(prompt_sets().sft[seed * FEW : (seed + 1) * FEW])
        lm = gptedu.load("mini-m")
        done = supervise(lm, shown, SFT(epochs=EPOCHS), seed=seed, progress=False, on_epoch=measure)
        curves.append(done.epochs)
    return {"demonstrations": FEW, "epochs": EPOCHS, "curves": curves}


def reward_models(seeds: Sequence[int]) -> Found:
    """Accuracy on held-out comparisons by how many were learned from; and of whom."""
    sft, asked = gptedu.load("mini-m-sft"), prompt_sets().held_out[:TESTED]
    answers = sample_answers(sft, asked, K, seed=5)
    first, again = (rank_answers(asked, answers, SIMULATED, seed) for seed in (11, 12))
    judges = {
        "its labeler": first,
        "another labeler": rank_answers(asked, answers, OTHER, 13),
        "the true preference": rank_answers(asked, answers, Labeler("true")),
    }
    by_count: Found = {}
    for count in COMPARISONS:
        scorers = [_fitted(sft, count, seed) for seed in seeds]
        scores = [
            {name: accuracy(scorer, judged) for name, judged in judges.items()}
            for scorer in scorers
        ]
        by_count[str(count)] = {name: [score[name] for score in scores] for name in judges}
    shipped = _scorer("mini-m")
    return {
        "by comparisons": by_count,
        "shipped": {name: accuracy(shipped, judged) for name, judged in judges.items()},
        "agreement": {
            "a labeler with itself": agreement(first, again),
            "two labelers": agreement(first, judges["another labeler"]),
            "a labeler with the true preference": agreement(first, judges["the true preference"]),
        },
    }


def _fitted(sft: LanguageModel, count: int, seed: int) -> Scorer:
    """A reward model from `count` rankings, with other prompts, answers and noise for each seed."""
    asked = prompt_sets().rm[seed * COMPARISONS[-1] :][:count]
    model, _ = fit_to_rankings(
        sft,
        rank_answers(asked, sample_answers(sft, asked, K, seed), SIMULATED, seed),
        demonstrations(prompt_sets().validation[:100], seed=1),
        RewardFitting(epochs=3 if count < COMPARISONS[-1] else 1),
        seed,
        progress=False,
    )
    return Scorer(model, sft.tokenizer)


def overoptimisation(seeds: Sequence[int]) -> Found:
    """The reward model's score and the true one while a policy trains, by beta.

    Each seed has a reward model of its own, from `RANKINGS` rankings, as a reader's has.
    """
    sft, how = gptedu.load("mini-m-sft"), cast(PPOConfig, STAGES["mini-m-ppo"].how)
    runs: Found = {str(beta): [] for beta in BETAS}
    for seed in seeds:
        asked = prompt_sets().rm[seed * RANKINGS : (seed + 1) * RANKINGS]
        apprentice = Apprentice(sft, seed=seed)
        apprentice.learn(rank_answers(asked, sample_answers(sft, asked, K, seed), SIMULATED, seed))
        for beta in BETAS:
            stage = Stage("mini-m", "ppo", replace(how, beta=beta))
            run = ppo_run(stage, sft, apprentice.scorer.model, seed)
            run.run(STEPS, progress=False)
            runs[str(beta)].append(_rows(run.record))
    return {"rankings": RANKINGS, "runs": runs}


def order(seeds: Sequence[int]) -> Found:
    """Every stage by the true preference, by what it makes up, and on the base's old tasks.

    The policies of a seed are trained here; only those of seed 0 ship.
    """
    base, sft = gptedu.load("mini-m"), gptedu.load("mini-m-sft")
    asked, examples = prompt_sets().held_out[:TESTED], prompt_sets().sft[:400]
    reference = [answer for (answer,) in sample_answers(sft, asked, seed=1)]
    said = base.generate(prompted(asked, examples), max_tokens=MAX_TOKENS, stop="\n")
    stages = {
        "base": [_stage(base, [a for (a,) in sample_answers(base, asked, seed=2)], reference)],
        "base, prompted": [_judged(said, reference)],
        "sft": [_stage(sft, [a for (a,) in sample_answers(sft, asked, seed=2)], reference)],
    }
    for name in ("mini-m-ppo", "mini-m-ppo-ptx"):
        policies = [_run(STAGES[name], "mini-m", seed).policy for seed in seeds]
        stages[name.removeprefix("mini-m-")] = [
            _stage(lm, [a for (a,) in sample_answers(lm, asked, seed=2)], reference)
            for lm in policies
        ]
    return {"tested": TESTED, "stages": stages}


def small_beats_large(seeds: Sequence[int]) -> Found:
    """mini-s taught by PPO-ptx against mini-l, prompted as well as we can.

    A seed draws the examples and the answers. Drawn: both at temperature 1, as everywhere in this
    chapter. Likeliest: both always take the likeliest token.
    """
    asked, examples = prompt_sets().held_out[:TESTED], prompt_sets().sft[:400]
    small, large = gptedu.load("mini-s-ppo-ptx"), gptedu.load("mini-l")
    rates: dict[str, list[float]] = {"drawn": [], "likeliest": []}
    refused: list[float] = []
    for seed in seeds:
        prompts = prompted(asked, examples, seed=seed)
        for name, temperature in (("drawn", 1.0), ("likeliest", 0.0)):
            how: Found = {"max_tokens": MAX_TOKENS, "temperature": temperature, "seed": seed}
            said = large.generate(prompts, stop="\n", **how)
            taught = small.generate([each.prompt for each in asked], **how)
            rates[name].append(win_rate(asked, taught, said))
            if name == "drawn":
                refused.append(statistics.mean(map(refuses, taught)))
    return {
        "parameters": {lm.name: records.size(lm) for lm in (small, large)},
        "win rates": rates,
        "small refuses": refused,
    }


def tastes(seeds: Sequence[int]) -> Found:
    """Labelers with tastes of their own, and the policies that they get."""
    sft, asked = gptedu.load("mini-m-sft"), prompt_sets().held_out[:TESTED]
    likes = {
        "short": Labeler("short", lambda asked, answer: -len(answer.split()) / 4, 0.3),
        "long": Labeler("long", lambda asked, answer: len(answer.split()) / 4, 0.3),
    }
    before = [answer for (answer,) in sample_answers(sft, asked, seed=1)]
    found: Found = {"before": statistics.mean(len(answer.split()) for answer in before)}
    for name, labeler in likes.items():
        lengths = []
        for seed in seeds:
            some = prompt_sets().rm[seed * TASTED : (seed + 1) * TASTED]
            rankings = rank_answers(some, sample_answers(sft, some, K, seed), labeler, seed)
            policy = taught_by(sft, rankings, seed=seed)
            after = [answer for (answer,) in sample_answers(policy, asked, seed=1)]
            lengths.append(statistics.mean(len(answer.split()) for answer in after))
        found[name] = lengths
    return found


def taught_by(
    sft: LanguageModel, rankings: Sequence[Comparison], steps: int = 20, seed: int = 0
) -> LanguageModel:
    """The whole way in small: a reward model from rankings, and a policy that follows it."""
    shown = demonstrations(prompt_sets().validation[:100], seed=1)
    model, _ = fit_to_rankings(sft, rankings, shown, RewardFitting(epochs=3), seed, progress=False)
    run = ppo_run(STAGES["mini-m-ppo"], sft, model, seed)
    run.run(steps, progress=False)
    return run.policy


@cache
def _scorer(base: str) -> Scorer:
    lm = gptedu.load(f"{base}-rm")
    return Scorer(cast(RewardModel, lm.model), lm.tokenizer)


@cache
def _run(stage: Stage, base: str, seed: int) -> PPORun:
    """A whole PPO run from the shipped SFT and reward models; the same one where asked again."""
    run = ppo_run(stage, gptedu.load(f"{base}-sft"), gptedu.load(f"{base}-rm").model, seed)
    run.run(stage.steps, progress=False)
    return run


def _rows(record: PPORecord) -> list[Found]:
    """What figures need of a run's steps, with two answers of each."""
    names = ("step", "reward", "truth", "kl", "entropy", "length", "beta")
    return [
        {name: row[name] for name in names}
        | {"answers": [sample["answer"] for sample in row["samples"][:2]]}
        for row in record
    ]


def _stage(lm: LanguageModel, answers: Sequence[str], reference: Sequence[str]) -> Found:
    """All that is asked of a stage: its answers judged, the old tasks, and calibration."""
    confidence, right = exam(lm, TESTED)
    return _judged(answers, reference) | {
        "abilities": abilities(lm),
        "calibration error": calibration_error(confidence, right),
        "confidence": float(confidence.mean()),
        "right": float(right.mean()),
    }


def _judged(answers: Sequence[str], reference: Sequence[str]) -> Found:
    asked = prompt_sets().held_out[:TESTED]
    return {
        "win rate": win_rate(asked, answers, reference),
        "truth": mean_score(asked, answers, TRUE),
        "hallucinated": hallucinated(asked, answers),
    }


EXPERIMENTS = {
    "sft-epochs": sft_epochs,
    "reward-models": reward_models,
    "overoptimisation": overoptimisation,
    "order": order,
    "small-beats-large": small_beats_large,
    "tastes": tastes,
}


def read_record() -> Found:
    """What ships: experiment -> what its function returned."""
    return records.read("instructgpt.json")


def main(arguments: Sequence[str] | None = None) -> None:
    records.main(EXPERIMENTS, "instructgpt.json", arguments, description=__doc__)


if __name__ == "__main__":
    main()
