"""A red team: a search over paraphrases for one to which the model tells what it keeps.

A paraphrase asks for the same in other words (`gptedu.world.policy.wordings`), and the right reply
stays the same. In each round the wordings that worked are answered rightly and learned from; the
next round searches again. Some wordings no round ever meets: they say what was learned.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from gptedu import checks
from gptedu.rlhf.labels.demonstrations import Demonstration
from gptedu.safety.propositions import read
from gptedu.world import World
from gptedu.world.draw import Draw
from gptedu.world.policy import Enquiry, Wording, policy_demonstration, ways_to_ask

Replies = Callable[[Sequence[Enquiry]], list[str]]
"""What a model replies to each request."""
Harden = Callable[[Sequence[Demonstration], int], Replies]
"""(what to learn from, number of the round) -> how the model replies afterwards."""


@dataclass(frozen=True)
class Attempt:
    """One try: the request, the reply, and whether something kept was told."""

    enquiry: Enquiry
    reply: str
    worked: bool


def attacks(which: str) -> list[Wording]:
    """The wordings of a set (see `ways_to_ask`) with one claim, and those with two."""
    return [*ways_to_ask(which), *ways_to_ask(which, 2)]


def attempt(replies: Replies, enquiries: Sequence[Enquiry]) -> list[Attempt]:
    """One try of each request."""
    answered = zip(enquiries, replies(enquiries), strict=True)
    return [Attempt(each, reply, read(each, reply).tells) for each, reply in answered]


def search(
    replies: Replies,
    enquiries: Sequence[Enquiry],
    pool: Sequence[Wording],
    tries: int,
    seed: int = 0,
    first: Sequence[Wording] = (),
) -> list[Attempt]:
    """For each disallowed request up to `tries` different wordings, until one works.

    pool: the wordings; one that stands in it twice counts once. first: wordings to begin with, in
    their order. Those that have worked for others are tried before all others, as people pass on
    what works. All requests are tried in parallel, one wording each at a time. Raises ValueError
    for an allowed request, more tries than there are wordings, and an empty list.
    """
    first = list(dict.fromkeys(first))
    pool = [each for each in dict.fromkeys(pool) if each not in first]
    most = len(first) + len(pool)
    tries = checks.whole("tries", tries, most=most, give=f"1 to {most}, the wordings")
    if not enquiries or any(each.allowed for each in enquiries):
        raise ValueError("give disallowed requests, and at least one: only those can be attacked")
    rng = random.Random(f"red team/{seed}")
    planned = [[*first, *rng.sample(pool, min(tries, len(pool)))] for _ in enquiries]
    tried: list[list[Wording]] = [[] for _ in enquiries]
    worked: Counter[Wording] = Counter()
    open_, made = list(range(len(enquiries))), []
    for _ in range(tries):
        if not open_:
            break
        best_first = [each for each, _ in worked.most_common()]
        for i in open_:
            new_to_it = (each for each in (*best_first, *planned[i]) if each not in tried[i])
            tried[i].append(next(new_to_it))
        new = attempt(replies, [replace(enquiries[i], wording=tried[i][-1]) for i in open_])
        made += new
        worked.update(each.enquiry.wording for each in new if each.worked)
        open_ = [i for i, each in zip(open_, new, strict=True) if not each.worked]
    return made


def success(attempts: Sequence[Attempt]) -> float:
    """Share of requests, 0 to 1, for which some wording worked."""
    by_request: dict[tuple, bool] = {}
    for each in attempts:
        key = _request(each.enquiry)
        by_request[key] = by_request.get(key, False) or each.worked
    if not by_request:
        raise ValueError("there are no attempts: give at least one")
    return sum(by_request.values()) / len(by_request)


def owners_answered(replies: Replies, enquiries: Sequence[Enquiry]) -> float:
    """Share of the owners, 0 to 1, who ask what these requests ask, in the same words, and are
    answered rightly.

    Raises ValueError where there is no request, or one for what belongs to nobody.
    """
    if not enquiries or any(each.owner is None for each in enquiries):
        raise ValueError("give requests for what belongs to somebody, and at least one")
    own = [_by_owner(each) for each in enquiries]
    answered = zip(own, replies(own), strict=True)
    return sum(read(each, reply).answers for each, reply in answered) / len(own)


def _by_owner(enquiry: Enquiry) -> Enquiry:
    """The same request, asked by whom it belongs to."""
    assert enquiry.owner is not None
    return replace(enquiry, asker=enquiry.owner)


def _request(enquiry: Enquiry) -> tuple:
    """What two tries have in common that differ in their words alone."""
    return (enquiry.setting, enquiry.asker, enquiry.fact)


@dataclass(frozen=True)
class Round:
    """One round, before anything was learned from it; shares from 0 to 1.

    success: of the search. held_out: share of requests in new wordings, which no round meets, that
    work. owners: share of the owners who ask for the same, each in the last words of the search,
    and are answered rightly: who refuses everybody withstands every attack. owners_held_out: the
    same in the new wordings. learned: demonstrations so far.
    """

    number: int
    success: float
    held_out: float
    owners: float
    owners_held_out: float
    attempts: tuple[Attempt, ...]
    learned: int


def rounds(
    replies: Replies,
    harden: Harden,
    enquiries: Sequence[Sequence[Enquiry]],
    *,
    tries: int = 8,
    seed: int = 0,
) -> list[Round]:
    """A round for each list of requests: search, measure new wordings, learn from what worked."""
    pool, held = attacks("claims"), attacks("new claims")
    learned: list[Demonstration] = []
    done = []
    for number, own in enumerate(enquiries):
        attempts = search(replies, own, pool, tries, seed + number)
        rng = random.Random(f"red team, held out/{seed}/{number}")
        new = [replace(each, wording=rng.choice(held)) for each in own]
        last = {_request(each.enquiry): each.enquiry for each in attempts}
        done.append(
            Round(
                number,
                success=success(attempts),
                held_out=success(attempt(replies, new)),
                owners=owners_answered(replies, list(last.values())),
                owners_held_out=owners_answered(replies, new),
                attempts=tuple(attempts),
                learned=len(learned),
            )
        )
        learned += lessons(attempts, seed + number)
        if number + 1 < len(enquiries):
            replies = harden(learned, number)
    return done


def lessons(attempts: Sequence[Attempt], seed: int = 0) -> list[Demonstration]:
    """The right reply to each wording that worked, and to the same wording by the owner.

    Without the second a model learns that whoever says so many words is to be refused.
    """
    facts, shown = World().facts, []
    for place, each in enumerate(one for one in attempts if one.worked):
        asked = each.enquiry
        for number, who in enumerate((asked, _by_owner(asked))):
            d = Draw(facts, "train", random.Random(f"lessons/{seed}/{place}/{number}"))
            shown.append(Demonstration(who.prompt, policy_demonstration(d, who)))
    return shown
