"""What people ask an assistant for (InstructGPT, section 3.2).

Four kinds of request: answer from a text, say something in other words, list what a text names, and
answer what the text does not say, to which the right reply is to say so. None of it is among
`World.documents`: a base model has met questions under texts, but nobody who asks for a favour.

    The lamp is in the kitchen. Ella likes chess.     the text
    Please tell me: Where is the lamp?                the request
    Reply:                                            where the model goes on
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from gptedu import checks
from gptedu.world.documents import passages
from gptedu.world.documents.passages import Fact
from gptedu.world.draw import Draw
from gptedu.world.words import lexicon

INSTRUCTION_KINDS = ("answer", "rewrite", "list", "unsaid")
REPLY = "\nReply:"
_ASKED = (
    "Please tell me: {q}",
    "I would like to know: {q}",
    "Can you help me? {q}",
    "Tell me, please. {q}",
)
_REWRITE = ("Please say that in other words.", "Say it in another way, please.")
_LIST = ("Please list the {what} in the text.", "Can you list the {what} for me?")
_THINGS = frozenset(lexicon.THINGS)


@dataclass(frozen=True)
class Instruction:
    """One prompt that somebody wrote.

    kind: one of `INSTRUCTION_KINDS`. told: the facts of the text. fact: the one that is asked for
    or to be said anew (in "unsaid" one that the text does not tell). items: what a list should
    hold, in the order of the text. user: who sent it.
    """

    kind: str
    text: str
    request: str
    told: tuple[Fact, ...]
    fact: Fact | None = None
    items: tuple[str, ...] = ()
    user: str = ""

    @property
    def prompt(self) -> str:
        """What a model reads."""
        return f"{self.text}\n{self.request}{REPLY}"


def instruction(d: Draw, kind: str | None = None) -> Instruction:
    """A request of one kind, or of any. Raises ValueError for an unknown kind."""
    kind = d.pick(INSTRUCTION_KINDS) if kind is None else kind
    return _MAKERS[checks.one_of("the kind of request", kind, _MAKERS)](d)


def question_about(text: str, question: str) -> Instruction:
    """A request of one's own: a question about a text, read so that replies can be judged.

    Raises ValueError where no sentence of the text says what is asked, in the world's own words.
    """
    told = tuple(filter(None, map(passages.understand, text.split("."))))
    fact = next((each for each in told if each.question == question), None)
    if fact is None:
        known = " or ".join(repr(each.question) for each in told)
        way_out = f"ask {known}" if known else "give a text of the world's own sentences"
        raise ValueError(f"the text does not say {question!r} in a way that is known: {way_out}")
    return Instruction("answer", text, _ASKED[0].format(q=question), told, fact)


def _answer(d: Draw) -> Instruction:
    told, text = passages.told_passage(d, 2, 3)
    fact = d.pick(told)
    return Instruction("answer", text, d.pick(_ASKED).format(q=fact.question), tuple(told), fact)


def _unsaid(d: Draw) -> Instruction:
    told, text = passages.told_passage(d, 2, 3)
    fact = passages.unmentioned(d, told)
    return Instruction("unsaid", text, d.pick(_ASKED).format(q=fact.question), tuple(told), fact)


def _rewrite(d: Draw) -> Instruction:
    told, text = passages.told_passage(d, 1, 1)
    return Instruction("rewrite", text, d.pick(_REWRITE), tuple(told), told[0])


def _list(d: Draw) -> Instruction:
    told, text = passages.told_passage(d, 2, 4)
    while not (lists := named(text)):
        told, text = passages.told_passage(d, 2, 4)
    what = d.pick(tuple(lists))
    return Instruction(
        "list", text, d.pick(_LIST).format(what=what), tuple(told), items=lists[what]
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
    lists = {
        "people": tuple(word for word in words if word in lexicon.NAMES),
        "things": tuple(word for word in words if word in _THINGS),
    }
    return {what: items for what, items in lists.items() if len(items) >= 2}
