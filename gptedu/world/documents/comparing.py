"""What two texts say: the same, something else, the contrary, or nothing of the kind.

A classifier that is fine-tuned on 200 labels (GPT-1, section 3.3) cannot learn to compare from
these; it has to find the habit in the body. To tell whether two sentences say the same, each word
of the second has to be looked up in the first, and what was missing gathered at the end. So the web
compares in many short forms, from single words upward: the fewer words lie between two that have to
be compared and the verdict, the sooner the habit is there. The forms end as a classifier's row does:
a text, a new line, another one, and a verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gptedu.world.documents import passages, prose
from gptedu.world.documents.passages import Fact
from gptedu.world.documents.reading import judgement
from gptedu.world.draw import Draw
from gptedu.world.splits import split_of
from gptedu.world.words import lexicon
from gptedu.world.words.grammar import capitalised, hero, uncapitalised

Forms = Sequence[tuple[str, tuple[str, ...]]]


def facts(d: Draw, count: int) -> list[Fact]:
    """Facts about different subjects that may be compared in this split.

    The same rule as `reading.two_sentences`, so that no fact of a held-out pair is compared.
    """
    chosen: list[Fact] = []
    while len(chosen) < count:
        taken = {word for fact in chosen for word in (fact.subject, fact.value)}
        fact = d.of_split(lambda: passages.draw_facts(d, 1)[0], key=comparison)
        if not taken & {fact.subject, fact.value}:
            chosen.append(fact)
    return chosen


def comparison(fact: Fact) -> str:
    """What decides the split of sentences about one fact that are compared."""
    return f"similarity/{fact}"


# --- words and scraps: two or three words a side, many pairs a page

_SCRAPS: Forms = (
    ("{a} / {b}: {verdict}", ("different", "same")),
    ("{a}, {b}: {verdict}", ("different", "same")),
    ("{a}\n{b}: {verdict}", ("different", "same")),
    ("{a} - {b}. {verdict}.", ("Different", "Same")),
    ("Is {a} the same as {b}? {verdict}.", ("No", "Yes")),
    ("{a} = {b}: {verdict}", ("false", "true")),
)
_SCRAP_TITLES = ("", "", "Same or different?\n", "Check the list.\n", "Two lists compared:\n")


def scraps(d: Draw) -> str:
    """Lists of pairs of words, of two words, or of a thing with what is said of it in short."""
    form, words = d.pick(_SCRAPS)
    make = d.pick((_word, _word, _two_words, _short))
    lines = []
    for _ in range(d.between(4, 10)):
        first, second, same = make(d)
        lines.append(form.format(a=first, b=second, verdict=words[same]))
    return d.pick(_SCRAP_TITLES) + "\n".join(lines)


def _word(d: Draw) -> tuple[str, str, bool]:
    pool = d.pick(_POOLS)
    same = d.chance(0.5)
    first, other = d.sample(pool, 2)
    return first, first if same else other, same


def _two_words(d: Draw) -> tuple[str, str, bool]:
    """ "red lamp / lamp, red": the order does not count, the words do."""
    thing, colour = d.pick(lexicon.THINGS), d.pick(lexicon.COLOURS)
    same = d.chance(0.5)
    other_thing, other_colour = thing, colour
    if not same and d.chance(0.6):
        other_colour = d.pick([word for word in lexicon.COLOURS if word != colour])
    elif not same:
        other_thing = d.pick([word for word in lexicon.THINGS if word != thing])
    second = d.pick((f"{other_colour} {other_thing}", f"a {other_thing} in {other_colour}"))
    return f"{colour} {thing}", second, same


def _short(d: Draw) -> tuple[str, str, bool]:
    """A fact in two words: "lamp kitchen / kitchen lamp", "Anna chess / Anna fishing"."""
    fact = facts(d, 1)[0]
    same = d.chance(0.5)
    other = fact if same else fact.but(d)
    second = (other.subject, other.value)
    return (
        f"{fact.subject} {fact.value}",
        " ".join(second if d.chance(0.5) else second[::-1]),
        same,
    )


_POOLS = (
    lexicon.THINGS, lexicon.ROOMS, lexicon.PLACES, lexicon.COLOURS, lexicon.FEELINGS,
    lexicon.HOBBIES, lexicon.DAYS, lexicon.MATERIALS, lexicon.GROCERIES, lexicon.WOMEN, lexicon.MEN,
)  # fmt: skip


# --- two sentences

_SENTENCES: Forms = (
    ("{a}.\n{b}: {verdict}", ("different", "same")),
    ("{a}.\n{b}: {verdict}", ("different", "same")),
    ("{a}\n{b}\nSame or different: {verdict}", ("different", "same")),
    ("{a}.\n{b}.\nVerdict: {verdict}", ("different", "same")),
    ("{a}. {b}. {verdict}.", ("Not the same", "The same")),
    ("{a} / {b}: {verdict}", ("different", "same")),
    ("Do these say the same? {a}. {b}. Answer: {verdict}", ("no", "yes")),
    ('"{a}" and "{b}" say {verdict}.', ("different things", "the same")),
    ("{a}. Does that mean that {inner}? {verdict}.", ("No", "Yes")),
    ("If {inner_a}, then {inner}: {verdict}", ("false", "true")),
)


def sentences(d: Draw) -> str:
    """Pairs of sentences about one subject, each with a word on whether they say the same."""
    form, words = d.pick(_SENTENCES)
    lines = []
    for fact in facts(d, d.pick((1, 2, 2, 3, 4))):
        same = d.chance(0.5)
        first, second = fact.two_ways(d)
        if not same:
            second = fact.but(d).say(d)
        lines.append(
            form.format(a=first, b=second, inner_a=uncapitalised(first), inner=uncapitalised(second),
                        verdict=words[same])
        )  # fmt: skip
    return "\n".join(lines)


# --- a text and what is claimed of it

_CLAIMS: Forms = (
    ("{b}: {verdict}", ("true", "false", "not said")),
    ("{b}: {verdict}", ("true", "false", "not said")),
    ("{b}.\nVerdict: {verdict}", ("true", "false", "not said")),
    ("{b}. {verdict}.", ("True", "False", "Not said")),
    ("Does it follow that {inner}? {verdict}.", ("Yes", "No, the contrary", "It does not say")),
    ("Claim: {b}. Checked: {verdict}", ("right", "wrong", "nobody says so")),
    ("{name} thinks that {inner}. {verdict}.", ("That follows", "That contradicts it", "That is another matter")),
)  # fmt: skip
_VERDICTS = ("entailed", "contradicted", "neither")


def claims(d: Draw) -> str:
    """A short text and what somebody makes of it: it follows, it contradicts, it is not said."""
    told, text = passages.told_passage(d, 1, 3)
    form, words = d.pick(_CLAIMS)
    lines = []
    for _ in range(d.pick((1, 1, 1, 2, 3))):
        fact, verdict = judgement(d, told)
        said = fact.say(d)
        lines.append(
            form.format(b=said, inner=uncapitalised(said), name=d.names(1)[0],
                        verdict=words[_VERDICTS.index(verdict)])
        )  # fmt: skip
    return text + "\n" + "\n".join(lines)


# --- two voices

_VOICES = (
    ("{n} says: {a}. {m} says: {b}. {verdict}.",
     ("They say the same", "They contradict each other", "They speak of different things")),
    ("{n}: {a}.\n{m}: {b}.\nDo they agree? {verdict}.",
     ("Yes", "No", "They speak of different things")),
    ("{n} told me that {inner_a}. {m} told me that {inner}. {verdict}.",
     ("Both say the same", "One of them is wrong", "Both may be right")),
    ("{n} wrote: {a}.\n{m} wrote: {b}.\n{n} and {m}: {verdict}",
     ("same", "contradiction", "different things")),
)  # fmt: skip


def voices(d: Draw) -> str:
    """Two people say something: they agree, contradict each other, or speak of different things."""
    form, words = d.pick(_VOICES)
    lines = []
    for _ in range(d.pick((1, 1, 2))):
        fact, other = facts(d, 2)
        people = [x for x in d.names(8) if x not in (fact.subject, fact.value, other.subject)]
        which = d.between(0, 2)
        first, second = fact.two_ways(d)
        if which:
            second = (fact.but(d) if which == 1 else other).say(d)
        lines.append(
            form.format(n=people[0], m=people[1], a=first, b=second, inner_a=uncapitalised(first),
                        inner=uncapitalised(second), verdict=words[which])
        )  # fmt: skip
    return "\n".join(lines)


# --- spot the difference, and corrections


def differences(d: Draw) -> str:
    """Two versions of a text, and what is not the same in them."""
    while True:
        told, _ = passages.told_passage(d, 2, 4)
        place = d.between(0, len(told) - 1)
        changed = [*told]
        changed[place] = told[place].but(d)
        first = " ".join(f"{fact.say(d, 0)}." for fact in told)
        second = " ".join(f"{fact.say(d, 0)}." for fact in changed)
        if split_of(first) == split_of(second) == d.split:
            break
    old, new = told[place], changed[place]
    if d.chance(0.2):
        new, second = old, first
    if new == old:
        verdict = d.pick(("There is no difference.", "Both say the same.", "Nothing is different."))
    else:
        verdict = d.pick(
            (
                f"{capitalised(old.value)} became {new.value}.",
                f"It says {new.value} where it said {old.value}.",
                f"The difference: {old.value}, {new.value}.",
                f"{capitalised(old.subject)}: first {old.value}, then {new.value}.",
            )
        )
    names = d.pick((("First version", "Second version"), ("Before", "After"), ("Page 1", "Page 2")))
    ask = d.pick(("What is different? ", "Spot the difference: ", ""))
    return f"{names[0]}: {first}\n{names[1]}: {second}\n{ask}{verdict}"


def corrections(d: Draw) -> str:
    """A text, somebody who has it wrong, and what it should be."""
    told, text = passages.told_passage(d, 2, 3)
    lines = []
    for fact in d.sample(told, d.between(1, len(told))):
        name = d.names(1)[0]
        if d.chance(0.3):
            lines.append(d.say("{n}: {s}. [That is right|Correct|Yes, so it says].", n=name, s=fact.say(d)))  # fmt: skip
            continue
        wrong = fact.but(d)
        right = d.pick((fact.say(d), f"not {wrong.value} but {fact.value}", fact.value))
        lines.append(
            d.say("{n}: {s}. [No|Wrong|That is not what it says]: {r}.", n=name, s=wrong.say(d), r=uncapitalised(right))
        )  # fmt: skip
    return text + "\n" + "\n".join(lines)


# --- notices and quizzes


def notices(d: Draw) -> str:
    """What two shops ask for the same goods, and where it differs."""
    goods = d.sample(lexicon.GROCERIES, d.between(2, 5))
    firms = d.sample(lexicon.COMPANIES, 2)
    first = {good: d.between(2, 12) for good in goods}
    second = {
        good: price if d.chance(0.5) else d.pick([p for p in range(2, 13) if p != price])
        for good, price in first.items()
    }
    written = [
        f"{firm}: " + ", ".join(f"{good} {prices[good]}" for good in d.sample(goods, len(goods)))
        for firm, prices in zip(firms, (first, second), strict=True)
    ]
    lines = []
    for good in d.sample(goods, d.between(1, len(goods))):
        if first[good] == second[good]:
            lines.append(d.pick((f"{good}: the same", f"{capitalised(good)} costs the same.")))
        else:
            cheap = firms[0] if first[good] < second[good] else firms[1]
            lines.append(
                d.pick((f"{good}: different", f"{capitalised(good)} is cheaper at {cheap}."))
            )
    return "\n".join([*written, *lines])


def quiz(d: Draw) -> str:
    """Answers given and the answers that count, one below the other."""
    told, text = passages.told_passage(d, 2, 4)
    form = d.pick(
        (
            "{n}. {q} Given: {g}. Right: {a}. {verdict}.",
            "{q} {g}: {verdict}",
            "{q} {name} answered: {g}. {verdict}.",
        )
    )
    right, wrong = ("right", "wrong") if form.endswith("}") else ("Right", "Wrong")
    lines, points = [], 0
    for number, fact in enumerate(d.sample(told, len(told)), 1):
        given = fact if d.chance(0.5) else replace(fact, value=fact.but(d).value)
        points += given == fact
        lines.append(
            form.format(n=number, q=fact.question, g=given.answer, a=fact.answer,
                        name=d.names(1)[0], verdict=right if given == fact else wrong)
        )  # fmt: skip
    tail = f"\nPoints: {points} of {len(told)}" if d.chance(0.4) else ""
    return f"{text}\n" + "\n".join(lines) + tail


# --- beginnings and ends of stories

_ENDINGS: Forms = (
    ("{c}\n{e}: {verdict}", ("another story", "fits")),
    ("{c}\n{e}\nDoes it fit? {verdict}.", ("No", "Yes")),
    ("{c} {e} {verdict}.", ("That is the end of another story", "That is how it ended")),
)


def endings(d: Draw) -> str:
    """The beginning of a story, an end, and whether they belong together; or two ends to choose."""
    aim, other = d.sample(prose.AIMS, 2)
    context, right = d.of_split(lambda: prose.story_parts(d, aim), key=lambda parts: parts[0])
    wrong = prose.ending(d, other, hero(context))
    if d.chance(0.3):
        ends = [right, wrong]
        d.rng.shuffle(ends)
        return (
            f"{context}\nA: {ends[0]}\nB: {ends[1]}\nThe end that fits: {'AB'[ends.index(right)]}"
        )
    form, words = d.pick(_ENDINGS)
    fits = d.chance(0.5)
    end = right if fits else wrong
    if form.startswith("{c}\n{e}:"):
        end = end.rstrip(".")
    return form.format(c=context, e=end, verdict=words[fits])
