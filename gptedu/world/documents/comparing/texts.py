"""Texts and what is made of them: claims, corrections, versions, answers, prices, ends of stories."""

from __future__ import annotations

from dataclasses import replace

from gptedu.world.documents import passages, prose
from gptedu.world.documents.comparing.verdicts import Forms, Page, page, verdict
from gptedu.world.documents.reading import judgement
from gptedu.world.draw import Draw
from gptedu.world.splits import split_of
from gptedu.world.words import lexicon
from gptedu.world.words.grammar import capitalised, hero, uncapitalised

# --- a text and what is claimed of it

_CLAIMS: Forms = (
    *[("{b}: {verdict}", ("true", "false", "not said"))] * 5,  # the usual form
    ("{b}.\nVerdict: {verdict}", ("true", "false", "not said")),
    ("{b}. {verdict}.", ("True", "False", "Not said")),
    ("Does it follow that {inner}? {verdict}.", ("Yes", "No, the contrary", "It does not say")),
    ("Claim: {b}. Checked: {verdict}", ("right", "wrong", "nobody says so")),
    ("{name} thinks that {inner}. {verdict}.", ("True", "On the contrary", "Nobody knows")),
    ("- {inner}: {verdict}", ("true", "false", "not said")),
)
_WHICH = ("entailed", "contradicted", "neither")


def claims(d: Draw) -> Page:
    """A short text and what somebody makes of it: it follows, it contradicts, it is not said."""
    told, text = passages.told_passage(d, 1, 3)
    form, words = d.pick(_CLAIMS)
    verdicts = []
    for _ in range(d.pick((1, 1, 1, 2, 4))):
        fact, which = judgement(d, told)
        said = fact.say(d)
        verdicts.append(
            verdict(
                form,
                words,
                _WHICH.index(which),
                b=said,
                inner=uncapitalised(said),
                name=d.names(1)[0],
            )
        )
    return page(verdicts, f"{text}\n")


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
    ("{c} {e} {verdict}.", ("No, another story", "So it ended")),
)


def endings(d: Draw) -> Page:
    """The beginning of a story, an end, and whether they belong together; or two ends to choose."""
    aim, other = d.sample(prose.AIMS, 2)
    context, right = d.of_split(lambda: prose.story_parts(d, aim), key=lambda parts: parts[0])
    wrong = prose.ending(d, other, hero(context))
    if d.chance(0.3):
        ends = [right, wrong]
        d.rng.shuffle(ends)
        form = "{c}\nA: {a}\nB: {b}\nThe end that fits: {verdict}"
        made = verdict(form, ("A", "B"), ends.index(right), c=context, a=ends[0], b=ends[1])
        return page([made])
    form, words = d.pick(_ENDINGS)
    fits = d.chance(0.5)
    end = right if fits else wrong
    if form.startswith("{c}\n{e}:"):
        end = end.rstrip(".")
    return page([verdict(form, words, fits, c=context, e=end)])
