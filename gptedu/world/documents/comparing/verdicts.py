"""A page that passes verdicts: text in which a word now and then says what a comparison came to.

A page knows where its verdicts stand and what else they could have been, so that it can be read
as text, and asked as a test of whoever reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from gptedu.world.draw import Draw

SLOT = " {verdict}"
Forms = Sequence[tuple[str, tuple[str, ...]]]
"""Ways to put it: text with slots, of which one is `SLOT`, and the verdicts there can be."""


@dataclass(frozen=True)
class Verdict:
    """One verdict, with the text around it up to its neighbours.

    words: all that it could be, each with the space before it; `right` is the index of what it is.
    """

    before: str
    words: tuple[str, ...]
    right: int
    after: str = ""

    @property
    def text(self) -> str:
        return self.before + self.words[self.right] + self.after


@dataclass(frozen=True)
class Page:
    """Verdicts one after the other; their texts joined are the page."""

    verdicts: tuple[Verdict, ...]

    @property
    def text(self) -> str:
        return "".join(verdict.text for verdict in self.verdicts)

    def prompts(self) -> Iterator[tuple[str, Verdict]]:
        """All that stands before each verdict, and the verdict."""
        before = ""
        for verdict in self.verdicts:
            yield before + verdict.before, verdict
            before += verdict.text


def verdict(form: str, words: tuple[str, ...], right: int, **slots: object) -> Verdict:
    """A verdict in a form such as "{a}, {b}: {verdict}."."""
    before, _, after = form.partition(SLOT)
    spaced = tuple(f" {word}" for word in words)
    return Verdict(before.format(**slots), spaced, right, after.format(**slots))


def page(verdicts: Sequence[Verdict], head: str = "", joint: str = "\n", tail: str = "") -> Page:
    """The verdicts with `joint` between them, `head` before the first and `tail` behind the last."""
    joints = [head, *[joint] * (len(verdicts) - 1)]
    parts = [
        replace(each, before=before + each.before)
        for each, before in zip(verdicts, joints, strict=True)
    ]
    parts[-1] = replace(parts[-1], after=parts[-1].after + tail)
    return Page(tuple(parts))


def as_text(make: Callable[[Draw], Page]) -> Callable[[Draw], str]:
    """A kind of document from a maker of pages."""
    return lambda d: make(d).text
