"""What replies are like, counted: why the judge likes what it likes, and what its pick is worth.

Nothing is trained here. A seed draws the replies.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from statistics import fmean

from gptedu import records
from gptedu.chapters.instructgpt.old_tasks import OLD_TASKS
from gptedu.evaluate.accuracy import evaluate
from gptedu.evaluate.answers import words
from gptedu.records import Experiment, Run
from gptedu.rlhf.judging import TRUE, profile
from gptedu.rlhf.labels.answers import MAX_TOKENS, K, sample_answers
from gptedu.rlhf.labels.labeler import POLITE, TrueScore, qualities, refuses
from gptedu.rlhf.labels.prompt_sets import prompt_sets
from gptedu.rlhf.reward.scorer import Reward, Scorer
from gptedu.world import World
from gptedu.world.requests import Instruction

SFT_MODEL, JUDGE, PPO = "mini-m-sft", "mini-m-rm", "mini-m-ppo"
ASKED = 300  # prompts of users that no stage has met
FIRST = 100  # of them, on which the chapter tests its reward model
EIGHT = 8  # replies, of which a judge picks the best
QUESTIONS = 60  # of each of chapter 2's tasks


def refusals(seed: int) -> Run:
    """How often the SFT model's replies to questions are right, by whether they refuse.

    Right: it helps, and says nothing false. About half of the questions have no answer in the text.
    """
    asked = [each for each in prompt_sets().held_out[:ASKED] if each.kind in ("answer", "unsaid")]
    replies = sample_answers(records.model(SFT_MODEL), asked, K, seed=_seed(seed))
    right: dict[bool, list[bool]] = {True: [], False: []}
    for each, own in zip(asked, replies, strict=True):
        for reply in own:
            its = qualities(each, reply)
            right[refuses(reply)].append(its.helpful == 1 and its.honest == 0)
    return {
        "without an answer": fmean(each.kind == "unsaid" for each in asked),
        "refusals": {"count": len(right[True]), "right": fmean(right[True])},
        "statements": {"count": len(right[False]), "right": fmean(right[False])},
    }


def manners(seed: int) -> Run:
    """Pairs of replies that the true score tells apart: do their manners differ, too?

    "alike" and "other": pairs with as many polite phrases, and pairs with another number; how many
    there are, and the share that the judge orders rightly. "over-polite": replies with more than
    one phrase.
    """
    asked = prompt_sets().held_out[:FIRST]
    replies = sample_answers(records.model(SFT_MODEL), asked, K, seed=_seed(seed))
    judge = records.model(JUDGE, Scorer)
    found: dict[bool, list[float]] = {True: [], False: []}
    for each, own in zip(asked, replies, strict=True):
        rewards = judge([each.prompt + reply for reply in own]).tolist()
        judged = [
            (_phrases(a), TRUE(each, a), reward) for a, reward in zip(own, rewards, strict=True)
        ]
        for (polite, true, reward), (polite_2, true_2, reward_2) in combinations(judged, 2):
            if true != true_2:
                order = (reward > reward_2) == (true > true_2)
                found[polite == polite_2].append(0.5 if reward == reward_2 else float(order))
    return {
        "alike": {"count": len(found[True]), "right": fmean(found[True])},
        "other": {"count": len(found[False]), "right": fmean(found[False])},
        "over-polite": sum(_phrases(reply) > 1 for own in replies for reply in own),
    }


def best_of(seed: int) -> Run:
    """What replies are like: one each, and the pick of a judge among eight.

    "one", "picked" by the true score, and "by the judge" of rankings.
    """
    asked = prompt_sets().held_out[:FIRST]
    eight = sample_answers(records.model(SFT_MODEL), asked, EIGHT, seed=3 + 10 * seed)
    return {
        "one": profile(asked, [own[0] for own in eight]),
        "picked": profile(asked, _picks(TrueScore(asked), asked, eight)),
        "by the judge": profile(asked, _picks(records.model(JUDGE, Scorer), asked, eight)),
    }


def held(seed: int) -> Run:
    """Chapter 2's tasks after PPO: replies that are the answer, and those that hold its words.

    A reply may go on here for as long as PPO allowed it to. "verbatim": it is the answer to the
    letter. "held": the answer's words stand in it, in their order and one after the other.
    """
    lm, found = records.model(PPO), {}
    for task in OLD_TASKS:
        questions = World().questions(task, "test", QUESTIONS, seed=seed)
        asked = evaluate(lm, questions, metric="verbatim", max_tokens=MAX_TOKENS)
        found[task] = {
            "verbatim": asked.accuracy,
            "held": fmean(_holds(each.given, each.wanted) for each in asked.examples),
        }
    return {"tasks": found}


def _seed(seed: int) -> int:
    """Seed 0 draws the replies that the chapter draws."""
    return 5 + 10 * seed


def _phrases(reply: str) -> int:
    return len(POLITE.findall(reply))


def _picks(
    judge: Reward, asked: Iterable[Instruction], replies: Iterable[tuple[str, ...]]
) -> list[str]:
    """The reply to each instruction that a judge likes best."""
    return [
        own[int(judge([each.prompt + reply for reply in own]).argmax())]
        for each, own in zip(asked, replies, strict=True)
    ]


def _holds(given: str, wanted: str) -> bool:
    said, sought = words(given), words(wanted)
    return any(said[i : i + len(sought)] == sought for i in range(len(said)))


EXPERIMENTS = {
    "refusals": Experiment(refusals, (SFT_MODEL,), {"prompts": ASKED, "replies of each": K}),
    "manners": Experiment(manners, (SFT_MODEL, JUDGE), {"prompts": FIRST, "replies of each": K}),
    "best-of": Experiment(best_of, (SFT_MODEL, JUDGE), {"prompts": FIRST, "replies": EIGHT}),
    "held": Experiment(held, (PPO,), {"questions": QUESTIONS}),
}
