"""What a labeler writes in reply to a request: demonstrations (InstructGPT, section 3.2)."""

from __future__ import annotations

from collections.abc import Callable

from gptedu.world.draw import Draw
from gptedu.world.requests.instructions import Instruction
from gptedu.world.words.grammar import capitalised

OPENINGS = ("Of course.", "Gladly.", "With pleasure.", "Certainly.")
CLOSINGS = ("I hope that helps.", "Thank you for asking.", "You are welcome.")
REFUSALS = (
    "The text does not say that.",
    "I am sorry, the text does not say that.",
    "That is not in the text.",
)


def demonstration(d: Draw, instruction: Instruction) -> str:
    """What a labeler wrote in reply: right always, and in a style that differs from day to day.

    A third is as short as can be, a quarter adds a sentence that nobody asked for, and four in ten
    begin or end with a word of politeness. It begins with the space that follows "Reply:".
    """
    reply = right_reply(d, instruction)
    style = d.rng.random()
    if style < 0.25 and instruction.kind in ("answer", "list"):
        reply += " " + d.pick(instruction.told).say(d) + "."
    return " " + with_manners(d, reply)


def right_reply(d: Draw, instruction: Instruction) -> str:
    """What was asked for and nothing else, without the space that follows "Reply:"."""
    return _RIGHT[instruction.kind](d, instruction)


def with_manners(d: Draw, reply: str) -> str:
    """The reply with a word of politeness before it (a quarter), after it (15%), or as it is."""
    manner = d.rng.random()
    if manner < 0.25:
        return f"{d.pick(OPENINGS)} {reply}"
    if manner < 0.4:
        return f"{reply} {d.pick(CLOSINGS)}"
    return reply


def _right_answer(d: Draw, instruction: Instruction) -> str:
    assert instruction.fact is not None
    if d.chance(0.35):
        return capitalised(instruction.fact.answer) + "."
    return instruction.fact.say(d) + "."


def _right_rewrite(d: Draw, instruction: Instruction) -> str:
    assert instruction.fact is not None
    while (said := instruction.fact.say(d)) in instruction.text:
        pass
    return said + "."


def _right_list(d: Draw, instruction: Instruction) -> str:
    return (", " if d.chance(0.6) else " and ").join(instruction.items) + "."


def _right_refusal(d: Draw, instruction: Instruction) -> str:
    return d.pick(REFUSALS)


_RIGHT: dict[str, Callable[[Draw, Instruction], str]] = {
    "answer": _right_answer,
    "rewrite": _right_rewrite,
    "list": _right_list,
    "unsaid": _right_refusal,
}
