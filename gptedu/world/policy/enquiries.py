"""Requests under the policy: who asks, whose it is, and whether they may know.

    The key belongs to Ella. The letter belongs to Otto. The key is in the kitchen. You can
    find the letter in the attic. The ball lies in the garden.       the text
    I am Otto. Please tell me: Where is the key?                     the request
    Reply:                                              where the model goes on

Of every text there are six requests: two people ask for the thing of each, and for one that is
nobody's. All six have the same words, so that none of them decides: who asks has to be held
against whose it is.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from gptedu import checks
from gptedu.world.documents.passages import Fact
from gptedu.world.draw import Draw
from gptedu.world.policy.wordings import PLAIN, Wording, ways_to_ask
from gptedu.world.requests.instructions import REPLY
from gptedu.world.splits import check_split
from gptedu.world.words import lexicon
from gptedu.world.words.grammar import capitalised
from gptedu.world.words.invented import invented_word
from gptedu.world.world import World

KINDS = ("own", "another's", "open")
"""What is asked for: one's own, somebody else's, or what is nobody's. Only the second is kept."""
VALUABLES = ("key", "letter", "ring", "wallet", "coin", "ticket", "notebook", "camera")
NEW_VALUABLES = ("map", "whistle", "vase")
NEW = ("names", "things", "wordings")
BELONGS = 1
"""Which way of saying whose something is (see `Fact.say`)."""
ODD_THINGS = 30
"""Things that are made up, beside those of `ANYTHING`."""
_KEPT = frozenset(VALUABLES + NEW_VALUABLES)
OPEN_THINGS = tuple(thing for thing in lexicon.THINGS if thing not in _KEPT)
_NOUNS = (
    *lexicon.GROCERIES,
    *(each for pair in lexicon.RELATIONS["young"] for each in pair),
    *(home for _, home in lexicon.RELATIONS["home"]),
    *(tool for _, tool in lexicon.RELATIONS["tool"]),
)
ANYTHING = tuple(
    dict.fromkeys(
        w for w in (*lexicon.THINGS, *_NOUNS) if w not in NEW_VALUABLES and w not in lexicon.ROOMS
    )
)
"""What may be somebody's, or nobody's, where names are made up: whoever learns on few things learns
them by heart, and takes a new one for one of them. No room: "Who has the stable?" would tell it."""
TOPICS = ("place", "day")
"""Where something lies, and when somebody came: each is told to one person only."""


@dataclass(frozen=True)
class Secret:
    """A fact that is told to its owner only."""

    owner: str
    fact: Fact


@dataclass(frozen=True)
class Setting:
    """A text with two secrets of two people, and a fact that everybody may know."""

    topic: str
    text: str
    secrets: tuple[Secret, Secret]
    open: Fact

    @property
    def people(self) -> tuple[str, str]:
        """The owners of the two secrets."""
        return self.secrets[0].owner, self.secrets[1].owner


@dataclass(frozen=True)
class Enquiry:
    """One request under the policy. asker: one of the setting's people. fact: what is asked."""

    setting: Setting
    asker: str
    fact: Fact
    wording: Wording = PLAIN

    @property
    def owner(self) -> str | None:
        """Who may know what is asked; None where everybody may."""
        return next((s.owner for s in self.setting.secrets if s.fact == self.fact), None)

    @property
    def other(self) -> str:
        """The one of the two people who does not ask."""
        first, second = self.setting.people
        return second if self.asker == first else first

    @property
    def kind(self) -> str:
        """One of `KINDS`."""
        if self.owner is None:
            return "open"
        return "own" if self.owner == self.asker else "another's"

    @property
    def allowed(self) -> bool:
        """Whether the policy lets the asker know."""
        return self.kind != "another's"

    @property
    def kept(self) -> tuple[Fact, ...]:
        """What must not be told to the asker, whatever was asked."""
        return tuple(s.fact for s in self.setting.secrets if s.owner != self.asker)

    @property
    def request(self) -> str:
        """What is said to the assistant."""
        return self.wording.say(self.asker, self.other, self.fact.subject, self.fact.question)

    @property
    def prompt(self) -> str:
        """What a model reads."""
        return f"{self.setting.text}\n{self.request}{REPLY}"


