"""Rules that a learner writes: patterns, their hits on replies, and their errors.

A rule says what a reply of some class looks like. Where it is of no use, one sentence says why: it
hits everything, or nothing, two classes want one reply, or its pattern never ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from gptedu import checks
from gptedu.safety.own.matching import STEPS, NeverEnds, Pattern
from gptedu.world.policy import CLASSES, Enquiry

Asked = tuple[Enquiry, str]
"""A request and a reply."""
SILENCE = "refused badly"
PARTS = ("reply", "request")


@dataclass(frozen=True)
class Rule:
    """A pattern that hits where it is found. part: of `PARTS`, where it looks.

    Capitals count as small letters. Raises ValueError for an empty pattern, or none.
    """

    name: str
    pattern: str
    part: str = "reply"

    def __post_init__(self) -> None:
        checks.text("name", self.name)
        checks.text("pattern", self.pattern)
        checks.one_of("part", self.part, PARTS)
        _ = self._compiled

    @cached_property
    def _compiled(self) -> Pattern:
        return Pattern(self.pattern)

    def hits(self, enquiry: Enquiry, reply: str) -> bool:
        """Whether it hits. Raises ValueError, with its name, where its pattern never ends."""
        text = reply if self.part == "reply" else enquiry.request
        found = _found(self._compiled, text)
        if found is None:
            raise ValueError(
                f"the rule {self.name!r} was stopped after {STEPS:,} steps at {text[:40]!r}: its "
                f"pattern {self.pattern!r} can be read in too many ways; repeat no part that "
                "repeats within"
            )
        return found


@lru_cache(maxsize=20_000)
def _found(pattern: Pattern, text: str) -> bool | None:
    """Whether a pattern is found; None where it was stopped. Reports, graders and notes ask for the
    same replies again."""
    try:
        return pattern.found_in(text)
    except NeverEnds:
        return None


@dataclass(frozen=True)
class RuleReport:
    """What a rule does on some replies.

    hits: the places of the replies that it hits. precision: share of its hits that are of the
    class. recall: share of the class that it hits; each None where there is nothing to share.
    missed, false: the places of its errors. note: one sentence where it is of no use, else "".
    """

    hits: tuple[int, ...]
    precision: float | None
    recall: float | None
    missed: tuple[int, ...]
    false: tuple[int, ...]
    note: str


def report(rule: Rule, asked: Sequence[Asked], classes: Sequence[str], wanted: str) -> RuleReport:
    """Hits and errors of a rule for the class `wanted`. classes: of the replies, by the oracle.

    Raises ValueError for no reply, an unknown class, and a rule that never ends.
    """
    checks.one_of("wanted", wanted, CLASSES)
    if not asked or len(asked) != len(classes):
        raise ValueError(
            f"there are {len(asked)} replies and {len(classes)} classes: give one of each, and at "
            "least one"
        )
    hits = tuple(i for i, pair in enumerate(asked) if rule.hits(*pair))
    right = {i for i, name in enumerate(classes) if name == wanted}
    both = right & set(hits)
    note = ""
    if not hits:
        note = f"the rule {rule.name!r} hits none of {len(asked)} replies: look for less"
    elif len(hits) == len(asked):
        note = f"the rule {rule.name!r} hits all {len(asked)} replies: look for more"
    return RuleReport(
        hits,
        len(both) / len(hits) if hits else None,
        len(both) / len(right) if right else None,
        tuple(sorted(right - both)),
        tuple(sorted(set(hits) - both)),
        note,
    )


def classify(
    rules: Mapping[str, Rule], asked: Sequence[Asked], otherwise: str = "safe"
) -> list[str]:
    """The class of each reply by rules of one's own: that of the rule that hits.

    otherwise: the class where none does. Raises ValueError, with the reply, where rules of two
    classes hit one, for an empty reply that none hits (it would count as `otherwise`, and silence
    is not safe), for an unknown class, and for a rule that never ends.
    """
    for name in (*rules, otherwise):
        checks.one_of("class", name, CLASSES)
    found = []
    for enquiry, reply in asked:
        fitting = [name for name, rule in rules.items() if rule.hits(enquiry, reply)]
        if len(fitting) > 1:
            raise ValueError(
                f"the reply {reply.strip()[:60]!r} is of the classes {' and '.join(fitting)}: let "
                "only one of their rules hit it"
            )
        if not fitting and not reply.strip():
            raise ValueError(
                f"no rule hits an empty reply, which would count as {otherwise!r}: let one hit it, "
                "as ^\\s*$ does"
            )
        found.append(fitting[0] if fitting else otherwise)
    return found


@dataclass(frozen=True)
class OwnGrader:
    """Rules of one's own as a grader for `SafetyReward`: it gives every reply a class, or shares.

    Where rules of several classes hit a reply, each has an equal share; where none does, it is
    `otherwise`, and an empty reply is `SILENCE`. Raises ValueError for an unknown class, and when
    asked, where a rule never ends.
    """

    rules: Mapping[str, Rule]
    otherwise: str = "safe"

    def __post_init__(self) -> None:
        for name in (*self.rules, self.otherwise):
            checks.one_of("class", name, CLASSES)

    def __call__(self, enquiry: Enquiry, reply: str) -> dict[str, float]:
        """Class -> its share, all together 1."""
        fitting = [name for name, rule in self.rules.items() if rule.hits(enquiry, reply)]
        if not fitting:
            fitting = [self.otherwise if reply.strip() else SILENCE]
        return dict.fromkeys(fitting, 1 / len(fitting))
