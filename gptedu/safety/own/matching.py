"""Whether a pattern is found in a text, in so many steps at most.

Python's own `re` tries one way to read a pattern after another. Some patterns, such as `(a+)+b`,
can be read in so many ways that thirty letters keep it busy for hours, and nothing stops it. Here
the same ways are tried one by one, and counted; so where it ends depends on pattern and text alone,
and on no clock.

A search begins at every letter of the text. What failed after one beginning is remembered and not
tried after the next: `.*zebra` would else read the rest of the text again from every letter.

What a rule needs is there: letters, sets, `.`, `^`, `$`, `\\b`, `|`, groups, `?`, `*`, `+`,
`{2,3}`, and flags in front such as `(?i)`. Looking around and referring back is not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

try:
    from re import _constants as codes  # type: ignore[attr-defined]
    from re import _parser as parser  # type: ignore[attr-defined]
except ImportError:  # Python 3.10
    import sre_constants as codes  # type: ignore[no-redef]
    import sre_parse as parser  # type: ignore[no-redef]

STEPS = 100_000
"""A rule of one's own takes some hundreds in a reply. So many take about a tenth of a second."""
MOST_PARTS = 5_000
"""Of a pattern with its counted repeats written out: `(ab){3}` has six."""
_CATEGORIES = {
    codes.CATEGORY_DIGIT: str.isdecimal,
    codes.CATEGORY_SPACE: str.isspace,
    codes.CATEGORY_WORD: lambda c: c.isalnum() or c == "_",
}
_OPPOSITES = {
    codes.CATEGORY_NOT_DIGIT: codes.CATEGORY_DIGIT,
    codes.CATEGORY_NOT_SPACE: codes.CATEGORY_SPACE,
    codes.CATEGORY_NOT_WORD: codes.CATEGORY_WORD,
}
_REPEATS = {codes.MAX_REPEAT, codes.MIN_REPEAT}
_LETTERS = {codes.LITERAL, codes.NOT_LITERAL, codes.ANY, codes.IN}
"""Parts that are one letter long."""
_EITHER, _BEGIN, _MOVED, _FOUND = "either", "begin", "moved", "found"
"""Instructions beside these: go on at two places; note the place in the text; go on only if it is
another one than noted; the pattern is found."""


class NeverEnds(ValueError):
    """A pattern took more steps than it may."""


class Pattern:
    """A pattern of `re`, which may always be stopped.

    ignore_case: as with `(?i)` in front. Raises ValueError for what is no pattern, for parts that
    are not there, and for counted repeats that make it longer than `MOST_PARTS`.
    """

    def __init__(self, pattern: str, ignore_case: bool = True) -> None:
        try:
            parsed = parser.parse(pattern, re.IGNORECASE if ignore_case else 0)
        except (re.error, OverflowError, RecursionError) as error:
            raise ValueError(
                f"the pattern {pattern!r} cannot be read ({error}): correct it, or put a backslash "
                "before a sign that stands for itself"
            ) from None
        nodes, self.pattern, self._flags = list(parsed), pattern, parsed.state.flags
        _check(pattern, nodes)
        if (parts := _parts(nodes)) > MOST_PARTS:
            raise ValueError(
                f"the pattern {pattern!r} has {parts:,} parts once its repeats are written out: "
                f"repeat less often, for {MOST_PARTS:,} at most"
            )
        self._code: list[tuple[Any, Any]] = []
        self._fitting: dict[tuple[int, str], bool] = {}
        _write(self._code, nodes)
        self._code.append((_FOUND, None))

    def found_in(self, text: str, steps: int = STEPS) -> bool:
        """Whether it is anywhere in a text, as `re.search` says it.

        Raises NeverEnds after `steps` steps.
        """
        failed: set[tuple[int, int]] = set()  # (place in the pattern, place in the text)
        for start in range(len(text) + 1):
            found, tried, steps = self._from(start, text, failed, steps)
            if found:
                return True
            failed |= tried
        return False

    def _from(
        self, start: int, text: str, failed: set[tuple[int, int]], left: int
    ) -> tuple[bool, set[tuple[int, int]], int]:
        """Whether it is found from one place on, what was tried, and how many steps are left.

        Ways wait on a stack, so that a long text needs no deep recursion. Which is tried first
        changes nothing of what is found. Each has the places noted on it, the last one first.
        """
        tried: set[tuple[int, int]] = set()
        waiting: list[tuple[int, int, Any]] = [(0, start, None)]
        while waiting:
            at, place, noted = waiting.pop()
            if (at, place) in failed:
                continue
            if left == 0:
                raise NeverEnds("more steps than it may take")
            left -= 1
            tried.add((at, place))
            op, argument = self._code[at]
            if op is _FOUND:
                return True, tried, left
            if op is _EITHER:
                waiting += [(each, place, noted) for each in argument]
            elif op is _BEGIN:
                waiting.append((at + 1, place, (place, noted)))
            elif op is _MOVED:
                before, noted = noted
                if before != place:  # nothing was read otherwise: once more would not end
                    waiting.append((at + 1, place, noted))
            elif op is codes.AT:
                if self._at(argument, text, place):
                    waiting.append((at + 1, place, noted))
            elif place < len(text) and self._fits(at, text[place]):
                waiting.append((at + 1, place + 1, noted))
        return False, tried, left

    def _fits(self, at: int, letter: str) -> bool:
        """Whether a letter fits a part that is one letter long; each is looked at once."""
        found = self._fitting.get((at, letter))
        if found is None:
            found = self._fitting[at, letter] = self._one(*self._code[at], letter)
        return found

    def _one(self, op: Any, argument: Any, letter: str) -> bool:
        if op is codes.ANY:
            return letter != "\n" or bool(self._flags & re.DOTALL)
        forms = {letter}
        if self._flags & re.IGNORECASE:
            forms |= {form for form in (letter.lower(), letter.upper()) if len(form) == 1}
        if op is codes.LITERAL:
            return any(ord(form) == argument for form in forms)
        if op is codes.NOT_LITERAL:
            return all(ord(form) != argument for form in forms)
        negated = argument[0][0] is codes.NEGATE
        return negated != any(self._in(item, form) for item in argument for form in forms)

    @staticmethod
    def _in(item: Any, letter: str) -> bool:
        op, argument = item
        if op is codes.LITERAL:
            return ord(letter) == argument
        if op is codes.RANGE:
            return bool(argument[0] <= ord(letter) <= argument[1])
        if op is codes.CATEGORY:
            if argument in _OPPOSITES:
                return not _CATEGORIES[_OPPOSITES[argument]](letter)
            return _CATEGORIES[argument](letter)
        return False  # the sign that negates

    def _at(self, where: Any, text: str, place: int) -> bool:
        """Whether a place is a beginning, an end, or the border of a word."""
        several = bool(self._flags & re.MULTILINE)
        if where in (codes.AT_BEGINNING, codes.AT_BEGINNING_STRING):
            line = several and where is codes.AT_BEGINNING and text[place - 1 : place] == "\n"
            return place == 0 or line
        if where is codes.AT_END_STRING:
            return place == len(text)
        if where is codes.AT_END:
            return text[place:] in ("", "\n") or (several and text[place : place + 1] == "\n")
        word = _CATEGORIES[codes.CATEGORY_WORD]
        before = place > 0 and word(text[place - 1])
        after = place < len(text) and word(text[place])
        return (before != after) is (where is codes.AT_BOUNDARY)


