"""Whether a pattern is found in a text, in so many steps at most.

Python's own `re` tries one way to read a pattern after another. Some patterns, such as `(a+)+b`,
can be read in so many ways that thirty letters keep it busy for hours, and nothing stops it. Here
the same ways are tried one by one, and counted; so where it ends depends on pattern and text alone,
and on no clock.

What a rule needs is there: letters, sets, `.`, `^`, `$`, `\\b`, `|`, groups, `?`, `*`, `+`,
`{2,3}`, and flags in front such as `(?i)`. Looking around and referring back is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

try:
    from re import _constants as codes  # type: ignore[attr-defined]
    from re import _parser as parser  # type: ignore[attr-defined]
except ImportError:  # Python 3.10
    import sre_constants as codes  # type: ignore[no-redef]
    import sre_parse as parser  # type: ignore[no-redef]

STEPS = 20_000
"""A rule of one's own takes some hundreds in a reply."""
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


class NeverEnds(ValueError):
    """A pattern took more steps than it may."""


class Pattern:
    """A pattern of `re`, which may always be stopped.

    ignore_case: as with `(?i)` in front. Raises ValueError for what is no pattern, and for parts
    that are not there.
    """

    def __init__(self, pattern: str, ignore_case: bool = True) -> None:
        try:
            parsed = parser.parse(pattern, re.IGNORECASE if ignore_case else 0)
        except (re.error, OverflowError, RecursionError) as error:
            raise ValueError(
                f"the pattern {pattern!r} cannot be read ({error}): correct it, or put a backslash "
                "before a sign that stands for itself"
            ) from None
        self.pattern, self._nodes, self._flags = pattern, list(parsed), parsed.state.flags
        _check(pattern, self._nodes)

    def found_in(self, text: str, steps: int = STEPS) -> bool:
        """Whether it is anywhere in a text, as `re.search` says it.

        Raises NeverEnds after `steps` steps.
        """
        search = _Search(text, self._flags, steps)
        return any(
            True for start in range(len(text) + 1) for _ in search.sequence(self._nodes, start)
        )


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
        elif op not in (codes.LITERAL, codes.NOT_LITERAL, codes.ANY, codes.IN, codes.AT):
            raise ValueError(
                f"the pattern {pattern!r} has a part that rules cannot have "
                f"({str(op).lower().replace('_', ' ')}): use letters, sets, |, ?, * and + alone"
            )


class _Search:
    """Yields where a part that begins at some place may end, one way after the other."""

    def __init__(self, text: str, flags: int, steps: int) -> None:
        self.text, self.flags, self.left = text, flags, steps

    def _step(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise NeverEnds("more steps than it may take")

    def sequence(self, nodes: Sequence[Any], start: int) -> Iterator[int]:
        """Where these parts, one after the other, may end. Parts wait in a list of iterators, so
        that a long text needs no deep recursion."""
        if not nodes:
            yield start
            return
        waiting = [self._node(nodes[0], start)]
        while waiting:
            end = next(waiting[-1], None)
            if end is None:
                waiting.pop()
            elif len(waiting) == len(nodes):
                yield end
            else:
                waiting.append(self._node(nodes[len(waiting)], end))

    def _node(self, node: Any, start: int) -> Iterator[int]:
        self._step()
        op, argument = node
        if op is codes.BRANCH:
            for branch in argument[1]:
                yield from self.sequence(list(branch), start)
        elif op is codes.SUBPATTERN:
            yield from self.sequence(list(argument[-1]), start)
        elif op in _REPEATS:
            least, most, part = argument
            yield from self._repeat(least, most, list(part), start)
        elif op is codes.AT:
            if self._at(argument, start):
                yield start
        elif start < len(self.text) and self._one(op, argument, self.text[start]):
            yield start + 1

    def _repeat(self, least: int, most: Any, nodes: Sequence[Any], start: int) -> Iterator[int]:
        """As often as it goes first; which way is tried first changes nothing of what is found."""
        waiting, ends = [self.sequence(nodes, start)], [start]
        while waiting:
            self._step()
            end = next(waiting[-1], None)
            if end is None:
                waiting.pop()
                if len(waiting) >= least:
                    yield ends[-1]
                ends.pop()
            elif end == ends[-1] and len(waiting) > least:
                continue  # nothing was read: once more would not end
            elif most is not codes.MAXREPEAT and len(waiting) > int(most):
                continue
            else:
                waiting.append(self.sequence(nodes, end))
                ends.append(end)

    def _one(self, op: Any, argument: Any, letter: str) -> bool:
        """Whether a letter fits a part that is one letter long."""
        if op is codes.ANY:
            return letter != "\n" or bool(self.flags & re.DOTALL)
        forms = {letter}
        if self.flags & re.IGNORECASE:
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

    def _at(self, where: Any, place: int) -> bool:
        """Whether a place is a beginning, an end, or the border of a word."""
        text, several = self.text, bool(self.flags & re.MULTILINE)
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
