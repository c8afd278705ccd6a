"""The foreign language on the web: glosses, parallel texts, and texts that nobody translated.

More of them lead from Velan into English than out of it, as GPT-3's training data did (Section
3.3), so the asymmetry of what a model can translate has a cause that can be seen.
"""

from __future__ import annotations

from gptedu.world.draw import Draw
from gptedu.world.words.grammar import capitalised
from gptedu.world.words.velan import DICTIONARY, INTO_ENGLISH, TRANSLATED, Clause, random_clause


def clause(d: Draw) -> Clause:
    """A clause of this split: test sentences are in no training document, in either language."""
    return d.of_split(lambda: random_clause(d.rng), key=lambda made: made.english())


def gloss(d: Draw) -> str:
    """Notes in which a sentence or a word is followed by its translation in brackets."""
    into_english = d.chance(INTO_ENGLISH)
    lines = []
    for _ in range(d.between(1, 3)):
        if d.chance(0.3):
            word = d.pick(TRANSLATED)
            pair = DICTIONARY[word], word
        else:
            made = clause(d)
            pair = made.velan(), made.english()
        source, target = pair if into_english else pair[::-1]
        lines.append(
            d.say("[{n} said:|{n} wrote:|On the wall it said:|In the book I read:|] ", n=d.names(1)[0])
            + f' "{source}" ({target}).'
        )  # fmt: skip
    return "\n".join(line.strip() for line in lines)


def parallel(d: Draw) -> str:
    """Sentences with their translation, line by line."""
    into_english = d.chance(INTO_ENGLISH)
    first, second = ("Velan", "English") if into_english else ("English", "Velan")
    lines = []
    for _ in range(d.between(2, 5)):
        made = clause(d)
        source, target = made.velan(), made.english()
        if not into_english:
            source, target = target, source
        lines.append(f"{first}: {source}\n{second}: {target}")
    return "\n".join(lines)


def meaning(d: Draw) -> str:
    """Sentences that explain words: '"domo" means "house"'."""
    ways = (
        '"{v}" [means|is Velan for|stands for] "{e}".',
        'The Velan word "{v}" [means|is] "{e}" in English.',
        'In Velan "{e}" is "{v}".',
    )
    sentences = []
    for _ in range(d.between(2, 5)):
        word = d.pick(TRANSLATED)
        way = d.pick(ways[:2]) if d.chance(INTO_ENGLISH) else ways[2]
        sentences.append(d.say(way, v=DICTIONARY[word], e=word))
    return " ".join(sentences)


def velan_text(d: Draw) -> str:
    """A text in Velan with nothing beside it."""
    return " ".join(capitalised(clause(d).velan()) + "." for _ in range(d.between(2, 5)))
