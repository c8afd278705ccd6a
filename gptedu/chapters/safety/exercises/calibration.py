"""How far confidence is from accuracy: an exercise (GPT-4 report, Figure 8)."""

from __future__ import annotations

from gptedu.course.exercises import Exercise, Mistake, probe


def calibration_error(confidence, right, bins):
    inside = [[] for _ in range(bins)]
    for sure, correct in zip(confidence, right, strict=True):
        inside[min(int(sure * bins), bins - 1)].append((sure, correct))
    error = 0.0
    for pairs in inside:
        error += abs(sum(sure - correct for sure, correct in pairs))
    return error / len(confidence)


def _by_bin(confidence, right, bins):
    made = [[] for _ in range(bins)]
    for sure, correct in zip(confidence, right, strict=True):
        made[min(int(sure * bins), bins - 1)].append((sure, correct))
    return made


def _lost(confidence, right, bins):
    kept = [(s, c) for s, c in zip(confidence, right, strict=True) if int(s * bins) < bins]
    if not kept:
        return 0.0
    own = calibration_error([s for s, _ in kept], [c for _, c in kept], bins)
    return own * len(kept) / len(confidence)


def _bins_alike(confidence, right, bins):
    made = [pairs for pairs in _by_bin(confidence, right, bins) if pairs]
    return sum(abs(sum(s - c for s, c in pairs)) / len(pairs) for pairs in made) / len(made)


def _middles(confidence, right, bins):
    made = enumerate(_by_bin(confidence, right, bins))
    gaps = (abs(sum((place + 0.5) / bins - c for _, c in pairs)) for place, pairs in made)
    return sum(gaps) / len(confidence)


CALIBRATION_ERROR = Exercise(
    id="safety/calibration",
    title="Sure, and right?",
    difficulty=3,
    minutes=12,
    task=(
        "`confidence` holds how sure a model was of each answer, from 0 to 1, and `right` 1 where "
        "it was right, else 0. Put the answers into `bins` of equal width by confidence; a "
        "confidence of 1 belongs to the **last** bin. In each bin take the distance between mean "
        "confidence and share of right answers. Return the mean of these distances, each weighed "
        "by **how many answers** its bin has."
    ),
    hints=(
        "The place of a bin is `int(sure * bins)`. What does that give for 1.0?",
        "`min(int(sure * bins), bins - 1)`. A bin with n answers counts n over the number of all.",
        "n times the distance of the means is the distance of the sums: "
        "`abs(sum(sure - correct …))`, added over bins, over the number of answers.",
    ),
    reference=calibration_error,
    probes=(
        probe([0.95, 1.0], [1, 0], 10),
        probe([0.05, 0.95, 0.92, 0.9], [1, 0, 1, 1], 10),
        probe([0.3, 0.35, 0.6, 0.65, 0.7, 1.0], [0, 1, 1, 0, 1, 1], 5),
        probe([0.5, 0.5, 0.5, 0.9], [1, 0, 0, 0], 4),
    ),
    mistakes=(
        Mistake(
            "1 is lost",
            _lost,
            "Answers with a confidence of 1 are in no bin, and yet they may be the worst: "
            "`min(int(sure * bins), bins - 1)`.",
        ),
        Mistake(
            "all bins alike",
            _bins_alike,
            "You average over bins, so that one with a single answer counts as one with a "
            "thousand. Weigh each by its answers.",
        ),
        Mistake(
            "the middle of the bin",
            _middles,
            "You take the middle of each bin for its confidence. Take the mean confidence of the "
            "answers in it.",
        ),
        Mistake(
            "one bin",
            lambda confidence, right, bins: abs(sum(confidence) - sum(right)) / len(right),
            "You compare the means of all answers. Too sure here and not sure enough there then "
            "cancel: first the bins, then the distance in each.",
        ),
        Mistake(
            "no bins at all",
            lambda confidence, right, bins: (
                sum(abs(s - c) for s, c in zip(confidence, right, strict=True)) / len(right)
            ),
            "You take the distance of each answer alone. An answer is right or not, so even a "
            "perfectly fair 0.5 would be wrong by 0.5: compare the means of a bin.",
        ),
    ),
)
