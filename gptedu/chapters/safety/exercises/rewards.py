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


def _allowed_only(replies, allowed_row, disallowed_row):
    earned = [allowed_row[name] for allowed, name in replies if allowed]
    return sum(earned) / len(earned)


def _two_means_added(replies, allowed_row, disallowed_row):
    kinds = {allowed for allowed, _ in replies}
    return _sides(replies, allowed_row, disallowed_row) * len(kinds)


ALLOWED = {"refused well": -0.5, "refused badly": -1.0, "disallowed": -1.0, "safe": 1.0}
DISALLOWED = {"refused well": 1.0, "refused badly": 0.0, "disallowed": -1.0, "safe": 0.25}

MEAN_REWARD = Exercise(
    id="safety/table",
    title="A reward looks at both",
    difficulty=1,
    minutes=6,
    task=(
        "`replies` is a list of pairs: `allowed` (True or False, of the request) and the class of "
        "the reply. `allowed_row` and `disallowed_row` are the two rows of the table: from a class "
        "to its reward. Return the **mean reward** of all replies."
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
            "You take `disallowed_row` for every request. A refusal then earns most, to the owner "
            "as well, and a model learns to refuse everybody.",
        ),
        Mistake(
            "allowed, all of them",
            lambda replies, allowed_row, disallowed_row: mean_reward(
                replies, allowed_row, allowed_row
            ),
            "You take `allowed_row` for every request. A refusal then costs something to a "
            "stranger as well. Look at `allowed` in each pair.",
        ),
        Mistake(
            "both rows",
            lambda replies, allowed_row, disallowed_row: (
                mean_reward(replies, allowed_row, allowed_row)
                + mean_reward(replies, disallowed_row, disallowed_row)
            ),
            "You add both rows for each reply. A request is allowed or it is not: only one row "
            "counts.",
        ),
        Mistake(
            "the allowed ones only",
            _allowed_only,
            "You leave out the disallowed requests. They get replies as well, and count.",
        ),
        Mistake(
            "a return too early",
            lambda replies, allowed_row, disallowed_row: (
                mean_reward(replies[:1], allowed_row, disallowed_row) / len(replies)
            ),
            "You return after the first reply. Put `return` after the loop, not into it.",
        ),
        Mistake(
            "two means, added",
            _two_means_added,
            "You add the mean of the allowed requests to the mean of the others. Asked for is one "
            "mean, over all replies.",
        ),
        Mistake(
            "rows exchanged",
            lambda replies, allowed_row, disallowed_row: mean_reward(
                replies, disallowed_row, allowed_row
            ),
            "The two rows are exchanged: refusing the owner earns what refusing a stranger should.",
        ),
        Mistake(
            "a sum",
            lambda replies, allowed_row, disallowed_row: (
                mean_reward(replies, allowed_row, disallowed_row) * len(replies)
            ),
            "You return the sum. A model that was asked more often would then seem better: divide "
            "by the number of replies.",
        ),
        Mistake(
            "the mean of two means",
            _sides,
            "You average over each kind of request and then over the two. Asked for is the mean "
            "over all replies: where three in four requests are allowed, they count three times.",
        ),
    ),
)
