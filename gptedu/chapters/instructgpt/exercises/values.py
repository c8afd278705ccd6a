"""What was expected of each token, and how the value model learns it: two exercises of PPO."""

from __future__ import annotations

import torch

from gptedu.course.exercises import Exercise, Mistake, probe


def advantages(earned, expected, lam):
    after = torch.cat([expected[1:], expected.new_zeros(1)])
    surprises = earned + after - expected
    found = torch.zeros_like(surprises)
    later = 0.0
    for t in reversed(range(len(surprises))):
        later = surprises[t] + lam * later
        found[t] = later
    return found


def _surprises(earned, expected):
    return earned + torch.cat([expected[1:], expected.new_zeros(1)]) - expected


def _carried_back(surprises, lam):
    """Each surprise, and those after it, `lam` times less with every token."""
    found, later = torch.zeros_like(surprises), 0.0
    for t in reversed(range(len(surprises))):
        later = surprises[t] + lam * later
        found[t] = later
    return found


def _carried_on(surprises, lam):
    return _carried_back(surprises.flip(0), lam).flip(0)


ADVANTAGES = Exercise(
    id="instructgpt/advantages",
    title="Better than expected?",
    difficulty=4,
    minutes=12,
    task=(
        "Of one reply, `earned` `[time]` is what each token earned, and `expected` `[time]` what "
        "the value model guessed before each token: how much is still to come. The **surprise** of "
        "a token is $\\delta_t = \\text{earned}_t + \\text{expected}_{t+1} - \\text{expected}_t$; "
        "after the last token nothing more is expected, so 0 stands there. Return `[time]`, the "
        "**advantages** $A_t = \\delta_t + \\lambda\\,\\delta_{t+1} + \\lambda^2\\,\\delta_{t+2} + "
        "\\dots$, with `lam` for $\\lambda$."
    ),
    hints=(
        "First all surprises at once. Then go through them from the **last** token to the first: "
        "the last advantage is the last surprise.",
        "`after = torch.cat([expected[1:], torch.zeros(1)])` is what is expected one token later.",
        "$A_t = \\delta_t + \\lambda\\,A_{t+1}$: keep a number `later`, and for each `t` in "
        "`reversed(range(len(earned)))` let it become `surprises[t] + lam * later`.",
    ),
    reference=advantages,
    probes=(
        probe(torch.tensor([0.0, 0.1, 1.5]), torch.tensor([0.4, -0.2, 0.6]), 0.5),
        probe(torch.tensor([-0.1, 0.3, -0.2, 0.7]), torch.tensor([0.2, 0.9, 0.1, 0.3]), 0.95),
        probe(torch.tensor([0.8]), torch.tensor([0.3]), 0.95),
    ),
    mistakes=(
        Mistake(
            "one surprise alone",
            lambda earned, expected, lam: _surprises(earned, expected),
            "These are the surprises. A token also gets a share of all surprises **after** it: "
            "`lam` times the next one, `lam` squared times the one after that, and so on.",
        ),
        Mistake(
            "no lam",
            lambda earned, expected, lam: _carried_back(_surprises(earned, expected), 1.0),
            "You add up all later surprises in full. Each step further away has to count `lam` "
            "times less.",
        ),
        Mistake(
            "from first to last",
            lambda earned, expected, lam: _carried_on(_surprises(earned, expected), lam),
            "You carry surprises forward: a token then gets credit for what came *before* it, "
            "which it could not change. Go from the last token to the first.",
        ),
        Mistake(
            "something expected after the end",
            lambda earned, expected, lam: _carried_back(
                earned + torch.cat([expected[1:], expected[-1:]]) - expected, lam
            ),
            "After the last token you still expect something. The reply is over there: put 0.",
        ),
        Mistake(
            "nothing expected after",
            lambda earned, expected, lam: _carried_back(earned - expected, lam),
            "What is expected **after** a token is missing. Where nothing has changed, "
            "`expected[t + 1]` equals `expected[t]`, and the surprise is only what was earned.",
        ),
        Mistake(
            "nothing expected before",
            lambda earned, expected, lam: _carried_back(earned, lam),
            "You carry back what was earned, and leave out what was expected. A good reply to an "
            "easy prompt is no surprise: take `expected` into account.",
        ),
        Mistake(
            "the sign",
            lambda earned, expected, lam: -_carried_back(_surprises(earned, expected), lam),
            "The sign is turned round: what went better than expected has to be above 0.",
        ),
    ),
)


