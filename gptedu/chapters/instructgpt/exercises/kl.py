"""How far the policy went: two estimates of the KL, an exercise."""

from __future__ import annotations

import torch

from gptedu.course.exercises import Exercise, Mistake, probe


def kl_estimates(log_ratios):
    k1 = log_ratios
    k3 = torch.exp(-log_ratios) - 1 + log_ratios
    return k1.mean().item(), k3.mean().item()


def _means(k1, k3):
    return k1.mean().item(), k3.mean().item()


KL_ESTIMATES = Exercise(
    id="instructgpt/kl",
    title="How far has it gone?",
    difficulty=3,
    minutes=10,
    task=(
        "The policy $\\pi$ wrote some tokens; `log_ratios` holds $\\log\\pi - \\log\\pi_{ref}$ of "
        "each. Return **two** estimates of $\\mathrm{KL}(\\pi, \\pi_{ref})$, each a mean over the "
        "tokens: $k_1$ is the log-ratio itself; $k_3 = x - 1 - \\log x$ with "
        "$x = \\pi_{ref}/\\pi$, which is never below 0."
    ),
    hints=(
        "The KL is the expected log-ratio under $\\pi$, and these tokens were drawn from $\\pi$: "
        "the mean of what you have is $k_1$.",
        "$\\log x = \\log\\pi_{ref} - \\log\\pi$ is the log-ratio with its sign turned round.",
        "So $x$ is `torch.exp(-log_ratios)`, and $-\\log x$ is `log_ratios`: "
        "`torch.exp(-log_ratios) - 1 + log_ratios`.",
    ),
    reference=kl_estimates,
    probes=(
        probe(torch.tensor([0.5, -0.2, 0.1, 0.8])),
        probe(torch.tensor([-0.4, -0.3])),
        probe(torch.tensor([1.5, 0.0, -0.7])),
    ),
    mistakes=(
        Mistake(
            "the other way round",
            lambda log_ratios: _means(-log_ratios, torch.exp(log_ratios) - 1 - log_ratios),
            "Both are the wrong way round. The tokens were drawn from the policy, so it is "
            "$\\log\\pi - \\log\\pi_{ref}$ that has the KL for its mean.",
        ),
        Mistake(
            "sums",
            lambda log_ratios: (
                log_ratios.sum().item(),
                (torch.exp(-log_ratios) - 1 + log_ratios).sum().item(),
            ),
            "You add the tokens up, so a long reply seems further away than a short one. Asked "
            "for is the mean over the tokens.",
        ),
        Mistake(
            "the mean before the exponential",
            lambda log_ratios: _means(
                log_ratios, torch.exp(-log_ratios.mean()) - 1 + log_ratios.mean()
            ),
            "$k_1$ is right. For $k_3$ you take the mean first and the exponential of that: "
            "then tokens above and below 0 have cancelled before they count. First $k_3$ of each "
            "token, then the mean.",
        ),
        Mistake(
            "x upside down",
            lambda log_ratios: _means(log_ratios, torch.exp(log_ratios) - 1 - log_ratios),
            "$k_1$ is right. In $k_3$ your $x$ is $\\pi/\\pi_{ref}$: never below 0 either, but its "
            "mean is not the KL. Reference over policy: `exp(-log_ratios)`.",
        ),
        Mistake(
            "without the 1",
            lambda log_ratios: _means(log_ratios, torch.exp(-log_ratios) + log_ratios),
            "Your $k_3$ is 1 too large: a policy that has not moved should give 0. The mean of "
            "$x$ is 1, so take that 1 away.",
        ),
        Mistake(
            "no token below 0",
            lambda log_ratios: _means(log_ratios.abs(), torch.exp(-log_ratios) - 1 + log_ratios),
            "You take absolute values in $k_1$. Single tokens may be below 0; they are needed, for "
            "they cancel against the others, and without them the estimate is too large.",
        ),
        Mistake(
            "the square",
            lambda log_ratios: _means(log_ratios, log_ratios**2 / 2),
            "Half the square is $k_2$: close to $k_3$ while the two policies are close, and not "
            "the KL on average. Use $x - 1 - \\log x$.",
        ),
    ),
)
