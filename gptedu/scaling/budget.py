"""What a budget buys: from FLOPs to days, energy and money, every assumption an argument.

The papers say how many FLOPs or tokens; none says what a run cost. So nothing below is hidden: a
machine is its speed, its power and its price, and the rest is division.
"""

from __future__ import annotations

from dataclasses import dataclass

from gptedu import checks

SECONDS_A_DAY = 86_400
PF_DAY = 1e15 * SECONDS_A_DAY
"""FLOPs of one PF-day, the unit of the GPT-3 paper."""


@dataclass(frozen=True)
class Machine:
    """Something that computes.

    peak: FLOPs a second at best. used: the share of it that training reaches, 0 to 1. watts: of
    power, with cooling. price: of an hour. count: how many work together.
    """

    name: str
    peak: float
    used: float = 0.4
    watts: float = 0.0
    price: float = 0.0
    count: int = 1

    def __post_init__(self) -> None:
        checks.settle(self, checks.positive, "peak")
        checks.settle(self, checks.number, "used", above=0, most=1)
        checks.settle(self, checks.weight, "watts", "price")
        checks.settle(self, checks.whole, "count")

    @property
    def speed(self) -> float:
        """FLOPs a second, of all of them together."""
        return self.peak * self.used * self.count


@dataclass(frozen=True)
class Bill:
    """What a run takes. energy: kWh. money: in the currency of the machine's price."""

    flops: float
    days: float
    energy: float
    money: float

    @property
    def pf_days(self) -> float:
        return self.flops / PF_DAY

    @property
    def years(self) -> float:
        return self.days / 365.25


def training_estimate(parameters: float, tokens: float) -> float:
    """FLOPs of training by the usual estimate, 6 N D (Kaplan et al. 2020, section 2.1)."""
    return 6 * checks.positive("parameters", parameters) * checks.positive("tokens", tokens)


def bill(flops: float, machine: Machine) -> Bill:
    """Days, energy and money for so many FLOPs on a machine."""
    seconds = checks.positive("flops", flops) / machine.speed
    hours = seconds / 3600 * machine.count
    return Bill(flops, seconds / SECONDS_A_DAY, hours * machine.watts / 1000, hours * machine.price)


def buys(days: float, machine: Machine, tokens_each: float = 20.0) -> tuple[float, float, float]:
    """What so many days on a machine buy: (FLOPs, parameters, tokens), with C = 6 N D.

    tokens_each: tokens for each parameter; Hoffmann et al. found about 20 to be best.
    """
    flops = checks.positive("days", days) * SECONDS_A_DAY * machine.speed
    parameters = (flops / (6 * checks.positive("tokens_each", tokens_each))) ** 0.5
    return flops, parameters, parameters * tokens_each


def conversation_price(
    turns: int,
    *,
    prompt_tokens: float,
    reply_tokens: float,
    prompt_price: float,
    reply_price: float,
) -> float:
    """What a conversation costs, where each request sends all of it again.

    prompt_tokens, reply_tokens: of one turn. prompt_price, reply_price: of a thousand tokens that
    are read, and of a thousand that are written.
    """
    turns = checks.whole("turns", turns)
    # In turn t all t prompts are read, and the t - 1 replies before.
    read = prompt_tokens * turns * (turns + 1) / 2 + reply_tokens * turns * (turns - 1) / 2
    return (read * prompt_price + turns * reply_tokens * reply_price) / 1000
