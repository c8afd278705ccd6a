"""Replies with one fault each, as somebody writes them who knows what is wrong with them.

A model's own replies differ in many things at once, and the falsest of them may be the politest.
Beside the right reply, one with a single fault shows what a fault costs.
"""

from __future__ import annotations

from collections.abc import Callable

from gptedu.world.draw import Draw
from gptedu.world.requests.instructions import Instruction
from gptedu.world.requests.replies import REFUSALS
from gptedu.world.words import lexicon
from gptedu.world.words.grammar import capitalised

Faults = dict[str, str]


def faulty(d: Draw, instruction: Instruction) -> Faults:
    """What is wrong with a reply -> such a reply, without the space that follows "Reply:".

    Which faults there are depends on the kind of request; a text of one fact has no other to tell.
    """
    return _FAULTY[instruction.kind](d, instruction)


def _answer(d: Draw, asked: Instruction) -> Faults:
    assert asked.fact is not None
    false = asked.fact.but(d)
    replies = {
        "false": f"{false.say(d)}.",
        "refused": d.pick(REFUSALS),
        "false and short": f"{capitalised(false.answer)}.",
    }
    others = [fact for fact in asked.told if fact != asked.fact]
    if others:
        replies["not asked for"] = f"{d.pick(others).say(d)}."
    return replies


def _rewrite(d: Draw, asked: Instruction) -> Faults:
    assert asked.fact is not None
    return {
        "false": f"{asked.fact.but(d).say(d)}.",
        "refused": d.pick(REFUSALS),
        "in the same words": asked.text.split(".")[0] + ".",
    }


def _unsaid(d: Draw, asked: Instruction) -> Faults:
    assert asked.fact is not None
    told = d.pick(asked.told).say(d)
    return {
        "made up": f"{asked.fact.say(d)}.",
        "not asked for": f"{told}.",
        "made up and short": f"{capitalised(asked.fact.answer)}.",
        "refused, and more": f"{d.pick(REFUSALS)} {told}.",
    }


def _list(d: Draw, asked: Instruction) -> Faults:
    items, place = list(asked.items), d.rng.randrange(len(asked.items))
    pool = lexicon.NAMES if items[0] in lexicon.NAMES else lexicon.THINGS
    other = d.pick(tuple(word for word in pool if word not in items))
    return {
        "one is missing": ", ".join(items[:place] + items[place + 1 :]) + ".",
        "one is not in the text": ", ".join([*items[:place], other, *items[place + 1 :]]) + ".",
        "a fact instead": f"{d.pick(asked.told).say(d)}.",
    }


_FAULTY: dict[str, Callable[[Draw, Instruction], Faults]] = {
    "answer": _answer,
    "rewrite": _rewrite,
    "list": _list,
    "unsaid": _unsaid,
}