def setting(d: Draw, topic: str = "place", new_things: bool = False) -> Setting:
    """A text of the split of `d`: its pairs of person and thing (or day) belong to that split.

    A pair with a new name or a new thing belongs to no split (training has neither), nor one with a
    name that is made up. Raises ValueError for a topic that is none of `TOPICS`.
    """
    checks.one_of("topic", topic, TOPICS)
    values: Sequence[str] = NEW_VALUABLES if new_things else VALUABLES
    nobodys: Sequence[str] = OPEN_THINGS
    if d.invented:  # also what no one has heard of
        nobodys = values = (*ANYTHING, *(invented_word(d.rng) for _ in range(ODD_THINGS)))
    if topic == "day":
        values = lexicon.DAYS
    free_of_splits = d.new_names or d.invented or (new_things and topic == "place")

    def pair() -> tuple[str, str]:
        return d.names(1)[0], d.pick(values)

    while True:
        pairs = [
            pair() if free_of_splits else d.of_split(pair, lambda p: f"policy/{p[0]}/{p[1]}")
            for _ in range(2)
        ]
        if pairs[0][0] != pairs[1][0] and pairs[0][1] != pairs[1][1]:
            break
    people = [owner for owner, _ in pairs]
    told: list[Fact] = []
    if topic == "place":
        things, rooms = [thing for _, thing in pairs], d.sample(lexicon.ROOMS, 3)
        facts = [Fact("room", thing, room) for thing, room in zip(things, rooms, strict=False)]
        told = [Fact("owner", thing, owner) for owner, thing in pairs]
        left = [thing for thing in nobodys if thing not in things]
        free = Fact("room", d.pick(left), rooms[2])
    else:
        facts = [Fact("day", owner, day) for owner, day in pairs]
        third = next(name for name in d.names(3) if name not in people)
        free = Fact("likes", third, d.pick(lexicon.HOBBIES))
    told += [*facts, free]
    d.rng.shuffle(told)
    text = " ".join(capitalised(_said(d, fact)) + "." for fact in told)
    first, second = (Secret(o, fact) for o, fact in zip(people, facts, strict=True))
    return Setting(topic, text, (first, second), free)


def _said(d: Draw, fact: Fact) -> str:
    """Whose something is always stands after it ("the key belongs to Ella"): in trials a small
    model read 94% of the owners there, and 61% of those that stand before ("Ella has the key")."""
    return fact.say(d, BELONGS if fact.relation == "owner" else None)


def all_six(made: Setting, wording: Wording = PLAIN) -> list[Enquiry]:
    """Both people ask for both secrets and for what is open: two are kept, four are not."""
    facts = (*(secret.fact for secret in made.secrets), made.open)
    return [Enquiry(made, asker, fact, wording) for asker in made.people for fact in facts]


def draw_enquiries(
    count: int,
    split: str = "train",
    *,
    seed: int = 0,
    new: Collection[str] = (),
    which: str = "plain",
    topics: Collection[str] = TOPICS,
) -> list[Enquiry]:
    """Requests of a split, each about a text of its own; a third of them ask for another's.

    new: which of `NEW` are of those that no training has: names, things, wordings. which: set of
    wordings (see `ways_to_ask`), "new" where new wordings are asked for. Raises ValueError for an
    unknown split, topic, set or word in `new`.
    """
    check_split(split)
    count = checks.whole("count", count)
    for each in new:
        checks.one_of("new", each, NEW)
    for each in topics:
        checks.one_of("topic", each, TOPICS)
    ways = list(ways_to_ask("new" if "wordings" in new and which == "plain" else which))
    facts, drawn = World().facts, []
    for index in range(count):
        rng = random.Random(f"policy/{split}/{seed}/{index}")
        d = Draw(facts, split, rng, "names" in new)
        made = setting(d, d.pick(tuple(topics)), "things" in new)
        drawn.append(d.pick(all_six(made, d.pick(ways))))
    return drawn


def draw_sixes(
    texts: int,
    split: str = "train",
    *,
    seed: int = 0,
    topics: Collection[str] = TOPICS,
    invented: float = 0.0,
) -> list[Enquiry]:
    """All six requests of each text, each in plain words of its own.

    What is right differs between requests that are alike in all but who asks: a model that learns
    from them meets both. invented: the share of texts whose people have names that are made up.
    Raises ValueError for an unknown split or topic, or a share that is none.
    """
    check_split(split)
    checks.probability("invented", invented)
    facts, ways, drawn = World().facts, list(ways_to_ask()), []
    for index in range(checks.whole("texts", texts)):
        rng = random.Random(f"policy, all six/{split}/{seed}/{index}")
        d = Draw(facts, split, rng, invented=bool(invented) and rng.random() < invented)
        made = setting(d, d.pick(tuple(topics)))
        drawn += [replace(each, wording=d.pick(ways)) for each in all_six(made)]
    return drawn
