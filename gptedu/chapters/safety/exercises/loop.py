"""When a pair of the hallucination loop is kept: an exercise (GPT-4 system card, section 3.1)."""

from __future__ import annotations

from gptedu.course.exercises import Exercise, Mistake, probe


def kept(faults):
    if faults[0] == 0:
        return 0
    for place, count in enumerate(faults[1:6], start=1):
        if count == 0:
            return place
    return 0


def _clean_too(faults):
    return next((place for place, count in enumerate(faults[:6]) if count == 0), 0) or int(
        faults[0] == 0
    )


def _without_end(faults):
    if faults[0] == 0:
        return 0
    return next((place for place, count in enumerate(faults) if count == 0), 0)


def _best(faults):
    if faults[0] == 0 or len(faults) == 1:
        return 0
    rewrites = faults[1:6]
    return 1 + rewrites.index(min(rewrites))


def _first_rewrite(faults):
    return int(faults[0] > 0 and len(faults) > 1)


def _from_0(faults):
    return max(0, kept(faults) - 1)


def _first_reply_counted(faults):
    return kept(faults[:5])


def _last_one(faults):
    return min(len(faults) - 1, 5) if faults[0] else 0


KEPT = Exercise(
    id="safety/loop",
    title="Which pair is kept",
    difficulty=2,
    minutes=8,
    task=(
        "`faults[0]` is how many made-up statements were listed in the first reply, `faults[1]` in "
        "its first rewrite, and so on. The loop stops at the first rewrite without any, and it "
        "makes **five** rewrites at most. (The list may be longer than the loop goes.) Return the "
        "**number of the rewrite** that makes a pair with the first reply, counted from 1. Return "
        "0 where no pair is kept."
    ),
    hints=(
        "A pair shows something bad beside something good. What if nothing was listed at first?",
        "Go through `faults[1:6]` and return the place of the first 0.",
        "`enumerate(faults[1:6], start=1)` counts the rewrites.",
    ),
    reference=kept,
    probes=(
        probe([2, 0]),
        probe([1, 1, 0]),
        probe([0]),
        probe([0, 0]),
        probe([3, 2, 1, 1, 2, 1, 0]),
        probe([1, 2, 2, 2, 2, 0]),
        probe([1, 1, 2, 1, 0]),
        probe([2]),
        probe([3, 2, 1]),
    ),
    mistakes=(
        Mistake(
            "a clean first reply",
            _clean_too,
            "You keep a pair where nothing was listed in the first reply. Both replies are good "
            "then, and a reward model would learn that one of them is worse.",
        ),
        Mistake(
            "without end",
            _without_end,
            "You go on after the fifth rewrite. The loop gives up then, and the request makes no "
            "pair.",
        ),
        Mistake(
            "four rewrites",
            _first_reply_counted,
            "You stop after four rewrites. `faults[0]` is the first reply and counts for none: "
            "five rewrites are `faults[1:6]`.",
        ),
        Mistake(
            "counted from 0",
            _from_0,
            "You count rewrites from 0. The first one is number 1: 0 says that no pair is kept.",
        ),
        Mistake(
            "the last rewrite",
            _last_one,
            "You return the last rewrite, whatever was listed in it. A pair is kept only if "
            "nothing was listed in its rewrite.",
        ),
        Mistake(
            "the best so far",
            _best,
            "You keep the rewrite with the fewest faults. One that still has something made up "
            "must not stand as the better reply: a pair is kept at 0 only.",
        ),
        Mistake(
            "without the check",
            _first_rewrite,
            "You keep the first rewrite unseen. The fourth step lists again: only a rewrite in "
            "which nothing is found makes a pair.",
        ),
    ),
)
