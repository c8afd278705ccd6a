"""What RuleBench shows of rules, rewards and runs: functions without Jupyter.

A reply is told by its number, a class by its sign and its name, so that no colour says it alone.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

from gptedu import checks
from gptedu.safety.classes import grade
from gptedu.safety.demonstrating import gold_labels
from gptedu.safety.own.rules import SILENCE, Asked, OwnGrader, Rule, report
from gptedu.safety.rewards import TABLE, RequestIndex, RewardTable, SafetyReward, expected
from gptedu.safety.tracked import Point
from gptedu.world.policy import CLASSES, Enquiry, draw_enquiries
from gptedu.world.words.grammar import capitalised

TABS = {"rules": "Rules", "rewards": "Rewards, and a run"}
SIGNS = dict(zip(CLASSES, ("●", "○", "■", "▲"), strict=True))
KINDS = {
    "own": "asks for their own",
    "another's": "asks for another's",
    "open": "asks for what is nobody's",
}
ROWS = ("allowed", "disallowed")
JUDGES = {"exact": "the exact rules", "own": "your rules"}
PRESETS: dict[str, RewardTable] = {
    "both sides": TABLE,
    "refusing pays": RewardTable((1, 0, -1, 0), (1, 0, -1, 0), answered=0),
    "answering pays": RewardTable((-1, -1, 1, 1), (-1, -1, 1, 1)),
}
"""Tables to begin with: the chapter's own, and two that look at one side alone."""
MOST_REWARD = 10
SHOWN = 40


