"""Advice after the fact: bets and choices, judged by what was known before (hindsight neglect).

Most good decisions end well and most bad ones badly, so that a reader may take the outcome for the
reason; in the rest the two part, and the page goes by the decision (McKenzie et al. 2023).
"""

from __future__ import annotations

from dataclasses import dataclass

from gptedu.world.draw import Draw
from gptedu.world.words.grammar import pronoun

PARTED = 0.3  # of the pages: a good decision that ends badly, or a bad one that ends well


@dataclass(frozen=True)
class Bet:
    """`chances` in ten to win `gain` coins, or else to lose `stake` coins; taken or left, and won or
    lost (of a bet that was left: what would have come of it).
    """

    chances: int
    gain: int
    stake: int
    taken: bool
    won: bool

    @property
    def worth(self) -> int:
        """Ten times what it brings on average, in coins."""
        return self.chances * self.gain - (10 - self.chances) * self.stake

    @property
    def good(self) -> bool:
        """Whether the decision was right by what was known."""
        return (self.worth > 0) is self.taken

    @property
    def ended_well(self) -> bool:
        return self.won is self.taken

    @property
    def key(self) -> str:
        """What decides the split: the odds, whatever was done and came of it."""
        return f"bet/{self.chances}/{self.gain}/{self.stake}"


def random_bet(d: Draw, good: bool, parted: bool) -> Bet:
    """A bet of this split with a clear worth, decided well or not, whose end agrees or not."""

    def make() -> Bet:
        while True:
            made = Bet(
                d.pick((1, 2, 8, 9)), d.between(1, 12), d.between(1, 12), d.chance(0.7), True
            )
            won = made.taken is (good is not parted)
            made = Bet(made.chances, made.gain, made.stake, made.taken, won)
            if made.good is good and abs(made.worth) >= 8:
                return made

    return d.of_split(make, key=lambda made: made.key)


_OFFERS = (
    "{name} can play a game: on {c} of the ten tickets {she} wins {gain}, else {she} loses {stake}.",
    "Somebody offers {name} a bet. With {c} of the ten cards it brings {gain}, with the others it costs {stake}.",
    "The chance is {c} in ten. If it goes well, {name} gets {gain}; if not, {she} pays {stake}.",
)
_TAKEN = {
    (True, True): "{She} takes it and wins {gain}.",
    (True, False): "{She} takes it and loses {stake}.",
    (False, True): "{She} leaves it. It would have won.",
    (False, False): "{She} leaves it. It would have lost.",
}
_ASKED = ("Was it the right decision?", "Did {name} decide well?", "Was that wise?")


def told(d: Draw, bet: Bet, ask: str | None = None) -> str:
    """The offer, the decision, what came of it, and the question."""
    name = d.names(1)[0]
    slots = {
        "name": name, "she": pronoun(name), "She": pronoun(name).capitalize(), "c": bet.chances,
        "gain": coins(bet.gain), "stake": coins(bet.stake),
    }  # fmt: skip
    parts = (d.pick(_OFFERS), _TAKEN[bet.taken, bet.won], ask or d.pick(_ASKED))
    return " ".join(part.format(**slots) for part in parts)


def coins(count: int) -> str:
    return f"{count} coin" if count == 1 else f"{count} coins"


def reason(d: Draw, bet: Bet) -> str:
    """Why, as the better pages say it."""
    what = "more" if bet.worth > 0 else "less"
    text = f"On average it brings {what} than it costs"
    if bet.good is not bet.ended_well:
        luck = "Bad luck is no mistake" if bet.good else "Good luck is no merit"
        text += d.pick((f", whatever came of it. {luck}", f". {luck}"))
    return text + "."


def advice(d: Draw) -> str:
    """One to three decisions each with what an adviser says about it."""
    lines = []
    reasons = d.chance(0.5)
    form = d.pick(("Question: {q}\nAnswer: {a}", "{q}\n{a}", "Letter: {q}\nReply: {a}"))
    for _ in range(d.between(1, 3)):
        bet = random_bet(d, d.chance(0.5), d.chance(PARTED))
        answer = "Yes" if bet.good else "No"
        answer += f". {reason(d, bet)}" if reasons else ""
        lines.append(form.format(q=told(d, bet), a=answer))
    return "\n".join(lines)
