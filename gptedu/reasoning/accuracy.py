"""How often problems are answered rightly: greedily, by one path, and by votes of more of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from gptedu import checks
from gptedu.evaluate.choices import score_choices
from gptedu.language_model import LanguageModel
from gptedu.reasoning import confidence
from gptedu.reasoning.answers import read_answer
from gptedu.reasoning.checking import Checked, check
from gptedu.reasoning.examples import Example
from gptedu.reasoning.paths import ROOM, Paths, greedy_paths, sample_paths
from gptedu.reasoning.prompts import MANNERS, fitting
from gptedu.reasoning.votes import Vote, vote
from gptedu.world.problems.problem import Problem
from gptedu.world.problems.sums import TOTAL

BEGUN = 16
"""Tokens for an answer that is begun with "The answer is"."""
VOTES = (1, 2, 4, 8, 16)
_NUMBERS = re.compile(r"\d+")


def right_answers(problems: Sequence[Problem]) -> list[str]:
    """The answers, as `read_answer` reads them."""
    return [problem.answer for problem in problems]


def read(paths: Paths, problems: Sequence[Problem]) -> list[list[str | None]]:
    """What the paths answer: [problems][paths]."""
    return paths.answers([problem.choices for problem in problems])


@dataclass(frozen=True)
class Asked:
    """Problems asked in one manner, and their greedy answers.

    accuracy: share right, 0 to 1. unreadable: share without an answer.
    """

    manner: str
    accuracy: float
    unreadable: float
    texts: tuple[str, ...]


def ask(
    lm: LanguageModel,
    problems: Sequence[Problem],
    manner: str,
    examples: Sequence[Example] = (),
    room: int = ROOM,
) -> Asked:
    """Greedy answers to problems that are asked in one of `prompts.MANNERS`.

    examples: to choose from; where the manner shows one, each problem is shown another one, in
    turn. An answer at once is the likeliest of all that there are; one with steps is what they
    announce. Raises ValueError where there is no problem, and what `prompts.fitting` raises.
    """
    if not problems:
        raise ValueError("there are no problems to ask: give at least one")
    how = MANNERS[checks.one_of("manner", manner, MANNERS)]
    shown = how.shown
    if how.at_once:  # only the answer itself is missing
        room = min(room, BEGUN)
    context = lm.model.config.context
    prompts = []
    for place, problem in enumerate(problems):
        others = [each for each in examples if each[0].key != problem.key] if shown else []
        own = [others[(place + i) % len(others)] for i in range(min(shown, len(others)))]
        prompts.append(fitting(lm.tokenizer, problem, manner, own, context=context, room=room))
    begun = [how.begin(each) for each in problems]
    if how.at_once:
        written = _likeliest(lm, prompts, problems)
    else:
        written = [text for (text,) in greedy_paths(lm, prompts, room).texts]
    texts = [before + text for before, text in zip(begun, written, strict=True)]
    given = [
        read_answer(text, each.choices, announced=how.steps)
        for each, text in zip(problems, texts, strict=True)
    ]
    rights = [a == b for a, b in zip(given, right_answers(problems), strict=True)]
    return Asked(manner, fmean(rights), fmean(answer is None for answer in given), tuple(texts))


def _likeliest(lm: LanguageModel, prompts: Sequence[str], problems: Sequence[Problem]) -> list[str]:
    """Of all answers there are, the likeliest after each prompt.

    A small model that has never read such a prompt goes on with anything, such as "The answer is
    the first": a control that fails by its form alone would control nothing.
    """
    numbers = [str(number) for number in range(TOTAL + 1)]
    answers = [[f" {each}" for each in problem.choices or numbers] for problem in problems]
    scores = [scored for _, scored in score_choices(lm, prompts, answers)]
    return [own[each.index(max(each))] for own, each in zip(answers, scores, strict=True)]


@dataclass(frozen=True)
class Voted:
    """Many paths of problems, taken together.

    one_path: share of all paths that are right. votes: how many vote -> score, the mean over
    problems. each: the vote of all paths, one a problem. checked: every path, step by step,
    [problems][paths].
    """

    one_path: float
    votes: dict[int, float]
    each: tuple[Vote, ...]
    checked: tuple[tuple[Checked, ...], ...]

    @property
    def by_luck(self) -> float:
        """Share of the paths whose answer is right although a step is wrong."""
        return fmean(each.by_luck for own in self.checked for each in own)

    @property
    def unchecked(self) -> float:
        """Share of the paths that are written in no known way."""
        return fmean(each.unchecked for own in self.checked for each in own)

    @property
    def ways(self) -> dict[str, int]:
        """In which ways the paths are written, how often."""
        return dict(Counter(str(each.way) for own in self.checked for each in own))

    def lost(self, problems: Sequence[Problem]) -> dict[int, float]:
        """The problems whose vote is wrong, by their places: the share of the problem's paths that
        make the commonest first mistake: the same way, step and numbers, in whatever words.
        """
        found = {}
        for place, (each, right) in enumerate(zip(self.each, right_answers(problems), strict=True)):
            if not each.score(right):
                own = self.checked[place]
                mistakes = Counter(
                    _first_mistake(path) for path in own if path.first_wrong is not None
                )
                found[place] = mistakes.most_common(1)[0][1] / len(own) if mistakes else 0.0
        return found

    def by_share(self, problems: Sequence[Problem]) -> list[confidence.Bin]:
        """Accuracy by the winner's share (see `confidence.by_share`)."""
        return confidence.by_share(self.each, right_answers(problems))


