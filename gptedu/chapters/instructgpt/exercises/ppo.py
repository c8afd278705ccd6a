"""What each token earns, and how far a step may go: two exercises of PPO."""

from __future__ import annotations

import torch

from gptedu.course.exercises import Exercise, Mistake, probe


def token_rewards(score, log_ratios, beta):
    rewards = -beta * log_ratios
    rewards[-1] = rewards[-1] + score
    return rewards


def _at_one(place, score, like):
    """The score at one place and 0 elsewhere."""
    row = torch.zeros_like(like)
    row[place] = score
    return row


TOKEN_REWARDS = Exercise(
    id="instructgpt/token-rewards",
    title="Who gets the reward?",
    difficulty=3,
    minutes=10,
    task=(
        "A reward model gave a reply `score`. `log_ratios` `[time]` is "
        "$\\log\\pi - \\log\\pi_{ref}$ of each of its tokens: how much likelier the policy made it "
        "than the reference does. Return `[time]`, what each token earns: **every** token pays "
        "`beta` times its log-ratio, and the **last** one gets the score on top."
    ),
    hints=(
        "Two parts: a penalty, which each token has of its own, and a score, which comes once.",
        "A token that the policy has made likelier than the reference has a log-ratio above 0, and "
        "pays: its penalty is `-beta * log_ratio`.",
        "`rewards = -beta * log_ratios`, then **add** the score to `rewards[-1]`.",
    ),
    reference=token_rewards,
    probes=(
        probe(1.5, torch.tensor([0.2, -0.1, 0.4]), 0.5),
        probe(-0.7, torch.tensor([0.3]), 0.1),
        probe(2.0, torch.tensor([1.0, 0.5, 0.0, -0.5, 2.0]), 0.05),
    ),
    mistakes=(
        Mistake(
            "the score at every token",
            lambda score, log_ratios, beta: score - beta * log_ratios,
            "Every token gets the score, so a reply earns more by being long. It is one score "
            "for the whole reply: give it to the last token.",
        ),
        Mistake(
            "no score",
            lambda score, log_ratios, beta: -beta * log_ratios,
            "The penalty is right, and there is no score in it: a policy that earns nothing for "
            "its reply learns to stay where it is. The last token gets the score on top.",
        ),
        Mistake(
            "no beta",
            lambda score, log_ratios, beta: _at_one(-1, score, log_ratios) - log_ratios,
            "Your penalty is the log-ratio itself. It has to be weighed: `beta` says what a nat of "
            "moving away costs against a point of the score.",
        ),
        Mistake(
            "a prize for moving away",
            lambda score, log_ratios, beta: _at_one(-1, score, log_ratios) + beta * log_ratios,
            "The sign of the penalty: you pay the policy for moving away from the reference. It "
            "has to cost something.",
        ),
        Mistake(
            "the penalty at the end",
            lambda score, log_ratios, beta: _at_one(
                -1, score - beta * log_ratios.sum(), log_ratios
            ),
            "The sum is right, its place is not. You charge the last token for all of them; each "
            "token knows its own share, and learns faster if it pays itself.",
        ),
        Mistake(
            "the score at the first",
            lambda score, log_ratios, beta: _at_one(0, score, log_ratios) - beta * log_ratios,
            "The score stands at the first token. Tokens earn credit for what comes **after** "
            "them, so from there no other token would ever hear of it.",
        ),
        Mistake(
            "beta times everything",
            lambda score, log_ratios, beta: beta * (_at_one(-1, score, log_ratios) - log_ratios),
            "Your beta multiplies the score as well, and so changes nothing but the size of it "
            "all. It is the weight of the penalty against the score.",
        ),
        Mistake(
            "the last token for free",
            lambda score, log_ratios, beta: torch.cat(
                [-beta * log_ratios[:-1], log_ratios.new_tensor([score])]
            ),
            "Nearly: the last token has lost its own penalty, because the score was written over "
            "it. Add the score to what stands there.",
        ),
    ),
)


def clipped_objective(ratio, advantage, clip):
    clipped = ratio.clamp(1 - clip, 1 + clip)
    return torch.min(ratio * advantage, clipped * advantage)


