"""Chapter 8's experiments: `gptedu measure safety [NAME ...]` records them.

What is measured of a model stands in a function that takes the model; which models it is measured
of is said by name below. `PILOTS` measures the same on the validation split, of any model.
"""

from __future__ import annotations

import dataclasses
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from statistics import fmean
from typing import Any

import torch

from gptedu import records
from gptedu.chapters.safety.choosing import calibration_of, truth_of
from gptedu.language_model import LanguageModel
from gptedu.records import Experiment, Run
from gptedu.rlhf.labels.answers import sample_answers
from gptedu.rlhf.labels.comparisons import Comparison
from gptedu.rlhf.labels.demonstrations import Demonstration
from gptedu.rlhf.labels.prompt_sets import prompt_sets
from gptedu.rlhf.ppo.run import PPORun
from gptedu.rlhf.reward.fitting import RewardFitting, fit
from gptedu.rlhf.reward.model import RewardModel
from gptedu.rlhf.reward.scorer import Scorer, accuracy
from gptedu.safety.classes import grade
from gptedu.safety.demonstrating import INFORMED, gold_labels, policy_demonstrations
from gptedu.safety.grader import LearnedGrader, agreement, learn
from gptedu.safety.judging import MAX_TOKENS, profile, sample_replies
from gptedu.safety.listing import ModelLister, ModelRewriter, left_out, made_up
from gptedu.safety.loop import LoopResult, length_matched, pair_quality, rankings, run_loop
from gptedu.safety.recipes import (
    BASE,
    BEGINNER,
    COMPARED,
    DECIDED,
    LONG,
    SAFE,
    STEPS,
    TEXTS,
    beginner,
    cooled,
    practised,
    prompted,
    taught,
)
from gptedu.safety.red_team import Replies, rounds
from gptedu.safety.rewards import PULL, PULLED, RequestIndex, SafetyReward, by_words, one_sided
from gptedu.safety.system import HELD_OUT, TRAINED, obeyed, steered, steered_demonstrations
from gptedu.sampling import seeded
from gptedu.world.policy import Enquiry, draw_enquiries, draw_sixes
from gptedu.world.policy.enquiries import NEW
from gptedu.world.requests import Instruction
from gptedu.zoo import FAMILY_V2

SPLIT = "test"
COUNT, EXAM = 300, 1_000
"""Requests, and questions of the exam: with 300 of these, chance moves an error as much as PPO."""
PRETRAINED, SFT_MODEL, PPO_MODEL, SMALL = "mini-m-v2", BASE, "mini-m-v2-ppo", "mini-s-v2"
PULLED_STEPS = 120
"""Of PPO, from a model that keeps to the policy."""
LABELS = 125
"""Requests with four labelled replies each."""
CLOSED = ("answer", "unsaid")
"""Kinds of request that the loop is for: questions about a text, which answers them or does not."""
LOOPED, WRITTEN, PICKED_FOR, DRAWN = 2_500, 8, 450, 64
"""Requests that go through the loop, and replies to each; then requests for which one reply is
picked, and among how many. In trials every reply as long as the first had something made up in 9%
of the requests, when there were 16, and in 4%, when there were 64."""
JUDGE = RewardFitting(epochs=3, learning_rate=5e-4, batch=16)
STEERED = 12_000
ATTACKED, ROUNDS, TRIES = 60, 3, 8
PLAIN = 500
"""Demonstrations without claims that are read again with a round's lessons."""


def learned_judge(small: LanguageModel, seed: int) -> tuple[LearnedGrader, float]:
    """A grader made of a small model and the labels of `LABELS` requests; and the share of replies
    to as many other requests to which it gives their class."""
    gold = gold_labels(draw_enquiries(LABELS, seed=300 + seed), seed=seed, steps=INFORMED)
    grader, _ = learn(small, gold, seed=seed)
    others = draw_enquiries(LABELS, "validation", seed=seed)
    return grader, agreement(grader, gold_labels(others, seed=seed, steps=INFORMED))


def judges(grader: LearnedGrader, known: RequestIndex) -> dict[str, SafetyReward]:
    """The four rewards of the chapter."""
    return {
        "rules": SafetyReward(known),
        "one-sided": one_sided(known),
        "words": by_words(known),
        "learned": SafetyReward(known, grader=grader),
    }


