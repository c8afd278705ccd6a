"""The words that tell a sum: what somebody does, who does it, and what is counted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gptedu.world.words.lexicon import words as listed

VERBS = {
    word: kind
    for kind, forms in {
        "gets": "get gets got receive receives received buy buys bought find finds found "
        "earn earns earned win wins won pick picks picked collect collects collected "
        "make makes made bake bakes baked borrow borrows borrowed",
        "loses": "lose loses lost use uses used eat eats ate break breaks broke "
        "drop drops dropped spend spends spent throw throws threw burn burns burned",
        "gives": "give gives gave send sends sent hand hands handed lend lends lent "
        "sell sells sold pay pays paid return returns returned",
        "brings": "bring brings brought",
        "adds": "add adds added",
        "takes": "take takes took steal steals stole",
        "comes": "come comes came arrive arrives arrived",
        "goes": "go goes went disappear disappears disappeared fall falls fell",
    }.items()
    for word in listed(forms)
}
"""What somebody does -> its kind. By "comes" and "goes" a number changes only where things do so:
"2 more come".
"""
PARTICIPLES = {
    **dict.fromkeys(listed("lost sold stolen eaten used broken taken spent dropped gone"), "lost"),
    **dict.fromkeys(listed("added found bought brought"), "added"),
    "given": "given",
}
"""What is done with things, after a form of "be" or "get" -> its kind."""
BEING = frozenset(listed("is are was were be been get gets got"))
HAVING = frozenset(listed("has have had own owns owned holds hold is are was were"))
BREAKING = frozenset(listed("break breaks broke drop drops dropped burn burns burned"))
"""What things do by themselves, too: "2 break"."""

PRONOUNS = frozenset(listed("he she they it i we you"))
OBJECTS = {"him": "he", "her": "she", "them": "they", "it": "it", "me": "i", "us": "we"}
SMALL = frozenset(
    listed(
        "a an the this that these those his her their my our its your another more other new "
        "extra there and or but so then now also too later soon next finally after when while "
        "again still just only even in on at of to into onto from with for by near as because who "
        "which will has have had is are was were be been how many much what back away out up off "
        "down together altogether today yesterday tomorrow here home monday tuesday wednesday "
        "thursday friday saturday sunday"
    )
)
"""Words that are neither a person nor a thing."""
MORE = frozenset(listed("more other new another extra"))
"""What may stand between a number and a thing: "4 more coins"."""
NUMBERS = frozenset(
    listed(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen twenty hundred dozen couple few several some many"
    )
)
UNSURE = frozenset(
    listed(
        "not never no none nobody nothing almost nearly want wants wanted would could should "
        "might may must can cannot if unless instead hope hopes plan plans try tries twice double "
        "half each every per times all both rid either before already earlier ago than less fewer "
        "until maybe perhaps probably"
    )
)
"""Words by which a sentence may mean something else than that so many come in or go out."""
NOT_COUNTED = frozenset(listed("with without by for at in after on to about around over under"))
"""Before a number: what it counts then does not come in or go out ("buys bread for 3")."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+")


def words_of(text: str) -> list[str]:
    """Words and numbers, without punctuation."""
    return _WORD.findall(text)


def verbs(words: Sequence[str]) -> list[tuple[int, int, str]]:
    """(place, place after it, kind) of the verbs by which something may come in or go out."""
    found: list[tuple[int, int, str]] = []
    place = 0
    while place < len(words):
        word = words[place].lower()
        after = words[place + 1].lower() if place + 1 < len(words) else ""
        if word in BEING and after in PARTICIPLES:
            found.append((place, place + 2, PARTICIPLES[after]))
            place += 1
        elif word in VERBS:
            found.append((place, place + 1, VERBS[word]))
        place += 1
    return found


def names(words: Sequence[str]) -> list[str]:
    """Capitalised words that are people, as far as one can tell: "Tom", not "Then" or "He"."""
    return [
        word
        for word in words
        if word[0].isupper()
        and word.lower() not in SMALL | PRONOUNS | UNSURE
        and not possessive(word)
    ]


def possessive(word: str) -> bool:
    return word.endswith(("'s", "’s"))


def nouns(words: Sequence[str]) -> Iterator[str]:
    """What is counted, without its plural: the words after the number, up to the next small one."""
    place = next(i for i, word in enumerate(words) if word.isdigit())
    small = SMALL - MORE | PRONOUNS | BEING | HAVING | set(OBJECTS) | set(VERBS)
    for word in words[place + 1 :]:
        if word.lower() in MORE:
            continue
        if word[0].isupper() or word.lower() in small or word.endswith("ly"):
            return
        yield re.sub(r"(?<=\w\w)(ies|es|s|y|e)$", "", word.lower())
