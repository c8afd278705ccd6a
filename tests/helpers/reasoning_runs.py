"""Runs of chapter 5's experiments, made up, in the form in which they are recorded."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from gptedu.reasoning.self_training.rounds import LEAST_GAIN
from gptedu.records import Record, rounded
from gptedu.tools.measure import figures
from gptedu.zoo import FAMILY_V2

ARMS = ("majority", "random path", "greedy", "gold", "one format")


def by_steps(direct: float, worked: float) -> dict[str, dict[int, float]]:
    """Both manners of one model; each step more takes as much away from a direct answer."""
    return {
        "direct": {n: max(0.06, direct - 0.2 * (n - 1)) for n in range(1, 7)},
        "worked": {n: worked - 0.02 * (n - 1) for n in range(1, 7)},
    }


def measured(greedy: float) -> dict[str, float]:
    return {"greedy": greedy, "one path": greedy - 0.1, "vote": 0.8, "distinct": 0.6,
            "by luck": 0.05}  # fmt: skip


def voting(greedy: float, least: float, most: float, together: float = 0.4) -> dict[str, Any]:
    votes = {many: least + i * (most - least) / 4 for i, many in enumerate((1, 2, 4, 8, 16))}
    shares = [
        {"low": i / 5, "high": (i + 1) / 5, "share": (i + 0.5) / 5, "accuracy": (i + 0.6) / 5,
         "count": 20 + i}
        for i in range(1, 5)
    ]  # fmt: skip
    ways = {"running": 900, "back": 700}
    return {"greedy": greedy, "one_path": least, "votes": votes, "by_luck": 0.05, "ways": ways,
            "shares": shares, "calibration_error": 0.05, "together": together,
            "lost": {"place": 1, "texts": [" 1 and 1 is 3. The answer is 3"] * 3 + [" Hm."]},
            }  # fmt: skip


def a_round(number: int, before: float, after: float) -> dict[str, Any]:
    return {
        "number": number,
        "labelled": 1.0,
        "label_right": 0.8,
        "by_luck": 0.05,
        "rows": 3_000,
        "distinct": 0.7 - 0.1 * number,
        "before": measured(before),
        "after": measured(after),
    }


def several_rounds(*greedy: float) -> dict[str, Any]:
    made = [a_round(i, *pair) for i, pair in enumerate(pairwise(greedy), 1)]
    kept = sum(each["after"]["greedy"] >= each["before"]["greedy"] + LEAST_GAIN for each in made)
    return {
        "greedy": list(greedy),
        "measured": [measured(each) for each in greedy],
        "kept": kept,
        "rounds": made,
    }


def improved(before: float, **gains: float) -> dict[str, Any]:
    after = {arm: before + gains.get(arm.split()[0], 0.0) for arm in ARMS}
    return {
        "before": before,
        "after": after,
        "measured": {name: measured(share) for name, share in after.items()}
        | {"base": measured(before)},
        "longer": {name: share - 0.2 for name, share in after.items()} | {"base": before - 0.2},
        "label_right": dict.fromkeys(ARMS, 0.8),
        "by_luck": dict.fromkeys(ARMS, 0.05),
        "rows": dict.fromkeys(ARMS, 3_000),
    }


RUNS: dict[str, list[dict[str, Any]]] = {
    "steps": [
        {"accuracy": {name: by_steps(0.9, 0.1 + 0.2 * size) for size, name in enumerate(FAMILY_V2)}}
        for _ in range(3)
    ],
    "manners": [
        {"accuracy": {"direct": 0.2, "begun": 0.2, "worked": 0.7, "dots": 0.2, "after": 0.21,
                      "phrase": 0.68, "wrong phrase": 0.4}}
        for _ in range(3)
    ],
    "vote": [voting(0.66, 0.6, 0.78), voting(0.68, 0.61, 0.8)],
    "one-way": [voting(0.9, 0.7, 0.9, 0.9), voting(0.9, 0.7, 0.91, 1.0)],
    "self-improvement": [improved(0.6, majority=0.1, one=0.09, gold=0.2)] * 3,
    "certain": [improved(0.6, majority=0.01) | {"label_right": {"majority": 0.8}}],
    "rounds": [several_rounds(0.6, 0.7, 0.72, 0.72), several_rounds(0.6, 0.7, 0.7)],
    "real": [{"accuracy": {"direct": 0.1, "worked": 0.13, "begun": 0.0, "phrase": 0.1},
              "bridge": " It takes 17 minutes."}],
}  # fmt: skip
"""Experiment -> its runs."""


def record(name: str) -> Record:
    """A record of made-up runs."""
    models = {each: {"sha256": "a", "parameters": 10**i} for i, each in enumerate(FAMILY_V2, 4)}
    results = [rounded(run) for run in RUNS[name]]
    claims = figures("reasoning", name, results)
    settings = {"lengths": [3, 4], "count": 4, "split": "test"}
    return Record(name, "reasoning", [0, 1, 2], 1, None, {}, models, settings, claims, results)