def value_loss(values, old_values, returns, clip):
    near = old_values + (values - old_values).clamp(-clip, clip)
    errors = torch.max((values - returns) ** 2, (near - returns) ** 2)
    return errors.mean() / 2


def _half_mean(errors):
    return errors.mean() / 2


def _near(values, old_values, clip):
    return old_values + (values - old_values).clamp(-clip, clip)


VALUE_LOSS = Exercise(
    id="instructgpt/value-loss",
    title="The value model learns, too",
    difficulty=2,
    minutes=8,
    task=(
        "`values` is what the value model now expects before each token, `old_values` what it "
        "expected when the replies were written, and `returns` what really came: three tensors of "
        "one shape. Hold `values` within `clip` of `old_values`, above and below: these are the "
        "values `near` the old ones. Take the **larger** of two squared errors, that of `values` "
        "and that of `near`, token by token. Return **half** of their mean."
    ),
    hints=(
        "The same idea as the clip of the ratio: from going further than `clip` at once there is "
        "nothing to be had.",
        "`(values - old_values).clamp(-clip, clip)` is how far the values may count as moved.",
        "`near = old_values + (values - old_values).clamp(-clip, clip)`, then `torch.max` of "
        "`(values - returns) ** 2` and `(near - returns) ** 2`.",
    ),
    reference=value_loss,
    probes=(
        probe(
            torch.tensor([0.5, 1.0, -0.4, 0.05], requires_grad=True),
            torch.tensor([0.0, 0.2, 0.0, 0.0]),
            torch.tensor([1.0, 1.1, 0.3, -0.2]),
            0.2,
        ),
        probe(
            torch.tensor([[0.9], [-0.5]], requires_grad=True),
            torch.tensor([[0.3], [-0.1]]),
            torch.tensor([[0.4], [-1.0]]),
            0.1,
        ),
    ),
    mistakes=(
        Mistake(
            "the smaller one",
            lambda values, old_values, returns, clip: _half_mean(
                torch.min((values - returns) ** 2, (_near(values, old_values, clip) - returns) ** 2)
            ),
            "You take the smaller error. Then it pays to go further than the clip allows. A loss "
            "has to believe the **worse** of the two.",
        ),
        Mistake(
            "not clipped",
            lambda values, old_values, returns, clip: _half_mean((values - returns) ** 2),
            "Nothing is clipped: that is the plain squared error. Take the larger one of this and "
            "of the same with the values held near the old ones.",
        ),
        Mistake(
            "clipped only",
            lambda values, old_values, returns, clip: _half_mean(
                (_near(values, old_values, clip) - returns) ** 2
            ),
            "You use the clipped values alone. A value that has moved too far the *wrong* way "
            "then has no slope, and nothing brings it back: that is what the larger one is for.",
        ),
        Mistake(
            "no half",
            lambda values, old_values, returns, clip: (
                2 * value_loss(values, old_values, returns, clip)
            ),
            "Your result is twice the expected one: the half is missing.",
        ),
        Mistake(
            "a sum",
            lambda values, old_values, returns, clip: (
                values.numel() * value_loss(values, old_values, returns, clip)
            ),
            "You add the tokens up, so long replies weigh more than short ones. Take the mean.",
        ),
        Mistake(
            "clipped around 0",
            lambda values, old_values, returns, clip: _half_mean(
                torch.max((values - returns) ** 2, (values.clamp(-clip, clip) - returns) ** 2)
            ),
            "You hold the values near **0**. They have to stay near the *old* values: clip the "
            "difference, then add `old_values` again.",
        ),
        Mistake(
            "distances",
            lambda values, old_values, returns, clip: _half_mean(
                torch.max(
                    (values - returns).abs(), (_near(values, old_values, clip) - returns).abs()
                )
            ),
            "You take distances. Their squares are asked for: large errors should count for more.",
        ),
    ),
)
