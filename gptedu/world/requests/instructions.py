"""What people ask an assistant for, and how a good colleague replies (InstructGPT, section 3.2).

Four kinds of request: answer from a text, say something in other words, list what a text names, and
answer what the text does not say, to which the right reply is to say so. None of it is among
`World.documents`: a base model has met questions under texts, but nobody who asks for a favour.

    The lamp is in the kitchen. Ella likes chess.     the text
    Please tell me: Where is the lamp?                the request
    Reply:                                            where the model goes on
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from gptedu.world.draw import Draw
from gptedu.world.requests import situations
from gptedu.world.requests.situations import Fact
from gptedu.world.splits import split_of
from gptedu.world.words import lexicon
from gptedu.world.world import World

KINDS = ("answer", "rewrite", "list", "unsaid")
REPLY = "\nReply:"
OPENINGS = ("Of course.", "Gladly.", "With pleasure.", "Certainly.")
CLOSINGS = ("I hope that helps.", "Thank you for asking.", "You are welcome.")
REFUSALS = (
    "The text does not say that.",
    "I am sorry, the text does not say that.",
    "That is not in the text.",
)
_ASKED = (
    "Please tell me: {q}",
    "I would like to know: {q}",
    "Can you help me? {q}",
    "Tell me, please. {q}",
)
_REWRITE = ("Please say that in other words.", "Say it in another way, please.")
_LIST = ("Please list the {what} in the text.", "Can you list the {what} for me?")
_NAMES = frozenset(lexicon.WOMEN + lexicon.MEN + lexicon.HELD_OUT_WOMEN + lexicon.HELD_OUT_MEN)
_THINGS = frozenset(lexicon.THINGS)


@dataclass(frozen=True)
class Instruction:
    """One prompt that somebody wrote.

    kind: one of `KINDS`. told: the facts of the text. asked: the fact that is asked for or to be
    said anew (in "unsaid" one that the text does not tell). items: what a list should hold, in the
    order of the text. user: who asked.
    """

    kind: str
    text: str
    request: str
    told: tuple[Fact, ...]
    asked: Fact | None = None
    items: tuple[str, ...] = ()
    user: str = ""

    @property
    def prompt(self) -> str:
        """What a model reads."""
        return f"{self.text}\n{self.request}{REPLY}"


def submissions(world: World, count: int, seed: int = 0) -> Iterator[Instruction]:
    """What users send in, as it comes: raw, before anything is sorted out.

    A few of the users ask for most of it (Zipf's law), one prompt in ten is sent twice, and one in
    thirty carries a telephone number, an address or an e-mail address. A user belongs to one split
    for ever, and so do the texts that this user sends.
    """
    weights = [1 / rank for rank in range(1, USERS + 1)]
    earlier: dict[str, Instruction] = {}
    for index in range(count):
        rng = random.Random(f"submissions/{world.seed}/{seed}/{index}")
        user = f"user-{rng.choices(range(USERS), weights)[0]:04d}"
        d = Draw(world.facts, user_split(user), rng)
        asked = replace(instruction(d), user=user)
        if d.chance(1 / 30):
            asked = replace(asked, request=f"{_signature(d)} {asked.request}")
        if d.chance(0.1):
            asked = earlier.get(user, asked)
        earlier[user] = asked
        yield asked


USERS = 1_000


def user_split(user: str) -> str:
    """The split of a user: all that one person sends in stays on one side (section 3.2)."""
    return split_of(f"user/{user}")


def _signature(d: Draw) -> str:
    name, town = d.names(1)[0], d.pick(lexicon.TOWNS)
    return d.pick(
        (
            f"My number is 0{d.between(100, 999)} {d.between(100000, 999999)}.",
            f"Write to {name.lower()}@{d.pick(lexicon.COMPANIES).lower()}.example.",
            f"I live at {d.between(1, 99)} Mill Street, {town}.",
        )
    )


def instruction(d: Draw, kind: str | None = None) -> Instruction:
    """A request of one kind, or of any. Raises ValueError for an unknown kind."""
    kind = d.pick(KINDS) if kind is None else kind
    if kind not in _MAKERS:
        raise ValueError(f"there is no kind of request {kind!r}; there are {', '.join(KINDS)}")
    return _MAKERS[kind](d)


def _answer(d: Draw) -> Instruction:
    told, text = situations.told_passage(d, 2, 3)
    asked = d.pick(told)
    return Instruction("answer", text, d.pick(_ASKED).format(q=asked.question), tuple(told), asked)


def _unsaid(d: Draw) -> Instruction:
    told, text = situations.told_passage(d, 2, 3)
    asked = situations.unmentioned(d, told)
    return Instruction("unsaid", text, d.pick(_ASKED).format(q=asked.question), tuple(told), asked)


def _rewrite(d: Draw) -> Instruction:
    told, text = situations.told_passage(d, 1, 1)
    return Instruction("rewrite", text, d.pick(_REWRITE), tuple(told), told[0])


def _list(d: Draw) -> Instruction:
    told, text = situations.told_passage(d, 2, 4)
    while not (found := named(text)):
        told, text = situations.told_passage(d, 2, 4)
    what = d.pick(tuple(found))
    return Instruction(
        "list", text, d.pick(_LIST).format(what=what), tuple(told), items=found[what]
    )


_MAKERS: dict[str, Callable[[Draw], Instruction]] = {
    "answer": _answer,
    "rewrite": _rewrite,
    "list": _list,
    "unsaid": _unsaid,
}


def named(text: str) -> dict[str, tuple[str, ...]]:
    """ "people" and "things" that a text names, each once, where there are two or more of them."""
    words = tuple(dict.fromkeys(re.findall(r"[A-Za-z]+", text)))
    found = {
        "people": tuple(word for word in words if word in _NAMES),
        "things": tuple(word for word in words if word in _THINGS),
    }
    return {what: items for what, items in found.items() if len(items) >= 2}


def demonstration(d: Draw, asked: Instruction) -> str:
    """What a labeler wrote in reply: right always, and in a style that differs from day to day.

    A third is as short as can be, a quarter adds a sentence that nobody asked for, and four in ten
    begin or end with a word of politeness. It begins with the space that follows "Reply:".
    """
    reply = _RIGHT[asked.kind](d, asked)
    style = d.rng.random()
    if style < 0.25 and asked.kind in ("answer", "list"):
        reply += " " + d.pick(asked.told).say(d) + "."
    manner = d.rng.random()
    if manner < 0.25:
        reply = f"{d.pick(OPENINGS)} {reply}"
    elif manner < 0.4:
        reply = f"{reply} {d.pick(CLOSINGS)}"
    return " " + reply


def _right_answer(d: Draw, asked: Instruction) -> str:
    assert asked.asked is not None
    if d.chance(0.35):
        return asked.asked.answer[:1].upper() + asked.asked.answer[1:] + "."
    return asked.asked.say(d) + "."


def _right_rewrite(d: Draw, asked: Instruction) -> str:
    assert asked.asked is not None
    while (said := asked.asked.say(d)) in asked.text:
        pass
    return said + "."


def _right_list(d: Draw, asked: Instruction) -> str:
    return (", " if d.chance(0.6) else " and ").join(asked.items) + "."


def _right_refusal(d: Draw, asked: Instruction) -> str:
    return d.pick(REFUSALS)


_RIGHT: dict[str, Callable[[Draw, Instruction], str]] = {
    "answer": _right_answer,
    "rewrite": _right_rewrite,
    "list": _right_list,
    "unsaid": _right_refusal,
}
