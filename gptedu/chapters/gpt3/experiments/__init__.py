"""Chapter 3's experiments: `gptedu measure gpt3 [NAME ...]` records them.

A seed draws questions, or the weights of the small networks of `mix`; the models are those that
ship. What another training run would give is told by copies of mini-m-v2 from other seeds, where
``--other-seeds`` names their folders.
"""

from gptedu.chapters.gpt3.experiments import few_shot, induction, mix

EXPERIMENTS = few_shot.EXPERIMENTS | induction.EXPERIMENTS | mix.EXPERIMENTS
