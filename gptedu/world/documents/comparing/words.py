"""Words and short facts: has this been seen before, are these two the same, is it on the list?

Verdicts stand close together here, one in three to eight tokens, and every word has a space before
it, so that one and the same word is one and the same token. A model that reads such pages learns to
look each word up in what stands before it; longer texts are compared with the same heads.
"""

from __future__ import annotations

from gptedu.world.documents import passages
from gptedu.world.documents.comparing.facts import compared_facts
from gptedu.world.documents.comparing.verdicts import Forms, Page, page, verdict
from gptedu.world.documents.passages import Fact
from gptedu.world.draw import Draw
from gptedu.world.words import lexicon

Pool = tuple[tuple[str, ...], tuple[str, ...]]
"""Words, and titles for a list of them."""

_NAMES = lexicon.WOMEN + lexicon.MEN
_FOOD = tuple(dict.fromkeys(lexicon.GROCERIES + lexicon.CATEGORIES["food"]))
_WHERE = lexicon.PLACES + lexicon.ROOMS
_POOLS: tuple[Pool, ...] = (
    (_NAMES, ("Guests", "At the door", "Visitors")),
    (_NAMES, ("In the book", "On the stairs", "At the market")),
    (lexicon.CATEGORIES["animal"], ("Seen from the window", "On the path", "At the pond")),
    (lexicon.THINGS, ("Brought in", "In the boxes", "On the tables")),
    (_WHERE, ("Where they looked", "Cleaned", "Painted")),
    (_FOOD, ("Bought", "Eaten", "Weighed")),
    (lexicon.HOBBIES, ("What they like", "Asked about", "On the programme")),
    (lexicon.CATEGORIES["clothing"] + lexicon.CATEGORIES["tool"], ("Found", "Lost", "Sold")),
)
ALL = tuple(dict.fromkeys(word for pool, _ in _POOLS for word in pool))
"""Every word that is compared by itself."""


FEW = (1, 1, 1, 2, 2, 3, 5, 10)
"""How many verdicts a page passes: many pages are short, since what stands at the beginning of a
document stands at the same positions every time, and is the easiest to compare."""


# --- seen before or not


_SEEN: Forms = (
    ("{x} {verdict}", ("new", "again")),
    ("{x} {verdict}", ("new", "again")),
    ("{x}: {verdict}", ("new", "again")),
    ("{x}: {verdict}", ("first time", "seen before")),
)


def tallies(d: Draw) -> Page:
    """What came by, one after the other, and whether it had been there before."""
    pool, titles = d.pick(_POOLS)
    form, words = d.pick(_SEEN)
    there: list[str] = []
    verdicts = []
    for _ in range(d.pick((4, 6, 10, 25))):
        again = bool(there) and d.chance(0.5)
        if not again and len(there) == len(pool):
            break
        x = d.pick(there) if again else d.pick([word for word in pool if word not in there])
        there += [] if again else [x]
        verdicts.append(verdict(form, words, again, x=x))
    in_lines = d.chance(0.3)
    head, joint = (":\n- ", "\n- ") if in_lines else (": ", ", ")
    return page(verdicts, d.pick(titles) + head, joint, "" if in_lines else ".")


# --- the same or different


_DOUBLES: Forms = (
    *[("{a}, {b}: {verdict}", ("different", "same"))] * 4,  # the easy form is the usual one
    ("{a} {b} {verdict}", ("other", "same")),
    ("{a} {b}: {verdict}", ("different", "same")),
    ("{a} and {b}: {verdict}", ("different", "same")),
    ("{a} / {b}: {verdict}", ("different", "same")),
    ("{a} = {b}: {verdict}", ("false", "true")),
    ("Is {a} the same as {b}? {verdict}.", ("No", "Yes")),
    ("{name} turned {a} and {b}: {verdict}", ("nothing", "a pair")),
)
_DOUBLE_TITLES = ("Pairs", "Same or different", "The list was checked", "Which belong together")


