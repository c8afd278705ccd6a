"""What comes in and what goes out in a told sum, by who does what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from gptedu import checks
from gptedu.reasoning.told import words as known
from gptedu.reasoning.told.parts import number_in
from gptedu.reasoning.told.story import Story
from gptedu.reasoning.told.words import OBJECTS, PRONOUNS, SMALL, words_of

OWNER, NAMED, OTHER, THINGS, UNCLEAR = "owner", "named owner", "other", "things", "unclear"
"""Who acts. NAMED: the owner by name ("Tom"), not by a pronoun that may mean somebody else."""


def changes(parts: Sequence[str], story: Story) -> Iterator[int]:
    """How many come in (above 0) or go out (below 0) in each part.

    Raises ValueError for a part that says neither, that is about other things, or that may be
    read in more than one way.
    """
    subject = OWNER  # a part that names nobody goes on with whom the one before was about
    for part in parts:
        words, number = words_of(part), int(number_in(part))
        verbs = known.verbs(words)
        if not verbs:
            raise ValueError(
                f"{checks.shown(part)} does not say whether {number} come in or go out: "
                'use a word such as "gets" or "loses"'
            )
        _check_things(part, words, number, story)
        # "He goes to the shop and buys 3": that he goes changes nothing.
        doing = [verb for verb in verbs if verb[2] not in ("comes", "goes")] or verbs
        place, after, kind = doing[0]
        subject = _subject(words[: verbs[0][0]], story) or subject
        between = words[verbs[0][1] : place]
        if known.names(between) or PRONOUNS.intersection(between):  # "Tom goes and Ann buys 3"
            subject = UNCLEAR
        sign = _sign(kind, words[place].lower(), subject, words[after:], story)
        if len(doing) > 1 or not sign * number or _not_counted(words):
            raise ValueError(
                f"{checks.shown(part)} does not say plainly how many come in or go out: write "
                f"{story.example(number or 4)}"
            )
        yield sign * number


def _not_counted(words: Sequence[str]) -> bool:
    place = next(i for i, word in enumerate(words) if word.isdigit())
    return place > 0 and words[place - 1].lower() in known.NOT_COUNTED


def _check_things(part: str, words: Sequence[str], number: int, story: Story) -> None:
    nouns = set(known.nouns(words))
    if nouns and story.nouns and not nouns & set(story.nouns):
        raise ValueError(
            f"{checks.shown(part)} is not about the things that were there at first: write "
            f'"{number} more", or call them by the same word'
        )


def _subject(before: Sequence[str], story: Story) -> str:
    """Who acts, by the words before the verb; "" where nobody is named."""
    if any(word.isdigit() for word in before):
        return THINGS
    said = [
        (place, word)
        for place, word in enumerate(before)
        if word.lower() not in SMALL and not word.endswith("ly") and not known.possessive(word)
    ]
    if not said:
        return ""
    place, last = said[-1]
    if not story.is_owner(last):
        return UNCLEAR if any(story.is_owner(word) for _, word in said) else OTHER
    if last.lower() in PRONOUNS:
        return NAMED if last.lower() in ("i", "we") else OWNER
    # "A friend of Tom gives ...", "Ann and Tom get ..."
    joined = place and before[place - 1].lower() in ("of", "and", "or", "with", "from")
    return UNCLEAR if joined else NAMED


def _receiver(after: Sequence[str], story: Story) -> str:
    """Who gets it, by the words after the verb: OWNER, OTHER, or "" where nobody is named."""
    words = [word for word in after if word.lower() not in ("back", "away", "up")]
    places = [place for place, word in enumerate(words[:-1]) if word.lower() in ("to", "for")]
    if places:  # "gives 2 to him"
        target = words[places[-1] + 1]
    elif len(words) < 2 or words[0].isdigit():  # "gives 2"
        return ""
    elif words[1].isdigit() or words[1].lower() in known.MORE:  # "gives him 2", "gives the 2 coins"
        target = words[0]
        if target.lower() in SMALL - set(OBJECTS):
            return ""
    else:  # "gives her brother 2"
        return OTHER
    return OWNER if story.is_owner(OBJECTS.get(target.lower(), target)) else OTHER


def _sign(kind: str, verb: str, subject: str, after: Sequence[str], story: Story) -> int:
    """1 where so many come in, -1 where they go out, 0 where that is not plain."""
    small = {word.lower() for word in after}
    if subject == UNCLEAR:
        return 0
    other, receiver = subject == OTHER, _receiver(after, story)
    if subject == THINGS:
        return _of_things(kind, verb, receiver, small)
    if kind == "given":  # "She is given 2"
        return 0 if other or receiver or "away" in small else 1
    if kind == "adds":
        return 1
    if kind in ("gets", "brings"):
        if receiver == OWNER:  # "Ann brings him 4", not "He brings him 4"
            return int(other)
        return int(not receiver and (kind == "brings" or not other))
    if kind == "loses":  # "Ann eats 2" may be of her own
        return -1 if not other or "of" in small or not story.owners else 0
    if kind == "takes":
        return _taken(other, small, after, story)
    return _given(subject, receiver, small, story) if kind == "gives" else 0


def _of_things(kind: str, verb: str, receiver: str, after: set[str]) -> int:
    """2 more come, 2 get lost, 2 break, 2 are given to him."""
    if kind == "given":
        return 1 if receiver == OWNER else -1 if receiver or "away" in after else 0
    if kind in ("comes", "added"):
        return 1
    return -1 if kind in ("goes", "lost") or verb in known.BREAKING else 0


def _taken(other: bool, small: set[str], after: Sequence[str], story: Story) -> int:
    """ "Ann takes 2 of them", "He takes 2 away"; not "He takes 2", nor "Ann takes 2 from Bob"."""
    if not other:
        return -1 if small & {"away", "out"} and "from" not in small else 0
    for word, source in pairwise(after):
        person = OBJECTS.get(source.lower(), source)
        of_another = person in PRONOUNS or person[0].isupper()
        if word.lower() == "from" and of_another and not story.is_owner(person):
            return 0
    return 0 if small & {"to", "for"} else -1


def _given(subject: str, receiver: str, small: set[str], story: Story) -> int:
    """ "He gives away 2", "Ann gives him 4", "Ann gives back 1"."""
    if subject == OTHER:
        if receiver:
            return int(receiver == OWNER)
        return int("back" in small and "away" not in small)
    # "He gives him 2": who is he? But "Tom gives him 2" is plain where Tom is the only owner.
    plain = receiver != OWNER or (subject == NAMED and len(story.owners) == 1)
    return -1 if plain else 0
