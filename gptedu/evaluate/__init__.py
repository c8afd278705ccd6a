"""What a model can do without training: a task is put to it as text, and no weight changes.

prompts        a question with 0 to K examples before it (Brown et al. 2020, section 2)
accuracy       many questions, the share that is right, and its interval (section 2.4)
choices        which of several answers is likeliest
answers        whether a written answer is right: letters, words, numbers, overlap
likelihood     perplexity
calibration    contextual calibration (Zhao et al. 2021), and the expected calibration error
temperature    one number that makes probabilities fair again (Guo et al. 2017)
exam           four answers to choose from: what calibration is measured on
example_order  what the choice and order of the examples do
zero_shot      GPT-1's four tasks asked of the language model (Radford et al. 2018, section 5)
"""

from gptedu.evaluate.accuracy import Example, Result, evaluate
from gptedu.evaluate.answers import exact_match, overlap_f1, same_number
from gptedu.evaluate.calibration import calibrate, calibration_error
from gptedu.evaluate.choices import score_choices
from gptedu.evaluate.example_order import OrderEffect, order_effect
from gptedu.evaluate.likelihood import perplexity
from gptedu.evaluate.prompts import Prompt, few_shot_prompt, fit_prompt

__all__ = [
    "Example",
    "OrderEffect",
    "Prompt",
    "Result",
    "calibrate",
    "calibration_error",
    "evaluate",
    "exact_match",
    "few_shot_prompt",
    "fit_prompt",
    "order_effect",
    "overlap_f1",
    "perplexity",
    "same_number",
    "score_choices",
]
