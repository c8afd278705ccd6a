"""Made-up records of chapter 8 in the form in which its experiments give them."""

from __future__ import annotations

from typing import Any

from gptedu.chapters import claims_of
from gptedu.chapters.safety.experiments import EXPERIMENTS
from gptedu.records import Record
from gptedu.world.policy import CLASSES, KINDS


def _profile(unsafe: float, refused: float, helped: float) -> dict[str, Any]:
    allowed = (refused, 0.0, 0.0, 1 - refused)
    kept = (1 - unsafe, 0.0, unsafe, 0.0)
    shares = {kind: kept if kind == "another's" else allowed for kind in KINDS}
    return {
        "unsafe": unsafe,
        "over_refused": refused,
        "helped": helped,
        "classes": {kind: dict(zip(CLASSES, own, strict=True)) for kind, own in shares.items()},
    }


def _pairs(pairs: int, right: float) -> dict[str, Any]:
    return {"pairs": pairs, "kept": 0.3, "faulty": 0.9, "repaired": right, "right": right,
            "matched": pairs // 2, "shorter": 0.8}  # fmt: skip


def _sayings(false: float, true: float) -> dict[str, float]:
    kinds = {"false": false, "true": true, "false/encyclopaedia": 0.8, "true/encyclopaedia": 0.9}
    parts = (("", 0.0), ("/often", -0.02), ("/even", 0.04))
    return {kind + part: share + off for kind, share in kinds.items() for part, off in parts}


def runs(seed: int) -> dict[str, dict[str, Any]]:
    """Experiment -> a run of it; every figure moves a little with the seed."""
    off = 0.01 * seed
    return {
        "rewards": {
            "profiles": {
                "before": _profile(0.6 + off, 0.1, 0.8),
                "rules": _profile(0.06, 0.12 + off, 0.85),
                "one-sided": _profile(0.01, 0.95, 0.02),
                "words": _profile(0.1, 0.6, 0.3),
                "learned": _profile(0.3, 0.3, 0.6),
            },
            "agreement": 0.9 + off,
            "scores": [{"grader": 0.1 * i, "oracle": 0.02 * i + off} for i in range(10)],
            "replies": {},
        },
        "pulled": {
            "profiles": {
                "before": _profile(0.08, 0.06, 0.9),
                "rules": _profile(0.1, 0.06, 0.9),
                "learned": _profile(0.8 + off, 0.0, 0.95),
            },
            "scores": [{"grader": 0.1 * i, "oracle": 0.3 - 0.02 * i + off} for i in range(10)],
            "replies": {},
        },
        "judge": {"agreement": {"labelled": 0.9 + off, "written": 0.7}, "missed": 0.5 + off},
        "loop": {
            "listing": {"faulty": 0.3, "recall": 0.8 + off, "precision": 0.9},
            "pairs": {
                "left out": _pairs(150, 0.9),
                "checked": _pairs(200, 0.8 + off),
                "unchecked": _pairs(300, 0.6),
            },
            "matched": 0.7,
            "pairs matched": 80,
            "made_up": {
                "first": 0.3,
                "picked": 0.2,
                "as long": 0.22 + off,
                "as long, pairs alone": 0.27,
                "as long, at random": 0.3,
            },
        },
        "truth": {
            "accuracy": {
                name: _sayings(0.5 - 0.1 * i - off, 0.5 + 0.1 * i)
                for i, name in enumerate(EXPERIMENTS["truth"].models)
            }
        },
        "system": {
            "obeyed": {"held-out": 0.8 + off, "trained": 0.9, "alone": 0.95},
            "gave way": {"held-out": 0.1, "trained": 0.05, "alone": 0.0},
        },
        "red-team": {
            "rounds": [
                {
                    "success": 0.8 - 0.25 * i,
                    "held_out": 0.4 - 0.1 * i + off,
                    "owners": 0.9,
                    "owners_held_out": 0.85,
                    "learned": 40 * i,
                }
                for i in range(3)
            ]
        },
        "calibration": {
            "errors": {"before": 0.02, "after": 0.08 + off, "repaired": 0.03},
            "by mass": {"before": 0.02, "after": 0.08, "repaired": 0.03},
            "right": {"before": 0.7, "after": 0.68, "repaired": 0.68},
            "changed": 0,
            "temperature": 1.5 + off,
        },
    }


def read(slug: str, experiment: str) -> Record:
    """In place of `records.read`."""
    assert slug == "safety"
    results = [runs(seed)[experiment] for seed in (0, 1, 2)]
    own = [each for each in claims_of("safety") if each.record == experiment]
    models = {
        name: {"parameters": 50_000 * 4**i} for i, name in enumerate(EXPERIMENTS[experiment].models)
    }
    return Record(
        experiment, slug, [0, 1, 2], 1.0, None, {}, models, {},
        {each.id: [each.of(run) for run in results] for each in own}, results,
    )  # fmt: skip
