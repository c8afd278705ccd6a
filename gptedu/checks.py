"""Checks of arguments, in one tone: a plain Python value comes back, or one sentence is raised.

>>> seed = checks.seed("seed", seed)
>>> temperature = checks.number("temperature", temperature, least=0)
ValueError: temperature is -1: give 0 or more

A number may come from Python, numpy or torch (`np.int64(3)`, `np.linspace(…)[0]`, a tensor without
axes): `operator.index` and `numbers.Real` decide, not the type's name. True and False are no
numbers. `none` says what None means, where None is allowed; `give` replaces the way out.
"""

from __future__ import annotations

import math
import numbers
import operator
from collections.abc import Callable, Collection, Iterable, Mapping, Set
from typing import Any, overload

MOST_SEED = 2**63 - 1  # the largest that every generator of torch takes


@overload
def whole(name: str, value: Any, *, least: int = ..., most: int | None = ...,
          none: None = ..., give: str | None = ...) -> int: ...  # fmt: skip
@overload
def whole(name: str, value: Any, *, least: int = ..., most: int | None = ...,
          none: str, give: str | None = ...) -> int | None: ...  # fmt: skip
def whole(
    name: str,
    value: Any,
    *,
    least: int = 1,
    most: int | None = None,
    none: str | None = None,
    give: str | None = None,
) -> int | None:
    """A whole number from `least` up to, and with, `most`; ValueError for anything else."""
    if value is None and none is not None:
        return None
    number = as_whole(value)
    if number is None or number < least or (most is not None and number > most):
        span = f"of at least {least}" if most is None else f"from {least} to {most}"
        raise _wrong(name, value, give or f"a whole number {span}", none)
    return number


@overload
def number(name: str, value: Any, *, least: float | None = ..., above: float | None = ...,
           most: float | None = ..., below: float | None = ..., none: None = ...,
           give: str | None = ...) -> float: ...  # fmt: skip
@overload
def number(name: str, value: Any, *, least: float | None = ..., above: float | None = ...,
           most: float | None = ..., below: float | None = ..., none: str,
           give: str | None = ...) -> float | None: ...  # fmt: skip
def number(
    name: str,
    value: Any,
    *,
    least: float | None = None,
    above: float | None = None,
    most: float | None = None,
    below: float | None = None,
    none: str | None = None,
    give: str | None = None,
) -> float | None:
    """A finite number within the bounds: `least` and `most` may be reached, the others not."""
    if value is None and none is not None:
        return None
    real = as_number(value)
    if (
        real is None
        or (least is not None and real < least)
        or (above is not None and real <= above)
        or (most is not None and real > most)
        or (below is not None and real >= below)
    ):
        raise _wrong(name, value, give or _span(least, above, most, below), none)
    return real


@overload
def positive(name: str, value: Any, *, none: None = ...) -> float: ...
@overload
def positive(name: str, value: Any, *, none: str) -> float | None: ...
def positive(name: str, value: Any, *, none: str | None = None) -> float | None:
    """A finite number above 0."""
    if value is None and none is not None:
        return None
    return number(name, value, above=0, give=_or_none("a positive number", none))


def weight(name: str, value: Any) -> float:
    """How much a part counts: a number of 0 or more."""
    return number(name, value, least=0, give="0 (none) or more")


def probability(name: str, value: Any) -> float:
    """A number from 0 to 1, both included."""
    return number(name, value, least=0, most=1)


def seed(name: str, value: Any) -> int:
    """What a generator can be started from: a whole number of 0 or more."""
    return whole(name, value, least=0, most=MOST_SEED, give="a whole number of 0 or more")


def flag(name: str, value: Any) -> bool:
    """True or False, of Python or of numpy."""
    plain = _plain(value)
    if not isinstance(plain, bool):
        raise _wrong(name, value, "True or False")
    return plain


def one_of(name: str, value: Any, choices: Collection[str]) -> str:
    """One of a few words."""
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"{name} is {shown(value)}: choose one of {', '.join(choices)}")
    return str(value)


def text(name: str, value: Any, *, empty: bool = False) -> str:
    """A string. TypeError for what is none; ValueError for an empty one, unless `empty`."""
    if not isinstance(value, str):
        raise TypeError(f"{name} is {shown(value)}: give a string")
    if not value and not empty:
        raise ValueError(f"{name} is empty: give at least one character")
    return str(value)


def texts(name: str, value: Any, *, least: int = 1, empty: bool = False) -> list[str]:
    """Strings in an order: a list, a tuple, an array or a generator of them.

    Raises TypeError for one string alone, for a set or a dictionary (their order means nothing),
    and for an entry that is no string; ValueError for fewer than `least`, or an empty entry
    unless `empty`.
    """
    if not isinstance(value, Iterable) or isinstance(value, (str, bytes, Set, Mapping)):
        raise TypeError(f"{name} is {shown(value)}: give a list of texts")
    entries = [text(f"{name}[{place}]", entry, empty=empty) for place, entry in enumerate(value)]
    if len(entries) < least:
        few = "it is empty" if not entries else f"it has {len(entries)}"
        raise ValueError(f"{name} is too short ({few}): give a list of at least {least}")
    return entries


def settle(config: Any, check: Callable[..., Any], *names: str, **how: Any) -> None:
    """Puts what `check` returns into these fields of a dataclass, frozen or not.

    For `__post_init__`: so a configuration holds plain values, which can be saved and compared.

    >>> checks.settle(self, checks.whole, "layers", "width", "heads")
    """
    for name in names:
        object.__setattr__(config, name, check(name, getattr(config, name), **how))


def as_whole(value: Any) -> int | None:
    """The int of a whole number of any library; None for what is no whole number."""
    plain = _plain(value)
    if isinstance(plain, bool) or hasattr(plain, "ndim"):  # [3] is no number, nor is array([3])
        return None
    try:
        return operator.index(plain)
    except TypeError:
        return None


def as_number(value: Any) -> float | None:
    """The int or float of a finite number of any library; None for what is none."""
    plain = _plain(value)
    if isinstance(plain, bool) or not isinstance(plain, numbers.Real):
        return None
    if isinstance(plain, numbers.Integral):
        return int(plain)
    return float(plain) if math.isfinite(plain) else None


def shown(value: Any, longest: int = 60) -> str:
    """A value as it stands in a sentence: its repr on one line, cut where it is long."""
    line = " ".join(repr(_plain(value)).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _plain(value: Any) -> Any:
    """The Python value of a scalar of numpy, or of an array or tensor without axes."""
    if getattr(value, "ndim", None) == 0 and hasattr(value, "item"):
        return value.item()
    return value


def _span(least: float | None, above: float | None, most: float | None, below: float | None) -> str:
    lower = f"{least:g}" if least is not None else f"above {above:g}" if above is not None else ""
    upper = f"{most:g}" if most is not None else f"below {below:g}" if below is not None else ""
    if not upper:
        return f"{lower} or more" if least is not None else f"a number {lower}".rstrip()
    if not lower:
        return f"{upper} or less" if most is not None else f"a number {upper}"
    return (
        f"a number from {lower} to {upper}"
        if least is not None
        else f"a number {lower}, " + (f"up to {upper}" if most is not None else upper)
    )


def _or_none(give: str, none: str | None) -> str:
    return give if none is None else f"{give}, or None {none}"


def _wrong(name: str, value: Any, give: str, none: str | None = None) -> ValueError:
    return ValueError(f"{name} is {shown(value)}: give {_or_none(give, none)}")