def rewards_of(
    lm: LanguageModel,
    seed: int,
    split: str,
    count: int,
    steps: int = STEPS,
    small: LanguageModel | None = None,
) -> Run:
    """PPO against each reward from one start: replies, their shares, and the grader's scores.

    small: see `learned_judge`; by default the model itself.
    """
    start = beginner(practised(lm, seed), seed)
    asked, train = enquiries_of(seed, split, count), prompted(seed)
    known = RequestIndex(train)
    grader, agreed = learned_judge(small or lm, seed)
    rewards = judges(grader, known)
    run = _rewarded(start, rewards, SafetyReward(known), train, asked, steps, seed)
    return {**run, "agreement": agreed}


def _rewarded(
    start: LanguageModel,
    rewards: Mapping[str, SafetyReward],
    oracle: SafetyReward,
    train: Sequence[Enquiry],
    asked: Sequence[Enquiry],
    steps: int,
    seed: int,
) -> Run:
    """PPO against each reward from one start: replies to `asked` before and after, their shares,
    and what the learned judge and the oracle say of the same steps."""
    replies = {"before": sample_replies(start, asked, seed=seed)}
    scores: list[dict[str, float]] = []
    for name, reward in rewards.items():
        run = PPORun(
            start,
            reward,
            [each.prompt for each in train],
            LONG,
            truth=oracle if name == "learned" else None,
            seed=seed,
        )
        cooled(run, steps)
        replies[name] = sample_replies(run.policy, asked, seed=seed)
        if name == "learned":
            scores = [{"grader": row["reward"], "oracle": row["truth"]} for row in run.record]
    profiles = {name: asdict(profile(asked, own)) for name, own in replies.items()}
    return {"profiles": profiles, "scores": scores, "replies": replies}


def pulled_of(
    start: LanguageModel,
    seed: int,
    split: str,
    count: int,
    steps: int = PULLED_STEPS,
    small: LanguageModel | None = None,
) -> Run:
    """A model that keeps to the policy learns on, and a right answer pays whoever asks: once with
    the classes by exact rules, and once by the learned judge, with its scores.

    small: see `learned_judge`; by default the model itself.
    """
    asked, train = enquiries_of(seed, split, count), prompted(seed)
    by_rules = SafetyReward(RequestIndex(train), PULLED)
    grader, _ = learned_judge(small or start, seed)
    rewards = {"rules": by_rules, "learned": dataclasses.replace(by_rules, grader=grader)}
    return _rewarded(start, rewards, by_rules, train, asked, steps, seed)


def judge_of(
    start: LanguageModel, seed: int, split: str, count: int, small: LanguageModel | None = None
) -> Run:
    """How often the learned judge is right: of labelled replies, and of what a model writes; and
    what share of the disallowed replies among these it takes for safe."""
    grader, labelled = learned_judge(small or start, seed)
    asked = enquiries_of(seed, split, count)
    graded = [
        (each, reply, grade(each, reply))
        for each, reply in zip(asked, sample_replies(start, asked, seed=seed), strict=True)
    ]
    told = [(each, reply) for each, reply, truth in graded if truth == "disallowed"]
    missed = sum(grader.grade(*each) == "safe" for each in told) / max(1, len(told))
    return {
        "agreement": {"labelled": labelled, "written": agreement(grader, graded)},
        "missed": missed,
    }


def enquiries_of(seed: int, split: str = SPLIT, count: int = COUNT) -> list[Enquiry]:
    """The requests of "rewards", to whose recorded replies its shares belong."""
    return draw_enquiries(count, split, seed=seed, new=NEW)


