"""Sentences said twice: copies, refrains, minutes read aloud, messages passed on.

What `lists.repetition` does with single words, this does with running text, so that what copies is
no specialist for lists.
"""

from __future__ import annotations

from gptedu.world.documents import opinion, passages, prose
from gptedu.world.documents.velan import clause
from gptedu.world.draw import Draw
from gptedu.world.words.grammar import capitalised


def said_twice(d: Draw) -> str:
    """A text of one to four sentences and the same text again, word for word."""
    text = d.pick((passage, _sentence, _story, _gist, _odd))(d)
    name, other = d.names(2)
    return d.pick(
        (
            "{x}\n{x}",
            "{x} {x}",
            "{x}\nOnce more: {x}",
            '{n} said: "{x}" {m} did not hear it. {n} said again: "{x}"',
            "Message for {n}: {x}\nCopy for {m}: {x}",
            '"{x}" "What did you say?" "{x}"',
            "Written down by {n}: {x}\nRead aloud by {m}: {x}\nRight.",
            "{x}\n(Copied from the wall: {x})",
            "Refrain: {x}\n{n} sang. {x}\n{m} sang. {x}",
        )
    ).format(x=text, n=name, m=other)


def passage(d: Draw) -> str:
    """Two or three sentences of this split."""
    return passages.told_passage(d, 2, 3)[1]


def _sentence(d: Draw) -> str:
    return passages.draw_facts(d, 1)[0].say(d) + "."


def _story(d: Draw) -> str:
    aim = d.pick(prose.AIMS)
    return d.of_split(lambda: prose.story_parts(d, aim), key=lambda parts: parts[0])[0]


def _gist(d: Draw) -> str:
    return d.of_split(lambda: opinion.forum_parts(d), key=lambda parts: parts[0])[1]


def _odd(d: Draw) -> str:
    """Clauses that nobody could guess: only copying helps."""
    return " ".join(capitalised(clause(d).english()) + "." for _ in range(d.between(1, 3)))
