"""When are two results the same, and in which words do they differ?

An exercise's checker compares what the learner's function returns with what the reference
returns: whole numbers exactly, other numbers within a small tolerance, tensors and arrays by kind,
shape and values, lists, tuples, dictionaries and dataclasses part by part.
"""

from __future__ import annotations

import dataclasses
import math
import numbers
import operator
from collections.abc import Mapping
from typing import Any

TOLERANCE = 1e-4
"""Relative, and a tenth of it absolute: float32 sums in another order stay well within."""
WHOLE = 1e-12
"""Relative, for a float where a whole number is right: a division may miss by its last digit."""


def same(first: Any, second: Any) -> bool:
    """Whether two results are the same; see `difference`."""
    return difference(first, second) is None


def difference(yours: Any, right: Any, at: str = "") -> str | None:
    """What differs, as the end of a sentence that starts with "it returns"; None if nothing does.

    at: where in a nested result we are, as it would be indexed: "[2]['a']".
    """
    if _is_array(right) or _is_array(yours):
        return _array_difference(yours, right, at)
    if isinstance(right, bool) or isinstance(yours, bool):
        if type(yours) is type(right) and yours == right:
            return None
        return f"{short(yours)}{_place(at)}, where {short(right)} is right"
    if isinstance(right, numbers.Real):
        return _number_difference(yours, right, at)
    if isinstance(right, (list, tuple)):
        return _sequence_difference(yours, right, at)
    if isinstance(right, Mapping):
        return _mapping_difference(yours, right, at)
    if dataclasses.is_dataclass(right) and not isinstance(right, type):
        if type(yours) is not type(right):
            return _wrong_kind(yours, a_kind(right), at)
        for field in dataclasses.fields(right):
            own, other = getattr(yours, field.name), getattr(right, field.name)
            if why := difference(own, other, f"{at}.{field.name}"):
                return why
        return None
    if type(yours) is not type(right) and not isinstance(yours, type(right)):
        return _wrong_kind(yours, a_kind(right), at)
    return None if yours == right else f"{short(yours)}{_place(at)}, where {short(right)} is right"


def short(value: Any, limit: int = 80) -> str:
    """A value as a learner would write it, numbers with six digits, cut where it is long."""
    try:
        text = _text(value)
    except Exception:  # thousands of digits, or a class of the learner's own
        text = a_kind(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _text(value: Any) -> str:
    if _is_array(value):
        shape = tuple(value.shape)
        return _text(value.tolist()) if math.prod(shape) <= 8 else f"values of shape {shape}"
    if type(value) is list:
        return f"[{', '.join(map(_text, value))}]"
    if type(value) is tuple:
        return f"({', '.join(map(_text, value))}{',' * (len(value) == 1)})"
    if type(value) is dict:
        return f"{{{', '.join(f'{_text(key)}: {_text(each)}' for key, each in value.items())}}}"
    if isinstance(value, numbers.Real) and not isinstance(value, (bool, int)):
        return f"{float(value):.6g}"
    return repr(value)


def a_kind(value: Any) -> str:
    """The kind of a value with its article: "a list", "a tensor", "nothing"."""
    if value is None:
        return "nothing (None)"
    if _is_array(value):
        return "a tensor" if hasattr(value, "requires_grad") else "an array"
    name = {"str": "text", "int": "whole number", "float": "number", "dict": "dictionary"}.get(
        type(value).__name__, type(value).__name__
    )
    if name == "text":
        return "text"
    return f"{'an' if name[0].lower() in 'aeio' else 'a'} {name}"


def _close(a: float, b: float) -> bool:
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    return math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=TOLERANCE / 10)


def _float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:  # a whole number beyond all floats
        return math.inf if value > 0 else -math.inf


def _number_difference(yours: Any, right: Any, at: str) -> str | None:
    if not isinstance(yours, numbers.Real):
        return _wrong_kind(yours, "a number", at)
    a, b = _float(yours), _float(right)
    if not isinstance(right, numbers.Integral):
        if _close(a, b):
            return None
        return f"{short(yours)}{_place(at)}, where {short(right)} is right{_factor(yours, right)}"
    if yours == right or (not isinstance(yours, int) and math.isclose(a, b, rel_tol=WHOLE)):
        return None
    # Six digits could show the same number twice.
    shown = short(yours) if isinstance(yours, int) or not math.isfinite(a) else f"{a:.12g}"
    gap = _factor(yours, right) or _gap(a, b)
    return f"{shown}{_place(at)}, where {short(right)} is right{gap}"


def _gap(a: float, b: float) -> str:
    """How far a large number is off: often that is a part that was forgotten."""
    if min(a, b) < 1000 or math.isinf(a) or max(a, b) > 2 * min(a, b):
        return ""
    return f" ({abs(a - b):,.0f} too {'many' if a > b else 'few'})"


