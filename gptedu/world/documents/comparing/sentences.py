"""Sentences: a copy beside what was copied, two that say the same or not, statements in a row.

The easy pages say things in one way, so that only a word differs; the hard ones in other words.
Some verdicts name their evidence after them, some before.
"""

from __future__ import annotations

from gptedu.world.documents.comparing.facts import compared_facts, misheard
from gptedu.world.documents.comparing.verdicts import Forms, Page, Verdict, page, verdict
from gptedu.world.documents.passages import Fact
from gptedu.world.draw import Draw
from gptedu.world.words.grammar import uncapitalised

# --- a copy beside what was copied: (form, verdicts, what follows a "different")

_COPIES: tuple[tuple[str, tuple[str, str], str], ...] = (
    ("- {inner_a} / {inner}: {verdict}", ("different", "same"), ""),
    ("- {inner_a}, {inner}: {verdict}", ("different", "same"), ""),
    ("- {inner_a} / {inner}: {verdict}", ("different", "same"), " ({new}, not {old})"),
    *[("{a}.\n{b}: {verdict}", ("different", "same"), "")] * 4,  # the usual form
    ("{a}.\n{b}.\nCopy: {verdict}", ("wrong", "right"), ", {new} for {old}"),
    ("- it says that {inner_a}, the copy that {inner}: {verdict}", ("wrong", "right"), ""),
    ("- {inner_a}, copied {inner}. {verdict}.", ("Wrong", "Right"), " Read {old}."),
    ("- {inner_a} / {inner}: {old}, {new}: {verdict}", ("different", "same"), ""),
)
_COPY_TITLES = ("The copy was read again", "Read and compared", "Copies", "Two lists compared")


def copies(d: Draw) -> Page:
    """Sentences and their copies, word for word or with a word that was misread."""
    form, words, evidence = d.pick(_COPIES)
    verdicts = []
    for fact in compared_facts(d, d.pick((1, 1, 1, 2, 4, 7))):
        same = d.chance(0.5)
        other, old, new = misheard(d, fact)
        if same:
            other, old, new = fact, fact.value, fact.value
        way = d.between(0, 1)
        a, b = fact.say(d, way), other.say(d, way)
        tail = "" if same else evidence.format(old=old, new=new)
        verdicts.append(_about(form, words, same, a, b, tail, old=old, new=new))
    titled = form.startswith("-") and len(verdicts) > 2
    title = d.pick(_COPY_TITLES) + ":\n" if titled else ""
    return page(verdicts, title, _joint(form))


def _joint(form: str) -> str:
    """A blank line between pairs of lines, so that it is seen which two belong together."""
    return "\n\n" if "\n" in form else "\n"


def _about(
    form: str, words: tuple[str, ...], right: int, a: str, b: str, tail: str = "", **slots: object
) -> Verdict:
    """A verdict on two sentences: {a} and {b}, or {inner_a} and {inner} within another one."""
    made = verdict(
        form, words, right, a=a, b=b, inner_a=uncapitalised(a), inner=uncapitalised(b), **slots
    )
    if not tail:
        return made
    after = made.after
    stop = "." if after.startswith(".") else ""
    return Verdict(made.before, made.words, right, stop + tail + after.removeprefix("."))


# --- two sentences about one subject


_SENTENCES: Forms = (
    *[("{a}.\n{b}: {verdict}", ("different", "same"))] * 6,  # the usual form
    ("{a}\n{b}\nSame or different: {verdict}", ("different", "same")),
    ("{a}.\n{b}.\nVerdict: {verdict}", ("different", "same")),
    ("{a}. {b}. {verdict}.", ("Different", "The same")),
    ("- {inner_a} / {inner}: {verdict}", ("different", "same")),
    ("- {inner_a}, {inner}: {verdict}", ("different", "same")),
    ("Do these say the same? {a}. {b}. Answer: {verdict}", ("no", "yes")),
    ('"{a}" and "{b}" say {verdict}.', ("different things", "the same")),
    ("{a}. Does that mean that {inner}? {verdict}.", ("No", "Yes")),
    ("If {inner_a}, then {inner}: {verdict}", ("false", "true")),
)


def sentences(d: Draw) -> Page:
    """Pairs of sentences about one subject, each with a word on whether they say the same."""
    form, words = d.pick(_SENTENCES)
    verdicts = []
    for fact in compared_facts(d, d.pick((1, 1, 1, 2, 3, 5))):
        same = d.chance(0.5)
        a, b = fact.two_ways(d)
        verdicts.append(_about(form, words, same, a, b if same else fact.but(d).say(d)))
    return page(verdicts, joint=_joint(form))


# --- statements in a row, each judged by those before it


_STATEMENTS: Forms = (
    ("- {inner}: {verdict}", ("said before", "contradiction", "new")),
    ("- {inner}: {verdict}", ("same", "changed", "new")),
    ("{name}: {b}. {verdict}.", ("Known", "Contradiction", "New")),
    ("{b}. {verdict}.", ("So it was said", "No", "That is new")),
    ("- {name} says that {inner}: {verdict}", ("agreed", "contradiction", "new")),
)
_STATEMENT_TITLES = ("Statements", "What the witnesses said", "Heard today", "What people told us")


def statements(d: Draw) -> Page:
    """Statements in a row: each is new, or was said before, or contradicts what was said."""
    form, words = d.pick(_STATEMENTS)
    way = d.between(0, 2) if d.chance(0.4) else None
    new = compared_facts(d, d.pick((1, 1, 2, 3, 5)))
    told: list[tuple[Fact, set[str]]] = []  # with all values that have been stated of its subject
    verdicts = []
    while new or len(verdicts) < 2 or d.chance(0.6):
        which = 2 if not told else d.pick((0, 1, 2)) if new else d.pick((0, 1))
        if which == 2:
            fact = new.pop()
            told.append((fact, {fact.value}))
        else:
            fact, stated = d.pick(told)
            if which == 1:
                fact = fact.but(d)
                if fact.value in stated:
                    continue
                stated.add(fact.value)
        said = fact.say(d, way)
        verdicts.append(
            verdict(form, words, which, b=said, inner=uncapitalised(said), name=d.names(1)[0])
        )
    titled = form.startswith("-") and len(verdicts) > 2
    title = d.pick(_STATEMENT_TITLES) + ":\n" if titled else ""
    return page(verdicts, title)


# --- two voices

_VOICES: Forms = (
    ("{n} says: {a}. {m} says: {b}. {verdict}.",
     ("The same", "One contradicts the other", "Two different things")),
    ("{n}: {a}.\n{m}: {b}.\nDo they agree? {verdict}.",
     ("Yes", "No", "They speak of different things")),
    ("{n} told me that {inner_a}. {m} told me that {inner}. {verdict}.",
     ("Both say the same", "One of them is wrong", "They may both be right")),
    ("{n} wrote: {a}.\n{m} wrote: {b}.\n{n} and {m}: {verdict}",
     ("same", "contradiction", "different things")),
)  # fmt: skip


def voices(d: Draw) -> Page:
    """Two people say something: they agree, contradict each other, or speak of different things."""
    form, words = d.pick(_VOICES)
    verdicts = []
    for _ in range(d.pick((1, 1, 2))):
        fact, other = compared_facts(d, 2)
        people = [x for x in d.names(8) if x not in (fact.subject, fact.value, other.subject)]
        which = d.between(0, 2)
        a, b = fact.two_ways(d)
        if which:
            b = (fact.but(d) if which == 1 else other).say(d)
        verdicts.append(_about(form, words, which, a, b, n=people[0], m=people[1]))
    return page(verdicts, joint=_joint(form))
