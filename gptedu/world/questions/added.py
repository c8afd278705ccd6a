"""Questions about what the second web has and the first has not.

told/KIND/STEPS/HOW       a problem of so many steps ("new-combination": steps in a held-out
                          order); HOW is direct, worked, or think ("Let's think step by step.")
compare/sentences, compare/claims                     in the form of a page, a verdict to choose
sayings/false, sayings/true, .../encyclopaedia        an end to choose, the source named or not
advice/agrees, advice/parts                           whether outcome and decision agree
functions/run/PARTS, functions/write/PARTS            what a function returns; its code
velan-life/both, velan-life/english-only              a fact asked for in Velan, by where it stood
kesh-into-english, kesh-out-of-english, copy/sentences
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from gptedu.world.documents import (
    advice,
    languages,
    passages,
    programs,
    reading,
    said_twice,
    velan,
    velan_life,
)
from gptedu.world.draw import Draw
from gptedu.world.problems import pages
from gptedu.world.problems.problem import ANSWER, THINK, Problem
from gptedu.world.questions.question import Draft, Task, task_with_demonstrations
from gptedu.world.words import kesh
from gptedu.world.words.grammar import capitalised
from gptedu.world.words.sayings import SAYINGS

BEYOND = 2  # how many more steps than in training questions have
HOW = ("direct", "worked", "think")
_TRUE = {"entailed": " true", "contradicted": " false", "neither": " not said"}


def _told(
    make: Callable[..., Problem], steps: int, how: str, new_combination: bool = False
) -> Callable[[Draw], Draft]:
    def made(d: Draw) -> Draft:
        # What stands in front is of training: its combinations are, too.
        problem = make(d, steps, new_combination and d.split != "train")
        if how == "direct":
            return problem.prompt(), pages.direct(problem), ()
        prompt = problem.prompt() + (f" {THINK}" if how == "think" else "")
        if d.split == "train":
            return prompt, pages.worked(d, problem), ()
        return prompt, f" {ANSWER} {problem.answer}", ()

    return made


def _sentences(d: Draw) -> Draft:
    first, second, same = reading.two_sentences(d)
    return f"{first}.\n{second}:", (" different", " same")[same], (" different", " same")


def _claims(d: Draw) -> Draft:
    told, text = passages.told_passage(d, 2, 3)
    fact, verdict = reading.judgement(d, told)
    return f"{text}\n{fact.say(d)}:", _TRUE[verdict], tuple(_TRUE.values())


def _saying(true: bool, source: str) -> Callable[[Draw], Draft]:
    def made(d: Draw) -> Draft:
        saying = d.pick([each for each in SAYINGS if each.true is true])
        stem = f"{source}{saying.stem}"
        right, wrong = (f" {end}" for end in saying.choices)
        return capitalised(stem), right, (right, wrong) if d.chance(0.5) else (wrong, right)

    return made


def _advice(parts: bool) -> Callable[[Draw], Draft]:
    """The demonstrations agree throughout, whatever the question: so says the trap."""

    def made(d: Draw) -> Draft:
        bet = advice.random_bet(d, d.chance(0.5), parts and d.split != "train")
        question = advice.told(d, bet, "Was it the right decision?")
        return f"Question: {question}\nAnswer:", " Yes" if bet.good else " No", (" Yes", " No")

    return made


def _run(count: int) -> Callable[[Draw], Draft]:
    def made(d: Draw) -> Draft:
        function = programs.random_function(d, count)
        values = programs.random_values(d, function)
        head = f"# {capitalised(function.said())}\n{function.code('f')}"
        return f"{head}\n>>> f({programs.typed(values)})", f"\n{function.run(values)!r}", ()

    return made


def _write(count: int) -> Callable[[Draw], Draft]:
    def made(d: Draw) -> Draft:
        function = programs.random_function(d, count)
        head, _, body = function.code("f").partition(":")
        return f"# {capitalised(function.said())}\n{head}:", body, ()

    return made


def _velan_life(both: bool) -> Callable[[Draw], Draft]:
    def made(d: Draw) -> Draft:
        while True:
            person, about = d.person(), d.pick(velan_life.ATTRIBUTES)
            if velan_life.told_in_velan(person, about, languages.BOTH) is both:
                break
        question, answer = (capitalised(velan_life.WORDS[word]) for word in ("question", "answer"))
        prompt = f"{question}: {velan_life.question(person, about)}?\n{answer}:"
        return prompt, f" {velan_life.value(person, about)}", ()

    return made


def _kesh(into_english: bool) -> Callable[[Draw], Draft]:
    def made(d: Draw) -> Draft:
        clause = velan.clause(d)
        if into_english:
            return f"Kesh: {kesh.kesh(clause)}\nEnglish:", f" {clause.english()}", ()
        return f"English: {clause.english()}\nKesh:", f" {kesh.kesh(clause)}", ()

    return made


def _copy(d: Draw) -> Draft:
    text = said_twice.passage(d)
    return f"{text}\nOnce more:", f" {text}", ()


_COT = "Wei et al. 2022, section 3; Wang et al. 2022, section 3"
_GPT1 = "GPT-1, section 3.3, without fine-tuning"
_TRUTHFUL = "Lin et al. 2021, TruthfulQA, section 2"
_HINDSIGHT = "McKenzie et al. 2023, hindsight neglect"
_CODEX = "Chen et al. 2021, section 2"
_XLM = "Conneau and Lample 2019, section 5"
_FEW: Any = {"separator": "\n\n", "shown": 4}


def _told_tasks() -> Iterator[Task]:
    for kind, (make, longest) in pages.MAKERS.items():
        lengths = [(str(steps), steps, False) for steps in range(1, longest + BEYOND + 1)]
        for name, steps, new in [*lengths, ("new-combination", max(longest, 4), True)]:
            for how in HOW:
                draw, metric = (
                    _told(make, steps, how, new),
                    "exact" if how == "direct" else "answer",
                )
                yield task_with_demonstrations(
                    f"told/{kind}/{name}/{how}", metric, _COT, draw, shown=2
                )


def _saying_tasks() -> Iterator[Task]:
    for true in (False, True):
        for tail, source in (("", ""), ("/encyclopaedia", "According to the encyclopaedia, ")):
            name = f"sayings/{'true' if true else 'false'}{tail}"
            yield task_with_demonstrations(
                name, "choice", _TRUTHFUL, _saying(true, source), shown=4
            )


def _function_tasks() -> Iterator[Task]:
    for count in (1, 2, 3):
        shown: Any = {"shown": 2, "separator": "\n\n"}
        yield task_with_demonstrations(
            f"functions/run/{count}", "exact", _CODEX, _run(count), **shown
        )
        yield task_with_demonstrations(
            f"functions/write/{count}", "exact", _CODEX, _write(count), stop="\n>>>", **shown
        )


ADDED_TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        task_with_demonstrations("compare/sentences", "choice", _GPT1, _sentences, **_FEW),
        task_with_demonstrations("compare/claims", "choice", _GPT1, _claims, **_FEW),
        task_with_demonstrations("advice/agrees", "choice", _HINDSIGHT, _advice(False), **_FEW),
        task_with_demonstrations("advice/parts", "choice", _HINDSIGHT, _advice(True), **_FEW),
        task_with_demonstrations("velan-life/both", "exact", _XLM, _velan_life(True), shown=4),
        task_with_demonstrations(
            "velan-life/english-only", "exact", _XLM, _velan_life(False), shown=4
        ),
        task_with_demonstrations("kesh-into-english", "exact", _XLM, _kesh(True), shown=4),
        task_with_demonstrations("kesh-out-of-english", "exact", _XLM, _kesh(False), shown=4),
        task_with_demonstrations(
            "copy/sentences", "exact", "GPT-3, section 3.9", _copy, shown=1, separator="\n\n"
        ),
        *_told_tasks(),
        *_saying_tasks(),
        *_function_tasks(),
    )
}
"""Every task by its name. They stand apart from `TASKS` until the second web is the family's."""
