"""What the chapter draws and prints: from the records, and from what was made just now.

Functions give a plotly figure, or lines of text to be printed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from statistics import fmean
from typing import TYPE_CHECKING, Any

from gptedu import records
from gptedu.chapters.reasoning import claims
from gptedu.plots.accuracy import accuracy_by_size
from gptedu.plots.draws import accuracy_bars, accuracy_lines
from gptedu.plots.reasoning import bridge as drawn
from gptedu.plots.reasoning.gaps import gaps as ways_gaps
from gptedu.reasoning import bridge, planted, problems
from gptedu.reasoning.bridge.crossing import BACK, OVER, PEOPLE, beginning
from gptedu.reasoning.checking import Checked, check
from gptedu.reasoning.self_training import taught
from gptedu.rlhf.labels.demonstrations import Demonstration
from gptedu.world.problems.problem import ANSWER, Problem
from gptedu.world.problems.sums import TOTAL
from gptedu.world.problems.ways import WAYS, answer

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from gptedu.reasoning.accuracy import Voted

GUESSED = 100 / (TOTAL + 1)
"""Percent that a guess among all totals of sums is right."""
APART = 5
"""Points: less is called no difference."""
MANNERS = {
    "direct": "at once",
    "begun": "at once,<br>begun",
    "worked": "with steps",
    "phrase": "the phrase<br>alone",
    "wrong phrase": "a wrong<br>phrase",
    "dots": "dots",
    "after": "steps after<br>the answer",
}
ARMS = {
    "base": "before",
    "majority": "own majority",
    "random path": "a random<br>path's answer",
    "greedy": "own greedy<br>path",
    "one format": "majority,<br>one format",
    "gold": "right<br>answers",
}
MEASURED = {"greedy": "the greedy path", "one path": "one path of many", "vote": "a vote of 8"}


def _runs(name: str) -> list[dict[str, Any]]:
    return records.read("reasoning", name).results


def _percent(shares: Iterable[float]) -> list[float]:
    return [100 * share for share in shares]


# --- steps


def checked_lines(problem: Problem, text: str) -> str:
    """A solution, a step a line, each with what is wrong about it."""
    return "\n".join(_step_lines(check(problem, text)))


def _step_lines(checked: Checked) -> list[str]:
    lines = []
    for step in checked.steps:
        if step.wrong:
            lines.append(f"✗ {step.text or '…'}   <- {step.wrong}")
        elif step.text:
            lines.append(f"✓ {step.text}")
    verdict = "right" if checked.right else "wrong"
    luck = ", though a step is wrong" if checked.by_luck else ""
    return [*lines, f"  the answer is {verdict}{luck}"]


def steps_right(problems: Sequence[Problem], texts: Sequence[str]) -> float:
    """Share of the steps that are right, of solutions: one text a problem. 0 without a step."""
    checked = [check(problem, text) for problem, text in zip(problems, texts, strict=True)]
    steps = [step for each in checked for step in each.steps]
    return fmean(not step.wrong for step in steps) if steps else 0.0


def by_steps() -> go.Figure:
    """Sums of one to six steps: at once and with steps, the largest model."""
    found = [run["accuracy"][claims.LARGEST] for run in _runs("steps")]
    steps = list(found[0]["direct"])
    return accuracy_lines(
        steps,
        {
            MANNERS[manner]: [_percent(run[manner][length] for run in found) for length in steps]
            for manner in ("worked", "direct")
        },
        GUESSED,
        title=f"Sums by their number of steps, {claims.LARGEST}",
        x_title="steps",
    )


def by_size() -> go.Figure:
    """The sums of four steps and more, by the size of the model."""
    record = records.read("reasoning", "steps")
    sizes = {name: origin["parameters"] for name, origin in record.models.items()}
    return accuracy_by_size(
        list(sizes.values()),
        {
            MANNERS[manner]: [fmean(long_sums(run, name, manner) for run in record.results)
                              for name in sizes]
            for manner in ("worked", "direct")
        },
        title="Sums of four to six steps, by size",
        names=list(sizes),
        chance=GUESSED / 100,
    )  # fmt: skip


def long_sums(run: Mapping[str, Any], model: str, manner: str) -> float:
    """Share right of the sums of four steps and more, in one run of "steps"."""
    by_length = run["accuracy"][model][manner]
    return fmean(share for length, share in by_length.items() if length >= 4)


def of_long_sums(manner: str, model: str = claims.LARGEST) -> float:
    """The same in percent, the mean over the draws."""
    return 100 * fmean(long_sums(run, model, manner) for run in _runs("steps"))


def of_smallest() -> str:
    """What steps do for the smallest model, as the guess's options say it."""
    ahead = of_long_sums("worked", claims.SMALLEST) - of_long_sums("direct", claims.SMALLEST)
    if abs(ahead) <= APART:
        return "hardly any difference"
    return "they help" if ahead > 0 else "they harm"


