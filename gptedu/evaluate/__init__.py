"""What a model can do without training: prompts with examples, scores, accuracy, likelihood.

A task is put to a language model as text and read off the text that it finds likely next; no
weight changes. Follows Radford et al. 2019 (zero examples) and Brown et al. 2020 (some examples).
"""

from gptedu.evaluate.accuracy import Example, Result, evaluate
from gptedu.evaluate.few_shot import (
    OrderEffect,
    averages,
    by_shots,
    direction,
    gap,
    new_task,
    order_effect,
)
from gptedu.evaluate.likelihood import perplexity

# After the module of the same name: ``few_shot`` of this package is the function.
from gptedu.evaluate.prompts import Prompt, few_shot, fit_prompt
from gptedu.evaluate.scoring import calibrate, exact_match, overlap_f1, same_number, score_choices

__all__ = [
    "Example",
    "OrderEffect",
    "Prompt",
    "Result",
    "averages",
    "by_shots",
    "calibrate",
    "direction",
    "evaluate",
    "exact_match",
    "few_shot",
    "fit_prompt",
    "gap",
    "new_task",
    "order_effect",
    "overlap_f1",
    "perplexity",
    "same_number",
    "score_choices",
]
