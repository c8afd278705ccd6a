"""Opinions: reviews that end in a verdict, and forum posts that end in "TL;DR:"."""

from __future__ import annotations

from gptedu.world.draw import Draw
from gptedu.world.words import lexicon
from gptedu.world.words.grammar import article

_REVIEWED = {
    "inn": ("room", "food", "staff"),
    "restaurant": ("food", "staff", "room"),
    "book": ("story",),
    "film": ("story",),
    "play": ("story",),
    "lamp": ("thing",),
    "bicycle": ("thing",),
    "kettle": ("thing",),
    "radio": ("thing",),
    "coat": ("thing",),
}
_PARTS = {
    "room": ("the room", "our room", "the bed", "the hall", "the garden"),
    "food": ("the soup", "the bread", "the breakfast", "the stew", "the cake", "the fish"),
    "staff": ("the owner", "the waiter", "the cook", "the girl at the desk"),
    "story": ("the story", "the ending", "the plot", "the first part", "the dialogue"),
    "thing": ("the handle", "the whole thing", "the colour", "the finish", "it"),
}
_GOOD = (
    "I [would come|will go] there again", "I [can recommend it|told all my friends about it]",
    "[We|I] enjoyed every minute", "it was worth every coin", "I [was|am] very pleased",
    "I could not ask for more",
)  # fmt: skip
_BAD = (
    "I will never go there again", "I [cannot recommend it|warned all my friends]",
    "[We|I] regret every minute", "it was a waste of money", "I [was|am] very disappointed",
    "I want my money back",
)  # fmt: skip


def review(d: Draw) -> str:
    """One review or a few, as a rule with their verdicts."""
    reviews = []
    for _ in range(d.pick((1, 1, 2, 3))):
        text, good = d.of_split(lambda: review_parts(d), key=lambda parts: parts[0])
        if d.chance(0.85):
            text += f"\nVerdict: {'good' if good else 'bad'}"
        reviews.append(text)
    return "\n\n".join(reviews)


def review_parts(d: Draw, last_word: float = 0.25) -> tuple[str, bool]:
    """The text of a review and whether its writer was pleased.

    Two to four judgements, most of them one way; a judgement may be a denied word of the other kind
    ("not clean"). With the chance `last_word` the writer also sums up in plain words.
    """
    good = d.chance(0.5)
    what = d.pick(tuple(_REVIEWED))
    count = d.between(2, 4)
    against = 1 if count >= 3 and d.chance(0.5) else 0
    sides = [good] * (count - against) + [not good] * against
    d.rng.shuffle(sides)
    sentences = [
        d.say("[I stayed at|We went to|I tried|I bought|We saw|I chose] the {what} [in {town}|of {company}|last week|].",
              what=what, town=d.pick(lexicon.TOWNS), company=d.pick(lexicon.COMPANIES))
    ]  # fmt: skip
    sentences += [_judgement(d, d.pick(_REVIEWED[what]), side) for side in sides]
    if d.chance(last_word):
        sentences.append(d.say(d.pick(_GOOD if good else _BAD) + "."))
    return " ".join(sentences), good


def _judgement(d: Draw, aspect: str, good: bool) -> str:
    part, right, wrong = d.pick(_PARTS[aspect]), lexicon.PRAISE, lexicon.BLAME
    if not good:
        right, wrong = wrong, right
    if d.chance(0.2):
        return d.say("{p} was not [at all|] {w}.", p=part, w=d.pick(wrong[aspect]))
    if d.chance(0.3):
        first, second = d.sample(right[aspect], 2)
        return d.say("{p} was {a} and {b}.", p=part, a=first, b=second)
    return d.say("[I found {p} {w}|{p} was [very|quite|really|] {w}|{p} seemed {w} to me].",
                 p=part, w=d.pick(right[aspect]))  # fmt: skip


_TROUBLES = {
    "lost": ("I lost my {c} {t} [in|at] the {p}", "My {c} {t} is lost"),
    "broken": ("my {c} {t} does not work any more", "My {c} {t} is broken"),
    "stolen": ("somebody took my {c} {t} [in|at] the {p}", "My {c} {t} was stolen"),
    "want": ("I want to buy a {c} {t} but I do not know where", "I am looking for a {c} {t}"),
    "sell": ("I would like to sell my {c} {t}", "My {c} {t} is for sale"),
    "found": ("I found a {c} {t} near the {p}", "I found a {c} {t}"),
    "paint": ("I am going to paint my {t} {c}", "My {t} will be {c}"),
    "gift": ("my {k} gave me a {c} {t}", "I got a {c} {t}"),
}
_CHATTER = (
    "[Hello everybody|Hello, this is my first post|Hi all|Good evening].",
    "[I live in {town}|I moved to {town} this year|I come from {town}].",
    "[I work as {job}|My {k} is {job}].",
    "[The weather was bad|It was raining|It was a warm day] on {day}.",
    "[My {k} has {pet}|We keep {pet} at home].",
    "[I have had a long week|I am rather tired today|Sorry for the long text].",
    "[My {k} says that I should not worry|My {k} told me to ask here].",
    "[I like {hobby}|I spend my evenings {hobby}].",
)
_CLOSING = (
    "[What should I do?|Can anybody help?|Does anybody know more?|Any ideas?]",
    "[Thank you for your help.|Thanks for reading.|I am glad of every answer.]",
)
_KIN = ("mother", "father", "sister", "brother", "aunt", "uncle", "friend", "neighbour")


def forum_post(d: Draw) -> str:
    """A post about one thing among small talk; it ends in "TL;DR:" and the gist, or in replies."""
    post, gist = d.of_split(lambda: forum_parts(d), key=lambda parts: parts[0])
    if d.chance(0.7):
        return f"{post}\nTL;DR: {gist}"
    replies = [
        d.say("[I had the same trouble once|Good luck with it|Have you asked your {k}?|Ask at the {p}|Send a picture, please].",
              k=d.pick(_KIN), p=d.pick(lexicon.PLACES))
        for _ in range(d.between(1, 3))
    ]  # fmt: skip
    return post + "\n" + "\n".join(f"Reply: {reply}" for reply in replies)


def forum_parts(d: Draw) -> tuple[str, str]:
    """A post and its gist in one sentence."""
    told, gist = _TROUBLES[d.pick(tuple(_TROUBLES))]
    slots = {
        "c": d.pick(lexicon.COLOURS), "t": d.pick(lexicon.THINGS), "p": d.pick(lexicon.PLACES),
        "k": d.pick(_KIN),
    }  # fmt: skip
    chatter = [
        d.say(sentence, town=d.pick(lexicon.TOWNS), job=article(d.pick(tuple(lexicon.JOBS))),
              day=d.pick(lexicon.DAYS), pet=article(d.pick(lexicon.CATEGORIES["animal"])),
              hobby=d.pick(lexicon.HOBBIES), k=d.pick(_KIN))
        for sentence in d.sample(_CHATTER, d.between(2, 4))
    ]  # fmt: skip
    chatter.insert(
        d.between(1, len(chatter)), d.say("[Yesterday|So|Now|As it is,|] " + told + ".", **slots)
    )
    return " ".join([*chatter, d.say(d.pick(_CLOSING))]), d.say(gist + ".", **slots)