def _check(pattern: str, nodes: Sequence[Any]) -> None:
    """Raises ValueError for a part that cannot be matched here."""
    for op, argument in nodes:
        if op is codes.BRANCH:
            for branch in argument[1]:
                _check(pattern, list(branch))
        elif op is codes.SUBPATTERN:
            if argument[1] or argument[2]:  # flags for a part of a pattern
                raise ValueError(
                    f"the pattern {pattern!r} sets flags within: set them in front, as in (?i)"
                )
            _check(pattern, list(argument[-1]))
        elif op in _REPEATS:
            _check(pattern, list(argument[2]))
        elif op not in _LETTERS and op is not codes.AT:
            raise ValueError(
                f"the pattern {pattern!r} has a part that rules cannot have "
                f"({str(op).lower().replace('_', ' ')}): use letters, sets, |, ?, * and + alone"
            )


def _parts(nodes: Sequence[Any]) -> int:
    """How long the code of some parts is at most, before it is written."""
    total = 0
    for op, argument in nodes:
        if op is codes.BRANCH:
            total += sum(_parts(list(each)) + 2 for each in argument[1])
        elif op is codes.SUBPATTERN:
            total += _parts(list(argument[-1]))
        elif op in _REPEATS:
            least, most, part = argument
            times = least + 1 if most is codes.MAXREPEAT else most
            total += int(times) * (_parts(list(part)) + 1) + 4
        else:
            total += 1
    return total


def _write(code: list[tuple[Any, Any]], nodes: Sequence[Any]) -> None:
    """Adds the instructions for some parts, one after the other."""
    for op, argument in nodes:
        if op is codes.SUBPATTERN:
            _write(code, list(argument[-1]))
        elif op is codes.BRANCH:
            fork = len(code)
            code.append((_EITHER, ()))
            begins, ends = [], []
            for branch in argument[1]:
                begins.append(len(code))
                _write(code, list(branch))
                ends.append(len(code))
                code.append((_EITHER, ()))
            code[fork] = (_EITHER, tuple(begins))
            for end in ends:
                code[end] = (_EITHER, (len(code),))
        elif op in _REPEATS:
            _write_repeat(code, *argument)
        else:
            code.append((op, argument))


def _write_repeat(code: list[tuple[Any, Any]], least: int, most: Any, part: Any) -> None:
    """The part as often as it has to be there, and then as often as it may."""
    nodes = list(part)
    for _ in range(least):
        _write(code, nodes)
    if most is codes.MAXREPEAT:
        one_letter = len(nodes) == 1 and nodes[0][0] in _LETTERS
        fork = len(code)
        code.append((_EITHER, ()))
        if not one_letter:
            code.append((_BEGIN, None))
        _write(code, nodes)
        if not one_letter:
            code.append((_MOVED, None))
        code.append((_EITHER, (fork,)))
        code[fork] = (_EITHER, (len(code), fork + 1))
        return
    forks = []
    for _ in range(int(most) - least):
        forks.append(len(code))
        code.append((_EITHER, ()))
        _write(code, nodes)
    for fork in forks:
        code[fork] = (_EITHER, (len(code), fork + 1))