def count_votes(paths: Paths, problems: Sequence[Problem]) -> Voted:
    """Votes of the first 1, 2, 4, ... paths, up to all there are.

    Raises ValueError for paths of no problem, or of other problems.
    """
    if not problems:
        raise ValueError("there are no problems to count votes of: give at least one")
    paths.check_problems(problems)
    answers, right = read(paths, problems), right_answers(problems)
    most = len(answers[0])
    counted = [many for many in VOTES if many < most] + [most]
    votes = {many: [vote(own[:many]) for own in answers] for many in counted}
    return Voted(
        one_path=fmean(a == b for own, b in zip(answers, right, strict=True) for a in own),
        votes={
            many: fmean(v.score(b) for v, b in zip(each, right, strict=True))
            for many, each in votes.items()
        },
        each=tuple(votes[most]),
        checked=tuple(
            tuple(check(problem, text) for text in texts)
            for problem, texts in zip(problems, paths.texts, strict=True)
        ),
    )


def _first_mistake(checked: Checked) -> tuple[object, ...]:
    place = checked.first_wrong or 0
    return (checked.way, place, *_NUMBERS.findall(checked.steps[place].text))


def thinking(problems: Sequence[Problem]) -> list[str]:
    """The problems with "Let's think step by step." after them."""
    return [problem.prompt() + MANNERS["phrase"].phrase for problem in problems]


def voting(
    lm: LanguageModel,
    problems: Sequence[Problem],
    count: int = 16,
    *,
    temperature: float = 0.7,
    seed: int = 0,
) -> dict[str, Any]:
    """Greedy against one path and votes, on problems with the phrase: plain values for a record.

    together: the mean of `Voted.lost`. lost: the first of these problems, and its paths.
    """
    prompts = thinking(problems)
    paths = sample_paths(lm, prompts, count, temperature=temperature, seed=seed)
    voted = count_votes(paths, problems)
    lost = voted.lost(problems)
    return {
        "greedy": ask(lm, problems, "phrase").accuracy,
        "together": fmean(lost.values()) if lost else None,
        "lost": {"place": min(lost), "texts": paths.texts[min(lost)]} if lost else None,
        "one_path": voted.one_path,
        "votes": voted.votes,
        "by_luck": voted.by_luck,
        "unchecked": voted.unchecked,
        "ways": voted.ways,
        "shares": [vars(each) for each in voted.by_share(problems)],
        "calibration_error": confidence.error(voted.each, right_answers(problems)),
    }
