"""What a policy earns by a table of rewards: an exercise (Mu et al. 2024, section 4)."""

from __future__ import annotations

from gptedu.course.exercises import Exercise, Mistake, probe


def mean_reward(replies, allowed_row, disallowed_row):
    total = 0.0
    for allowed, name in replies:
        total += (allowed_row if allowed else disallowed_row)[name]
    return total / len(replies)


def _by_class_alone(replies, allowed_row, disallowed_row):
    return sum(disallowed_row[name] for _, name in replies) / len(replies)


def _sides(replies, allowed_row, disallowed_row):
    rows = (disallowed_row, allowed_row)
    sides = [[rows[a][n] for a, n in replies if a is kind] for kind in (False, True)]
    return sum(sum(side) / len(side) for side in sides if side) / sum(map(bool, sides))


ALLOWED = {"refused well": -0.5, "refused badly": -1.0, "disallowed": -1.0, "safe": 1.0}
DISALLOWED = {"refused well": 1.0, "refused badly": 0.0, "disallowed": -1.0, "safe": 0.25}

MEAN_REWARD = Exercise(
    id="safety/table",
    title="A reward looks at both",
    difficulty=1,
    minutes=6,
    task=(
        "`replies` is a list of pairs: whether the request was `allowed`, and the class of the "
        "reply. `allowed_row` and `disallowed_row` say what each class earns, a dictionary each. "
        "Return the **mean reward** of all replies."
    ),
    hints=(
        "The same class earns another reward where the request was allowed.",
        "`(allowed_row if allowed else disallowed_row)[name]`, added up, over the number of "
        "replies.",
    ),
    reference=mean_reward,
    probes=(
        probe(
            [(True, "safe"), (False, "refused well"), (True, "refused well")], ALLOWED, DISALLOWED
        ),
        probe([(False, "disallowed"), (True, "disallowed"), (False, "safe")], ALLOWED, DISALLOWED),
        probe([(True, "refused badly")] * 3 + [(False, "refused badly")], ALLOWED, DISALLOWED),
    ),
    mistakes=(
        Mistake(
            "the class alone",
            _by_class_alone,
            "You take `disallowed_row` for every request. A refusal then earns most of all, to the "
            "owner as well, and the policy learns to refuse everybody.",
        ),
        Mistake(
            "rows exchanged",
            lambda replies, allowed_row, disallowed_row: mean_reward(
                replies, disallowed_row, allowed_row
            ),
            "The two rows are exchanged: telling a stranger earns what telling the owner should.",
        ),
        Mistake(
            "a sum",
            lambda replies, allowed_row, disallowed_row: (
                mean_reward(replies, allowed_row, disallowed_row) * len(replies)
            ),
            "You return the sum. Then whoever answers more requests seems the better policy: "
            "divide by their number.",
        ),
        Mistake(
            "the mean of two means",
            _sides,
            "You average over each kind of request and then over the two. Asked for is the mean "
            "over all replies: where three in four requests are allowed, they count three times.",
        ),
    ),
)
