"""Tasks without training: prompts, their scores, and what a model can do with them.

Chapters 2 and 3. A task is put to a language model as text and read off the text that the
model finds likely next; no weight changes. Follows Radford et al. 2019, "Language Models are
Unsupervised Multitask Learners" (zero examples), and Brown et al. 2020, "Language Models are
Few-Shot Learners" (some examples in the prompt).

- ``prompts``     questions -> prompt text with 0..K examples, fitted to the context
- ``scoring``     choices by log-probability, free answers by exact match and overlap, calibration
- ``evaluation``  many questions at once -> accuracy with its interval
- ``likelihood``  how surprised a model is by documents
- ``search``      keyword in context: where a task occurs in the corpus by itself
- ``few_shot``    accuracy against the number of examples, their order, and new tasks
- ``occupations`` which pronoun a model expects after an occupation
- ``alignment``   which word a head looks at while the model is about to write its translation
- ``induction``   the heads that copy from the context: scores, and when they arrive in training
- ``heads_off``   a model with some of its heads switched off
- ``published_sizes``  GPT-3's eight sizes, rebuilt and counted
- ``mix``         a corpus mixed by size against one mixed by quality
- ``readiness``   the table of what every size of the family can do, and when it learned it
- ``real``, ``real_few_shot``  questions in plain English for a real pretrained model
- ``experiments`` the chapters' figures over seeds, for assets/records; so do
  ``few_shot_experiments``, ``induction_experiments`` and ``mix_experiments``
"""

from gptedu.prompting.evaluation import Example, Result, evaluate
from gptedu.prompting.few_shot import (
    OrderEffect,
    averages,
    by_shots,
    direction,
    gap,
    new_task,
    order_effect,
)
from gptedu.prompting.likelihood import perplexity

# After the module of the same name: ``few_shot`` of this package is the function.
from gptedu.prompting.prompts import Prompt, few_shot, fit_prompt
from gptedu.prompting.scoring import calibrate, exact_match, overlap_f1, same_number, score_choices
from gptedu.prompting.search import Hit, concordance

__all__ = [
    "Example",
    "Hit",
    "OrderEffect",
    "Prompt",
    "Result",
    "averages",
    "by_shots",
    "calibrate",
    "concordance",
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