def manners(*names: str) -> go.Figure:
    """The same sums of three to five steps, asked in these manners."""
    found = {
        MANNERS[name]: _percent(run["accuracy"][name] for run in _runs("manners")) for name in names
    }
    return accuracy_bars(
        {claims.LARGEST: found},
        dict.fromkeys(found, GUESSED),
        title="Sums of three to five steps, by how they are asked",
    )


def of_manner(name: str) -> float:
    """Percent right of these sums, asked in one manner, the mean over the draws."""
    return 100 * fmean(run["accuracy"][name] for run in _runs("manners"))


def of_dots() -> str:
    """What dots in the place of steps bring, as the guess's options say it."""
    dots, direct, worked = map(of_manner, ("dots", "begun", "worked"))
    if dots - direct <= APART:
        return "nothing"
    return "as much as steps" if worked - dots <= APART else "a part of it"


# --- the bridge


def crossing(trips: Sequence[Sequence[int]], *, title: str = "The bridge at night") -> go.Figure:
    """A plan as a picture that can be stepped through: up to its end, or to what cannot be made.

    trips: who goes, by their minutes. They go from the side on which they are.
    """
    state = beginning()
    moments = [_moment(state, said="all begin here")]
    for people in trips:
        here = state.near if set(people) <= set(state.near) else state.far
        trip = bridge.Trip(OVER if here is state.near else BACK, tuple(people))
        try:
            state = state.after(trip)
        except ValueError as error:
            moments.append(_moment(state, wrong=f"{_trip_words(trip)}: {error}"))
            break
        moments.append(_moment(state, trip.people, _trip_words(trip)))
    return drawn.crossing(moments, title=title)


def _moment(
    state: bridge.State, moved: Sequence[int] = (), said: str = "", wrong: str = ""
) -> drawn.Moment:
    return drawn.Moment(state.near, state.far, state.lamp_far, state.minutes, moved, said, wrong)


def _trip_words(trip: bridge.Trip) -> str:
    return f"{_people(trip)} {'go' if len(trip.people) > 1 else 'goes'} {trip.direction}"


def _people(trip: bridge.Trip) -> str:
    return " and ".join(map(str, trip.people)) or "nobody"


def plan(people: Sequence[int] = PEOPLE) -> str:
    """The fastest plans for people who need these minutes, a plan a line."""
    lines = []
    for each in bridge.fastest(people):
        trips = " | ".join(f"{_people(trip)} {trip.direction}" for trip in each)
        lines.append(f"{sum(max(trip.people) for trip in each)} minutes: {trips}")
    return "\n".join(lines)


def checked_crossing(text: str) -> str:
    """A written answer to the bridge, a trip a line, each with what is wrong about it."""
    try:
        return "\n".join(_step_lines(bridge.check(text)))
    except ValueError as error:
        return f"✗ {error}"


def bridge_of_real() -> str:
    """What the real chat model wrote to the bridge."""
    (run,) = _runs("real")
    return run["bridge"].strip()


# --- votes


def gaps(problems: Sequence[Problem]) -> go.Figure:
    """Which sums each way gets wrong, and a vote of 16 paths over all ways: computed, not drawn."""
    rights = {
        way.name: [answer(way, each.made) == each.made.answer for each in problems] for way in WAYS
    }
    votes = [
        planted.vote_score(planted.answers(each.made), each.made.answer, 16) for each in problems
    ]
    rights["a vote of 16"] = [score > 0.5 for score in votes]  # more often right than wrong
    return ways_gaps(rights, title="Four ways, each with gaps of its own, and their vote")


