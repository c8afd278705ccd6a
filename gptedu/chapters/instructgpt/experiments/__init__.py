"""Chapter 4's experiments: `gptedu measure instructgpt [NAME ...]` records them.

A seed draws answers, rankings, prompts and the order of training; the models before a stage are
those that ship.
"""

from gptedu.chapters.instructgpt.experiments import replies, stages

EXPERIMENTS = stages.EXPERIMENTS | replies.EXPERIMENTS
