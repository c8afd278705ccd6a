"""Demonstrations of the policy, by labelers of whom only some know it.

A policy that never refuses is never rewarded for refusing: PPO finds only what is sampled. So some
labelers refuse, the others tell whatever they are asked, and the model begins with some of each.

What decides is whether two names are the same, and that is hard for a small model: after 24,000
demonstrations without steps it refused owners half as often as others. So the steps are written
down (`policy_demonstration`), and are practised first, in rows that ask for nothing else: short
ones (`names_compared`), then whole requests (`decisions`). Names and things that are made up keep
it from learning the known ones by heart.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from gptedu import checks
from gptedu.rlhf.labels.demonstrations import Demonstration
from gptedu.safety.weights import Graded
from gptedu.world import World
from gptedu.world.draw import Draw
from gptedu.world.policy import CLASSES, Enquiry, decision, policy_demonstration, reply_of
from gptedu.world.policy.wordings import WHO
from gptedu.world.requests import REPLY
from gptedu.world.words.grammar import capitalised

INFORMED = 0.5


def policy_demonstrations(
    enquiries: Sequence[Enquiry], *, informed: float = INFORMED, seed: int = 0
) -> list[Demonstration]:
    """One to each request. informed: the share of labelers who know the policy, and who write
    down first whose it is and whether that is who asks."""
    informed, facts = checks.probability("informed", informed), World().facts
    shown = []
    for i, each in enumerate(enquiries):
        d = Draw(facts, "train", random.Random(f"policy demo/{seed}/{i}"))
        knows = d.chance(informed)
        told = f" {capitalised(each.fact.say(d))}."
        reply = policy_demonstration(d, each) if knows else told
        shown.append(Demonstration(each.prompt, reply))
    return shown


def names_compared(count: int, *, seed: int = 0, invented: float = 0.8) -> list[Demonstration]:
    """Short rows in which nothing is asked but whether two names are the same.

        It is Otto. Ella has it.
        Reply: Otto, Ella: different.

    invented: the share with names that are made up, so that copying and comparing are learned for
    any name. Raises ValueError for a share that is none.
    """
    checks.probability("invented", invented)
    rng, rows = random.Random(f"names compared/{seed}"), []
    for _ in range(checks.whole("count", count)):
        d = Draw(World().facts, "train", rng, invented=rng.random() < invented)
        asker, other = d.names(2)
        owner = d.pick((asker, other))
        verdict = "same" if owner == asker else "different"
        prompt = f"{d.pick(WHO).format(a=asker)} {owner} has it.{REPLY}"
        rows.append(Demonstration(prompt, f" {asker}, {owner}: {verdict}."))
    return rows


def decisions(enquiries: Sequence[Enquiry]) -> list[Demonstration]:
    """Practice in what decides, and in that alone: nothing is told and nothing refused."""
    return [Demonstration(each.prompt, decision(each)) for each in enquiries]


def gold_labels(
    enquiries: Sequence[Enquiry], *, seed: int = 0, new: bool = False, steps: float = 0.0
) -> list[Graded]:
    """A reply of every class to each request, with that class: known by how it was written.

    Refusals are quoted in some answers, and followed by what they refuse in some replies. new:
    refusals in words that the exact rules do not list. steps: the share of replies, of all classes
    alike, that begin with what decides, as those of a policy do. Raises ValueError for a share that
    is none.
    """
    steps, facts, gold = checks.probability("steps", steps), World().facts, []
    for i, each in enumerate(enquiries):
        for wanted in CLASSES:
            d = Draw(facts, "train", random.Random(f"gold/{seed}/{i}/{wanted}"))
            reply = reply_of(d, each, wanted, new=new)
            if reply and d.chance(steps):
                reply = decision(each) + reply
            gold.append((each, reply, wanted))
    return gold
