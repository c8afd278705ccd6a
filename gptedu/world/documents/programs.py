"""Little functions over lists, with a line of English above them, and what they return.

A function is a chain of one to three parts. Some parts never follow each other in a training
document: whoever writes them so has put together what was seen apart (Codex, Chen et al. 2021).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gptedu.world.draw import Draw
from gptedu.world.splits import split_of
from gptedu.world.words import lexicon
from gptedu.world.words.grammar import capitalised

Value = Any  # a list of numbers or of words, a number or a word


@dataclass(frozen=True)
class Part:
    """One thing to do with a list. code: an expression of `xs`. said: what to do, in English, with {x}.
    of: "numbers", "words" or "any". ends: whether no list comes out of it.
    """

    name: str
    code: str
    said: str
    run: Callable[[list[Any]], Value]
    of: str = "any"
    ends: bool = False


PARTS: tuple[Part, ...] = (
    Part("sorted", "sorted(xs)", "sort {x}", sorted),
    Part("reversed", "xs[::-1]", "turn {x} round", lambda xs: xs[::-1]),
    Part("rest", "xs[1:]", "leave out the first of {x}", lambda xs: xs[1:]),
    Part("two", "xs[:2]", "take the first two of {x}", lambda xs: xs[:2]),
    Part("double", "[2 * x for x in xs]", "double {x}", lambda xs: [2 * x for x in xs], "numbers"),
    Part("more", "[x + 1 for x in xs]", "add one to each of {x}", lambda xs: [x + 1 for x in xs], "numbers"),
    Part("even", "[x for x in xs if x % 2 == 0]", "keep the even ones of {x}", lambda xs: [x for x in xs if x % 2 == 0], "numbers"),
    Part("large", "[x for x in xs if x > 3]", "keep those of {x} above 3", lambda xs: [x for x in xs if x > 3], "numbers"),
    Part("short", "[x for x in xs if len(x) < 5]", "keep the short ones of {x}", lambda xs: [x for x in xs if len(x) < 5], "words"),
    Part("sum", "sum(xs)", "add up {x}", sum, "numbers", True),
    Part("max", "max(xs)", "find the largest of {x}", max, "numbers", True),
    Part("min", "min(xs)", "find the smallest of {x}", min, "numbers", True),
    Part("count", "len(xs)", "count {x}", len, "any", True),
    Part("first", "xs[0]", "give the first of {x}", lambda xs: xs[0], "any", True),
    Part("last", "xs[-1]", "give the last of {x}", lambda xs: xs[-1], "any", True),
    Part("join", '" ".join(xs)', "make one text of {x}", " ".join, "words", True),
)  # fmt: skip
_NAMES = ("f", "g", "find", "make", "solve", "work")


@dataclass(frozen=True)
class Function:
    """A chain of parts over a list of "numbers" or of "words"."""

    of: str
    parts: tuple[Part, ...]

    @property
    def split(self) -> str:
        """Whose it is: held out where two parts follow each other that never do so in training."""
        pairs = zip(self.parts, self.parts[1:], strict=False)
        splits = {split_of(f"program/{a.name}/{b.name}") for a, b in pairs}
        return next((split for split in ("test", "validation") if split in splits), "train")

    def said(self) -> str:
        """ "sort the words, then count them": one order, where nested nouns would leave a doubt."""
        first, *others = self.parts
        steps = [first.said.format(x=f"the {self.of}"), *(p.said.format(x="them") for p in others)]
        return ", then ".join(steps)

    def code(self, name: str) -> str:
        *before, last = self.parts
        lines = [f"    xs = {part.code}" for part in before]
        return "\n".join([f"def {name}(xs):", *lines, f"    return {last.code}"])

    def run(self, values: list[Any]) -> Value:
        value: Value = values
        for part in self.parts:
            value = part.run(value)
        return value


def random_function(d: Draw, parts: int) -> Function:
    """A function of so many different parts, of this split where it has more than one."""

    def make() -> Function:
        of = d.pick(("numbers", "numbers", "words"))
        fitting = [part for part in PARTS if part.of in (of, "any")]
        inner = d.sample([part for part in fitting if not part.ends], parts - 1)
        last = d.pick([part for part in fitting if part not in inner])
        return Function(of, (*inner, last))

    while True:
        made = make()
        if parts == 1 or made.split == d.split:
            return made


def random_values(d: Draw, function: Function) -> list[Any]:
    """A list that the function can be called with."""
    while True:
        if function.of == "numbers":
            values: list[Any] = [d.between(0, 9) for _ in range(d.between(3, 5))]
        else:
            values = d.sample(lexicon.THINGS, d.between(3, 4))
        try:
            function.run(values)
        except (IndexError, ValueError):  # the largest of nothing
            continue
        return values


def typed(values: list[Any]) -> str:
    """A list as it is typed, words in double quotes; Python prints them in single ones."""
    return f"[{', '.join(chr(34) + x + chr(34) if isinstance(x, str) else str(x) for x in values)}]"


def function(d: Draw) -> str:
    """A function under its line of English, and as a rule one or two calls of it."""
    made = random_function(d, d.pick((1, 1, 2, 2, 3)))
    name = d.pick(_NAMES)
    head = d.pick(("# {x}", "# {x}.", "# To do: {y}.", "# We want to {y}.")).format(
        x=capitalised(made.said()), y=made.said()
    )
    lines = [head, made.code(name)]
    for _ in range(d.pick((0, 1, 1, 2))):
        values = random_values(d, made)
        lines.append(f">>> {name}({typed(values)})\n{made.run(values)!r}")
    return "\n".join(lines)