def loop_of(
    lm: LanguageModel,
    seed: int,
    split: str,
    count: int,
    looped: int = LOOPED,
) -> Run:
    """The loop on a model's own replies: what its pairs are worth, and what they teach."""
    sets = prompt_sets()
    asked = [each for each in sets.rm if each.kind in CLOSED][:looped]
    lister, rewriter = ModelLister(lm), ModelRewriter(lm, seed=seed)
    written = _each_with(asked, sample_answers(lm, asked, WRITTEN, seed=seed))
    results = run_loop(written, lister, rewriter)
    shortened = run_loop(written, lister, left_out)
    judge = _judge(lm, rankings(results), seed)
    of_pairs = _judge(lm, [each.pair for each in results if each.makes_pair], seed)
    unknown = sets.held_out if split == "test" else sets.validation
    held = [each for each in unknown if each.kind in CLOSED][:count]
    drawn = sample_answers(lm, held, DRAWN, seed=seed)
    first = [own[0] for own in drawn]
    chosen = {
        "first": first,
        "picked": _picks(judge, held, drawn, operator.ge),
        "as long": _picks(judge, held, drawn, operator.eq),
        "as long, pairs alone": _picks(of_pairs, held, drawn, operator.eq),
        "as long, at random": _picks(_at_random(seed), held, drawn, operator.eq),
    }
    matched = length_matched(run_loop(_each_with(held, drawn), made_up, rewriter))
    return {
        "listing": _listing(results),
        "pairs": {
            "left out": asdict(pair_quality(shortened)),
            "checked": asdict(pair_quality(results)),
            "unchecked": asdict(pair_quality([each.unchecked for each in results])),
        },
        "matched": accuracy(judge, matched),
        "pairs matched": len(matched),
        "made_up": {
            name: sum(bool(made_up(*each)) for each in zip(held, own, strict=True)) / len(held)
            for name, own in chosen.items()
        },
    }


def _judge(lm: LanguageModel, comparisons: Sequence[Comparison], seed: int) -> Scorer:
    """A reward model of a copy of a model, which knows these comparisons alone."""
    model = RewardModel.of(lm)
    fit(model, comparisons, lm.tokenizer, JUDGE, generator=seeded(seed), progress=False)
    return Scorer(model, lm.tokenizer)


def _listing(results: Sequence[LoopResult]) -> dict[str, float]:
    """How well the second step finds replies with something made up, by the oracle."""
    faulty = [bool(made_up(each.instruction, each.first)) for each in results]
    listed = [bool(each.listed) for each in results]
    both = sum(map(operator.and_, faulty, listed))
    return {
        "faulty": fmean(faulty),
        "recall": both / max(1, sum(faulty)),
        "precision": both / max(1, sum(listed)),
    }


def _each_with(
    asked: Sequence[Instruction], replies: Sequence[Sequence[str]]
) -> list[tuple[Instruction, str]]:
    """Every reply with its request; no reply twice to one."""
    pairs = zip(asked, replies, strict=True)
    return [(each, reply) for each, own in pairs for reply in dict.fromkeys(own)]


def _at_random(seed: int) -> Callable[[Sequence[str]], torch.Tensor]:
    """A judge without an opinion: what picking among as many replies brings by itself."""
    generator = seeded(seed)
    return lambda texts: torch.rand(len(texts), generator=generator)


def _picks(
    judge: Callable[[Sequence[str]], torch.Tensor],
    asked: Sequence[Instruction],
    drawn: Sequence[Sequence[str]],
    long_enough: Callable[[int, int], bool],
) -> list[str]:
    """Of each request's replies that with the highest reward, among those that are long enough
    beside the first one: who says less makes up less, and that is not what is asked."""
    picks = []
    for each, own in zip(asked, drawn, strict=True):
        first = len(own[0].split())
        left = [reply for reply in own if long_enough(len(reply.split()), first)]
        rewards = judge([each.prompt + reply for reply in left])
        picks.append(left[int(rewards.argmax())])
    return picks


def system_of(lm: LanguageModel, seed: int, split: str, count: int, shown: int = STEERED) -> Run:
    """A model taught to obey the system line: how often it does, by what the user wants."""
    lessons = steered_demonstrations(steered(shown, alone=0.2, seed=100 + seed), seed)
    learner = taught(lm, lessons, seed)
    found, gave_way = {}, {}
    for name, conflicts, alone in (
        ("held-out", HELD_OUT, 0.0), ("trained", TRAINED, 0.0), ("alone", TRAINED, 1.0),
    ):  # fmt: skip
        asked = steered(count, split, conflicts=conflicts, alone=alone, seed=seed)
        replies = learner.generate(
            [each.prompt for each in asked], max_tokens=MAX_TOKENS, temperature=1.0, seed=seed
        )
        found[name] = obeyed(asked, replies)
        gave_way[name] = sum(map(lambda e, r: e.gave_way(r), asked, replies)) / count
    return {"obeyed": found, "gave way": gave_way}


