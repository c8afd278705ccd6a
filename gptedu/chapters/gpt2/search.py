"""Keyword in context: how a task occurs in the corpus, as in table 1 of the GPT-2 paper."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gptedu.world import Document


WIDTH = 25
"""Characters on each side of a hit, so that a line fits a narrow notebook."""


@dataclass(frozen=True)
class Hit:
    """One place where the pattern stands: what is before it, itself, and what is after."""

    kind: str
    before: str
    match: str
    after: str

    def __str__(self) -> str:
        return f"{self.kind:>10}  {self.before:>{WIDTH}} [{self.match}] {self.after}"


def concordance(
    documents: Iterable[Document],
    pattern: str | re.Pattern[str],
    *,
    width: int = WIDTH,
    limit: int | None = None,
) -> list[Hit]:
    """Every place where ``pattern`` occurs, in the documents' order, at most ``limit``.

    A string is looked for as it is, in either case; a compiled pattern as an expression.
    ``width`` is how many characters are shown on each side at most, in whole words; a line break
    shows as ``/``.
    """
    if pattern in ("", re.compile("")):
        raise ValueError("the pattern is empty: give at least one character")
    if isinstance(pattern, str):
        pattern = re.compile(re.escape(pattern), re.IGNORECASE)
    hits: list[Hit] = []
    for document in documents:
        for match in pattern.finditer(document.text):
            if limit is not None and len(hits) >= limit:
                return hits
            start, end = match.span()
            before = _words(document.text[:start][::-1], width)[::-1]
            after = _words(document.text[end:], width)
            hits.append(Hit(document.kind, before, match.group().replace("\n", " / "), after))
    return hits


def _words(text: str, width: int) -> str:
    """The beginning of a text (or, read backwards, its end): as many whole words as fit."""
    flat = text[: width + 1].replace("\n", " / ")
    if len(flat) <= width:
        return flat
    end = flat[: width + 1].rfind(" ")
    return flat[:end] if end > 0 else flat[:width]
