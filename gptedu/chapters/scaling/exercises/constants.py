"""What a rounded constant does: two exercises (Hoffmann et al. 2022, equation 4; Besiroglu et al.
2024).
"""

from __future__ import annotations

import numpy as np

from gptedu.course.exercises import Exercise, Mistake, probe


def tokens_per_parameter(A, B, alpha, beta, flops):
    g = (alpha * A / (beta * B)) ** (1 / (alpha + beta))
    n = g * (flops / 6) ** (beta / (alpha + beta))
    return flops / 6 / n**2


def _best(A, B, alpha, beta, flops, *, power=None, scale=None, each=6):
    g = (alpha * A / (beta * B)) ** (1 / (alpha + beta)) if scale is None else scale
    return g * (flops / each) ** (beta / (alpha + beta) if power is None else power)


def mean_residual(sizes, tokens, losses, law, digits):
    E, A, B, alpha, beta = law
    n, d = np.array(sizes, dtype=float), np.array(tokens, dtype=float)
    predicted = E + A / n ** round(alpha, digits) + B / d ** round(beta, digits)
    return float(np.mean(np.log(losses) - np.log(predicted)))


def _residuals(sizes, tokens, losses, law, digits, *, all_rounded=False, ours=lambda y, p: y / p):
    E, A, B, alpha, beta = [round(each, digits) for each in law] if all_rounded else law
    n, d = np.array(sizes, dtype=float), np.array(tokens, dtype=float)
    predicted = E + A / n ** round(alpha, digits) + B / d ** round(beta, digits)
    return ours(np.array(losses), predicted)


LAW = (0.9623, 3.517, 24.46, 0.2871, 0.4138)
"""Constants of the size that runs like ours give; not those of any paper."""
RUNS = (
    [3024, 5580, 9900, 15_060, 518_000],
    [164_000, 357_000, 623_000, 964_000, 33_400_000],
    [1.47, 1.40, 1.30, 1.28, 1.05],
)

TOKENS_PER_PARAMETER = Exercise(
    id="scaling/tokens-per-parameter",
    title="Twenty tokens a parameter?",
    difficulty=3,
    minutes=10,
    task=(
        "Hoffmann et al.'s law, `L = E + A/N^alpha + B/D^beta`, has its least loss for a budget "
        "`C = 6ND` at `N = G·(C/6)^(beta/(alpha+beta))`, with "
        "`G = (alpha·A/(beta·B))^(1/(alpha+beta))`. Return the **tokens for each parameter** "
        "there, D/N. Then try it at 5.76e23 FLOPs, Chinchilla's own: with the paper's rounded "
        "constants (406.4, 410.7, 0.34, 0.28) and with those of Besiroglu et al. (482.01, 2085.43, "
        "0.3478, 0.3658)."
    ),
    hints=(
        "First the size: `g * (flops / 6) ** (beta / (alpha + beta))`.",
        "Then the tokens, from `flops = 6 * n * d`.",
        "`d / n` is `flops / 6 / n**2`.",
    ),
    reference=tokens_per_parameter,
    probes=(
        probe(406.4, 410.7, 0.34, 0.28, 5.76e23),
        probe(482.01, 2085.43, 0.3478, 0.3658, 5.76e23),
        probe(3.5, 24.5, 0.29, 0.41, 1e11),
    ),
    mistakes=(
        Mistake(
            "the tokens alone",
            lambda *law: law[-1] / 6 / _best(*law),
            "Those are the tokens. Divide them by the parameters.",
        ),
        Mistake(
            "upside down",
            lambda *law: 1 / tokens_per_parameter(*law),
            "Upside down: parameters for each token.",
        ),
        Mistake(
            "without the 6",
            lambda *law: law[-1] / _best(*law, each=1) ** 2,
            "The 6 is missing: a parameter costs a token 6 FLOPs, so N·D is `flops / 6`.",
        ),
        Mistake(
            "the other exponent",
            lambda *law: law[-1] / 6 / _best(*law, power=law[2] / (law[2] + law[3])) ** 2,
            "That is the exponent of the tokens. Of the size it is `beta/(alpha+beta)`: where more "
            "tokens help quickly (a large beta), the model may be larger.",
        ),
        Mistake(
            "without G",
            lambda *law: law[-1] / 6 / _best(*law, scale=1.0) ** 2,
            "You have left out G, which weighs A against B.",
        ),
    ),
)

MEAN_RESIDUAL = Exercise(
    id="scaling/rounding",
    title="Two digits too few",
    difficulty=3,
    minutes=10,
    task=(
        "`law` holds E, A, B, alpha and beta of `L = E + A/N^alpha + B/D^beta`. Round the two "
        "**exponents** to so many `digits` behind the point, and return the mean over all runs of "
        "`log(loss) - log(predicted)`: how far off the rounded law is, and to which side. The "
        "chapter tries it on our own fit."
    ),
    hints=(
        "`round(0.2871, 2)` is 0.29. Only alpha and beta are rounded.",
        "`predicted = E + A / n**round(alpha, digits) + B / d**round(beta, digits)`",
        "The mean of the differences of the logarithms, with its sign.",
    ),
    reference=mean_residual,
    probes=(probe(*RUNS, LAW, 2), probe(*RUNS, LAW, 1), probe(*RUNS, LAW, 4)),
    mistakes=(
        Mistake(
            "everything rounded",
            lambda *given: float(np.log(_residuals(*given, all_rounded=True)).mean()),
            "You round E, A and B as well. The question is what the exponents alone do.",
        ),
        Mistake(
            "nothing rounded",
            lambda n, d, y, law, digits: mean_residual(n, d, y, law, 12),
            "Nothing is rounded here: use `round(alpha, digits)`.",
        ),
        Mistake(
            "the sign",
            lambda *given: -mean_residual(*given),
            "The sign is turned: the loss first, then the prediction.",
        ),
        Mistake(
            "no logarithm",
            lambda *given: float(_residuals(*given, ours=lambda y, p: y - p).mean()),
            "That is the mean difference in nats. The fit is of logarithms: take them here too.",
        ),
        Mistake(
            "sizes of residuals",
            lambda *given: float(np.abs(np.log(_residuals(*given))).mean()),
            "Take the residuals with their signs: chance cancels out, and rounding does not.",
        ),
    ),
    solution="""
    def mean_residual(sizes, tokens, losses, law, digits):
        E, A, B, alpha, beta = law
        n, d = np.array(sizes, dtype=float), np.array(tokens, dtype=float)
        predicted = E + A / n ** round(alpha, digits) + B / d ** round(beta, digits)
        return float(np.mean(np.log(losses) - np.log(predicted)))
    """,
)
