"""Documents about passing facts: passages with questions, restatements, dialogues."""

from __future__ import annotations

from gptedu.world.documents import passages
from gptedu.world.draw import Draw
from gptedu.world.words.grammar import capitalised, uncapitalised


def reading(d: Draw) -> str:
    """A passage and questions about it, one a line with its answer; sometimes several passages."""
    form = d.pick(("Question: {q}\nAnswer: {a}", "Question: {q}\nAnswer: {a}", "Q: {q}\nA: {a}"))
    parts = []
    for _ in range(d.pick((1, 1, 2))):
        told, text = passages.told_passage(d, 2, 5)
        chosen = d.sample(told, d.between(1, len(told)))
        lines = [form.format(q=fact.question, a=fact.answer) for fact in chosen]
        parts.append("\n".join([text, *lines]))
    return "\n\n".join(parts)


# How a statement and what is thought of it stand on the page: true, false, not said.
_JUDGED = (
    ("Is it true that {inner}? Answer: {verdict}", ("yes", "no", "it does not say")),
    ("Is it true that {inner}? Answer: {verdict}", ("yes", "no", "it does not say")),
    ("{outer}. {verdict}.", ("True", "False", "Unknown")),
    ("{outer}? {verdict}.", ("Yes", "No", "I do not know")),
    ("{name} said: {inner}. {verdict}.", ("That is right", "That is wrong", "Who knows")),
)


def judged(d: Draw) -> str:
    """A passage and statements about it: true, false, or not said."""
    told, text = passages.told_passage(d, 2, 4)
    form, words = d.pick(_JUDGED)
    name = d.names(1)[0]
    lines = []
    for _ in range(d.between(2, 5)):
        fact, verdict = judgement(d, told)
        said = fact.say(d)
        word = words[("entailed", "contradicted", "neither").index(verdict)]
        lines.append(form.format(inner=uncapitalised(said), outer=said, name=name, verdict=word))
    return text + "\n" + "\n".join(lines)


def judgement(d: Draw, told: list[passages.Fact]) -> tuple[passages.Fact, str]:
    """A statement about the passage, and whether it is entailed, contradicted or neither."""
    verdict = d.pick(("entailed", "contradicted", "neither"))
    if verdict == "neither":
        return passages.unmentioned(d, told), verdict
    fact = d.pick(told)
    return (fact, verdict) if verdict == "entailed" else (fact.but(d), verdict)


def restated(d: Draw) -> str:
    """One thing said twice, in two ways: "... In other words, ..." """
    lines = []
    for fact in passages.draw_facts(d, d.between(1, 3)):
        first, second = fact.two_ways(d)
        link = d.pick(("In other words,", "That is,", "Put differently,", "That means that"))
        lines.append(f"{first}. {link} {uncapitalised(second)}.")
    return d.pick(("\n", " ")).join(lines)


# Two sentences side by side, and whether they say the same.
_COMPARED = (
    ("{first}. {second}. {verdict}.", ("Not the same", "The same")),
    ("{first} / {second}: {verdict}", ("different", "same")),
    ("Do these say the same? {first}. {second}. Answer: {verdict}", ("no", "yes")),
)


def compared(d: Draw) -> str:
    """Pairs of sentences with a word on whether they say the same."""
    form, words = d.pick(_COMPARED)
    lines = []
    for _ in range(d.between(2, 5)):
        first, second, same = two_sentences(d)
        lines.append(form.format(first=first, second=second, verdict=words[same]))
    return "\n".join(lines)


def two_sentences(d: Draw) -> tuple[str, str, bool]:
    """Two sentences about one subject, of this split, and whether they say the same of it."""
    fact = d.of_split(lambda: passages.draw_facts(d, 1)[0], key=lambda made: f"similarity/{made}")
    first, second = fact.two_ways(d)
    same = d.chance(0.5)
    return first, second if same else fact.but(d).say(d), same


def dialogue(d: Draw) -> str:
    """Two people talk about where things are and what they did."""
    first, second = d.names(2)
    told = [f for f in passages.draw_facts(d, d.between(2, 4)) if f.subject not in (first, second)]
    lines = [
        d.say("{a}: [Hello|Good morning|Hi], {b}.", a=first, b=second),
        d.say("{b}: [Hello|Good morning|Hi], {a}. [How are you?|]", a=first, b=second),
    ]
    for fact in told:
        asker, other = (first, second) if d.chance(0.5) else (second, first)
        lines.append(
            f"{asker}: "
            + d.say("[Do you know|Can you tell me|Tell me, please]: {q}", q=fact.question)
            if d.chance(0.3)
            else f"{asker}: {fact.question}"
        )
        if d.chance(0.15):
            lines.append(f"{other}: I do not know.")
        elif d.chance(0.5):
            lines.append(f"{other}: {fact.say(d)}.")
        else:
            lines.append(f"{other}: {capitalised(fact.answer)}.")
        if d.chance(0.3):
            lines.append(f"{asker}: " + d.say("[Thank you|Thanks|I see]."))
    return "\n".join(lines)
