"""What chapter 0's model learns from: pages of the miniature web, or a text file of the learner's.

A file that cannot be learned from is named in one sentence, and the web takes its place, so that
the chapter runs on.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gptedu import assets
from gptedu.console import say
from gptedu.world import World

KINDS = ("story", "life")
PAGES, HELD_OUT = 6000, 300
LEAST, MOST = 20_000, 5_000_000  # characters of a file
PAGE = 400  # characters, about as long as a page of the web
EVERY = 10  # of so many pages of a file, one is held out


@dataclass(frozen=True)
class Texts:
    """name: of the source. pages: to learn from. held_out: pages that training never reads."""

    name: str
    pages: list[str]
    held_out: list[str]

    @property
    def of_the_web(self) -> bool:
        """Whether these are the miniature web's pages, and no file's."""
        return self.name == WEB


WEB = "the miniature web"


def read(path: str | Path | None = None) -> Texts:
    """The pages of a text file; without one, or where it cannot be used, those of the web.

    Why a file cannot be used is printed.
    """
    if path is None:
        return web()
    try:
        return from_file(path)
    except ValueError as fault:
        say(f"{fault}. Until then the text is that of {WEB}.")
        return web()


def web(pages: int = PAGES, held_out: int = HELD_OUT) -> Texts:
    """Pages of the web about people: stories, and who lives where and likes what."""
    world = World(seed=0)
    read = [page.text for page in world.documents("train", pages, kinds=KINDS)]
    known = set(read)  # short pages may say the same
    others = (page.text for page in world.documents("test", kinds=KINDS) if page.text not in known)
    return Texts(WEB, read, list(itertools.islice(others, held_out)))


def from_file(path: str | Path) -> Texts:
    """The paragraphs of a text file as pages, every tenth held out.

    Raises ValueError, in one sentence, for what is no text file, or too short or too long a one.
    """
    if not isinstance(path, (str, Path)):
        raise ValueError(f"MY_FILE is {path!r}: give the path of a text file, in quotes")
    place = assets.expanded(path)
    text = _read(place)
    if len(text) < LEAST:
        raise ValueError(
            f"{place.name} has {len(text):,} characters: give at least {LEAST:,}, about ten pages "
            "of a book"
        )
    pages = _pages(text[:MOST])
    kept = [page for number, page in enumerate(pages) if number % EVERY]
    return Texts(place.name, kept, pages[::EVERY])


def _read(place: Path) -> str:
    """The text of a file. Raises ValueError for anything else."""
    if place.is_dir():
        raise ValueError(f"{place} is a folder: give the path of a text file in it")
    try:
        content = place.read_bytes()
    except FileNotFoundError:
        raise ValueError(
            f"there is no file {str(place)!r} (we are in {Path.cwd()}): give its whole path"
        ) from None
    except OSError as error:
        raise ValueError(
            f"{place} cannot be read ({error.strerror}): give a file that is yours"
        ) from None
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):  # as Windows' editors may save it
        return content.decode("utf-16", errors="replace")
    if b"\0" in content:
        raise ValueError(f"{place.name} is no plain text: save it as text (.txt, UTF-8) first")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Older files have one byte a letter. Pictures and the like do, too: they hold few letters.
        text = content.decode("cp1252", errors="replace")
    common = sum(c.isascii() and (c.isprintable() or c.isspace()) for c in text)
    if common < 0.7 * len(text):
        raise ValueError(f"{place.name} is no plain text: save it as text (.txt, UTF-8) first")
    return text


def _pages(text: str) -> list[str]:
    """Paragraphs, short ones joined up to about a page, long ones cut."""
    pages, page = [], ""
    for paragraph in filter(None, map(str.strip, re.split(r"\n\s*\n", text))):
        for piece in _cut(paragraph):
            if page and len(page) + len(piece) > PAGE:
                pages.append(page)
                page = ""
            page = f"{page}\n{piece}" if page else piece
    return [*pages, page] if page else pages


def _cut(paragraph: str) -> Iterator[str]:
    """Pieces of a page at most, cut between words where there are any."""
    while len(paragraph) > PAGE:
        end = max(paragraph.rfind(space, 1, PAGE) for space in " \n")
        end = PAGE if end < 0 else end
        yield paragraph[:end]
        paragraph = paragraph[end:].lstrip()
    yield paragraph
