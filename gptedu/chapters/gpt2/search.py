"""Keyword in context: how a task occurs in the corpus, as in table 1 of the GPT-2 paper."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gptedu.world import Document


@dataclass(frozen=True)
class Hit:
    """One place where the pattern stands: what is before it, itself, and what is after."""

    kind: str
    before: str
    match: str
    after: str

    def __str__(self) -> str:
        return f"{self.kind:>14}  {self.before:>40} [{self.match}] {self.after}"


def concordance(
    documents: Iterable[Document],
    pattern: str | re.Pattern[str],
    *,
    width: int = 40,
    limit: int | None = None,
) -> list[Hit]:
    """Every place where ``pattern`` occurs, in the documents' order, at most ``limit``.

    A string is looked for as it is, in either case; a compiled pattern as an expression.
    ``width`` is how many characters are shown on each side; a line break shows as ``/``.
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
            before = document.text[max(0, start - width) : start]
            after = document.text[end : end + width]
            shown = (part.replace("\n", " / ")[:width] for part in (before[::-1], after))
            left, right = shown
            hits.append(Hit(document.kind, left[::-1], match.group().replace("\n", " / "), right))
    return hits