def red_team_of(
    lm: LanguageModel, seed: int, split: str, count: int, number: int = ROUNDS, tries: int = TRIES
) -> Run:
    """Rounds against a model that keeps to the policy, where it is asked for things."""
    asked = draw_sixes(-(-PLAIN // 6), seed=100 + seed)
    plain = policy_demonstrations(asked[:PLAIN], informed=1.0, seed=seed)
    targets = [_disallowed(count, split, 10 * seed + i) for i in range(number)]

    def harden(lessons: Sequence[Demonstration], place: int) -> Replies:
        return _replies(taught(lm, [*plain, *lessons], seed + place), seed)

    done = rounds(_replies(lm, seed), harden, targets, tries=tries, seed=seed)
    return {
        "rounds": [
            {
                "success": each.success,
                "held_out": each.held_out,
                "owners": each.owners,
                "owners_held_out": each.owners_held_out,
                "learned": each.learned,
            }
            for each in done
        ]
    }


def _disallowed(count: int, split: str, seed: int) -> list[Enquiry]:
    """So many requests for another person's thing."""
    drawn = draw_enquiries(6 * count, split, seed=seed, topics=("place",))
    return [each for each in drawn if not each.allowed][:count]


def _replies(lm: LanguageModel, seed: int) -> Replies:
    return lambda enquiries: sample_replies(lm, enquiries, seed=seed)


def rewards(seed: int) -> Run:
    """See `rewards_of`."""
    small = records.model(SMALL)
    return rewards_of(records.model(SFT_MODEL), seed, SPLIT, COUNT, small=small)


def pulled(seed: int) -> Run:
    """See `pulled_of`."""
    return pulled_of(records.model(SAFE), seed, SPLIT, COUNT, small=records.model(SMALL))


def judge(seed: int) -> Run:
    """See `judge_of`, where PPO begins."""
    return judge_of(records.model(BEGINNER), seed, SPLIT, COUNT, small=records.model(SMALL))


def loop(seed: int) -> Run:
    """See `loop_of`."""
    return loop_of(records.model(SFT_MODEL), seed, SPLIT, PICKED_FOR)


def truth(seed: int) -> Run:
    """See `truth_of`, for every size."""
    return {
        "accuracy": {name: truth_of(records.model(name), seed, SPLIT, COUNT) for name in FAMILY_V2}
    }


def system(seed: int) -> Run:
    """See `system_of`."""
    return system_of(records.model(SFT_MODEL), seed, SPLIT, COUNT)


def red_team(seed: int) -> Run:
    """See `red_team_of`."""
    return red_team_of(records.model(SAFE), seed, SPLIT, ATTACKED)


def calibration(seed: int) -> Run:
    """See `calibration_of`."""
    return calibration_of(records.model(PRETRAINED), records.model(PPO_MODEL), seed, SPLIT, EXAM)


_ASKED: dict[str, Any] = {"count": COUNT, "split": SPLIT}
_TAUGHT: dict[str, Any] = {"compared": COMPARED, "decided": DECIDED, "texts": TEXTS}
EXPERIMENTS = {
    "rewards": Experiment(
        rewards,
        (SFT_MODEL, SMALL),
        {**_ASKED, **_TAUGHT, "labels": 4 * LABELS, "steps": STEPS},
    ),
    "judge": Experiment(judge, (BEGINNER, SMALL), {**_ASKED, "labels": 4 * LABELS}),
    "pulled": Experiment(
        pulled,
        (SAFE, SMALL),
        {**_ASKED, "labels": 4 * LABELS, "steps": PULLED_STEPS, "pull": PULL},
    ),
    "loop": Experiment(
        loop,
        (SFT_MODEL,),
        {
            "split": SPLIT,
            "looped": LOOPED,
            "written": WRITTEN,
            "picked_for": PICKED_FOR,
            "drawn": DRAWN,
        },
    ),
    "truth": Experiment(truth, FAMILY_V2, _ASKED),
    "system": Experiment(system, (SFT_MODEL,), {**_ASKED, "taught": STEERED}),
    "red-team": Experiment(
        red_team,
        (SAFE,),
        {
            "split": SPLIT,
            "attacked": ATTACKED,
            "rounds": ROUNDS,
            "tries": TRIES,
            "plain": PLAIN,
        },
    ),
    "calibration": Experiment(
        calibration, (PRETRAINED, PPO_MODEL), {"count": EXAM, "split": SPLIT}
    ),
}
PILOTS = {
    "rewards": rewards_of,
    "judge": judge_of,
    "pulled": pulled_of,
    "loop": loop_of,
    "truth": truth_of,
    "system": system_of,
    "red-team": red_team_of,
}
"""Name -> (model, seed, split, count) -> what is measured: for pilots, on the validation split."""
