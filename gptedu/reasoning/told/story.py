"""Whose things a told sum is about, by its first part: "Tom has 7 coins"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gptedu import checks
from gptedu.reasoning.told import words as known
from gptedu.reasoning.told.words import words_of
from gptedu.world.words import lexicon
from gptedu.world.words.grammar import pronoun


@dataclass(frozen=True)
class Story:
    """owners: whose things they are, in small letters; none for "There are 7 coins". pronouns: what
    may stand for them. nouns: what the things are called, without the plural.
    """

    owners: tuple[str, ...]
    pronouns: frozenset[str]
    nouns: tuple[str, ...]

    def is_owner(self, word: str) -> bool:
        return word.lower() in self.owners or word.lower() in self.pronouns

    def example(self, number: int) -> str:
        """What can be read, for the way out of an error: "Tom gets 4" or "Tom loses 4"."""
        who, s = ("They", "") if self.owners else ("She", "s")
        if len(self.owners) == 1:
            who = self.owners[0].capitalize()
            s = "" if who in ("I", "We", "You") else "s"
        return f'"{who} get{s} {number}" or "{who} lose{s} {number}"'


def beginning(part: str, names: Sequence[str]) -> Story:
    """The story that begins with `part`. names: of people who were told of before.

    Raises ValueError for a part that does not say how many there are.
    """
    words = words_of(part)
    having = [place for place, word in enumerate(words) if word.lower() in known.HAVING]
    if not having or known.verbs(words):
        raise ValueError(
            f"{checks.shown(part)} does not say how many there are at first: begin with a sentence "
            'such as "Tom has 7 coins."'
        )
    before = [word.lower() for word in words[: having[0]]]
    called = next((word for word in before if word in known.PRONOUNS), None)
    owners = [name.lower() for name in known.names(words) or names]
    if called in ("i", "we", "you"):
        owners = [called]
    elif not owners and not any(word.isdigit() for word in before):  # "The shop has 9 eggs"
        owners = [word for word in before if word not in known.SMALL | known.PRONOUNS]
    pronouns = frozenset((called,)) if called else _pronouns(owners)
    return Story(tuple(owners), pronouns, tuple(known.nouns(words)))


def _pronouns(owners: Sequence[str]) -> frozenset[str]:
    if not owners:
        return known.PRONOUNS
    if len(owners) > 1:
        return frozenset(("they", "he", "she"))
    name = owners[0].capitalize()
    if name in lexicon.NAMES:
        return frozenset((pronoun(name),))
    return frozenset(("he", "she", "they", "it"))