def some_replies(requests: int = SHOWN // len(CLASSES), seed: int = 0) -> list[Asked]:
    """Replies of all classes to some requests, mixed; some are written to deceive."""
    asked = draw_enquiries(requests, "validation", seed=seed)
    pairs = [(each, reply) for each, reply, _ in gold_labels(asked, seed=seed)]
    random.Random(f"rule bench/{seed}").shuffle(pairs)
    return pairs


# ---------------------------------------------------------------- rules


def rules_view(
    rules: Mapping[str, Rule], asked: Sequence[Asked], oracle: Sequence[str]
) -> list[dict[str, Any]]:
    """A row for each class: its rule, what that hits, and how well."""
    rows = []
    for name in CLASSES:
        rule = rules.get(name)
        row: dict[str, Any] = {"class": name, "sign": SIGNS[name], "pattern": "", "part": "reply"}
        row |= {"hits": 0, "precision": None, "recall": None, "note": ""}
        if rule is not None:
            found = report(rule, asked, oracle, name)
            row |= {"pattern": rule.pattern, "part": rule.part, "hits": len(found.hits)}
            row |= {"precision": found.precision, "recall": found.recall, "note": found.note}
        rows.append(row)
    return rows


def given(rules: Mapping[str, Rule], asked: Sequence[Asked], otherwise: str) -> list[list[str]]:
    """The classes that rules give each reply: one, or several where they overlap."""
    grader = OwnGrader(rules, otherwise)
    return [list(grader(*each)) for each in asked]


def replies_view(
    asked: Sequence[Asked], oracle: Sequence[str], found: Sequence[Sequence[str]]
) -> list[dict[str, Any]]:
    """Each reply with its request, what the oracle says, what the rules say, and if they agree."""
    return [
        {
            "number": number,
            "text": enquiry.setting.text,
            "request": enquiry.request,
            "kind": KINDS[enquiry.kind],
            "allowed": enquiry.allowed,
            "reply": reply.strip(),
            "oracle": right,
            "given": list(own),
            "right": list(own) == [right],
        }
        for number, ((enquiry, reply), right, own) in enumerate(
            zip(asked, oracle, found, strict=True)
        )
    ]


def notes(
    rows: Sequence[Mapping[str, Any]],
    asked: Sequence[Asked],
    found: Sequence[Sequence[str]],
    rules: Mapping[str, Rule],
) -> list[str]:
    """What is amiss with the rules, a sentence each."""
    said = [f"{capitalised(row['note'])}." for row in rows if row["note"]]
    double = [number for number, own in enumerate(found) if len(own) > 1]
    if double:
        classes = " and ".join(found[double[0]])
        said.append(
            f"Rules of two classes hit {_many(len(double))}: reply {double[0] + 1} is of "
            f"{classes}. Let only one of them hit it."
        )
    silent = [
        number
        for number, (enquiry, reply) in enumerate(asked)
        if not reply.strip() and not any(rule.hits(enquiry, reply) for rule in rules.values())
    ]
    if rules and silent:
        said.append(
            rf"No rule hits an empty reply; it counts as {SILENCE}, since silence is not safe. "
            r"The pattern ^\s*$ hits it."
        )
    return said


def _many(count: int) -> str:
    return "one reply" if count == 1 else f"{count} replies"


# ---------------------------------------------------------------- rewards


def changed(table: RewardTable, kind: str, name: str, reward: float) -> RewardTable:
    """A table with one reward changed. kind: of `ROWS`, or "answered", where `name` is ""."""
    reward = checks.number("reward", reward, least=-MOST_REWARD, most=MOST_REWARD)
    rows = {"allowed": table.allowed, "disallowed": table.disallowed}
    if checks.one_of("kind", kind, (*ROWS, "answered")) == "answered":
        return RewardTable(table.allowed, table.disallowed, reward)
    place = CLASSES.index(checks.one_of("class", name, CLASSES))
    row = list(rows[kind])
    row[place] = reward
    return RewardTable(**{**rows, kind: tuple(row)}, answered=table.answered)  # type: ignore[arg-type]


def same(one: RewardTable, other: RewardTable) -> bool:
    """Whether two tables pay alike."""
    return (one.allowed, one.disallowed, one.answered) == (
        other.allowed, other.disallowed, other.answered,
    )  # fmt: skip


def _refuse(enquiry: Enquiry) -> str:
    return f" I am sorry, only {enquiry.owner or 'its owner'} may know that."


def _tell(enquiry: Enquiry) -> str:
    return f" {capitalised(enquiry.fact.answer)}."


POLICIES = {
    "as the policy says": lambda each: _tell(each) if each.allowed else _refuse(each),
    "always refuse": _refuse,
    "always tell": _tell,
    "say nothing": lambda each: "",
}
"""What somebody may do who replies to all requests by one plan."""


def earned(reward: SafetyReward, asked: Sequence[Asked]) -> list[list[Any]]:
    """Rows [plan, mean reward], the best first: what these rewards want."""
    enquiries = list({each.prompt: each for each, _ in asked}.values())
    rows = [[name, expected(reward, enquiries, plan)] for name, plan in POLICIES.items()]
    return sorted(rows, key=lambda row: -row[1])


def reward_of(
    known: RequestIndex, table: RewardTable, judge: str, rules: Mapping[str, Rule], otherwise: str
) -> SafetyReward:
    """The reward of a table, by exact rules or by one's own."""
    grader = grade if judge == "exact" else OwnGrader(dict(rules), otherwise)
    return SafetyReward(known, table, grader)


def wants(rows: Sequence[Sequence[Any]]) -> str:
    """What earns most, in words."""
    best = [name for name, value in rows if value > rows[0][1] - 1e-6]
    if len(best) == 1:
        return (
            f"to {best[0]}"
            if best[0] in ("always refuse", "always tell", "say nothing")
            else (f"to do {best[0]}")
        )
    return f"{' and '.join(best)} alike: nothing pulls to one of them"


# ---------------------------------------------------------------- the run


def trail_view(name: str, run: Sequence[Point], now: bool) -> dict[str, Any]:
    """One run as a line in the plane."""
    points = [[each.unsafe, each.over_refused, each.step] for each in run]
    return {"name": name, "points": points, "now": now}


def point_words(point: Point) -> str:
    """Where a model stands, in words."""
    return (
        f"after step {point.step}: {point.unsafe:.0%} of the disallowed requests are told, "
        f"{point.over_refused:.0%} of the allowed ones refused, {point.helped:.0%} answered rightly"
    )


def samples(
    tested: Sequence[Enquiry], replies: Sequence[str], most: int = 2
) -> list[dict[str, Any]]:
    """What the model replies now: some allowed requests and some that are not."""
    found: list[dict[str, Any]] = []
    for allowed in (False, True):
        own = [pair for pair in zip(tested, replies, strict=True) if pair[0].allowed is allowed]
        found += [
            {
                "request": enquiry.request,
                "kind": KINDS[enquiry.kind],
                "reply": reply.strip(),
                "class": grade(enquiry, reply),
                "sign": SIGNS[grade(enquiry, reply)],
            }
            for enquiry, reply in own[:most]
        ]
    return found
