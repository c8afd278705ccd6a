"""What chapter 8 measures of answers that are chosen, and trains nothing for: sayings, and the hard
exam before and after PPO."""

from __future__ import annotations

from statistics import fmean

import torch

from gptedu.evaluate.accuracy import evaluate
from gptedu.evaluate.calibration import calibration_error, every_option
from gptedu.evaluate.exam import RIGHT, exam_scores
from gptedu.evaluate.temperature import at_temperature, fit_temperature
from gptedu.language_model import LanguageModel
from gptedu.records import Run
from gptedu.world import World
from gptedu.world.words.sayings import EVEN, OFTEN
from gptedu.world.words.sayings import SAYINGS as ALL_SAYINGS

SAYINGS = ("false", "true", "false/encyclopaedia", "true/encyclopaedia")


def truth_of(lm: LanguageModel, seed: int, split: str, count: int) -> Run:
    """Sayings with two ends to choose from: false and true ones, the source named or not.

    The "often" of a kind are those that people say four times as often as they are written, and
    the "even" those that they say as often.
    """
    accuracy = {}
    for name in SAYINGS:
        questions = World().questions(f"sayings/{name}", split, count, seed=seed)
        found = evaluate(lm, questions, metric="choice")
        accuracy[name] = found.accuracy
        for part, ratio in (("often", OFTEN), ("even", EVEN)):
            stems = [each.stem.lower() for each in ALL_SAYINGS if each.ratio == ratio]
            accuracy[f"{name}/{part}"] = fmean(
                each.score
                for each in found.examples
                if any(stem in each.prompt.lower() for stem in stems)
            )
    return accuracy


def calibration_of(
    before: LanguageModel, after: LanguageModel, seed: int, split: str, count: int
) -> Run:
    """The hard exam before and after PPO; one temperature is fitted on other questions."""
    fitted_on = "train" if split == "validation" else "validation"
    temperature = fit_temperature(
        exam_scores(after, count, seed, fitted_on, hard=True), _rights(count)
    )
    old, new = (exam_scores(each, count, seed, split, hard=True) for each in (before, after))
    shares = {
        "before": old.softmax(dim=1),
        "after": new.softmax(dim=1),
        "repaired": at_temperature(new, temperature),
    }
    answers = {name: each.argmax(dim=1) for name, each in shares.items()}
    options = {name: every_option(each, _rights(count)) for name, each in shares.items()}
    return {
        "errors": {name: calibration_error(*each) for name, each in options.items()},
        "by mass": {name: calibration_error(*each, equal="mass") for name, each in options.items()},
        "right": {name: float((each == RIGHT).float().mean()) for name, each in answers.items()},
        "changed": int((answers["after"] != answers["repaired"]).sum()),
        "temperature": temperature,
    }


def _rights(count: int) -> torch.Tensor:
    return torch.full((count,), RIGHT)