def _factor(yours: Any, right: Any) -> str:
    """A plain factor between two numbers is a strong hint: say it."""
    a, b = _float(yours), _float(right)
    if b == 0 or a == 0 or not math.isfinite(a / b):
        return ""
    for factor, words in ((2, "twice that"), (0.5, "half of that"), (-1, "that with its sign")):
        if _close(a / b, factor):
            return f" (yours is {words})" if factor != -1 else " (the sign is the other way round)"
    return ""


def _is_array(value: Any) -> bool:
    return hasattr(value, "shape") and hasattr(value, "dtype") and hasattr(value, "tolist")


def _wrong_kind(yours: Any, wanted: str, at: str) -> str:
    return f"{a_kind(yours)}{_place(at)}, where {wanted} is asked for"


def _place(at: str) -> str:
    return f" at {at}" if at else ""


def _array_difference(yours: Any, right: Any, at: str) -> str | None:
    is_number = _is_array(yours) or isinstance(yours, numbers.Real)
    needs_gradient = getattr(right, "requires_grad", False)
    if needs_gradient and is_number and not getattr(yours, "requires_grad", False):
        return (
            f"{a_kind(yours)}{_place(at)} through which no gradient flows, so nothing could learn "
            "from it: leave out .item(), .detach() and torch.tensor(...)"
        )
    if not _is_array(yours) or not _is_array(right):
        return _difference_from_a_number(yours, right, at)
    if hasattr(yours, "requires_grad") != hasattr(right, "requires_grad"):
        return _wrong_kind(yours, a_kind(right), at)
    if tuple(yours.shape) != tuple(right.shape):
        return f"shape {tuple(yours.shape)}{_place(at)}, where {tuple(right.shape)} is right"
    if _family(yours) != _family(right):
        return f"values of type {yours.dtype}{_place(at)}, where {right.dtype} is asked for"
    return _value_difference(yours, right, at)


def _difference_from_a_number(yours: Any, right: Any, at: str) -> str | None:
    """Where only one of the two is an array: a 0-dimensional one is the same as its number."""
    array, other = (yours, right) if _is_array(yours) else (right, yours)
    if tuple(array.shape) != () or not isinstance(other, (bool, numbers.Real)):
        return _wrong_kind(yours, a_kind(right), at)
    number = array.item()
    return difference(number, right, at) if array is yours else difference(yours, number, at)


def _value_difference(yours: Any, right: Any, at: str) -> str | None:
    """Of two arrays of one shape and one type."""
    a, b = _flat(yours), _flat(right)
    alike = _close if _family(right) == "float" else operator.eq
    wrong = [i for i, (x, y) in enumerate(zip(a, b, strict=True)) if not alike(x, y)]
    if not wrong:
        return None
    first = wrong[0]
    factors = {_factor(a[i], b[i]) for i in wrong}
    factor = factors.pop() if len(factors) == 1 else ""
    place = _place(at + _index(first, tuple(right.shape)))
    share = f" ({len(wrong)} of {len(b)} values differ)" if right.shape else ""
    return f"{short(a[first])}{place}, where {short(b[first])} is right{share}{factor}"


def _family(array: Any) -> str:
    name = str(array.dtype).replace("torch.", "")
    return next((kind for kind in ("bool", "complex", "int") if kind in name), "float")


def _flat(array: Any) -> list[Any]:
    detached = array.detach() if hasattr(array, "detach") else array
    return list(detached.reshape(-1).tolist())


def _index(index: int, shape: tuple[int, ...]) -> str:
    place: list[int] = []
    for size in reversed(shape):
        index, here = divmod(index, size)
        place.append(here)
    return str(place[::-1]) if place else ""


def _sequence_difference(yours: Any, right: Any, at: str) -> str | None:
    if not isinstance(yours, (list, tuple)):
        return _wrong_kind(yours, a_kind(right), at)
    if len(yours) != len(right):
        return f"{len(yours)} values{_place(at)} ({short(yours)}), where {len(right)} are right"
    for i, (a, b) in enumerate(zip(yours, right, strict=True)):
        if why := difference(a, b, f"{at}[{i}]"):
            return why
    return None


def _mapping_difference(yours: Any, right: Mapping[Any, Any], at: str) -> str | None:
    if not isinstance(yours, Mapping):
        return _wrong_kind(yours, "a dictionary", at)
    if missing := [key for key in right if key not in yours]:
        return f"a dictionary{_place(at)} without the key {short(missing[0])}"
    if extra := [key for key in yours if key not in right]:
        return (
            f"a dictionary{_place(at)} with the key {short(extra[0])}, which does not belong there"
        )
    for key in right:
        if why := difference(yours[key], right[key], f"{at}[{short(key)}]"):
            return why
    return None
