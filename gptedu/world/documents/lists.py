"""Lists: pairs that a relation joins, words sorted by labels of no meaning, and things said twice."""

from __future__ import annotations

from gptedu.world.draw import Draw
from gptedu.world.splits import split_of
from gptedu.world.words import lexicon
from gptedu.world.words.velan import INTO_ENGLISH

# How a line of a list joins its two sides, and what stands between lines.
JOINTS = (": ", " -> ", " = ", " / ")
_LISTED = tuple(
    relation
    for relation in (*lexicon.RELATIONS, "maker", "region")
    if relation not in lexicon.HELD_OUT_RELATIONS
)


def pairs(d: Draw) -> str:
    """A list of one relation's pairs, with a title or without."""
    return _list_of_pairs(d, d.pick(_LISTED))


def dictionary(d: Draw) -> str:
    """A list of words and their translation."""
    return _list_of_pairs(d, "into-english" if d.chance(INTO_ENGLISH) else "out-of-english")


def _list_of_pairs(d: Draw, relation: str) -> str:
    listed = d.facts.listed_pairs(relation)
    chosen = d.of_split(lambda: d.sample(listed, d.between(4, 16)), key=str)
    joint, newline = d.pick(JOINTS), d.pick(("\n", "\n", "\n", ", "))
    title = d.pick(lexicon.RELATION_TITLES[relation]) + ":\n" if d.chance(0.3) else ""
    return title + newline.join(f"{a}{joint}{b}" for a, b in chosen)


def sorting(d: Draw) -> str:
    """Words sorted into groups by invented labels; only the list itself says which is which."""
    groups = d.sample(tuple(lexicon.CATEGORIES), 2 if d.chance(0.7) else 3)
    labels = sorting_labels(d, len(groups))
    lines = []
    words = {
        group: [
            word
            for word in lexicon.CATEGORIES[group]
            if d.split == "test" or not assignment_held_out(word, label)
        ]
        for group, label in zip(groups, labels, strict=True)
    }
    for _ in range(d.between(8, 24)):
        i = d.between(0, len(groups) - 1)
        left = words[groups[i]]
        if left:
            lines.append((left.pop(int(d.rng.random() * len(left))), labels[i]))
    joint, newline = d.pick(JOINTS), d.pick(("\n", "\n", "\n", ", "))
    return newline.join(f"{word}{joint}{label}" for word, label in lines)


def sorting_labels(d: Draw, count: int) -> list[str]:
    """Labels for a sorting list: mostly invented words, now and then plain ones."""
    if d.chance(0.75):
        return d.sample(lexicon.LABELS, count)
    return d.sample(("A", "B", "C", "D") if d.chance(0.3) else lexicon.PRODUCTS, count)


def assignment_held_out(word: str, label: str) -> bool:
    """Whether `word` never stands under `label` in a training document (one in twenty)."""
    return split_of(f"sorting/{word}/{label}") == "test"


def repetition(d: Draw) -> str:
    """Plain repetition, which induction feeds on: a line said twice, a list read again, a refrain."""
    form = d.pick(("twice", "twice", "again", "song", "chant"))
    if form == "chant":
        return " ".join(any_words(d, d.between(2, 4)) * d.between(3, 5))
    if form == "song":
        refrain = " ".join(any_words(d, d.between(6, 12)))
        verses = [" ".join(any_words(d, d.between(6, 12))) for _ in range(d.between(2, 4))]
        return "\n".join(f"{verse}\n{refrain}" for verse in verses)
    words = any_words(d, d.between(6, 30))
    if form == "twice":
        return d.pick(("{x}\n{x}", "{x}. {x}.", "{x}, {x}, {x}")).format(x=" ".join(words))
    items = ", ".join(words)
    return d.say("[Bring|Take|Buy|Find]: {x}.\n[Once more|Again|I repeat]: {x}.", x=items)


def any_words(d: Draw, count: int) -> list[str]:
    """Words of any pool, which nobody could guess."""
    return [d.pick(d.pick(_POOLS)) for _ in range(count)]


_POOLS = (
    *lexicon.CATEGORIES.values(),
    lexicon.THINGS,
    lexicon.WOMEN,
    lexicon.MEN,
    lexicon.TOWNS,
    lexicon.LABELS,
    lexicon.COMPANIES,
    lexicon.ROOMS,
    lexicon.PLACES,
    lexicon.FEELINGS,
    tuple(lexicon.JOBS),
)
