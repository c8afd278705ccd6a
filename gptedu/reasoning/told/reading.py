"""A told sum as a whole: its text, and the numbers that it tells."""

from __future__ import annotations

import re

from gptedu import checks
from gptedu.reasoning.told import words as known
from gptedu.reasoning.told.changes import changes
from gptedu.reasoning.told.parts import check_numbers, is_question, number_in, parts_of
from gptedu.reasoning.told.story import Story, beginning
from gptedu.world.documents.numbers import Sum
from gptedu.world.problems.sums import TOTAL

_OTHER_QUESTION = frozenset(
    known.listed("more fewer less than first before begin beginning start each")
)


def read_sum(text: str) -> Sum:
    """The sum of a story: "Tom has 7 coins. He gets 4 more and loses 2. How many has he?"

    The first part with a number says what is there; each later one has one number, and a verb by
    which so many come in or go out. All totals lie between 0 and `sums.TOTAL`, as in this world.
    Raises ValueError for a story without a number or a change, for other totals, and for each part
    that may be read in more than one way.
    """
    told = " ".join(checks.text("the problem", text).split())
    check_numbers(told)
    sentences = re.split(r"(?<=[.!?;])\s+", told)
    end = next((i for i, each in enumerate(sentences) if is_question(each)), len(sentences))
    for sentence in sentences[end:]:
        if number_in(sentence):
            raise ValueError(
                f"{checks.shown(sentence)} has a number in or after the question: tell what "
                "happens before it, and ask how many there are in the end"
            )
    parts, names = parts_of(sentences[:end])
    if not parts:
        raise ValueError(
            f"the problem {checks.shown(told)} has no number: tell how many there are at first, "
            "and what comes in or goes out"
        )
    story = beginning(parts[0], names)
    made = Sum(int(number_in(parts[0])), tuple(changes(parts[1:], story)))
    if not made.changes:
        raise ValueError(
            f"in the problem {checks.shown(told)} nothing changes: add a sentence such as "
            '"She gets 4 more."'
        )
    for sentence in sentences[end:]:
        _check_question(sentence, story)
    for part, total in zip(parts, (made.start, *made.totals), strict=True):
        if not 0 <= total <= TOTAL:
            raise ValueError(
                f"with {checks.shown(part)} the total is {total}: take numbers for which all "
                f"totals lie between 0 and {TOTAL}, as they do in this world"
            )
    return made


def _check_question(sentence: str, story: Story) -> None:
    """Raise ValueError for a question about something else than how many there are in the end."""
    words = known.words_of(sentence)
    others = [name for name in known.names(words) if story.owners and not story.is_owner(name)]
    if others or known.verbs(words) or _OTHER_QUESTION.intersection(words):
        raise ValueError(
            f"{checks.shown(sentence)} may ask for something else than how many there are in the "
            'end: ask "How many are left?"'
        )