CLIPPED_OBJECTIVE = Exercise(
    id="instructgpt/clip",
    title="Not too far at once",
    difficulty=3,
    minutes=10,
    task=(
        "`ratio` is $\\pi_{new}/\\pi_{old}$ of each token and `advantage` how much better it did "
        "than expected, two tensors of one shape. Return PPO's objective for each token, which is "
        "to be made **large**: the smaller one of $\\rho A$ and "
        "$\\mathrm{clip}(\\rho, 1-c, 1+c)\\,A$, with `ratio` for $\\rho$ and `clip` for $c$."
    ),
    hints=(
        "A good token (advantage above 0) may become likelier; beyond $1+c$ there is nothing more "
        "to be had from it. For a bad one it is $1-c$, on the other side.",
        "`ratio.clamp(1 - clip, 1 + clip)` is the clipped ratio; each of the two is multiplied by "
        "the advantage first.",
        "`torch.min(a, b)` of two tensors is the smaller one, place by place.",
    ),
    reference=clipped_objective,
    probes=(
        probe(
            torch.tensor([0.5, 0.5, 0.9, 1.1, 1.7, 1.7], requires_grad=True),
            torch.tensor([1.0, -1.0, 2.0, -0.5, 1.5, -1.5]),
            0.2,
        ),
        probe(
            torch.tensor([[0.7, 1.4], [1.0, 3.0]], requires_grad=True),
            torch.tensor([[-2.0, 0.5], [1.0, -1.0]]),
            0.1,
        ),
    ),
    mistakes=(
        Mistake(
            "the larger one",
            lambda ratio, advantage, clip: torch.max(
                ratio * advantage, ratio.clamp(1 - clip, 1 + clip) * advantage
            ),
            "You take the larger one. Then it pays to go on beyond the clip, which is just what it "
            "should prevent: PPO believes the less hopeful of the two.",
        ),
        Mistake(
            "not clipped at all",
            lambda ratio, advantage, clip: ratio * advantage,
            "Nothing is clipped: it pays to go on, however far the policy has moved from the one "
            "that wrote these tokens. Take the smaller one of this and of the same with the ratio "
            "clipped.",
        ),
        Mistake(
            "the smaller ratio",
            lambda ratio, advantage, clip: (
                torch.min(ratio, ratio.clamp(1 - clip, 1 + clip)) * advantage
            ),
            "You take the smaller *ratio* and multiply then. Where the advantage is below 0, the "
            "smaller product is that of the larger ratio: multiply first, then take the minimum.",
        ),
        Mistake(
            "clipped only",
            lambda ratio, advantage, clip: ratio.clamp(1 - clip, 1 + clip) * advantage,
            "You only clip. A token that has gone far the *wrong* way then has no slope either, "
            "and nothing brings it back: that is what the minimum is for.",
        ),
        Mistake(
            "the loss",
            lambda ratio, advantage, clip: -clipped_objective(ratio, advantage, clip),
            "That is the loss. All right but for its sign: asked for is the objective, which is to "
            "be made large.",
        ),
        Mistake(
            "around 0",
            lambda ratio, advantage, clip: torch.min(
                ratio * advantage, ratio.clamp(-clip, clip) * advantage
            ),
            "Your bounds lie around 0. A policy that has not moved has a ratio of **1**: clip "
            "between `1 - clip` and `1 + clip`.",
        ),
        Mistake(
            "the product clipped",
            lambda ratio, advantage, clip: torch.min(
                ratio * advantage, (ratio * advantage).clamp(1 - clip, 1 + clip)
            ),
            "You clip ratio times advantage. Only the ratio is held near 1; an advantage may be as "
            "large as it likes.",
        ),
        Mistake(
            "clipped on one side",
            lambda ratio, advantage, clip: torch.min(
                ratio * advantage, ratio.clamp(max=1 + clip) * advantage
            ),
            "The lower bound is missing. For a bad token it pays to become less likely, and below "
            "`1 - clip` it should pay no more.",
        ),
    ),
)
