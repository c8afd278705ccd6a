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


def _gaps(confidence, right, bins):
    """Of each bin with answers: the mean confidence less the share that is right."""
    made = [pairs for pairs in _by_bin(confidence, right, bins) if pairs]
    return [sum(s - c for s, c in pairs) / len(pairs) for pairs in made]


def _equal_many(confidence, right, bins):
    answers = sorted(zip(confidence, right, strict=True))
    size = -(-len(answers) // bins)
    groups = [answers[start : start + size] for start in range(0, len(answers), size)]
    return sum(abs(sum(s - c for s, c in own)) for own in groups) / len(answers)


def _beyond(confidence, right, bins):
    inside = [[] for _ in range(bins)]
    for sure, correct in zip(confidence, right, strict=True):
        inside[int(sure * bins)].append(sure - correct)
    return sum(abs(sum(own)) for own in inside) / len(right)


CALIBRATION_ERROR = Exercise(
    id="safety/calibration",
    title="Sure, and right?",
    difficulty=3,
    minutes=12,
    task=(
        "`confidence` holds how sure a model was of each answer, from 0 to 1; `right` holds 1 "
        "where the answer was right, else 0. Sort the answers by confidence into `bins` bins of "
        "equal width: with 10 bins the first is 0 to 0.1. A confidence of 1 belongs to the "
        "**last** bin. In each bin take the distance between the mean confidence and the share of "
        "right answers. Return the mean of these distances, each weighed by **how many answers** "
        "its bin has. A bin without answers counts nothing."
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
        # Only 1 lies on the edge of a bin: to which bin other edges belong is a matter of taste.
        probe([0.05, 0.95, 0.92, 0.93], [1, 0, 1, 1], 10),
        probe([0.3, 0.35, 0.62, 0.65, 0.7, 1.0], [0, 1, 1, 0, 1, 1], 5),
        probe([0.55, 0.55, 0.55, 0.9], [1, 0, 0, 0], 4),
    ),
    mistakes=(
        Mistake(
            "1 is lost",
            _lost,
            "Answers with a confidence of 1 are in none of your bins, and they may be the worst: "
            "`min(int(sure * bins), bins - 1)`.",
        ),
        Mistake(
            "all bins alike",
            _bins_alike,
            "All bins count the same in your mean. Then one answer in a bin counts as much as a "
            "thousand in another. Weigh each bin by its number of answers.",
        ),
        Mistake(
            "a bin too many",
            _beyond,
            "A confidence of 1 falls after your last bin, and raises an error: "
            "`min(int(sure * bins), bins - 1)`.",
        ),
        Mistake(
            "distances added up",
            lambda confidence, right, bins: sum(map(abs, _gaps(confidence, right, bins))),
            "You add the distances up, and weigh none. Each counts as many answers as its bin "
            "has, over the number of all.",
        ),
        Mistake(
            "not divided",
            lambda confidence, right, bins: calibration_error(confidence, right, bins) * len(right),
            "You weigh each distance by the answers of its bin, and do not divide by the number "
            "of all answers.",
        ),
        Mistake(
            "the largest distance",
            lambda confidence, right, bins: max(map(abs, _gaps(confidence, right, bins))),
            "You return the largest distance. Asked for is the mean over the bins, weighed by "
            "their answers.",
        ),
        Mistake(
            "without abs",
            lambda confidence, right, bins: (sum(confidence) - sum(right)) / len(right),
            "A bin that is too sure and one that is not sure enough cancel in your sum. Take the "
            "distance of each bin, `abs(…)`, before you add.",
        ),
        Mistake(
            "the middle of the bin",
            _middles,
            "You use the middle of each bin. Use the mean confidence of the answers in it.",
        ),
        Mistake(
            "one bin",
            lambda confidence, right, bins: abs(sum(confidence) - sum(right)) / len(right),
            "You compare the means of all answers. Where a model is too sure here and not sure "
            "enough there, that cancels: first the bins, then the distance in each.",
        ),
        Mistake(
            "bins of equally many",
            _equal_many,
            "Your bins hold equally many answers. Asked for are bins of equal width: with 10 bins "
            "the first is 0 to 0.1, however many answers lie there.",
        ),
        Mistake(
            "no bins at all",
            lambda confidence, right, bins: (
                sum(abs(s - c) for s, c in zip(confidence, right, strict=True)) / len(right)
            ),
            "You take the distance of each answer alone. An answer is right or wrong, so a model "
            "that says 0.5 and is right half the time would be off by 0.5. Compare the means of a "
            "bin.",
        ),
    ),
)