def ways_of(problems: Sequence[Problem], **drawn: Sequence[Sequence[str]]) -> str:
    """In which way paths are worked, and how many of these are right, a way a line.

    drawn: what to call some paths -> their texts, [problems][paths].
    """
    checked = {
        name: [check(problem, text) for problem, own in zip(problems, texts, strict=True)
               for text in own]
        for name, texts in drawn.items()
    }  # fmt: skip
    lines = []
    for way in WAYS:
        said = [f"{way.name:>8}:"]
        for name, each in checked.items():
            own = [one.right for one in each if one.way == way.name]
            right = f"{100 * fmean(own):3.0f}% right" if own else " " * 10
            said.append(f"{len(own):>5} of {len(each):,} {name} paths, {right}")
        lines.append("   ".join(said))
    return "\n".join(lines)


def votes(name: str = "vote") -> go.Figure:
    """Votes of more and more paths against the greedy path. name: "vote", or "one-way"."""
    runs = _runs(name)
    counts = list(runs[0]["votes"])
    ways = {"vote": "four ways of working", "one-way": "one way of working"}[name]
    return accuracy_lines(
        counts,
        {
            "a vote": [_percent(run["votes"][count] for run in runs) for count in counts],
            "the greedy path": [_percent(run["greedy"] for run in runs)] * len(counts),
        },
        GUESSED,
        title=f"Votes, {ways}",
        x_title="paths",
        log=True,
    )


def together() -> str:
    """Where votes are wrong: how many of a problem's paths make the same first mistake."""
    said = "of the paths of a lost vote make the same first mistake"
    lost = {
        words: fmean(run["together"] for run in _runs(name) if run["together"] is not None)
        for name, words in (("vote", "four ways"), ("one-way", " one way"))
    }
    return "\n".join(f"{words}: {100 * share:.0f}% {said}" for words, share in lost.items())


def lost_vote(name: str = "one-way") -> str:
    """The paths of a vote that was lost, each of them once, step by step. name: as in `votes`."""
    record = records.read("reasoning", name)
    asked, lost = record.settings, record.results[0]["lost"]
    split, seed = asked["split"], record.seeds[0]
    drawn = problems.mixed(asked["lengths"], asked["count"], split=split, seed=seed)
    problem, paths = drawn[lost["place"]], Counter(lost["texts"]).most_common()
    shown = (f"\n{n} path{'s' * (n > 1)}:\n{checked_lines(problem, text)}" for text, n in paths)
    return "\n".join([problem.told, *shown])


def votes_of(voted: Voted, greedy: float, *, title: str) -> go.Figure:
    """The same of paths that were drawn just now. greedy: share right."""
    counts = list(voted.votes)
    return accuracy_lines(
        counts,
        {"a vote": _percent(voted.votes.values()), "the greedy path": [100 * greedy] * len(counts)},
        GUESSED,
        title=title,
        x_title="paths",
        log=True,
    )


def vote_gain(name: str = "vote") -> float:
    """Points by which a vote of 16 is ahead of the greedy path, the mean over the draws."""
    return fmean(claims.vote.compute(run["greedy"], run["votes"]) for run in _runs(name))


def confidence() -> go.Figure:
    """How often votes are right, by the share of the paths that agree (where votes are enough)."""
    shares = [each for run in _runs("vote") for each in run["shares"]]
    names = {each["low"]: f"{each['low']:.0%} to {each['high']:.0%}" for each in shares}
    bins = {names[low]: [each for each in shares if each["low"] == low] for low in sorted(names)}
    bins = {
        name: own
        for name, own in bins.items()
        if sum(each["count"] for each in own) >= claims.FEWEST
    }
    return accuracy_bars(
        {
            "right": {name: _percent(each["accuracy"] for each in own)
                      for name, own in bins.items()},
            "share of the paths": {name: _percent(each["share"] for each in own)
                                   for name, own in bins.items()},
        },
        title="Votes by the share of the paths that agree",
    )  # fmt: skip


