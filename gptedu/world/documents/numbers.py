"""Numbers: sums told as little stories, with and without worked steps, and programs with output."""

from __future__ import annotations

from dataclasses import dataclass

from gptedu.world.draw import Draw
from gptedu.world.words import lexicon
from gptedu.world.words.grammar import pronoun

LIMIT = 24  # no total leaves 0..LIMIT


@dataclass(frozen=True)
class Sum:
    """A start and a chain of changes; `totals` are the totals after each step."""

    start: int
    changes: tuple[int, ...]

    @property
    def totals(self) -> tuple[int, ...]:
        totals, total = [], self.start
        for change in self.changes:
            total += change
            totals.append(total)
        return tuple(totals)

    @property
    def answer(self) -> int:
        return self.totals[-1]

    @property
    def key(self) -> str:
        """What the sum is, however it is told; sums of one step are in training entirely."""
        return f"sum/{self.start}/{self.changes}"

    def formula(self) -> str:
        return f"{self.start}" + "".join(
            f" {'+' if change > 0 else '-'} {abs(change)}" for change in self.changes
        )

    def worked(self) -> str:
        """ "3 + 4 = 7. 7 - 2 = 5." """
        before = (self.start, *self.totals[:-1])
        return " ".join(
            f"{a} {'+' if change > 0 else '-'} {abs(change)} = {b}."
            for a, change, b in zip(before, self.changes, self.totals, strict=True)
        )


def random_sum(d: Draw, steps: int) -> Sum:
    """A sum of `steps` changes of 1 to 9; of the split of `d` where it has more than one step."""

    def make() -> Sum:
        total = start = d.between(2, 12)
        changes = []
        for _ in range(steps):
            change = d.between(1, 9) * (1 if d.chance(0.6) else -1)
            if not 0 <= total + change <= LIMIT:
                change = -change
            if not 0 <= total + change <= LIMIT:
                change = 1 if total < LIMIT else -1
            total += change
            changes.append(change)
        return Sum(start, tuple(changes))

    return make() if steps == 1 else d.of_split(make, key=lambda made: made.key)


_MORE = ("{she} gets {n} more", "{she} buys {n}", "{she} finds {n}", "{she} is given {n}")
_LESS = ("{she} gives away {n}", "{she} loses {n}", "{she} sells {n}", "{she} uses {n}")


def told_sum(d: Draw, made: Sum) -> str:
    """The sum as a question: "Tom has 3 coins. He gets 4 more. How many coins does Tom have?" """
    name = d.names(1)[0]
    thing = d.pick(("apples", "coins", "eggs", "cups", "pens", "rings", "books", "plums"))
    sentences = [f"{name} has {made.start} {thing}."]
    for change in made.changes:
        way = d.pick(_MORE if change > 0 else _LESS)
        sentences.append(d.say(way + ".", she=pronoun(name), n=abs(change)))
    return " ".join([*sentences, f"How many {thing} does {name} have?"])


THINK = "Let's think step by step."


def as_prompt(question: str) -> str:
    return f"Question: {question}\nAnswer:"


def direct_answer(made: Sum) -> str:
    return f" {made.answer}"


def worked_answer(made: Sum, think: bool = False) -> str:
    return f"{' ' + THINK if think else ''} {made.worked()} The answer is {made.answer}"


def sums(d: Draw) -> str:
    """Told sums, one below the other: all answered at once, or all worked step by step."""
    worked = d.chance(0.55)
    think = worked and d.chance(0.3)
    lines = []
    for _ in range(d.between(1, 3)):
        made = random_sum(d, d.pick((1, 1, 2, 2, 3, 4, 5, 6) if worked else (1, 1, 1, 2, 2, 3, 4)))
        answer = worked_answer(made, think) if worked else direct_answer(made)
        lines.append(as_prompt(told_sum(d, made)) + answer)
    return "\n".join(lines)


def arithmetic(d: Draw) -> str:
    """Bare sums: "3 + 4 = 7", also longer ones with or without their steps."""
    lines = []
    for _ in range(d.between(4, 10)):
        made = random_sum(d, d.pick((1, 1, 1, 1, 2, 3)))
        if d.chance(0.4):
            made = Sum(d.between(0, LIMIT - 9), (d.between(1, 9),))
        if len(made.changes) > 1 and d.chance(0.5):
            lines.append(f"{made.formula()}: {made.worked()}")
        else:
            lines.append(f"{made.formula()} = {made.answer}")
    return d.pick(("\n", "\n", ", ")).join(lines)


def program(d: Draw) -> str:
    """A little program at a prompt, with what it prints."""
    form = d.pick(("numbers", "words", "list"))
    if form == "numbers":
        made = random_sum(d, d.between(1, 3))
        x, lines = d.pick("abxyn"), []
        lines.append(f">>> {x} = {made.start}")
        for change in made.changes:
            lines.append(f">>> {x} = {x} {'+' if change > 0 else '-'} {abs(change)}")
        return "\n".join([*lines, f">>> print({x})", str(made.answer)])
    words = d.sample(lexicon.THINGS, d.between(2, 5))
    if form == "words":
        times = d.between(2, 4)
        return "\n".join(
            [f'>>> word = "{words[0]}"', f">>> for i in range({times}):", "...     print(word)"]
            + [words[0]] * times
        )
    i = d.between(0, len(words) - 1)
    listing = ", ".join(f'"{word}"' for word in words)
    ask = d.pick((("print(len(bag))", str(len(words))), (f"print(bag[{i}])", words[i]), ("print(bag[-1])", words[-1])))  # fmt: skip
    return f">>> bag = [{listing}]\n>>> {ask[0]}\n{ask[1]}"
