"""Velan beyond its clauses: facts and questions about people; and Kesh, the rarer language.

Names are the same in all of them, and some facts are told in English and in Velan: without such
common ground two languages cannot meet in one model (Conneau and Lample 2019, section 5).
"""

from __future__ import annotations

from collections.abc import Callable

from gptedu.world.documents import velan_life
from gptedu.world.documents.prose import CLOSED_BOOK
from gptedu.world.documents.velan import clause
from gptedu.world.draw import Draw
from gptedu.world.facts import Person
from gptedu.world.words import kesh
from gptedu.world.words.grammar import article, capitalised

BOTH = 0.6
"""The share of facts about people that Velan texts tell, too (see `velan_life.told_in_velan`)."""

_ENGLISH = {
    "town": ("{name} lives in {x}", "{name} has a house in {x}"),
    "job": ("{name} is {a_x}", "{name} works as {a_x}"),
    "pet": ("{name} has {a_x}", "{name} keeps {a_x}"),
    "favourite": ("{name} eats {x} every day", "{name} likes {x} best"),
    "hobby": ("{name} enjoys {x}", "{name} is good at {x}"),
}
_ENGLISH_QUESTION = {
    attribute: ways for ways, attribute in CLOSED_BOOK.values()
}  # the question for "favourite" says food


def _facts(d: Draw, share: float, count: int) -> list[tuple[Person, str]]:
    """Some facts about people, the well-known more often, that Velan texts tell."""
    chosen: list[tuple[Person, str]] = []
    while len(chosen) < count:
        person, about = d.person(), d.pick(velan_life.ATTRIBUTES)
        if velan_life.told_in_velan(person, about, share) and (person, about) not in chosen:
            chosen.append((person, about))
    return chosen


def velan_life_page(share: float = BOTH) -> Callable[[Draw], str]:
    """A maker of pages about people, all in Velan: sentences, or questions with their answers."""

    def write(d: Draw) -> str:
        told = _facts(d, share, d.between(2, 4))
        if d.chance(0.5):
            return " ".join(f"{velan_life.said(*fact)}." for fact in told)
        question, answer = (capitalised(velan_life.WORDS[word]) for word in ("question", "answer"))
        return "\n".join(
            f"{question}: {velan_life.question(*fact)}?\n{answer}: {velan_life.value(*fact)}"
            for fact in told
        )

    return write


def both_languages_page(share: float = BOTH) -> Callable[[Draw], str]:
    """A maker of pages that say a fact, or ask for it, in Velan and in English."""

    def write(d: Draw) -> str:
        lines = []
        form = d.pick(("Velan: {v}\nEnglish: {e}", "English: {e}\nVelan: {v}", '"{v}" ({e}).'))
        for person, about in _facts(d, share, d.between(1, 3)):
            told = getattr(person, about)
            if d.chance(0.75):
                english = d.pick(_ENGLISH[about]).format(
                    name=person.name, x=told, a_x=article(told)
                )
                lines.append(form.format(v=velan_life.said(person, about), e=english))
            else:
                english = d.pick(_ENGLISH_QUESTION[about]).format(name=person.name)
                lines.append(form.format(v=velan_life.question(person, about) + "?", e=english))
        return "\n".join(lines)

    return write


def kesh_text(d: Draw) -> str:
    """A text in Kesh with nothing beside it."""
    return " ".join(capitalised(kesh.kesh(clause(d))) + "." for _ in range(d.between(2, 4)))


def kesh_parallel(d: Draw) -> str:
    """Sentences in Kesh and in English, line by line."""
    first, second = ("Kesh", "English") if d.chance(0.7) else ("English", "Kesh")
    lines = []
    for _ in range(d.between(2, 4)):
        made = clause(d)
        said = {"Kesh": kesh.kesh(made), "English": made.english()}
        lines.append(f"{first}: {said[first]}\n{second}: {said[second]}")
    return "\n".join(lines)