def doubles(d: Draw) -> Page:
    """Pairs of words, and whether both are the same; most pages have no word in two pairs."""
    form, words = d.pick(_DOUBLES)
    pool = ALL if d.chance(0.5) else d.pick(_POOLS)[0]
    count = d.pick(FEW)
    if d.chance(0.7):  # no word in two pairs
        drawn = d.sample(pool, 2 * count)
        pairs = list(zip(drawn[::2], drawn[1::2], strict=False))
    else:
        pairs = [(a, b) for a, b in (d.sample(pool, 2) for _ in range(count))]
    verdicts = []
    for first, other in pairs:
        same = d.chance(0.5)
        name = d.names(1)[0]
        verdicts.append(verdict(form, words, same, a=first, b=first if same else other, name=name))
    inline = form.startswith("{a} {b}")
    title = d.pick(_DOUBLE_TITLES) if len(verdicts) > 2 else ""
    if inline:
        return page(verdicts, f"{title}: " if title else "- ", ", ", ".")
    bullet = "- " if form.startswith("{a}") else ""
    return page(verdicts, (f"{title}:\n" if title else "") + bullet, f"\n{bullet}")


# --- on the list or not


_LISTS = (
    (_NAMES, "Invited", "At the door"),
    (_NAMES, "Who can swim", "In the boat"),
    (_FOOD, "Wanted", "In the bag"),
    (lexicon.THINGS, "Lost", "Found"),
    (lexicon.CATEGORIES["animal"], "On the farm", "In the picture"),
    (_WHERE, "To be cleaned", "Asked about"),
    (lexicon.HOBBIES, "On the programme", "Asked about"),
)
_LISTED: Forms = (
    ("{x} {verdict}", ("no", "yes")),
    ("{x}: {verdict}", ("no", "yes")),
    ("{x}: {verdict}", ("not on the list", "on the list")),
)


def lists(d: Draw) -> Page:
    """A list, and of each thing in a second one whether the first has it."""
    pool, first, second = d.pick(_LISTS)
    form, words = d.pick(_LISTED)
    drawn = d.sample(pool, 12)
    listed, others = drawn[: d.between(3, 6)], drawn[6:]
    asked = [(x, True) for x in listed if d.chance(0.7)]
    asked += [(x, False) for x in d.sample(others, max(1, len(asked)))]
    d.rng.shuffle(asked)
    verdicts = [verdict(form, words, yes, x=x) for x, yes in asked]
    return page(verdicts, f"{first}: {', '.join(listed)}.\n{second}: ", ", ", ".")


# --- short facts, twice


_SHORT = {
    "room": "{s} in the {v}",
    "owner": "{s} of {v}",
    "colour": "{s} in {v}",
    "material": "{s} of {v}",
    "went": "{s} at the {v}",
    "bought": "{s} with {v}",
    "felt": "{s} is {v}",
    "day": "{s} on {v}",
    "likes": "{s} for {v}",
}
_ROUNDS = (
    ("In the morning", "In the evening"),
    ("First list", "Second list"),
    ("Before", "After"),
    ("Last week", "This week"),
)
_CHANGED: Forms = (
    ("{x}: {verdict}", ("same", "changed", "new")),
    ("{x}: {verdict}", ("as before", "changed", "new")),
    ("{x} {verdict}", ("same", "changed", "new")),
)


def rounds(d: Draw) -> Page:
    """Short facts, and later ones about the same subjects or new ones: the same, changed, new."""
    form, words = d.pick(_CHANGED)
    drawn = compared_facts(d, 7, d.pick(passages.RELATIONS))
    first, others = drawn[: d.between(2, 4)], drawn[4:]
    later: list[tuple[Fact, int]] = []
    for fact in d.sample(first, len(first)):
        same = d.chance(0.5)
        later.append((fact, 0) if same else (fact.but(d), 1))
    later += [(fact, 2) for fact in others[: d.between(1, max(1, len(first) // 2))]]
    d.rng.shuffle(later)
    early, late = d.pick(_ROUNDS)
    verdicts = [verdict(form, words, which, x=_short(fact)) for fact, which in later]
    listed = ", ".join(map(_short, first))
    return page(verdicts, f"{early}: {listed}.\n{late}: ", ", ", ".")


def _short(fact: Fact) -> str:
    return _SHORT[fact.relation].format(s=fact.subject, v=fact.value)