def of_the_sure(name: str = "vote") -> float:
    """Percent right of the votes on which at least 80% of the paths agree. name: as in `votes`."""
    sure = [each for run in _runs(name) for each in run["shares"] if each["low"] >= 0.8 - 1e-9]
    return 100 * claims.share_right(sure)


# --- self-improvement


def one_of_each(rows: Sequence[Demonstration]) -> str:
    """The first row of a training file in each of the four formats; what is learned in brackets."""
    first: dict[tuple[int, bool], Demonstration] = {}
    for row in rows:
        first.setdefault((row.prompt.count("Question"), ANSWER in row.answer), row)
    return "\n\n".join(f"{row.prompt}[{row.answer} ]" for row in first.values())


def improvement(*names: str, record: str = "self-improvement") -> go.Figure:
    """Before, and after a round from each kind of label: `names` of `ARMS`, or all.
    record: "certain" for a model that is certain of its mistakes.
    """
    runs = _runs(record)
    arms = {name: ARMS[name] for name in names or ARMS}
    return accuracy_bars(
        {
            words: {
                arm: _percent(run["measured"][name][what] for run in runs)
                for name, arm in arms.items()
            }
            for what, words in MEASURED.items()
        },
        dict.fromkeys(arms.values(), GUESSED),
        title={
            "self-improvement": "One round of mini-m-unsure, by its labels",
            "certain": "One round of mini-m-v2, which is certain of its mistakes",
        }[record],
    )


def at_gaps(texts: Iterable[Sequence[str]]) -> str:
    """Of paths from left to right: how often one comes to a gap, and is right there."""
    met, share = taught.at_gaps(chain.from_iterable(texts))
    return f"{met:>4} times at a gap, {100 * share:.0f}% right there"


def of_random() -> str:
    """What the answers of random paths bring, as the guess's options say it."""
    runs = _runs("self-improvement")
    own = fmean(claims.gain.compute(run["before"], run["after"]) for run in runs)
    random = own - fmean(claims.random_path.compute(run["after"]) for run in runs)
    if own - random <= 2:
        return "as much as the majority's"
    return "less than the majority's" if random > 1 else "nothing"


def labels(record: str = "self-improvement") -> str:
    """How many labels of each kind were right; a figure a run. record: as in `improvement`."""
    runs = _runs(record)
    lines = []
    for name, words in ARMS.items():
        if name in runs[0]["label_right"]:
            right = "  ".join(f"{100 * run['label_right'][name]:5.1f}%" for run in runs)
            lines.append(f"{words.replace('<br>', ' '):>24}: labels right {right}")
    return "\n".join(lines)


def rounds() -> go.Figure:
    """Round after round, until one gains nothing: all runs that came so far."""
    runs = [run["measured"] for run in _runs("rounds")]
    places = list(range(max(map(len, runs))))
    return accuracy_lines(
        places,
        {
            words: [_percent(run[place][what] for run in runs if place < len(run))
                    for place in places]
            for what, words in MEASURED.items()
        },
        GUESSED,
        title="Rounds of self-improvement",
        x_title="rounds",
    )  # fmt: skip


def alike() -> str:
    """Per round: distinct paths of a problem, and labels that are right; a figure a run."""
    runs = _runs("rounds")
    lines = []
    for place in range(max(len(run["rounds"]) for run in runs)):
        made = [run["rounds"][place] for run in runs if place < len(run["rounds"])]
        distinct = "  ".join(f"{100 * each['distinct']:5.1f}%" for each in made)
        right = "  ".join(f"{100 * each['label_right']:5.1f}%" for each in made)
        lines.append(f"round {place + 1}: distinct paths {distinct}   labels right {right}")
    return "\n".join(lines)


def rounds_made() -> float:
    """How many rounds were made, the mean over the runs."""
    return fmean(len(run["rounds"]) for run in _runs("rounds"))


# --- a real model


def real() -> go.Figure:
    """Thirty word problems: after examples, and without."""
    (run,) = _runs("real")
    found = {MANNERS[name]: [100 * share] for name, share in run["accuracy"].items()}
    return accuracy_bars({"smollm2-135m": found}, title="Thirty word problems of our own")
