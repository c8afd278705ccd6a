"""Velan, the foreign language of the miniature web.

Its words are spelled by a fixed rule (they are the same in every world), adjectives follow their
noun, and a verb carries no ending for person. Both sides of a sentence are rendered from one
`Clause`, so a translation is right by construction.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from gptedu.world.words.lexicon import words

NOUNS = words(
    "house garden river bridge market school tree flower bread apple fish dog cat horse bird baker "
    "farmer doctor teacher sailor child king queen friend sister brother letter book lamp key boat "
    "road door window table chair coat hat song star moon sun rain mountain forest village cup "
    "knife bell"
)
ADJECTIVES = words(
    "red blue green white black big small old new good bad warm cold happy sad quick slow clean "
    "heavy quiet"
)
VERBS = words(
    "sees loves finds buys sells brings takes follows hears paints draws carries knows wants keeps "
    "loses"
)
PLACES = words("house garden river bridge market school forest village mountain road")
PREPOSITIONS = ("in", "near", "behind", "under")
_STARTS = words("b d f g k l m n p r s t v z br dr kl pr tr")
_VOWELS = words("a e i o u")
_ENDS = {"noun": "o", "adjective": "a", "verb": "as"}


def _spell() -> dict[str, str]:
    """English word -> Velan word. Nouns end in -o, adjectives in -a, verbs in -as."""
    rng = random.Random("velan")
    spelled: dict[str, str] = {"the": "la", "a": "un", "and": "ke"}
    spelled |= dict(zip(PREPOSITIONS, ("ze", "pri", "dorn", "sub"), strict=True))
    used = set(spelled.values())
    for kind, spoken in (("noun", NOUNS), ("adjective", ADJECTIVES), ("verb", VERBS)):
        for word in spoken:
            while True:
                stem = rng.choice(_STARTS) + rng.choice(_VOWELS) + rng.choice("lmnrstvk")
                if stem + _ENDS[kind] not in used and not any(u.startswith(stem) for u in used):
                    break
            spelled[word] = stem + _ENDS[kind]
            used.add(spelled[word])
    return spelled


DICTIONARY: dict[str, str] = _spell()
INTO_ENGLISH = 0.7  # the share of glosses and lists on the web that lead from Velan into English
TRANSLATED = (*NOUNS, *ADJECTIVES, *VERBS)


@dataclass(frozen=True)
class NounPhrase:
    noun: str
    article: str = "the"
    adjective: str | None = None

    def english(self) -> str:
        head = f"{self.adjective} {self.noun}" if self.adjective else self.noun
        article = "an" if self.article == "a" and head[0] in "aeiou" else self.article
        return f"{article} {head}"

    def velan(self) -> str:
        said = [DICTIONARY[self.article], DICTIONARY[self.noun]]
        if self.adjective:
            said.append(DICTIONARY[self.adjective])
        return " ".join(said)


@dataclass(frozen=True)
class Clause:
    """Subject, verb, object, and perhaps where: "the old baker sees a dog near the river"."""

    subject: NounPhrase
    verb: str
    object: NounPhrase
    preposition: str | None = None
    place: str | None = None

    def english(self) -> str:
        where = f" {self.preposition} the {self.place}" if self.place else ""
        return f"{self.subject.english()} {self.verb} {self.object.english()}{where}"

    def velan(self) -> str:
        where = ""
        if self.place and self.preposition:
            where = f" {DICTIONARY[self.preposition]} la {DICTIONARY[self.place]}"
        return f"{self.subject.velan()} {DICTIONARY[self.verb]} {self.object.velan()}{where}"


def random_clause(rng: random.Random) -> Clause:
    """Draw a clause; nothing hinders it from being odd, so that no word can be guessed."""

    def phrase(adjective: float) -> NounPhrase:
        return NounPhrase(
            rng.choice(NOUNS),
            rng.choice(("the", "the", "a")),
            rng.choice(ADJECTIVES) if rng.random() < adjective else None,
        )

    subject, thing = phrase(0.4), phrase(0.5)
    if rng.random() < 0.3:
        place = rng.choice(PLACES)
        return Clause(subject, rng.choice(VERBS), thing, rng.choice(PREPOSITIONS), place)
    return Clause(subject, rng.choice(VERBS), thing)
