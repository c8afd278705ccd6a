"""The pull of the examples taken out: an exercise (Zhao et al. 2021, section 5)."""

from __future__ import annotations

import torch

from gptedu.course.exercises import Exercise, Mistake, probe


def calibrated(found, content_free):
    prior = [sum(row[i] for row in content_free) / len(content_free) for i in range(len(found))]
    corrected = [p / q for p, q in zip(found, prior, strict=True)]
    return [value / sum(corrected) for value in corrected]


def _means(content_free):
    return [sum(column) / len(content_free) for column in zip(*content_free, strict=True)]


def _each(join, found, prior):
    return [join(p, q) for p, q in zip(found, prior, strict=True)]


def _shares(values):
    return [value / sum(values) for value in values]


CALIBRATED = Exercise(
    id="gpt3/calibration",
    title="Take out the pull",
    difficulty=2,
    minutes=8,
    task=(
        "`found` is a list with the probability of each label after the real question. "
        "`content_free` is a list of such lists: the same labels after questions that ask "
        "**nothing** (“N/A”), a list a question. Take the mean of `content_free` over its "
        "questions: what each label gets when nothing is asked. Divide each probability in `found` "
        "by it. Make the results sum to 1, and return them as a list."
    ),
    hints=(
        "If the model gives “good” 0.8 when nothing is asked, then 0.8 after a real review means "
        "nothing.",
        "`prior[i]` is the mean of `row[i]` over the rows of `content_free`; "
        "`corrected[i] = found[i] / prior[i]`.",
        "`[value / sum(corrected) for value in corrected]`",
    ),
    reference=calibrated,
    probes=(
        probe([0.7, 0.3], [[0.8, 0.2], [0.9, 0.1]]),
        probe([0.5, 0.3, 0.2], [[0.6, 0.2, 0.2], [0.1, 0.5, 0.4]]),
        probe([0.25, 0.75], [[0.5, 0.5]]),
    ),
    mistakes=(
        Mistake(
            "multiplied",
            lambda found, free: _shares(_each(float.__mul__, found, _means(free))),
            "You multiply by what a label gets when nothing is asked: so its lead is counted "
            "twice. Divide, and the lead is gone.",
        ),
        Mistake(
            "subtracted",
            lambda found, free: _each(float.__sub__, found, _means(free)),
            "You subtract. A label that goes from 0.01 (nothing asked) to 0.02 has doubled, and "
            "your difference hardly shows it. Divide.",
        ),
        Mistake(
            "does not sum to 1",
            lambda found, free: _each(float.__truediv__, found, _means(free)),
            "Nearly: these are ratios. Divide them by their sum, so that they are probabilities "
            "again.",
        ),
        Mistake(
            "a softmax",
            lambda found, free: (
                torch.tensor(_each(float.__truediv__, found, _means(free))).softmax(0).tolist()
            ),
            "A softmax makes them sum to 1, and changes their ratios. Divide by the sum instead.",
        ),
        Mistake(
            "divided before the mean",
            lambda found, free: _shares(
                _means([_each(float.__truediv__, found, row) for row in free])
            ),
            "You divide by each content-free question, and then take the mean. Take the mean "
            "first, and divide once: else one very small probability outweighs all others.",
        ),
        Mistake(
            "the first question alone",
            lambda found, free: _shares(_each(float.__truediv__, found, free[0])),
            "You use the first content-free question alone. One empty question may have a pull of "
            "its own: take the mean over all of them.",
        ),
    ),
)
